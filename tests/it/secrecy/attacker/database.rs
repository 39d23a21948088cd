//! The database, a backup of it, or a dump of Redis is stolen; alone, and together with the link.

use readonce::domain::secret::layout;
use readonce::domain::{Envelope, Timestamp};
use readonce::service::{Caller, Error};
use readonce::vault::{HashPool, Keyring, Vault, account_id, token_digest};

use super::formulas::{field, hash, lp};
use super::house::{House, network, passphrase, presented};
use crate::support::search::{contains, forms};

const VALUE: &str = "marker-VALUE-4Kp9";
const WORD: &str = "marker-PASS-7Lq2";
const WRONG: &str = "marker-WRONG-1Zt5";
const USER: &str = "sharer-3Rx8@example.org";

#[tokio::test]
async fn tells_who_shared_and_when_and_whether_it_was_read() {
    for house in House::both().await {
        let (_, token) = house.account(USER).await;
        let who = house.sign_in(USER, &token).await.unwrap();
        let [open, locked] = [None, Some(WORD)];
        let open = house.share_as(Some(who), VALUE, open).await;
        let locked = house.share(VALUE, locked).await;
        assert!(house.holds(USER.as_bytes()).await, "{}: whose it is", house.name);
        let envelope = Envelope::from_bytes(house.envelope(&locked).await).unwrap();
        assert!(envelope.is_protected(), "{}: that it takes a passphrase", house.name);
        assert_eq!(envelope.field(layout::CREATED), locked.receipt.created.0.to_be_bytes(), "{}", house.name);
        assert_eq!(envelope.field(layout::EXPIRES), locked.receipt.secret_expires().0.to_be_bytes());
        assert!(house.holds(&envelope.key_id().0).await, "{}: under which root key", house.name);
        assert!(house.holds(open.link.tag().as_str().as_bytes()).await, "{}: the slot tag", house.name);
        // Lengths show in steps of 64 bytes.
        let (short, longer) = (house.share("x", None).await, house.share(&"x".repeat(60), None).await);
        assert_eq!(house.envelope(&short).await.len(), house.envelope(&longer).await.len(), "{}", house.name);
    }
}

#[tokio::test]
async fn holds_no_value_passphrase_link_or_token() {
    for house in House::both().await {
        let (_, token) = house.account(USER).await;
        let mut markers = [VALUE, WORD, WRONG].map(str::to_owned).to_vec();
        markers.push(token.expose().to_owned());
        for word in [None, Some(WORD)] {
            let who = house.sign_in(USER, &token).await.unwrap();
            for loot in [house.share(VALUE, word).await, house.share_as(Some(who), VALUE, word).await] {
                let guessed = house.reveal(network(7), &loot.link, Some(WRONG)).await;
                assert_eq!(guessed.is_ok(), word.is_none(), "{}: {guessed:?}", house.name);
                // The first three characters are the slot tag, which is there in the clear.
                markers
                    .extend([loot.link.expose()[3..].to_owned(), loot.receipt_key.expose()[3..].to_owned()]);
            }
        }
        let stolen = house.stolen().await;
        assert!(stolen.iter().any(|(_, bytes)| bytes.len() > 1000), "{}: nothing was stolen", house.name);
        for marker in &markers {
            for form in forms(marker) {
                let place = stolen.iter().find(|(_, bytes)| contains(bytes, &form)).map(|(place, _)| place);
                assert_eq!(place, None, "{}: {marker} as {}", house.name, String::from_utf8_lossy(&form));
            }
        }
    }
}

#[tokio::test]
async fn knows_secrets_by_hashes_of_whole_keys_only() {
    for house in House::both().await {
        let loot = house.share(VALUE, None).await;
        let (link, receipt_key) = (loot.link.expose().as_bytes(), loot.receipt_key.expose().as_bytes());
        let ids =
            [hash(&[b"ots/v1/", b"id", b"secret", link]), hash(&[b"ots/v1/", b"id", b"meta", receipt_key])];
        assert_eq!(ids, [loot.receipt.sid.0, loot.receipt.mid.0]);
        for id in ids {
            assert!(house.holds(&id).await, "{}: the id is there", house.name);
        }
        // A hash of less than the whole key could be searched for a part at a time.
        for part in [&link[..30], &link[3..], &receipt_key[3..], &link[..16]] {
            for id in [hash(&[b"ots/v1/", b"id", b"secret", part]), hash(&[b"ots/v1/", b"id", b"meta", part])]
            {
                assert!(!house.holds(&id).await, "{}: a hash of a part of a key", house.name);
            }
        }
    }
}

