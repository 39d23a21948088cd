//! The keyring is stolen; alone, and together with the database and the keys of secrets.

use crate::store::sample::Entries as _;
use readonce::domain::key::generate_pair;
use readonce::domain::secret::layout;
use readonce::domain::{Envelope, Timestamp};
use readonce::vault::Error;

use super::formulas::{derived, field, opens, prehash, root_key, stretched};
use super::house::{House, Loot, network, passphrase};

#[tokio::test]
async fn alone_is_a_key_to_nothing() {
    for house in House::both().await {
        let (_, token) = house.account("ann@example.org").await;
        let loot = house.share("value", None).await;
        let file = house.keyring().to_text();
        for part in
            [&loot.link.expose()[3..], &loot.receipt_key.expose()[3..], token.expose(), "ann@example.org"]
        {
            assert!(!file.contains(part), "{}", house.name);
        }
        // Nothing is derived from it alone: not even of an envelope that was seen on the way could it open one.
        let envelope = Envelope::from_bytes(house.envelope(&loot).await).unwrap();
        let (guessed, _) = generate_pair();
        assert!(matches!(house.vault.ring().open(&guessed, &envelope, Timestamp(1)), Err(Error::Damaged)));
    }
}

/// What is at hand without a link: ids, the tag, other secrets' links, nothing at all.
fn stand_ins<'a>(loot: &'a Loot, other: &'a Loot) -> [&'a [u8]; 6] {
    let (sid, mid) = (&loot.receipt.sid.0, &loot.receipt.mid.0);
    [b"", sid, mid, loot.receipt.tag.as_str().as_bytes(), other.link.expose().as_bytes(), b"link"]
}

#[tokio::test]
async fn with_the_database_opens_no_value_link_or_list() {
    for house in House::both().await {
        let (account, token) = house.account("ann@example.org").await;
        let who = house.sign_in("ann@example.org", &token).await.unwrap();
        let loot = house.share_as(Some(who), "value", None).await;
        let other = house.share("another", None).await;
        let bytes = house.envelope(&loot).await;
        let (root, sid) = (root_key(&house.keyring()), loot.receipt.sid);
        let right = derived(&root, loot.link.expose().as_bytes(), b"", "secret/dek", sid);
        assert!(opens(&bytes, &right, sid).is_some(), "{}: the formula is right", house.name);
        for key in stand_ins(&loot, &other) {
            for x in [&b""[..], key] {
                let wrong = derived(&root, key, x, "secret/dek", sid);
                assert!(opens(&bytes, &wrong, sid).is_none(), "{}: without its link", house.name);
            }
        }
        let envelope = Envelope::from_bytes(bytes).unwrap();
        assert!(matches!(house.vault.ring().open(&other.link, &envelope, Timestamp(1)), Err(Error::Damaged)));
        let sealed = &loot.receipt.sealed;
        assert!(matches!(house.vault.open_link(&other.receipt_key, sid, sealed), Err(Error::Damaged)));
        let entries = house.store.entries(&account.id, Timestamp(0), 9).await;
        let (_, stranger) = house.account("bob@example.org").await;
        let listed = house.vault.open_entry(&account.id, &stranger, &entries[0].sealed);
        assert!(matches!(listed, Err(Error::Damaged)), "{}: the list takes its token", house.name);
    }
}

#[tokio::test]
async fn with_the_database_does_not_guess_passphrases_without_the_link() {
    for house in House::both().await {
        let (loot, other) = (house.share("value", Some("right")).await, house.share("x", None).await);
        let bytes = house.envelope(&loot).await;
        let (root, sid) = (root_key(&house.keyring()), loot.receipt.sid);
        let ([cost], salt) = (field(&bytes, layout::COST), field::<16>(&bytes, layout::SALT));
        let (stranger, _) = generate_pair();
        let guess = stretched(&prehash(&root, &stranger, sid, "right"), cost, salt);
        for key in stand_ins(&loot, &other).into_iter().chain([stranger.expose().as_bytes()]) {
            let verifier = derived(&root, key, guess.as_bytes(), "pass/verify", sid);
            assert_ne!(verifier, field(&bytes, layout::VERIFIER), "{}", house.name);
        }
    }
}

#[tokio::test]
async fn with_the_database_tells_which_networks_tried() {
    for house in House::both().await {
        let loot = house.share("value", Some("right")).await;
        drop(house.reveal(network(77), &loot.link, Some("wrong")).await);
        // There are few enough addresses to try them all.
        let mut found = Vec::new();
        for last in 70..80 {
            let name = house.vault.network_tag(network(last), loot.link.tag());
            if house.holds(&name.0).await {
                found.push(last);
            }
        }
        assert_eq!(found, [77], "{}", house.name);
    }
}

