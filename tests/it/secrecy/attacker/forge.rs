//! Somebody can write to the store.

use crate::store::sample::Entries as _;
use readonce::domain::secret::layout;
use readonce::domain::{ApiToken, Clock as _, Envelope, State, Timestamp};
use readonce::service::{Caller, Error};
use readonce::vault::{self, token_digest};

use super::house::{House, Loot, TTL, network, passphrase, text};

/// One bit changed anywhere: it is not the value that comes out.
#[tokio::test]
async fn no_altered_envelope_opens() {
    let [house, _] = House::both().await;
    let (open, locked) = (house.share("value", None).await, house.share("value", Some("right")).await);
    let [plain, protected] = [house.envelope(&open).await, house.envelope(&locked).await];
    let now = house.clock.now();
    for at in 0..plain.len() {
        let mut bytes = plain.clone();
        bytes[at] ^= 1;
        let Some(forged) = Envelope::from_bytes(bytes) else { continue };
        assert!(house.vault.ring().open(&open.link, &forged, now).is_err(), "byte {at}");
    }
    for at in (0..layout::BODY).chain([protected.len() - 1]) {
        let mut bytes = protected.clone();
        bytes[at] ^= 1;
        let Some(forged) = Envelope::from_bytes(bytes) else { continue };
        let opened = house
            .vault
            .unlock(&house.vault.ring(), &locked.link, &forged, &passphrase("right"), now, network(1))
            .await;
        assert!(!matches!(opened, Ok(Some(_))), "byte {at}");
    }
    // Nor does a cost that would keep a core busy for years get that far.
    for cost in [3, 15, 31, 255] {
        let mut bytes = protected.clone();
        bytes[layout::COST] = cost;
        let forged = Envelope::from_bytes(bytes).unwrap();
        let opened = house
            .vault
            .unlock(&house.vault.ring(), &locked.link, &forged, &passphrase("right"), now, network(1))
            .await;
        assert!(matches!(opened, Err(vault::Error::Damaged)), "cost {cost}");
    }
}

#[tokio::test]
async fn a_passphrase_cannot_be_taken_off() {
    for house in House::both().await {
        let loot = house.share("value", Some("right")).await;
        let mut bytes = house.envelope(&loot).await;
        bytes[layout::KDF..layout::CREATED].fill(0);
        house.put_envelope(&loot, &bytes).await;
        let read = house.reveal(network(9), &loot.link, None).await;
        assert!(matches!(read, Err(Error::Unreadable(_))), "{}: {read:?}", house.name);
        let view =
            house.service.secrets().receipt(&house.holder(network(1)), &loot.receipt_key).await.unwrap();
        assert_eq!(view.receipt.state, State::Orphaned, "{}: and it shows", house.name);
    }
}

#[tokio::test]
async fn a_prolonged_secret_is_still_gone_at_its_expiry() {
    for house in House::both().await {
        for word in [None, Some("right")] {
            let loot = house.share("value", word).await;
            house.prolong(&loot).await;
            house.clock.advance(u64::from(TTL));
            let read = house.reveal(network(1), &loot.link, word).await;
            assert!(matches!(read, Err(Error::UnknownSecret)), "{}, {word:?}: {read:?}", house.name);
        }
    }
}

#[tokio::test]
async fn an_envelope_moved_to_another_secret_does_not_open_there() {
    for house in House::both().await {
        let (victim, bait) = (house.share("value", None).await, house.share("bait", None).await);
        // The attacker knows the bait's link; the victim's envelope is put where that link leads, and the other way round.
        let [value, other] = [house.envelope(&victim).await, house.envelope(&bait).await];
        house.put_envelope(&bait, &value).await;
        house.put_envelope(&victim, &other).await;
        for loot in [&bait, &victim] {
            let read = house.reveal(network(9), &loot.link, None).await;
            assert!(matches!(read, Err(Error::Unreadable(_))), "{}: {read:?}", house.name);
        }
    }
}

/// What is damaged: noticed before the claim where a passphrase has to be tried first, after it elsewhere.
#[tokio::test]
async fn a_damaged_protected_row_consumes_nothing_and_an_unprotected_one_ends_orphaned() {
    for house in House::both().await {
        let (open, locked) = (house.share("value", None).await, house.share("value", Some("right")).await);
        let whole = house.envelope(&locked).await;
        for loot in [&open, &locked] {
            let mut bytes = house.envelope(loot).await;
            *bytes.last_mut().unwrap() ^= 1;
            house.put_envelope(loot, &bytes).await;
            let read = house.reveal(network(1), &loot.link, Some("right")).await;
            assert!(matches!(read, Err(Error::Unreadable(_))), "{}: {read:?}", house.name);
        }
        let state = async |loot: &Loot| {
            let view = house.service.secrets().receipt(&house.holder(network(1)), &loot.receipt_key).await;
            view.unwrap().receipt.state
        };
        assert_eq!(
            (state(&open).await, state(&locked).await),
            (State::Orphaned, State::New),
            "{}",
            house.name
        );
        house.put_envelope(&locked, &whole).await;
        assert_eq!(house.reveal(network(1), &locked.link, Some("right")).await.unwrap(), "value");
    }
}

