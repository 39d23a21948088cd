//! Accounts.

use std::sync::Arc;

use readonce::domain::{
    Account, Binding, Clock as _, FakeClock, Locale, SecretEnds, Timestamp, TokenDigest, random,
};
use readonce::store::{Added, Bound, NewSecret, Store, TokenUse};

use crate::store::sample::{
    Entries as _, account, account_id, burn, listed, locked, named_token, plain, reveal,
};

/// Everything of an account, comparable.
pub(crate) fn face(account: &Account) -> impl PartialEq + std::fmt::Debug + use<> {
    let Account {
        id,
        email,
        plan,
        token,
        token_created,
        token_used,
        created,
        disabled,
        locale,
        sessions,
        binding,
        notify,
    } = account.clone();
    let token = (token.0, token_created, token_used);
    (id, email.as_str().to_owned(), plan, token, created, disabled, locale, sessions, binding, notify)
}

async fn assert_stored(store: &Arc<dyn Store>, expected: &Account) {
    let found = store.account(&expected.id).await.unwrap().unwrap();
    assert_eq!(face(&found), face(expected));
}

pub(crate) async fn an_account_is_what_was_created(store: Arc<dyn Store>, clock: &FakeClock) {
    let mut plain = account("Joe+tag@Example.com", clock.now());
    let mut full = account("ünal@bücher.example", clock.now().minus(1000));
    full.disabled = true;
    full.locale = Some(Locale::Sv);
    full.notify = SecretEnds::parse("burned,expired").unwrap();
    plain.plan = String::from("identity");
    for account in [plain, full] {
        assert!(store.create_account(account.clone()).await.unwrap());
        assert_stored(&store, &account).await;
    }
    assert!(store.account(&account_id()).await.unwrap().is_none());
}

pub(crate) async fn what_an_account_is_told_of_changes_that_alone(store: Arc<dyn Store>, clock: &FakeClock) {
    let mut account = account("a@example.org", clock.now());
    assert!(!store.set_notify(&account.id, SecretEnds::default()).await.unwrap());
    assert!(store.account(&account.id).await.unwrap().is_none(), "none is made by it");
    assert!(store.create_account(account.clone()).await.unwrap());
    for ends in ["read,expired", "burned", "none"] {
        account.notify = SecretEnds::parse(ends).unwrap();
        assert!(store.set_notify(&account.id, account.notify).await.unwrap());
        assert_stored(&store, &account).await;
    }
}

pub(crate) async fn an_id_is_taken_once(store: Arc<dyn Store>, clock: &FakeClock) {
    let first = account("a@example.org", clock.now());
    assert!(store.create_account(first.clone()).await.unwrap());
    let rival =
        Account { id: first.id, plan: "identity".to_owned(), ..account("A@example.org", clock.now()) };
    assert!(!store.create_account(rival).await.unwrap());
    assert_stored(&store, &first).await;
    assert_eq!(store.accounts().await.unwrap().len(), 1);
}

pub(crate) async fn accounts_come_by_email(store: Arc<dyn Store>, clock: &FakeClock) {
    assert!(store.accounts().await.unwrap().is_empty());
    for email in ["c@example.org", "a@example.org", "d@example.org", "b@example.org"] {
        store.create_account(account(email, clock.now())).await.unwrap();
    }
    let emails: Vec<_> =
        store.accounts().await.unwrap().iter().map(|account| account.email.as_str().to_owned()).collect();
    assert_eq!(emails, ["a@example.org", "b@example.org", "c@example.org", "d@example.org"]);
}

pub(crate) async fn a_new_token_empties_the_list(store: Arc<dyn Store>, clock: &FakeClock) {
    let (mut me, other) = (account("a@example.org", clock.now()), account("b@example.org", clock.now()));
    let mut shared = Vec::new();
    for owner in [&me, &other] {
        store.create_account(owner.clone()).await.unwrap();
        shared.push(listed(plain(clock.now()), owner.id));
    }
    for secret in &shared {
        store.put(secret.clone()).await.unwrap();
    }
    clock.advance(5);
    (me.token, me.token_created, me.sessions) = (TokenDigest(random::bytes()), clock.now(), me.sessions + 1);
    assert!(store.set_token(&me.id, me.token, clock.now()).await.unwrap());
    assert_stored(&store, &me).await;
    assert_stored(&store, &other).await;
    assert_eq!(store.entries(&me.id, Timestamp(0), 100).await, []);
    assert_eq!(store.entries(&other.id, Timestamp(0), 100).await.len(), 1);
    // The secret itself is untouched, and the list fills again.
    assert_eq!(store.take(reveal(&shared[0], clock.now())).await.unwrap(), super::secrets::won(&shared[0]));
    store.put(listed(plain(clock.now()), me.id)).await.unwrap();
    assert_eq!(store.entries(&me.id, Timestamp(0), 100).await.len(), 1);
}