#[tokio::test]
async fn knows_networks_that_tried_by_a_name_that_is_no_address() {
    for house in House::both().await {
        let loot = house.share(VALUE, Some(WORD)).await;
        let caller = Caller { network: network(77), signed_in: None };
        let reader = house.service.admit_read(caller).unwrap();
        let tried = house.service.secrets().reveal(&reader, &loot.link, presented(Some(WRONG))).await;
        assert!(matches!(tried, Err(Error::UnknownSecret)), "{}: {tried:?}", house.name);
        let name = house.vault.network_tag(network(77), loot.link.tag());
        assert!(house.holds(&name.0).await, "{}: the try is counted", house.name);
        let address = [198, 51, 100, 77];
        assert!(!house.holds(b"198.51.100.77").await && !house.holds(&address).await, "{}", house.name);
        // Without the keyring the name cannot be had from the address, nor two secrets' counters be joined by it.
        let stranger = Vault::new(Keyring::generate(Timestamp(1)), HashPool::new(4));
        assert_ne!(stranger.network_tag(network(77), loot.link.tag()), name);
        let other =
            readonce::domain::SlotTag::parse(if loot.link.tag().as_str() == "abc" { "abd" } else { "abc" });
        assert_ne!(house.vault.network_tag(network(77), other.unwrap()), name);
    }
}

#[tokio::test]
async fn knows_tokens_by_digests_only() {
    for house in House::both().await {
        let (account, token) = house.account(USER).await;
        let digest = token_digest(&account.id, &token);
        assert!(house.holds(&digest.0).await, "{}: the digest is there", house.name);
        assert_eq!(account.id, account_id(USER));
        let written = hash(&[b"ots/v1/", b"token", &account.id.0, token.expose().as_bytes()]);
        assert_eq!(written, digest.0);
        // Not the digest of the token alone, which would be the same in every installation.
        let bare: [u8; 32] = sha2::Digest::finalize(sha2::Digest::chain_update(
            <sha2::Sha256 as sha2::Digest>::new(),
            token.expose(),
        ))
        .into();
        let raw: Vec<u8> =
            (0..20).map(|at| u8::from_str_radix(&token.expose()[2 * at..2 * at + 2], 16).unwrap()).collect();
        for other in [&bare[..], &raw, token.expose().as_bytes(), &lp(&[token.expose().as_bytes()])] {
            assert!(!house.holds(other).await, "{}", house.name);
        }
    }
}

#[tokio::test]
async fn with_the_link_finds_the_row_and_does_not_open_it_without_the_keyring() {
    for house in House::both().await {
        for word in [None, Some(WORD)] {
            let loot = house.share(VALUE, word).await;
            // The attacker's own server over the stolen store: it notices, and consumes nothing.
            let own = Keyring::generate(Timestamp(1));
            let server = house.with_keyring(Keyring::parse(&own.to_text()).unwrap());
            let reader = server.admit_read(Caller { network: network(9), signed_in: None }).unwrap();
            let read = server.secrets().reveal(&reader, &loot.link, presented(word)).await;
            assert!(matches!(read, Err(Error::UnknownKey(_))), "{}: {read:?}", house.name);
            // Saying that it is sealed under the attacker's key does not help either.
            let mut bytes = house.envelope(&loot).await;
            bytes[layout::KEY_ID..layout::KDF].copy_from_slice(&own.writer().id.0);
            let (attacker, relabelled) =
                (Vault::new(own, HashPool::new(4)), Envelope::from_bytes(bytes).unwrap());
            assert!(attacker.ring().open(&loot.link, &relabelled, Timestamp(1)).is_err(), "{}", house.name);
            if word.is_some() {
                let guess = attacker
                    .unlock(
                        &attacker.ring(),
                        &loot.link,
                        &relabelled,
                        &passphrase(WORD),
                        Timestamp(1),
                        network(1),
                    )
                    .await;
                assert!(guess.unwrap().is_none(), "{}: nothing to guess against", house.name);
            }
            assert_eq!(house.reveal(network(1), &loot.link, word).await.unwrap(), VALUE, "{}", house.name);
        }
    }
}

/// All that could tell a right guess from a wrong one: verifier and tag. Both take the link and the root key.
#[tokio::test]
async fn gives_nothing_to_guess_passphrases_against() {
    for house in House::both().await {
        let (loot, other) = (house.share(VALUE, Some(WORD)).await, house.share(VALUE, Some(WORD)).await);
        let [one, two] = [house.envelope(&loot).await, house.envelope(&other).await];
        for (at, what) in [(layout::VERIFIER, "verifier"), (layout::BODY, "ciphertext")] {
            assert_ne!(field::<32>(&one, at), field::<32>(&two, at), "{}: the same {what}", house.name);
        }
        // The right passphrase for the right row, without the right link: the answer is that of a wrong guess.
        let envelope = Envelope::from_bytes(one).unwrap();
        let guess = house
            .vault
            .unlock(&house.vault.ring(), &other.link, &envelope, &passphrase(WORD), Timestamp(1), network(1))
            .await;
        assert!(guess.unwrap().is_none(), "{}", house.name);
    }
}
