//! Secrets to put and claims to make, with ids of their own in every test.
//!
//! Lifetimes are a minute at least: a backend with native expiry lives in real time, whatever the fake clock says.

use std::time::Duration;

use async_trait::async_trait;
use readonce::domain::receipt::{NewEntry, SealedEntry};
use readonce::domain::secret::layout;
use readonce::domain::{
    Account, AccountId, Attempt, EmailAddress, Ending, Envelope, KeyId, NamedToken, NetworkTag,
    NotificationId, ReceiptId, SecretId, SlotTag, State, StoredReceipt, Timestamp, TokenDigest, TokenName,
    TryLimits, Unlocked, random,
};
use readonce::store::{Claim, ClaimRequest, ListStore, NewNotification, NewSecret, Target};

/// The root key of every sample.
pub(crate) const KEY: KeyId = KeyId(*b"\x01root-01");
/// Another one.
pub(crate) const OTHER_KEY: KeyId = KeyId(*b"\x02root-02");
/// A ring that opens every sample.
pub(crate) const RING: &[KeyId] = &[OTHER_KEY, KEY];
/// A sample's lifetime in seconds.
pub(crate) const TTL: u32 = 3600;
/// The window in which tries are counted, in seconds.
pub(crate) const WINDOW: u64 = 900;

/// An unprotected secret of 100 bytes.
pub(crate) fn plain(now: Timestamp) -> NewSecret {
    sealed(now, false, 100)
}

/// A protected secret.
pub(crate) fn locked(now: Timestamp) -> NewSecret {
    sealed(now, true, 100)
}

/// A secret whose envelope has a body of `len` random bytes.
pub(crate) fn sealed(now: Timestamp, protected: bool, len: usize) -> NewSecret {
    NewSecret {
        envelope: envelope(KEY, protected, len),
        receipt: StoredReceipt {
            tag: tag(),
            sid: SecretId(random::bytes()),
            mid: ReceiptId(random::bytes()),
            state: State::New,
            created: now,
            updated: now,
            ttl: TTL,
            owner: Some("sharer@example.org".to_owned()),
            recipient: "jo***@e***.com".to_owned(),
            share_domain: "secrets.example.org".to_owned(),
            protected,
            sealed: random::bytes::<44>().to_vec(),
        },
        owner: None,
        entry: None,
        notification: None,
        notices: Vec::new(),
    }
}

/// An envelope under `key`.
pub(crate) fn envelope(key: KeyId, protected: bool, len: usize) -> Envelope {
    let mut bytes = vec![0; layout::BODY + len];
    random::fill(&mut bytes);
    bytes[..4].copy_from_slice(&layout::MAGIC);
    bytes[layout::KEY_ID..layout::KEY_ID + 8].copy_from_slice(&key.0);
    bytes[layout::KDF] = u8::from(protected);
    Envelope::from_bytes(bytes).unwrap()
}

/// Three characters.
pub(crate) fn tag() -> SlotTag {
    let mut text = [0; 3];
    random::draw(b"0123456789abcdefghijklmnopqrstuvwxyz", &mut text);
    SlotTag::parse(std::str::from_utf8(&text).unwrap()).unwrap()
}

/// The same secret by its ids, under a tag that it is not stored under.
pub(crate) fn elsewhere(secret: &NewSecret) -> NewSecret {
    let mut other = secret.clone();
    other.receipt.tag = std::iter::repeat_with(tag).find(|tag| *tag != secret.receipt.tag).unwrap();
    other
}

/// The same secret, shared by `owner`'s token.
pub(crate) fn listed(secret: NewSecret, owner: AccountId) -> NewSecret {
    let entry = NewEntry { owner, sealed: random::bytes::<60>().to_vec() };
    NewSecret { entry: Some(entry), ..owned(secret, owner) }
}

