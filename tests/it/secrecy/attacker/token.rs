//! An account's API token is stolen.

use crate::store::sample::Entries as _;
use readonce::domain::Timestamp;
use readonce::service::{Caller, Error};

use super::house::{House, network, presented};

const USER: &str = "ann@example.org";

#[tokio::test]
async fn gets_the_list_and_through_it_unread_unprotected_values() {
    for house in House::both().await {
        let (_, token) = house.account(USER).await;
        let who = house.sign_in(USER, &token).await.unwrap();
        let loot = house.share_as(Some(who), "value", None).await;
        let attacker = Caller {
            network: network(9),
            signed_in: Some(Box::new(house.sign_in(USER, &token).await.unwrap())),
        };
        let attacker = house.service.admit_account(attacker).unwrap();
        let listed = house.service.secrets().recent(&attacker).await.unwrap().views;
        assert!(listed[0].secret_key.is_none(), "{}: the list itself shows no link", house.name);
        let view =
            house.service.secrets().receipt(&house.holder(network(9)), &listed[0].receipt_key).await.unwrap();
        let link = view.secret_key.unwrap();
        assert_eq!(link, loot.link);
        assert_eq!(house.reveal(network(9), &link, None).await.unwrap(), "value", "{}", house.name);
    }
}

#[tokio::test]
async fn does_not_get_protected_or_other_peoples_values() {
    for house in House::both().await {
        let (_, token) = house.account(USER).await;
        let (_, others) = house.account("bob@example.org").await;
        let who = house.sign_in(USER, &token).await.unwrap();
        let locked = house.share_as(Some(who), "value", Some("right")).await;
        house.share_as(Some(house.sign_in("bob@example.org", &others).await.unwrap()), "bob's", None).await;
        house.share("anonymous", None).await;
        let attacker = Caller {
            network: network(9),
            signed_in: Some(Box::new(house.sign_in(USER, &token).await.unwrap())),
        };
        let attacker = house.service.admit_account(attacker).unwrap();
        let listed = house.service.secrets().recent(&attacker).await.unwrap().views;
        assert_eq!(listed.len(), 1, "{}: its own only", house.name);
        assert_eq!(listed[0].receipt_key, locked.receipt_key);
        let read = house
            .service
            .secrets()
            .reveal(&house.reader(network(9)), &locked.link, presented(Some("wrong")))
            .await;
        assert!(matches!(read, Err(Error::UnknownSecret)), "{}: {read:?}", house.name);
        let wrong = house.sign_in("bob@example.org", &token).await;
        assert!(matches!(wrong, Err(Error::NotAuthorized)), "{}: {wrong:?}", house.name);
    }
}

#[tokio::test]
async fn is_worth_nothing_once_it_was_renewed() {
    for house in House::both().await {
        let (account, token) = house.account(USER).await;
        let who = house.sign_in(USER, &token).await.unwrap();
        house.share_as(Some(who), "value", None).await;
        house.service.accounts().renew_token(USER).await.unwrap().unwrap();
        let refused = house.sign_in(USER, &token).await;
        assert!(matches!(refused, Err(Error::NotAuthorized)), "{}: {refused:?}", house.name);
        let left = house.store.entries(&account.id, Timestamp(0), 9).await;
        assert!(left.is_empty(), "{}: what the old token opened is gone", house.name);
    }
}
