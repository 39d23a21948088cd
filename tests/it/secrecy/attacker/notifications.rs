//! Unsent mail is stolen with the database; alone, and together with the keyring.

use std::time::Duration;

use readonce::domain::{Clock as _, Envelope, Timestamp};
use readonce::store::Leased;
use readonce::vault::{HashPool, Keyring, Vault};

use super::house::{House, Loot, network};
use crate::support::search::{contains, forms};

const SHARER: &str = "ann@example.org";
const WORD: &str = "marker-PASS-2Jw8";
const RECIPIENT: &str = "recipient-5Yb3@example.net";

impl House {
    /// Shares with a notification for the recipient. Nobody sends it.
    async fn mail(&self, word: Option<&str>) -> Loot {
        let (_, token) = self.account(SHARER).await;
        let who = self.sign_in(SHARER, &token).await.unwrap();
        self.share_with(Some(who), "value", word, &[RECIPIENT]).await
    }

    /// The one notification as it lies in the store.
    async fn notification(&self) -> Leased {
        let mut leases = self.store.lease_notifications(self.clock.now(), Duration::ZERO, 9).await.unwrap();
        assert_eq!(leases.notifications.len(), 1, "{}", self.name);
        leases.notifications.remove(0)
    }

    /// What the keyring makes of a notification.
    fn opened(&self, notification: &Leased) -> Vec<u8> {
        let vault = Vault::new(self.keyring(), HashPool::new(4));
        vault.open_notification(&notification.id, &notification.sealed).unwrap().to_vec()
    }
}

#[tokio::test]
async fn the_database_shows_neither_recipient_nor_link() {
    for house in House::both().await {
        let loot = house.mail(None).await;
        let notification = house.notification().await;
        let stolen = house.stolen().await;
        assert!(
            stolen.iter().any(|(_, bytes)| contains(bytes, &notification.sealed)),
            "{}: it is there",
            house.name
        );
        // The first three characters of a key are its slot tag, which is there in the clear.
        for marker in [RECIPIENT, &loot.link.expose()[3..], &loot.receipt_key.expose()[3..]] {
            for form in forms(marker) {
                assert!(!stolen.iter().any(|(_, bytes)| contains(bytes, &form)), "{}: {marker}", house.name);
            }
        }
        let stranger = Vault::new(Keyring::generate(house.clock.now()), HashPool::new(4));
        assert!(
            stranger.open_notification(&notification.id, &notification.sealed).is_err(),
            "{}",
            house.name
        );
    }
}

#[tokio::test]
async fn with_the_keyring_unsent_mail_gives_recipient_and_link_and_so_an_unprotected_value() {
    for house in House::both().await {
        let loot = house.mail(None).await;
        let text = house.opened(&house.notification().await);
        assert!(contains(&text, RECIPIENT.as_bytes()), "{}: to whom", house.name);
        assert!(contains(&text, loot.link.expose().as_bytes()), "{}: the link", house.name);
        assert!(!contains(&text, &loot.receipt_key.expose().as_bytes()[3..]), "{}: no more", house.name);
        let envelope = Envelope::from_bytes(house.envelope(&loot).await).unwrap();
        let value = house.vault.ring().open(&loot.link, &envelope, Timestamp(1)).unwrap();
        assert_eq!(value.expose(), "value", "{}", house.name);
    }
}

#[tokio::test]
async fn with_the_keyring_unsent_mail_does_not_give_a_protected_value() {
    for house in House::both().await {
        let loot = house.mail(Some(WORD)).await;
        let text = house.opened(&house.notification().await);
        assert!(contains(&text, loot.link.expose().as_bytes()), "{}: the link", house.name);
        assert!(!contains(&text, WORD.as_bytes()), "{}: no passphrase is in a notification", house.name);
        assert!(house.reveal(network(5), &loot.link, None).await.is_err(), "{}", house.name);
        assert!(house.reveal(network(5), &loot.link, Some("wrong")).await.is_err(), "{}", house.name);
        assert_eq!(
            house.reveal(network(5), &loot.link, Some(WORD)).await.unwrap(),
            "value",
            "{}",
            house.name
        );
    }
}