pub(crate) async fn disabling_changes_that_alone(store: Arc<dyn Store>, clock: &FakeClock) {
    let mut me = account("a@example.org", clock.now());
    store.create_account(me.clone()).await.unwrap();
    store.put(listed(plain(clock.now()), me.id)).await.unwrap();
    for disabled in [true, true, false] {
        me.disabled = disabled;
        me.sessions += u64::from(disabled);
        assert!(store.set_disabled(&me.id, disabled).await.unwrap());
        assert_stored(&store, &me).await;
    }
    assert_eq!(store.entries(&me.id, Timestamp(0), 100).await.len(), 1);
}

pub(crate) async fn a_deleted_account_is_gone_with_its_list(store: Arc<dyn Store>, clock: &FakeClock) {
    let me = account("a@example.org", clock.now());
    store.create_account(me.clone()).await.unwrap();
    let secret = listed(plain(clock.now()), me.id);
    store.put(secret.clone()).await.unwrap();
    assert!(store.delete_account(&me.id).await.unwrap());
    assert!(store.account(&me.id).await.unwrap().is_none());
    assert!(store.accounts().await.unwrap().is_empty());
    assert_eq!(store.entries(&me.id, Timestamp(0), 100).await, []);
    // Its secrets stay until they end, and who comes back under the same address finds no old list.
    assert!(store.create_account(me.clone()).await.unwrap());
    assert_eq!(store.entries(&me.id, Timestamp(0), 100).await, []);
    assert_eq!(store.take(reveal(&secret, clock.now())).await.unwrap(), super::secrets::won(&secret));
}

pub(crate) async fn the_unread_secrets_of_an_account_are_found(store: Arc<dyn Store>, clock: &FakeClock) {
    let unread = async |owner: &str, now| {
        let mut unread = store.unread_of(owner, now).await.unwrap();
        unread.sort_by_key(|(_, mid)| mid.0);
        unread
    };
    let of = |mut secret: NewSecret, owner: Option<&str>| {
        secret.receipt.owner = owner.map(str::to_owned);
        secret
    };
    assert_eq!(unread("a@example.org", clock.now()).await, []);
    let mine: Vec<_> = (0..150)
        .map(|number| {
            of(if number % 2 == 0 { plain(clock.now()) } else { locked(clock.now()) }, Some("a@example.org"))
        })
        .collect();
    let others = [Some("b@example.org"), Some("A@example.org"), Some(""), None];
    let others: Vec<_> = others.into_iter().map(|owner| of(plain(clock.now()), owner)).collect();
    for secret in mine.iter().chain(&others) {
        store.put(secret.clone()).await.unwrap();
    }
    let mut expected: Vec<_> = mine.iter().map(|secret| (secret.receipt.tag, secret.receipt.mid)).collect();
    expected.sort_by_key(|(_, mid)| mid.0);
    assert_eq!(unread("a@example.org", clock.now()).await, expected);
    // What is read or burned is none of them, and nothing is once it has expired.
    store.take(reveal(&mine[0], clock.now())).await.unwrap();
    store.take(burn(&mine[1], clock.now())).await.unwrap();
    let ended = [&mine[0], &mine[1]].map(|secret| secret.receipt.mid);
    expected.retain(|(_, mid)| !ended.contains(mid));
    assert_eq!(unread("a@example.org", clock.now()).await, expected);
    assert_eq!(unread("a@example.org", mine[0].receipt.secret_expires()).await, []);
}

pub(crate) async fn what_is_not_there_is_not_changed(store: Arc<dyn Store>, clock: &FakeClock) {
    let me = account("a@example.org", clock.now());
    assert!(!store.set_token(&me.id, me.token, clock.now()).await.unwrap());
    for disabled in [true, false] {
        assert!(!store.set_disabled(&me.id, disabled).await.unwrap());
    }
    assert!(!store.end_sessions(&me.id).await.unwrap());
    let token = named_token("ci", clock.now());
    assert!(!store.revoke_token(&me.id, &token.digest.id()).await.unwrap());
    assert_eq!(store.add_token(&me.id, token.clone()).await.unwrap(), Added::NoAccount);
    assert!(store.account_with_token(&me.id, &token.digest.id()).await.unwrap().is_none());
    assert_eq!(store.bind(&me.id, Binding([1; 32])).await.unwrap(), Bound::NoAccount);
    let day = clock.now().day();
    for token in [None, Some(token.digest.id())] {
        store.note_uses(vec![TokenUse { account: me.id, token, day }]).await.unwrap();
    }
    assert!(store.bound_to(&Binding([1; 32])).await.unwrap().is_none());
    assert!(!store.unbind(&me.id).await.unwrap());
    assert!(!store.delete_account(&me.id).await.unwrap());
    assert!(store.account(&me.id).await.unwrap().is_none());
    assert!(store.accounts().await.unwrap().is_empty());
}

