//! Sealing and opening without a passphrase: with one, it is bcrypt and nothing else.

use std::hint::black_box;

use criterion::{Criterion, Throughput};
use readonce::domain::key::generate_pair;
use readonce::domain::{ClientNetwork, Plaintext, Timestamp};
use readonce::vault::{HashPool, Keyring, Vault, receipt_id, secret_id};
use tokio::runtime::Builder;
use zeroize::Zeroizing;

/// Values of several sizes, and the link in a receipt.
pub(crate) fn all(criterion: &mut Criterion) {
    let runtime = Builder::new_current_thread().build().expect("a runtime");
    let (now, later) = (Timestamp(1_000), Timestamp(2_000));
    let vault = Vault::new(Keyring::generate(now), HashPool::new(4));
    let (key, receipt) = generate_pair();
    let network = ClientNetwork::of([192, 0, 2, 1].into());
    let mut group = criterion.benchmark_group("seal");
    for size in [100, 1_000, 10_000] {
        let value = Plaintext::new(Zeroizing::new("x".repeat(size)));
        group.throughput(Throughput::Bytes(size as u64));
        let seal = || runtime.block_on(vault.seal(&key, black_box(&value), None, now, later, network));
        group.bench_function(format!("seal {size}"), |bencher| bencher.iter(seal));
        let envelope = seal().expect("it can be sealed");
        let ring = vault.ring();
        group.bench_function(format!("open {size}"), |bencher| {
            bencher.iter(|| ring.open(&key, black_box(&envelope), now).expect("it opens"));
        });
    }
    group.finish();
    criterion.bench_function("link/pair of keys and their ids", |bencher| {
        bencher.iter(|| {
            let (key, receipt) = generate_pair();
            (secret_id(&key), receipt_id(&receipt))
        });
    });
    let (mid, sid) = (receipt_id(&receipt), secret_id(&key));
    let blob = vault.seal_link(&receipt, mid, &key, sid);
    criterion.bench_function("link/seal", |bencher| {
        bencher.iter(|| vault.seal_link(black_box(&receipt), mid, &key, sid));
    });
    criterion.bench_function("link/open", |bencher| {
        bencher.iter(|| vault.open_link(&receipt, sid, black_box(&blob)).expect("it opens"));
    });
}
