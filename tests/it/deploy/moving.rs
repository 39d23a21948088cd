//! Both servers behind one proxy: nginx with what `deploy/nginx/moving.conf` adds to the example, in front of the real program and a
//! stand-in for the old server.

use std::net::SocketAddr;
use std::sync::Arc;

use super::front::{Front, HOST};
use super::installation::Installation;
use super::relay::{Answers, Relay};
use super::{FORM, shipped};
use crate::support::certificates::Authority;
use crate::support::upstream::Upstream;
use crate::support::{Client, Server, Shared, UNLIMITED};

/// The example, with the file included where the document and the file itself say.
fn example() -> String {
    let line = "include /etc/nginx/readonce-moving.conf;";
    for says in ["docs/moving-from-onetimesecret.md", "deploy/nginx/moving.conf"] {
        assert!(shipped(says).contains(line), "{says}");
    }
    let example = shipped("deploy/nginx/readonce.conf");
    let (before, after) = example.split_once("    # What nginx answers itself").unwrap();
    assert!(before.trim_end().ends_with('}') && before.contains("    location / {"));
    format!("{before}{}    # What nginx answers itself{after}", shipped("deploy/nginx/moving.conf"))
}

/// A region whose base URL is the example's.
fn installation() -> Installation {
    let base_url = format!("https://{HOST}");
    Installation::new(&[UNLIMITED, &[("READONCE_BASE_URL", &base_url)]].concat())
}

/// The example in front of readonce at `new` and of the old server.
fn front(new: SocketAddr, old: SocketAddr) -> Front {
    let (new, old) = (new.to_string(), old.to_string());
    let changes = [("127.0.0.1:7143", new.as_str()), ("127.0.0.1:7144", &new), ("127.0.0.1:3000", &old)];
    Front::nginx(&example(), &Arc::new(Authority::new()), &[HOST], &changes)
}

#[test]
fn each_link_works_on_the_server_that_has_it() {
    let (installation, old) = (installation(), Upstream::start());
    let server = installation.instance();
    let relay = Relay::to(server.address());
    let front = front(relay.address(), old.address());
    let (anyone, old_client) = (front.serving(), Client::new(old.address()));
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

/// The proxy in front of a real server that knows no old link, and of a stand-in that tells what it was asked.
struct Both {
    server: Server,
    old: Upstream,
    front: Front,
    _installation: Installation,
}

impl Both {
    fn start() -> Self {
        let installation = installation();
        let (server, old) = (installation.instance(), Upstream::start());
        let front = front(server.address(), old.address());
        Self { server, old, front, _installation: installation }
    }

    /// Whether the old server was asked this, and nothing else, once.
    fn old_hears(&self, client: &Client, method: &str, path: &str) -> bool {
        let before = self.old.heard().len();
        let body = (method == "POST").then_some(&b"passphrase=p"[..]);
        client.ask(method, path, &[FORM], body);
        let heard = self.old.heard().split_off(before);
        assert!(
            heard.len() <= 1 && heard.iter().all(|heard| path.starts_with(&heard.path)),
            "{path}: {heard:?}"
        );
        !heard.is_empty()
    }
}

/// Links of v0.24 and later: by pages, v1 and v2, without a detour, and so without a second count of what is wrong.
#[test]
fn links_of_62_characters_are_the_old_servers_alone() {
    let both = Both::start();
    let client = both.front.serving();
    let key = "0k3w9x1vz7m2c8q5t6y4r0b1n9p3s8d7f2g6h5j4l1a0e9u8i7o6z5x4c3v2b1";
    for (method, path) in [
        ("GET", "/secret/KEY"),
        ("GET", "/secret/KEY."),
        ("GET", "/receipt/KEY"),
        ("GET", "/private/KEY"),
        ("GET", "/private/KEY/burn"),
        ("POST", "/api/v1/secret/KEY"),
        ("GET", "/api/v1/private/KEY"),
        ("POST", "/api/v1/metadata/KEY"),
        ("POST", "/api/v1/receipt/KEY/burn"),
        ("GET", "/api/v2/secret/KEY"),
        ("GET", "/api/v2/secret/KEY/status"),
        ("POST", "/api/v2/secret/KEY/reveal"),
        ("POST", "/api/v2/guest/secret/KEY/reveal"),
        ("GET", "/api/v2/receipt/KEY"),
        ("POST", "/api/v2/private/KEY/burn"),
        ("POST", "/api/v3/guest/secret/KEY/reveal"),
        ("GET", "/dist/assets/main.js"),
        ("GET", "/bootstrap/me"),
    ] {
        assert!(both.old_hears(&client, method, &path.replace("KEY", key)), "{method} {path}");
    }
    let requests = both.server.log().matches(" request ").count();
    client.get("/secret/153l8vbwqx5taskp92pf05uvgjefvu9");
    assert_eq!(both.server.log().matches(" request ").count(), requests + 1, "it was asked nothing before");
    for log in both.front.logs() {
        assert!(!log.contains(key), "a key is in:\n{log}");
    }
}

/// Keys of 31 characters may be either's: by both APIs readonce is asked first, pages are its own; and so is everything else.
#[test]
fn what_may_be_readonces_is_asked_there_first() {
    let both = Both::start();
    let client = both.front.serving();
    let unknown = "153l8vbwqx5taskp92pf05uvgjefvu9";
    let made = client.share("made through the proxy");
    for (method, path) in [
        ("POST", "/api/v1/secret/KEY"),
        ("GET", "/api/v1/receipt/KEY"),
        ("POST", "/api/v1/private/KEY/burn"),
        ("GET", "/api/v2/secret/KEY"),
        ("POST", "/api/v2/secret/KEY/reveal"),
        ("POST", "/api/v2/guest/secret/KEY/reveal"),
        ("GET", "/api/v2/private/KEY"),
        ("POST", "/api/v2/guest/receipt/KEY/burn"),
    ] {
        assert!(both.old_hears(&client, method, &path.replace("KEY", unknown)), "{method} {path}");
        assert!(
            both.old_hears(&client, method, &path.replace("KEY", &unknown[6..])),
            "{method} {path}, shorter"
        );
    }
    for (method, path) in
        [("GET", "/api/v1/private/KEY"), ("GET", "/api/v2/receipt/KEY"), ("GET", "/receipt/KEY")]
    {
        assert!(!both.old_hears(&client, method, &path.replace("KEY", &made.receipt)), "{method} {path}");
    }
    for (method, path) in [
        ("GET", "/"),
        ("GET", "/secret/KEY"),
        ("GET", "/receipt/KEY"),
        ("GET", "/api/v1/status"),
        ("GET", "/api/v1/private/recent"),
        ("GET", "/api/v2/receipt/recent"),
        ("POST", "/api/v1/share"),
        ("POST", "/api/v1/generate"),
        ("POST", "/api/v2/secret/conceal"),
        ("POST", "/api/v2/secret/generate"),
        ("POST", "/api/v2/secret/status"),
        ("GET", "/nowhere"),
    ] {
        assert!(!both.old_hears(&client, method, &path.replace("KEY", unknown)), "{method} {path}");
    }
    assert_eq!(client.reveal(&made).ok().member("value"), "made through the proxy");
}
