//! The metadata key is stolen.

use readonce::domain::SecretKey;
use readonce::service::Error;

use super::house::{House, network, presented};

#[tokio::test]
async fn gets_the_link_while_unread_and_so_an_unprotected_value() {
    for house in House::both().await {
        let loot = house.share("value", None).await;
        let view =
            house.service.secrets().receipt(&house.holder(network(9)), &loot.receipt_key).await.unwrap();
        let link = view.secret_key.unwrap();
        assert_eq!(link, loot.link, "{}", house.name);
        assert_eq!(house.reveal(network(9), &link, None).await.unwrap(), "value", "{}", house.name);
    }
}

#[tokio::test]
async fn can_burn() {
    for house in House::both().await {
        let loot = house.share("value", Some("right")).await;
        house
            .service
            .secrets()
            .burn(&house.holder(network(9)), &loot.receipt_key, presented(None))
            .await
            .unwrap();
        let gone = house.reveal(network(1), &loot.link, Some("right")).await;
        assert!(matches!(gone, Err(Error::UnknownSecret)), "{}: {gone:?}", house.name);
    }
}

#[tokio::test]
async fn does_not_get_a_protected_value_nor_a_free_guess_by_burning() {
    for house in House::both().await {
        let loot = house.share("value", Some("right")).await;
        let holder = house.holder(network(9));
        let as_link = SecretKey::parse(loot.receipt_key.expose()).unwrap();
        let read = house.reveal(network(9), &as_link, Some("right")).await;
        assert!(matches!(read, Err(Error::UnknownSecret)), "it reads nothing by itself: {read:?}");
        for _ in 0..5 {
            let burned =
                house.service.secrets().burn(&holder, &loot.receipt_key, presented(Some("wrong"))).await;
            assert!(matches!(burned, Err(Error::WrongPassphrase)), "{}: {burned:?}", house.name);
        }
        let limited = house.reveal(network(9), &loot.link, Some("right")).await;
        assert!(matches!(limited, Err(Error::Limited { .. })), "{}: {limited:?}", house.name);
    }
}

#[tokio::test]
async fn does_not_get_the_link_once_it_was_read_or_burned() {
    for house in House::both().await {
        let [read, burned] = [house.share("value", None).await, house.share("value", None).await];
        let holder = house.holder(network(9));
        house.reveal(network(1), &read.link, None).await.unwrap();
        house
            .service
            .secrets()
            .burn(&house.holder(network(1)), &burned.receipt_key, presented(None))
            .await
            .unwrap();
        for loot in [&read, &burned] {
            let view = house.service.secrets().receipt(&holder, &loot.receipt_key).await.unwrap();
            assert!(view.secret_key.is_none(), "{}", house.name);
            assert!(view.receipt.sealed.is_empty(), "{}: the sealed link is still there", house.name);
        }
    }
}
