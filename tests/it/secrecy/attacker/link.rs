//! The link is stolen.

use readonce::domain::{Clock as _, ReceiptKey, State};
use readonce::service::Error;

use super::house::{House, TTL, network, presented};

#[tokio::test]
async fn gets_an_unprotected_value_once_and_the_sharer_sees_it() {
    for house in House::both().await {
        let loot = house.share("value", None).await;
        assert_eq!(house.reveal(network(9), &loot.link, None).await.unwrap(), "value", "{}", house.name);
        for from in [9, 1] {
            let again = house.reveal(network(from), &loot.link, None).await;
            assert!(matches!(again, Err(Error::UnknownSecret)), "{}: {again:?}", house.name);
        }
        let view =
            house.service.secrets().receipt(&house.holder(network(1)), &loot.receipt_key).await.unwrap();
        assert_eq!(view.receipt.state, State::Revealed, "{}", house.name);
    }
}

#[tokio::test]
async fn gets_five_guesses_at_a_passphrase_in_a_quarter_of_an_hour() {
    for house in House::both().await {
        let loot = house.share("value", Some("right")).await;
        let without = house.reveal(network(9), &loot.link, None).await;
        assert!(matches!(without, Err(Error::UnknownSecret)), "{}: {without:?}", house.name);
        for guess in 0..5 {
            let guessed = house.reveal(network(9), &loot.link, Some(&format!("guess {guess}"))).await;
            assert!(matches!(guessed, Err(Error::UnknownSecret)), "{}: {guessed:?}", house.name);
        }
        let sixth = house.reveal(network(9), &loot.link, Some("right")).await;
        assert!(matches!(sixth, Err(Error::Limited { .. })), "{}: {sixth:?}", house.name);
        // Nothing is destroyed, and the recipient, who is elsewhere, is not kept from it.
        assert_eq!(house.reveal(network(1), &loot.link, Some("right")).await.unwrap(), "value");
    }
}

#[tokio::test]
async fn gets_neither_receipt_nor_burning() {
    for house in House::both().await {
        let loot = house.share("value", None).await;
        let as_receipt_key = ReceiptKey::parse(loot.link.expose()).unwrap();
        let holder = house.holder(network(9));
        let seen = house.service.secrets().receipt(&holder, &as_receipt_key).await;
        assert!(matches!(seen, Err(Error::UnknownSecret)), "{}: {seen:?}", house.name);
        let burned = house.service.secrets().burn(&holder, &as_receipt_key, presented(None)).await;
        assert!(matches!(burned, Err(Error::UnknownSecret)), "{}: {burned:?}", house.name);
        assert_eq!(house.reveal(network(1), &loot.link, None).await.unwrap(), "value", "{}", house.name);
    }
}

/// Guesses from ever new networks: how many a secret takes in its life, and what is left to its recipient.
#[tokio::test]
async fn gets_771_guesses_in_a_week_from_anywhere_and_can_delay_the_recipient() {
    for house in House::both().await {
        let loot = house.share("value", Some("right")).await;
        let end = loot.receipt.secret_expires();
        let (mut counted, mut last) = (0, 0);
        let mut from = (0..=u8::MAX).cycle();
        loop {
            match house.reveal(network(from.next().unwrap()), &loot.link, Some("wrong")).await {
                Err(Error::UnknownSecret) if house.clock.now() < end => counted += 1,
                Err(Error::Limited { retry_after }) => {
                    if counted >= 100 {
                        assert_eq!(counted, 100 + last, "one a window, whoever asks");
                        assert_eq!(retry_after.as_secs(), 900, "{}", house.name);
                    }
                    // The recipient, at the same moment, from a network that never tried: the delay.
                    if last < 3 && counted >= 100 {
                        let kept_out = house.reveal(network(1), &loot.link, Some("right")).await;
                        assert!(
                            matches!(kept_out, Err(Error::Limited { .. })),
                            "{}: {kept_out:?}",
                            house.name
                        );
                    }
                    last += 1;
                    house.clock.advance(retry_after.as_secs());
                }
                Err(Error::UnknownSecret) => break,
                other => panic!("{}: {other:?}", house.name),
            }
        }
        assert_eq!(counted, 771, "{}: of {TTL} s", house.name);
    }
}

#[tokio::test]
async fn a_delayed_recipient_gets_the_value_and_the_sharer_can_still_burn() {
    for house in House::both().await {
        let [read, burned] =
            [house.share("value", Some("right")).await, house.share("x", Some("right")).await];
        for loot in [&read, &burned] {
            for guess in 0..100 {
                let guessed = house.reveal(network(100 + guess / 5), &loot.link, Some("wrong")).await;
                assert!(matches!(guessed, Err(Error::UnknownSecret)), "{}: {guessed:?}", house.name);
            }
            let kept_out = house.reveal(network(1), &loot.link, Some("right")).await;
            assert!(matches!(kept_out, Err(Error::Limited { .. })), "{}: {kept_out:?}", house.name);
        }
        let holder = house.holder(network(1));
        house.service.secrets().burn(&holder, &burned.receipt_key, presented(None)).await.unwrap();
        house.clock.advance(900);
        assert_eq!(
            house.reveal(network(1), &read.link, Some("right")).await.unwrap(),
            "value",
            "{}",
            house.name
        );
    }
}