/// The same secret, shared by `owner` without a token. The account is the sharer of [`sealed`].
pub(crate) fn owned(secret: NewSecret, owner: AccountId) -> NewSecret {
    NewSecret { owner: Some(owner), ..secret }
}

/// The same secret, with a notification about it.
pub(crate) fn posted(secret: NewSecret) -> NewSecret {
    let id = NotificationId { tag: secret.receipt.tag, serial: random::bytes() };
    let notification = NewNotification { id, sealed: random::bytes::<300>().to_vec() };
    NewSecret { notification: Some(notification), ..secret }
}

/// A claim by the secret key, to read it, with nothing presented.
pub(crate) fn reveal(secret: &NewSecret, now: Timestamp) -> Claim {
    let request = ClaimRequest {
        tag: secret.receipt.tag,
        target: Target::Secret(secret.receipt.sid),
        ending: Ending::Revealed,
        proof: None,
        attempt: None,
    };
    Claim { request, ring: RING.into(), now }
}

/// A claim that asks for something else.
pub(crate) fn with(mut claim: Claim, change: impl FnOnce(&mut ClaimRequest)) -> Claim {
    change(&mut claim.request);
    claim
}

/// A claim by the receipt key, to burn it.
pub(crate) fn burn(secret: &NewSecret, now: Timestamp) -> Claim {
    with(reveal(secret, now), |asked| {
        asked.target = Target::Receipt(secret.receipt.mid);
        asked.ending = Ending::Burned;
    })
}

/// A claim with the proof of having unlocked the envelope.
pub(crate) fn unlocked(secret: &NewSecret, now: Timestamp) -> Claim {
    with(reveal(secret, now), |asked| asked.proof = Some(Unlocked::verified(secret.envelope.nonce())))
}

/// A claim with a passphrase presented, from `network`: 3 tries a window, 10 in a life.
pub(crate) fn guess(secret: &NewSecret, network: NetworkTag, now: Timestamp) -> Claim {
    with(reveal(secret, now), |asked| asked.attempt = Some(attempt(network)))
}

/// A try from `network`: 3 a window, 10 in a life.
pub(crate) fn attempt(network: NetworkTag) -> Attempt {
    Attempt { network, limits: TryLimits { tries: 3, window: Duration::from_secs(WINDOW), lifetime: 10 } }
}

/// A client network.
pub(crate) fn network() -> NetworkTag {
    NetworkTag(random::bytes())
}

/// An account id.
pub(crate) fn account_id() -> AccountId {
    AccountId(random::bytes())
}

/// An account.
pub(crate) fn account(email: &str, now: Timestamp) -> Account {
    let email = EmailAddress::parse(email).unwrap();
    Account::new(account_id(), email, "basic".to_owned(), TokenDigest(random::bytes()), now)
}

/// A named token without an end.
pub(crate) fn named_token(name: &str, now: Timestamp) -> NamedToken {
    let name = TokenName::parse(name).unwrap();
    NamedToken { name, digest: TokenDigest(random::bytes()), created: now, expires: None, used: None }
}

/// A list as a whole.
#[async_trait]
pub(crate) trait Entries {
    /// At most `limit` entries that were made at `since` or later, fetched in pages smaller than that.
    async fn entries(&self, owner: &AccountId, since: Timestamp, limit: usize) -> Vec<SealedEntry>;
}

#[async_trait]
impl<T: ListStore + Sync + ?Sized> Entries for T {
    async fn entries(&self, owner: &AccountId, since: Timestamp, limit: usize) -> Vec<SealedEntry> {
        let (mut found, mut after) = (Vec::new(), None);
        loop {
            let size = 3.min(limit - found.len());
            let page = self.recent(owner, since, after.as_ref(), size).await.unwrap();
            assert!(page.entries.len() <= size);
            found.extend(page.entries.into_iter().map(|listed| listed.entry));
            after = page.next;
            if after.is_none() || found.len() == limit {
                return found;
            }
        }
    }
}
