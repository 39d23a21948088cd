//! The embedded store with a single caller: each commit waits for the disk. Concurrent callers share a commit, which
//! only the load benchmark shows.

use criterion::{BatchSize, Criterion};
use readonce::domain::key::generate_pair;
use readonce::domain::secret::layout;
use readonce::domain::{
    Clock as _, Ending, Envelope, KeyId, State, StoredReceipt, SystemClock, Timestamp, random,
};
use readonce::store::sqlite::SqliteStore;
use readonce::store::{Claim, ClaimRequest, NewSecret, SecretStore as _, Taken, Target};
use readonce::vault::{receipt_id, secret_id};
use tokio::runtime::Builder;

const KEY: KeyId = KeyId([1; 8]);

/// Put, look, and put and take.
pub(crate) fn all(criterion: &mut Criterion) {
    let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
    // Below target: on a disk, where /tmp may be in memory.
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder");
    let store = SqliteStore::open(&folder.path().join("bench.db")).expect("a store");
    let now = SystemClock.now();
    criterion.bench_function("sqlite/put", |bencher| {
        bencher.iter_batched(
            || anonymous(now),
            |secret| runtime.block_on(store.put(secret)).expect("it is stored"),
            BatchSize::SmallInput,
        );
    });
    criterion.bench_function("sqlite/put and take", |bencher| {
        bencher.iter_batched(
            || anonymous(now),
            |secret| {
                let request = ClaimRequest {
                    tag: secret.receipt.tag,
                    target: Target::Secret(secret.receipt.sid),
                    ending: Ending::Revealed,
                    proof: None,
                    attempt: None,
                };
                let claim = Claim { request, ring: [KEY].into(), now };
                runtime.block_on(async {
                    store.put(secret).await.expect("it is stored");
                    let taken = store.take(claim).await.expect("it is taken");
                    assert!(matches!(taken, Taken::Won(_)));
                });
            },
            BatchSize::SmallInput,
        );
    });
    let secret = anonymous(now);
    let (tag, mid) = (secret.receipt.tag, secret.receipt.mid);
    runtime.block_on(store.put(secret)).expect("it is stored");
    criterion.bench_function("sqlite/receipt", |bencher| {
        bencher.iter(|| {
            runtime.block_on(store.receipt(tag, mid, now)).expect("it is read").expect("it is there")
        });
    });
}

/// What an anonymous share of 100 bytes stores.
fn anonymous(now: Timestamp) -> NewSecret {
    let (key, receipt) = generate_pair();
    let mut bytes = vec![0; layout::BODY];
    bytes[..4].copy_from_slice(&layout::MAGIC);
    bytes[layout::KEY_ID..layout::KDF].copy_from_slice(&KEY.0);
    let expires = Timestamp(now.0 + 604_800);
    bytes[layout::EXPIRES..layout::NONCE].copy_from_slice(&expires.0.to_be_bytes());
    bytes[layout::NONCE..].copy_from_slice(&random::bytes::<12>());
    bytes.extend_from_slice(&random::bytes::<144>());
    NewSecret {
        envelope: Envelope::from_bytes(bytes).expect("an envelope"),
        receipt: StoredReceipt {
            tag: key.tag(),
            sid: secret_id(&key),
            mid: receipt_id(&receipt),
            state: State::New,
            created: now,
            updated: now,
            ttl: 604_800,
            owner: None,
            recipient: String::new(),
            share_domain: String::new(),
            protected: false,
            sealed: random::bytes::<64>().to_vec(),
        },
        owner: None,
        entry: None,
        notification: None,
        notices: Vec::new(),
    }
}