#[tokio::test]
async fn with_link_and_database_opens_an_unprotected_value_even_one_that_was_read_or_has_expired() {
    for house in House::both().await {
        let loot = house.share("value", None).await;
        let backup = Envelope::from_bytes(house.envelope(&loot).await).unwrap();
        house.reveal(network(1), &loot.link, None).await.unwrap();
        assert_eq!(house.vault.ring().open(&loot.link, &backup, Timestamp(1)).unwrap().expose(), "value");
        // Our own program goes by its clock; an attacker's goes by the attacker's.
        let late = loot.receipt.secret_expires();
        assert!(
            matches!(house.vault.ring().open(&loot.link, &backup, late), Err(Error::Expired)),
            "{}",
            house.name
        );
        assert!(house.vault.ring().open(&loot.link, &backup, late.minus(1)).is_ok(), "{}", house.name);
    }
}

#[tokio::test]
async fn with_link_and_database_still_pays_a_bcrypt_run_for_each_guess() {
    for house in House::both().await {
        let loot = house.share("value", Some("right")).await;
        let bytes = house.envelope(&loot).await;
        let (root, sid) = (root_key(&house.keyring()), loot.receipt.sid);
        let link = loot.link.expose().as_bytes();
        let ([cost], salt) = (field(&bytes, layout::COST), field::<16>(&bytes, layout::SALT));
        let verifier: [u8; 32] = field(&bytes, layout::VERIFIER);
        let fast = prehash(&root, &loot.link, sid, "right");
        let slow = stretched(&fast, cost, salt);
        assert_eq!(
            derived(&root, link, slow.as_bytes(), "pass/verify", sid),
            verifier,
            "the formula is right"
        );
        let dek = derived(&root, link, slow.as_bytes(), "secret/dek", sid);
        assert!(opens(&bytes, &dek, sid).is_some(), "{}", house.name);
        // Whatever can be had without the bcrypt run tells nothing, not even with the right passphrase at hand.
        for x in [&b""[..], b"right", fast.as_bytes(), &salt, &verifier] {
            assert_ne!(derived(&root, link, x, "pass/verify", sid), verifier, "{}", house.name);
            assert!(
                opens(&bytes, &derived(&root, link, x, "secret/dek", sid), sid).is_none(),
                "{}",
                house.name
            );
        }
        // Nor a cheaper run, nor one that was made for another salt.
        for (cost, salt) in [(cost + 1, salt), (cost, [0; 16])] {
            let other = stretched(&fast, cost, salt);
            assert_ne!(
                derived(&root, link, other.as_bytes(), "pass/verify", sid),
                verifier,
                "{}",
                house.name
            );
        }
        // The verifier is an image of bcrypt's string, which lies nowhere; nor is the data key one of the verifier.
        assert!(!house.holds(slow.as_bytes()).await && !house.holds(&slow.as_bytes()[29..]).await);
        assert!(opens(&bytes, &verifier, sid).is_none());
        let envelope = Envelope::from_bytes(bytes).unwrap();
        assert!(matches!(house.vault.ring().open(&loot.link, &envelope, Timestamp(1)), Err(Error::Damaged)));
        let guess = house
            .vault
            .unlock(
                &house.vault.ring(),
                &loot.link,
                &envelope,
                &passphrase("wrong"),
                Timestamp(1),
                network(1),
            )
            .await;
        assert!(guess.unwrap().is_none(), "{}", house.name);
    }
}

#[tokio::test]
async fn with_metadata_key_and_database_opens_the_link() {
    for house in House::both().await {
        let loot = house.share("value", None).await;
        let link = house.vault.open_link(&loot.receipt_key, loot.receipt.sid, &loot.receipt.sealed).unwrap();
        let envelope = Envelope::from_bytes(house.envelope(&loot).await).unwrap();
        assert_eq!(
            house.vault.ring().open(&link, &envelope, Timestamp(1)).unwrap().expose(),
            "value",
            "{}",
            house.name
        );
        assert!(house.holds(&loot.receipt.sealed).await, "{}: and the seal is in the dump", house.name);
    }
}

#[tokio::test]
async fn with_token_and_database_opens_the_list() {
    for house in House::both().await {
        let (account, token) = house.account("ann@example.org").await;
        let who = house.sign_in("ann@example.org", &token).await.unwrap();
        let loot = house.share_as(Some(who), "value", None).await;
        let entries = house.store.entries(&account.id, Timestamp(0), 9).await;
        let listed = house.vault.open_entry(&account.id, &token, &entries[0].sealed).unwrap();
        assert_eq!(listed, loot.receipt_key, "{}", house.name);
    }
}
