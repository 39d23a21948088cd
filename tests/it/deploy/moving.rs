//! Both servers behind one proxy: nginx with what `docs/moving-from-onetimesecret.md` adds to the example, word for word, in
//! front of the real program and a stand-in for the old server.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use super::front::{Front, HOST};
use super::installation::Installation;
use super::relay::{Answers, Relay};
use super::shipped;
use crate::support::certificates::Authority;
use crate::support::upstream::Upstream;
use crate::support::{Client, Shared, UNLIMITED};

/// The example with the blocks of the document, each where the document says.
fn example() -> String {
    let document = shipped("docs/moving-from-onetimesecret.md");
    let mut blocks = document.split("```nginx\n").skip(1).map(|rest| rest.split_once("```").unwrap().0);
    let (upstream, locations) = (blocks.next().unwrap(), blocks.next().unwrap());
    assert!(upstream.starts_with("upstream old {") && blocks.next().is_none(), "{document}");
    let example = shipped("deploy/nginx/readonce.conf");
    let (before, after) = example.split_once("upstream readonce {").unwrap();
    let example = format!("{before}{upstream}upstream readonce {{{after}");
    let (before, after) = example.split_once("    # What nginx answers itself").unwrap();
    format!("{before}{locations}    # What nginx answers itself{after}")
}

#[test]
fn each_link_works_on_the_server_that_has_it() {
    let base_url = format!("https://{HOST}");
    let installation = Installation::new(&[UNLIMITED, &[("READONCE_BASE_URL", &base_url)]].concat());
    let server = installation.instance();
    let old = Upstream::start();
    let old_address = SocketAddr::from((Ipv4Addr::LOCALHOST, old.port()));
    let relay = Relay::to(server.address());
    let (new, old_at) = (relay.address().to_string(), old_address.to_string());
    let changes = [("127.0.0.1:7143", new.as_str()), ("127.0.0.1:7144", &new), ("127.0.0.1:3000", &old_at)];
    let front = Front::nginx(&example(), &Arc::new(Authority::new()), &[HOST], &changes);
    let (anyone, old_client) = (front.serving(), Client::new(old_address));
    let here = |shared: &Shared| server.client().receipt(shared).status == 200;

    // New shares are readonce's, and the old server hears nothing of them.
    let made = anyone.share("made through the proxy");
    assert!(here(&made));
    anyone.receipt(&made).ok();
    assert_eq!(anyone.reveal(&made).ok().member("value"), "made through the proxy");
    assert!(old.heard().is_empty(), "{:?}", old.heard());

    // Old links fall back, with all that was sent: passphrases are in the body.
    let [plain, locked, burned] = ["plain", "locked", "burned"]
        .map(|value| old_client.share_locked(value, if value == "locked" { "open sesame" } else { "" }));
    assert!(!here(&plain));
    assert_eq!(anyone.reveal(&plain).ok().member("value"), "plain");
    anyone.unlock(&locked, "wrong").unknown();
    assert_eq!(anyone.unlock(&locked, "open sesame").ok().member("value"), "locked");
    assert_eq!(anyone.receipt(&locked).ok().member("state"), "received");
    anyone.burn(&burned).ok();
    // What is used up, on either server, is unknown to both.
    for gone in [&made, &plain, &locked, &burned] {
        anyone.reveal(gone).unknown();
    }

    // A wrong passphrase for one of readonce's is asked of the old server too, and costs nothing but a try.
    let protected = anyone.share_locked("protected", "swordfish");
    anyone.unlock(&protected, "wrong").unknown();
    assert_eq!(anyone.unlock(&protected, "swordfish").ok().member("value"), "protected");

    // A claim whose answer is lost has been made, and the old server is not asked instead.
    let lost = anyone.share("lost on the way");
    relay.set(Answers::Lost);
    let told = anyone.reveal(&lost).unavailable();
    relay.set(Answers::Pass);
    assert!(told.member("message").starts_with("The outcome is unknown"), "{told:?}");
    assert_eq!(anyone.receipt(&lost).ok().member("state"), "received");

    // Without the old server nobody can know whether it had the link; new ones do not need it.
    let kept = old_client.share("kept at the old server");
    drop(old);
    let away = anyone.reveal(&kept).unavailable();
    assert_eq!(away.member("message"), "The server cannot be reached. Please try again shortly.");
    anyone.share("without the old server");

    for log in front.logs() {
        for key in [&made, &plain, &locked, &burned, &protected, &lost, &kept]
            .map(|shared| [&shared.secret, &shared.receipt])
        {
            assert!(!key.iter().any(|key| log.contains(key.as_str())), "a key is in:\n{log}");
        }
    }
}