/// By the link and by the receipt key, to read and to burn: whoever can read it still gets it.
#[tokio::test]
async fn what_a_later_version_seals_is_kept_and_told() {
    for house in House::both().await {
        for (at, byte) in [(0, b'X'), (3, 2), (layout::KDF, 2)] {
            for word in [None, Some("right")] {
                let loot = house.share("value", word).await;
                let whole = house.envelope(&loot).await;
                let mut bytes = whole.clone();
                bytes[at] = byte;
                house.put_envelope(&loot, &bytes).await;
                let what = format!("{}, byte {at}, {word:?}", house.name);
                for presented_word in [None, word] {
                    let read = house.reveal(network(1), &loot.link, presented_word).await;
                    assert!(matches!(read, Err(Error::NotUnderstood(_))), "{what}: {read:?}");
                    let burned = house.burn(&loot, presented_word).await;
                    assert!(matches!(burned, Err(Error::NotUnderstood(_))), "{what}: {burned:?}");
                }
                assert_eq!(house.state(&loot).await, State::New, "{what}");
                house.put_envelope(&loot, &whole).await;
                assert_eq!(house.reveal(network(1), &loot.link, word).await.unwrap(), "value", "{what}");
                assert_eq!(house.state(&loot).await, State::Revealed, "{what}");
            }
        }
    }
}

#[tokio::test]
async fn a_value_is_not_withheld_for_what_adorns_its_receipt() {
    for house in House::both().await {
        for word in [None, Some("right")] {
            let [read, burned] = [house.share("value", word).await, house.share("value", word).await];
            for loot in [&read, &burned] {
                house.damage_decoration(loot).await;
            }
            assert_eq!(house.reveal(network(1), &read.link, word).await.unwrap(), "value", "{}", house.name);
            assert_eq!(house.state(&read).await, State::Revealed, "{}", house.name);
            house.burn(&burned, None).await.unwrap();
            assert_eq!(house.state(&burned).await, State::Burned, "{}", house.name);
        }
    }
}

#[tokio::test]
async fn can_delete() {
    for house in House::both().await {
        let loot = house.share("value", None).await;
        house.delete(&loot).await;
        let gone = house.reveal(network(1), &loot.link, None).await;
        assert!(matches!(gone, Err(Error::UnknownSecret)), "{}: {gone:?}", house.name);
        let view =
            house.service.secrets().receipt(&house.holder(network(1)), &loot.receipt_key).await.unwrap();
        assert_eq!(
            view.receipt.state,
            State::Orphaned,
            "{}: the sharer sees that nobody read it",
            house.name
        );
    }
}

#[tokio::test]
async fn an_old_row_can_be_put_back_until_its_expiry() {
    for house in House::both().await {
        let loot = house.share("value", None).await;
        let backup = house.envelope(&loot).await;
        assert_eq!(house.reveal(network(1), &loot.link, None).await.unwrap(), "value", "{}", house.name);
        house.put_envelope(&loot, &backup).await;
        assert_eq!(house.reveal(network(9), &loot.link, None).await.unwrap(), "value", "{}", house.name);
        house.put_envelope(&loot, &backup).await;
        house.prolong(&loot).await;
        house.clock.advance(u64::from(TTL));
        let late = house.reveal(network(9), &loot.link, None).await;
        assert!(matches!(late, Err(Error::UnknownSecret)), "{}: {late:?}", house.name);
    }
}

#[tokio::test]
async fn forgetting_tries_gives_more_of_them() {
    for house in House::both().await {
        let loot = house.share("value", Some("right")).await;
        for round in 0..3 {
            for _ in 0..5 {
                let guess = house.reveal(network(9), &loot.link, Some("wrong")).await;
                assert!(matches!(guess, Err(Error::UnknownSecret)), "{}, {round}: {guess:?}", house.name);
            }
            let limited = house.reveal(network(9), &loot.link, Some("right")).await;
            assert!(matches!(limited, Err(Error::Limited { .. })), "{}: {limited:?}", house.name);
            house.forget_tries(&loot).await;
        }
    }
}

#[tokio::test]
async fn an_account_can_be_taken_over_but_its_list_does_not_open() {
    for house in House::both().await {
        let (account, token) = house.account("ann@example.org").await;
        let who = house.sign_in("ann@example.org", &token).await.unwrap();
        house.share_as(Some(who), "value", None).await;
        let entries = house.store.entries(&account.id, Timestamp(0), 9).await;
        // The digest is replaced behind the program's back: the list stays, unlike when the operator renews a token.
        let own = ApiToken::presented(text("0123456789012345678901234567890123456789"));
        house.replace_token(account.id, token_digest(&account.id, &own)).await;
        let caller = house.sign_in("ann@example.org", &own).await.unwrap();
        assert_eq!(caller.account.id, account.id, "{}: it shares in her name", house.name);
        let listed = house.vault.open_entry(&account.id, &own, &entries[0].sealed);
        assert!(matches!(listed, Err(vault::Error::Damaged)), "{}: {listed:?}", house.name);
        let attacker =
            house.service.admit_account(Caller { network: network(9), signed_in: Some(Box::new(caller)) });
        assert!(
            house.service.secrets().recent(&attacker.unwrap()).await.unwrap().views.is_empty(),
            "{}",
            house.name
        );
        assert_eq!(house.store.entries(&account.id, Timestamp(0), 9).await, entries, "{}", house.name);
    }
}
