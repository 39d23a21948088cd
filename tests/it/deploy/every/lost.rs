//! A claim whose answer is lost: told as unknown, and sent once.

use std::process::Command;

use super::{FORM, installation, is_told};
use crate::deploy::behind::nobody;
use crate::deploy::front::{Front, HOST, Kind};
use crate::deploy::people::{AWAY, LOST, is_page};
use crate::deploy::relay::{Answers, Relay};
use crate::support::{Home, Ran, Server, Shared};

pub(super) fn lost_is_unknown(kind: Kind) {
    let installation = installation(&[]);
    let server = installation.instance();
    let relay = Relay::to(server.address());
    let front = Front::new(kind, [relay.address(), nobody()]);
    let client = front.serving();

    // On a connection that has been used, and on a new one.
    for used in [true, false] {
        for body in [Some(&b""[..]), None] {
            front.serving(); // one that lost an answer may be passed over for a while
            let shared = server.client().share("read by whom?");
            let asking = if used { &client } else { &front.client(2) };
            if used {
                asking.get("/api/v1/status").ok();
            }
            relay.set(Answers::Lost);
            let path = format!("/api/v1/secret/{}", shared.secret);
            let answer = asking.ask("POST", &path, &[FORM], body);
            relay.set(Answers::Pass);
            if body.is_none() && kind == Kind::Lighttpd {
                assert_eq!((answer.status, relay.claims(&shared.secret)), (411, 0), "it wants a body");
                continue;
            }
            is_told(kind, &answer, "The outcome is unknown", LOST);
            consumed_once(&server, &relay, &shared);
        }
        front.serving();
        let shared = server.client().share("read by whom?");
        relay.set(Answers::Lost);
        let asking = if used { &client } else { &front.client(2) };
        let page = asking.ask("POST", &format!("/secret/{}", shared.secret), &[FORM], Some(b""));
        relay.set(Answers::Pass);
        is_page(&page, page.status, LOST);
        assert!(!page.text().contains(AWAY), "{}", page.text());
        consumed_once(&server, &relay, &shared);
    }

    // curl asks again by itself where it is left to believe that nothing was asked, and speaks HTTP/2 where it may.
    let home = Home::new();
    front.serving();
    let shared = server.client().share("read by whom?");
    let (scheme, to) = (if kind == Kind::Compose { "http" } else { "https" }, front.port());
    let ca = front.authority();
    let always = ["-sS", "--connect-to", &format!("::127.0.0.1:{to}"), "--cacert", ca.to_str().unwrap()];
    let status = format!("{scheme}://{HOST}/api/v1/status");
    let claim = format!("{scheme}://{HOST}/api/v1/secret/{}", shared.secret);
    relay.set(Answers::Lost);
    let mut curl: Command = home.other("curl", &always);
    curl.args(["-o", "/dev/null", &status, "--next"]).args(always).args(["-d", "", &claim]);
    let ran = Ran::of(curl);
    relay.set(Answers::Pass);
    let told = if kind.speaks_json() { "The outcome is unknown" } else { LOST };
    assert!(ran.stdout.contains(told), "{ran:?}");
    consumed_once(&server, &relay, &shared);

    // Our own client knows what it means.
    if kind == Kind::Compose {
        front.serving();
        let shared = server.client().share("read by whom?");
        relay.set(Answers::Lost);
        let url = format!("http://127.0.0.1:{to}");
        let ran = home.run(&["get", &shared.secret, "--url", &url]);
        relay.set(Answers::Pass);
        assert_eq!(ran.code, Some(7), "{ran:?}");
        consumed_once(&server, &relay, &shared);
    }
    front.serving();
    let shared = client.share("afterwards");
    client.reads_once(&shared, "afterwards");
    server.stop();
}

#[track_caller]
fn consumed_once(server: &Server, relay: &Relay, shared: &Shared) {
    assert_eq!(server.client().state(shared), "received");
    assert_eq!(relay.claims(&shared.secret), 1, "a claim was sent again");
}
