//! Somebody has the database and the keyring, and makes themselves a session of an account; or has the cookie of one.

use readonce::domain::{ShareId, SignInMethod, State, Timestamp, TokenName};
use readonce::service::{AccountPermit, Caller, SignedIn, TokenMade};
use readonce::vault::Error;

use super::house::{House, network};
use crate::store::sample::Entries as _;

/// A session as the keyring lets anybody seal one, and what it is let do.
async fn forged(house: &House, email: &str) -> AccountPermit {
    let account = house.service.accounts().find(email).await.unwrap().unwrap();
    let cookie = house.service.sessions().open(&account, SignInMethod::Token);
    let session = house.service.sessions().find(&cookie).await.unwrap().expect("it is as good as any");
    let signed_in = Some(Box::new(SignedIn { account: session.account, token: None }));
    house.service.admit_account(Caller { network: network(1), signed_in }).unwrap()
}

#[tokio::test]
async fn forged_with_database_and_keyring_shows_and_burns_and_opens_nothing() {
    for house in House::both().await {
        let (account, token) = house.account("ann@example.org").await;
        let who = async || Some(house.sign_in("ann@example.org", &token).await.unwrap());
        let by_token = house.share_as(who().await, "by a token", None).await;
        let mut without = house.sign_in("ann@example.org", &token).await.unwrap();
        without.token = None;
        let by_page = house.share_as(Some(without), "by the page", None).await;
        let permit = forged(&house, "ann@example.org").await;
        let shown = house.service.secrets().my_shares(&permit, None, 9).await.unwrap();
        let shares: Vec<_> = shown.receipts.iter().map(ShareId::from).collect();
        let expected = [&by_page, &by_token].map(|loot| ShareId::from(&loot.receipt));
        assert_eq!(shares, expected, "{}: it shows them", house.name);

        // Not a key is among what it shows, and what lies there opens by none that it has.
        let dump = format!("{shown:?}");
        for loot in [&by_token, &by_page] {
            for key in [loot.link.expose(), loot.receipt_key.expose()] {
                assert!(!dump.contains(&key[3..]), "{}", house.name);
            }
            let stranger = house.share("another", None).await;
            let opened = house.vault.open_link(&stranger.receipt_key, loot.receipt.sid, &loot.receipt.sealed);
            assert!(matches!(opened, Err(Error::Damaged)), "{}", house.name);
        }
        let entries = house.store.entries(&account.id, Timestamp(0), 9).await;
        assert_eq!(entries.len(), 1, "{}: what was shared by page has no entry", house.name);
        // A token that it makes itself opens no entry of another.
        let name = TokenName::parse("mine").unwrap();
        let TokenMade::Made { token, .. } =
            house.service.accounts().add_token(&account.id, name, None).await.unwrap()
        else {
            panic!("it was not made")
        };
        let listed = house.vault.open_entry(&account.id, &token, &entries[0].sealed);
        assert!(matches!(listed, Err(Error::Damaged)), "{}: each token has its own", house.name);

        for share in expected {
            house.service.secrets().burn_by_id(&permit, share).await.unwrap();
        }
        let shown = house.service.secrets().my_shares(&permit, None, 9).await.unwrap();
        let states: Vec<_> = shown.receipts.iter().map(|receipt| receipt.state).collect();
        assert_eq!(states, [State::Burned, State::Burned], "{}: and it burns them", house.name);
    }
}

#[tokio::test]
async fn stolen_shows_and_burns_until_it_is_ended() {
    for house in House::both().await {
        let (account, _) = house.account("ann@example.org").await;
        let cookie = |account| house.service.sessions().open(account, SignInMethod::Token);
        let stolen = cookie(&account);
        let is_valid = async |cookie: &str| house.service.sessions().find(cookie).await.unwrap().is_some();
        assert!(is_valid(&stolen).await, "{}", house.name);
        house.service.accounts().end_sessions(&account.id).await.unwrap();
        assert!(!is_valid(&stolen).await, "{}: signing out ends it", house.name);
        let account = house.service.accounts().find("ann@example.org").await.unwrap().unwrap();
        let stolen = cookie(&account);
        house.service.accounts().renew_token("ann@example.org").await.unwrap().unwrap();
        assert!(!is_valid(&stolen).await, "{}: so does a new first token", house.name);
    }
}
