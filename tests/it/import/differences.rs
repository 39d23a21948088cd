//! Records that differ from those a new server makes: keys, sizes, link domains, and two of a pair that disagree.

use super::old::{OldServer, Recorded};
use super::target::Target;
use crate::support::Shared;
use crate::support::text::link_key;

#[test]
fn keys_that_lost_leading_zeros_lead_to_their_secrets() {
    for target in Target::all() {
        let old = OldServer::of(Recorded::one());
        let pair = |(secret, receipt)| {
            let shared = Shared { secret: link_key(secret), receipt: link_key(receipt) };
            (shared, format!("under {secret} and {receipt}"))
        };
        let found = [(25, 31), (31, 25), (30, 29), (27, 28)].map(pair);
        old.add(&found);
        old.add(&[(24, 31), (32, 31)].map(pair));
        let ran = old.import_into(&target.home, &[]);
        assert_eq!(ran.code, Some(1), "{}: {ran:?}", target.name);
        assert!(ran.stdout.contains("NOT TAKEN OVER 2: the key is not 25"), "{}: {ran:?}", target.name);
        let server = target.serve();
        let client = server.client();
        for (shared, value) in &found {
            let receipt = client.receipt(shared).ok();
            assert_eq!(receipt.member("secret_key"), shared.secret, "{}", target.name);
            client.reads_once(shared, value);
            assert_eq!(client.state(shared), "received", "{}", target.name);
        }
        server.stop();
    }
}

/// The limits of sizes are for what is shared here.
#[test]
fn what_is_larger_than_may_be_shared_here_comes_whole() {
    for target in [Target::sqlite(), Target::redis()] {
        let old = OldServer::of(Recorded::one());
        let large = (Shared { secret: link_key(31), receipt: link_key(31) }, "é1".repeat(700_000));
        old.add(std::slice::from_ref(&large));
        old.import_into(&target.home, &[]).succeeded();
        let server = target.serve();
        server.client().reads_once(&large.0, &large.1);
        server.stop();
    }
}

#[test]
fn a_share_domain_comes_along_if_links_may_begin_with_it() {
    let target = Target::sqlite();
    let old = OldServer::of(Recorded::one());
    let [named, odd] = ["account plain", "anonymous plain"].map(|name| old.recorded.named(name));
    old.set_both(&named.shared, "share_domain", "links.example.org");
    old.set_both(&odd.shared, "share_domain", "links.example.org/?to=");
    old.import_into(&target.home, &[]).succeeded();
    let server = target.serve();
    let domain = |shared| server.client().receipt(shared).ok().member("share_domain");
    assert_eq!((domain(&named.shared), domain(&odd.shared)), ("links.example.org".to_owned(), String::new()));
    server.stop();
}

/// The old server writes the receipt first, and may end before the secret is gone.
#[test]
fn what_its_receipt_calls_read_or_burned_is_not_brought() {
    for target in Target::all() {
        let old = OldServer::of(Recorded::one());
        let read = old.recorded.named("account plain");
        let burned = old.recorded.named("anonymous passphrase");
        for (secret, state) in [(&read, "received"), (&burned, "burned")] {
            let key = format!("metadata:{}:object", secret.shared.receipt);
            old.set(7, &["HSET", &key, "state", state, "secret_key", ""]);
        }
        let ran = old.import_into(&target.home, &[]).succeeded();
        assert!(ran.stdout.contains("secrets: 9 taken over"), "{}: {ran:?}", target.name);
        assert!(ran.stdout.contains("  skipped 2: read or burned there\n"), "{}: {ran:?}", target.name);
        let server = target.serve();
        let client = server.client();
        client.reveal(&read.shared).unknown();
        client.unlock(&burned.shared, &burned.passphrase).unknown();
        assert_eq!(
            (client.state(&read.shared), client.state(&burned.shared)),
            ("received".into(), "burned".into())
        );
        server.stop();
    }
}
