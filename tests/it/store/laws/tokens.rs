//! Named tokens of accounts.

use std::sync::Arc;

use readonce::domain::{Clock as _, Day, FakeClock, NamedToken, TokenDigest, TokenId, random};
use readonce::store::{Added, MOST_TOKENS, Store, TokenUse};

use crate::store::sample::{Entries as _, account, listed, named_token, plain};

/// Everything of a token, comparable.
fn face(token: &NamedToken) -> impl PartialEq + std::fmt::Debug + use<> {
    let NamedToken { name, digest, created, expires, used } = token.clone();
    (name, digest.0, created, expires, used)
}

async fn found(
    store: &Arc<dyn Store>,
    id: &readonce::domain::AccountId,
    token: &TokenId,
) -> Option<NamedToken> {
    let (account, token) = store.account_with_token(id, token).await.unwrap().unwrap();
    assert_eq!(account.id, *id);
    token
}

pub(crate) async fn a_token_is_what_was_added_and_its_accounts_alone(
    store: Arc<dyn Store>,
    clock: &FakeClock,
) {
    let (me, other) = (account("a@example.org", clock.now()), account("b@example.org", clock.now()));
    for account in [&me, &other] {
        store.create_account(account.clone()).await.unwrap();
    }
    assert!(store.tokens(&me.id).await.unwrap().is_empty());
    let first = named_token(&"ü".repeat(60), clock.now());
    clock.advance(10);
    let second = NamedToken { expires: Some(clock.now().plus(90)), ..named_token("ci", clock.now()) };
    for token in [&first, &second] {
        assert_eq!(store.add_token(&me.id, token.clone()).await.unwrap(), Added::Added);
    }
    let tokens = store.tokens(&me.id).await.unwrap();
    assert_eq!(tokens.iter().map(face).collect::<Vec<_>>(), [face(&second), face(&first)], "newest first");
    assert!(store.tokens(&other.id).await.unwrap().is_empty());
    for token in [&first, &second] {
        let id = token.digest.id();
        assert_eq!(face(&found(&store, &me.id, &id).await.unwrap()), face(token));
        assert!(found(&store, &other.id, &id).await.is_none());
    }
    assert!(found(&store, &me.id, &me.token.id()).await.is_none(), "the first token has no name");
    assert!(found(&store, &me.id, &TokenId(*b"12345678")).await.is_none());
}

pub(crate) async fn a_revoked_token_is_gone_and_no_other(store: Arc<dyn Store>, clock: &FakeClock) {
    let me = account("a@example.org", clock.now());
    store.create_account(me.clone()).await.unwrap();
    let tokens = [named_token("ci", clock.now()), named_token("ci", clock.now())];
    for token in &tokens {
        store.add_token(&me.id, token.clone()).await.unwrap();
    }
    let id = tokens[0].digest.id();
    assert!(store.revoke_token(&me.id, &id).await.unwrap());
    assert!(!store.revoke_token(&me.id, &id).await.unwrap());
    // A use that was noted before it ended does not bring it back.
    store.note_uses(vec![TokenUse { account: me.id, token: Some(id), day: Day(1) }]).await.unwrap();
    assert!(found(&store, &me.id, &id).await.is_none());
    let left = store.tokens(&me.id).await.unwrap();
    assert_eq!(left.iter().map(face).collect::<Vec<_>>(), [face(&tokens[1])]);
    // Those that are left end with their account.
    store.delete_account(&me.id).await.unwrap();
    store.create_account(me.clone()).await.unwrap();
    assert!(store.tokens(&me.id).await.unwrap().is_empty());
    assert!(found(&store, &me.id, &tokens[1].digest.id()).await.is_none());
}

pub(crate) async fn an_account_has_so_many_tokens_and_no_more(store: Arc<dyn Store>, clock: &FakeClock) {
    let me = account("a@example.org", clock.now());
    store.create_account(me.clone()).await.unwrap();
    let adding = (0..2 * MOST_TOKENS).map(|_| {
        let (store, id, token) = (store.clone(), me.id, named_token("ci", clock.now()));
        tokio::spawn(async move { store.add_token(&id, token).await.unwrap() })
    });
    let mut added = 0;
    for answer in adding.collect::<Vec<_>>() {
        match answer.await.unwrap() {
            Added::Added => added += 1,
            refused => assert_eq!(refused, Added::TooMany),
        }
    }
    assert_eq!((added, store.tokens(&me.id).await.unwrap().len()), (MOST_TOKENS, MOST_TOKENS));
}

pub(crate) async fn the_last_use_is_noted_of_each_token(store: Arc<dyn Store>, clock: &FakeClock) {
    let (me, token) = (account("a@example.org", clock.now()), named_token("ci", clock.now()));
    store.create_account(me.clone()).await.unwrap();
    store.add_token(&me.id, token.clone()).await.unwrap();
    let id = token.digest.id();
    let used = async || {
        let (account, token) = store.account_with_token(&me.id, &id).await.unwrap().unwrap();
        (account.token_used, token.unwrap().used)
    };
    assert_eq!(used().await, (None, None));
    let of = |token, day| TokenUse { account: me.id, token, day: Day(day) };
    store.note_uses(vec![of(None, 7)]).await.unwrap();
    assert_eq!(used().await, (Some(Day(7)), None));
    store.note_uses(vec![of(Some(id), 20_786), of(None, 20_786)]).await.unwrap();
    assert_eq!(used().await, (Some(Day(20_786)), Some(Day(20_786))));
    // A new first token was not used yet.
    store.set_token(&me.id, TokenDigest(random::bytes()), clock.now()).await.unwrap();
    assert_eq!(used().await, (None, Some(Day(20_786))));
}

pub(crate) async fn a_new_first_token_leaves_the_list_to_the_named_ones(
    store: Arc<dyn Store>,
    clock: &FakeClock,
) {
    let (me, token) = (account("a@example.org", clock.now()), named_token("ci", clock.now()));
    store.create_account(me.clone()).await.unwrap();
    store.add_token(&me.id, token.clone()).await.unwrap();
    store.put(listed(plain(clock.now()), me.id)).await.unwrap();
    let renew = async || store.set_token(&me.id, TokenDigest(random::bytes()), clock.now()).await.unwrap();
    assert!(renew().await);
    assert_eq!(store.entries(&me.id, me.created, 9).await.len(), 1);
    store.revoke_token(&me.id, &token.digest.id()).await.unwrap();
    assert!(renew().await);
    assert_eq!(store.entries(&me.id, me.created, 9).await, []);
}