pub(crate) async fn each_end_of_sessions_is_another_number(store: Arc<dyn Store>, clock: &FakeClock) {
    let (me, other) = (account("a@example.org", clock.now()), account("b@example.org", clock.now()));
    for account in [&me, &other] {
        store.create_account(account.clone()).await.unwrap();
    }
    let ends = (0..16).map(|_| {
        let (store, id) = (store.clone(), me.id);
        tokio::spawn(async move { store.end_sessions(&id).await.unwrap() })
    });
    for ended in ends.collect::<Vec<_>>() {
        assert!(ended.await.unwrap());
    }
    assert_stored(&store, &Account { sessions: me.sessions + 16, ..me.clone() }).await;
    assert_stored(&store, &other).await;
    // Made again, it does not begin with a number that sessions of the old one may have.
    store.delete_account(&me.id).await.unwrap();
    let again = Account { id: me.id, ..account("a@example.org", clock.now()) };
    store.create_account(again.clone()).await.unwrap();
    assert_stored(&store, &again).await;
    assert_ne!(again.sessions, me.sessions, "begins at random");
}

pub(crate) async fn of_many_who_bind_an_account_one_wins(store: Arc<dyn Store>, clock: &FakeClock) {
    let me = account("a@example.org", clock.now());
    store.create_account(me.clone()).await.unwrap();
    let rivals: Vec<_> = (0..16)
        .map(|number| {
            let (store, id) = (store.clone(), me.id);
            tokio::spawn(async move { store.bind(&id, Binding([number; 32])).await.unwrap() })
        })
        .collect();
    let mut winner = None;
    for (number, rival) in (0..16).zip(rivals) {
        match rival.await.unwrap() {
            Bound::Bound => assert!(winner.replace(Binding([number; 32])).is_none(), "two have won"),
            lost => assert_eq!(lost, Bound::ToAnother),
        }
    }
    let winner = winner.unwrap();
    assert_stored(&store, &Account { binding: Some(winner), ..me.clone() }).await;
    for number in 0..16 {
        let found = store.bound_to(&Binding([number; 32])).await.unwrap().map(|found| found.id);
        assert_eq!(found, (winner.0[0] == number).then_some(me.id));
    }
    assert_eq!(store.bind(&me.id, winner).await.unwrap(), Bound::Bound, "again");
}

pub(crate) async fn of_many_accounts_one_is_bound_to_somebody(store: Arc<dyn Store>, clock: &FakeClock) {
    let somebody = Binding(random::bytes());
    let people: Vec<_> = (0..8).map(|who| account(&format!("{who}@example.org"), clock.now())).collect();
    for account in &people {
        store.create_account(account.clone()).await.unwrap();
    }
    let rivals: Vec<_> = people
        .iter()
        .map(|account| {
            let (store, id) = (store.clone(), account.id);
            tokio::spawn(async move { store.bind(&id, somebody).await.unwrap() })
        })
        .collect();
    let mut winners = Vec::new();
    for (account, rival) in people.iter().zip(rivals) {
        match rival.await.unwrap() {
            Bound::Bound => winners.push(account.id),
            lost => assert_eq!(lost, Bound::Elsewhere),
        }
    }
    let [winner] = winners[..] else { panic!("{winners:?} have won") };
    assert_eq!(store.bound_to(&somebody).await.unwrap().unwrap().id, winner);
    for account in &people {
        let bound = store.account(&account.id).await.unwrap().unwrap().binding;
        assert_eq!(bound.is_some(), account.id == winner, "who lost is free to be bound");
    }
    // Unbound, it leaves them to itself or to another.
    assert!(store.unbind(&winner).await.unwrap());
    assert!(!store.unbind(&winner).await.unwrap());
    assert!(store.bound_to(&somebody).await.unwrap().is_none());
    assert_eq!(store.bind(&winner, somebody).await.unwrap(), Bound::Bound);
    // Deleted, it leaves them to whoever comes next: to another account, or to a new one of its address.
    let loser = people.iter().find(|account| account.id != winner).unwrap();
    store.delete_account(&winner).await.unwrap();
    assert!(store.bound_to(&somebody).await.unwrap().is_none());
    assert_eq!(store.bind(&loser.id, somebody).await.unwrap(), Bound::Bound);
    assert_eq!(store.bound_to(&somebody).await.unwrap().unwrap().id, loser.id);
}
