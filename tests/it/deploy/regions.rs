//! Two regions that share nothing, each behind its own proxy, and the default host in front of both.

use std::sync::Arc;

use super::front::{Front, HOST as DEFAULT, OWN_INNER};
use super::installation::Installation;
use super::{FORM, changed, shipped};
use crate::support::certificates::Authority;
use crate::support::{Client, SOON, Server, Shared, UNLIMITED, wait_for};

/// A region: its store, its server, its proxy.
struct Region {
    host: String,
    installation: Installation,
    server: Server,
    front: Front,
}

impl Region {
    fn new(name: &str, authority: &Arc<Authority>) -> Self {
        Self::beside("", name, authority)
    }

    /// A region whose nginx has another file besides.
    fn beside(file: &str, name: &str, authority: &Arc<Authority>) -> Self {
        let host = format!("{name}.{DEFAULT}");
        let base_url = format!("https://{host}");
        let variables = [("READONCE_REGION", name), ("READONCE_BASE_URL", base_url.as_str())];
        let installation = Installation::new(&[UNLIMITED, &variables].concat());
        let server = installation.instance();
        // It has a port for the default host, and its own name only (deploy/regions.md).
        let own_name = format!("server_name {host};");
        let example = changed(
            shipped("deploy/nginx/readonce.conf"),
            &[
                ("    listen 443 ssl http2;", "    listen 443 ssl http2;\n    listen 8443 ssl http2;"),
                ("server_name secrets.example.org;", &own_name),
            ],
        );
        let address = server.address().to_string();
        let changes = [("127.0.0.1:7143", address.as_str()), ("127.0.0.1:7144", &address)];
        // In the order of conf.d: by name.
        let front = Front::nginx(&format!("{file}\n{example}"), authority, &[&host, DEFAULT], &changes);
        let client = Client::over(front.way(&host));
        wait_for("a region that serves", SOON, || {
            (client.request("GET", "/health/ready", &[], None).ok()?.status == 200).then_some(())
        });
        Self { host, installation, server, front }
    }

    /// A client of the region's own host.
    fn client(&self) -> Client {
        Client::over(self.front.way(&self.host))
    }
}

/// Reads a secret, and says which host its link has.
#[track_caller]
fn region_of(client: &Client, shared: &Shared, value: &str) -> String {
    let read = client.reveal(shared).ok();
    assert_eq!(read.member("value"), value);
    read.member("share_domain")
}

#[test]
fn the_default_host_goes_on_with_the_region_that_is_up() {
    let authority = Arc::new(Authority::new());
    let [mut us, eu] = ["us", "eu"].map(|name| Region::new(name, &authority));
    let roots = authority.file();
    let [us_at, eu_at] = [&us, &eu].map(|region| region.front.inner().to_string());
    let front = Front::nginx(
        &shipped("deploy/regions/default-host.conf"),
        &authority,
        &[DEFAULT],
        &[
            ("us.secrets.example.org:8443", us_at.as_str()),
            ("eu.secrets.example.org:8443", eu_at.as_str()),
            ("/etc/ssl/certs/ca-certificates.crt", roots.to_str().unwrap()),
        ],
    );
    let anyone = front.serving();

    // New secrets go to the first region; existing ones are found wherever they are.
    let here = anyone.share("made at the default host");
    assert_eq!(region_of(&us.client(), &here, "made at the default host"), "https://us.secrets.example.org");
    let there = eu.client().share("made in eu");
    us.client().reveal(&there).unknown(); // nothing is shared
    assert_eq!(region_of(&anyone, &there, "made in eu"), "https://eu.secrets.example.org");
    anyone.reveal(&there).unknown();
    let locked = eu.client().share_locked("locked in eu", "open sesame");
    anyone.unlock(&locked, "wrong").unknown();
    assert_eq!(anyone.unlock(&locked, "open sesame").ok().member("value"), "locked in eu");
    let burned = eu.client().share("burned from afar");
    anyone.burn(&burned).ok();
    eu.client().reveal(&burned).unknown();
    for recent in ["/api/v1/private/recent", "/api/v1/receipt/recent/"] {
        anyone.get(recent).refused(404, "Accounts belong to a region: ask its own host");
    }
    // By v2 alike, and what every region answers with 200 is asked of its own host.
    let json = ("Content-Type", "application/json");
    let by_v2 = |path: &str, body: &str| {
        anyone.ask("POST", &format!("/api/v2/{path}"), &[json], Some(body.as_bytes()))
    };
    let made = by_v2("guest/secret/conceal", r#"{"secret":{"secret":"by v2"}}"#).ok().json();
    let link = made["record"]["receipt"]["share_url"].as_str().unwrap();
    assert!(link.starts_with("https://us.secrets.example.org/secret/"), "{link}");
    let third = eu.client().share("read by v2");
    let revealed = by_v2(&format!("secret/{}/reveal", third.secret), r#"{"continue":true}"#).ok();
    assert_eq!(revealed.json()["record"]["secret_value"], "read by v2");
    assert_eq!(by_v2(&format!("secret/{}/reveal", third.secret), r#"{"continue":true}"#).status, 404);
    let burned_by_v2 = eu.client().share("burned by v2");
    assert_eq!(by_v2(&format!("receipt/{}/burn", burned_by_v2.receipt), "{}").ok().json()["success"], true);
    for path in
        ["receipt/recent", "private/recent/", "secret/status", &format!("secret/{}/status", third.secret)]
    {
        let refused = anyone.get(&format!("/api/v2/{path}"));
        assert_eq!(
            (refused.status, refused.reason()),
            (404, "This belongs to a region: ask its own host".into()),
            "{path}"
        );
    }

    // us stops, and keeps a secret.
    let kept = us.client().share("kept in us");
    let address = us.server.address();
    us.server.signal(rustix::process::Signal::TERM);
    wait_for("the end of us", SOON, || us.server.has_ended().then_some(()));
    for number in 0..20 {
        let value = format!("value {number} while us is away");
        let shared = anyone.share(&value);
        assert_eq!(region_of(&anyone, &shared, &value), "https://eu.secrets.example.org");
    }
    // Whether us has it nobody can say, so nobody says that it is unknown.
    let message = "A region cannot be reached, and the secret may be kept there. Please try again later.";
    assert_eq!(anyone.reveal(&kept).unavailable().member("message"), message);
    let by_v2 = anyone.ask(
        "POST",
        &format!("/api/v2/secret/{}/reveal", kept.secret),
        &[json],
        Some(br#"{"continue":true}"#),
    );
    assert_eq!(by_v2.unavailable().member("message"), message);
    // People are told the same, by a page.
    let page = anyone.ask("POST", &format!("/secret/{}", kept.secret), &[FORM], Some(b""));
    assert_eq!((page.status, page.header("content-type")), (503, Some("text/html")), "{}", page.text());
    assert!(page.text().contains("The outcome is not known"), "{}", page.text());

    us.server = us.installation.instance_at(address);
    wait_for("us behind its proxy", SOON, || (us.client().get("/health/ready").status == 200).then_some(()));
    assert_eq!(region_of(&anyone, &kept, "kept in us"), "https://us.secrets.example.org");

    // The whole region goes, its proxy included.
    drop(us);
    let shared = anyone.share("eu alone");
    assert_eq!(region_of(&anyone, &shared, "eu alone"), "https://eu.secrets.example.org");
    for log in front.logs() {
        for key in [&here.secret, &there.secret, &locked.secret, &burned.receipt, &kept.secret] {
            assert!(!log.contains(key.as_str()), "a key is in:\n{log}");
        }
    }
}

/// Most simply, the default host is served by a region's own nginx: what it asks of that region must not come back to it.
#[test]
fn the_default_host_may_lie_beside_a_regions_own() {
    let authority = Arc::new(Authority::new());
    let eu = Region::new("eu", &authority);
    let (eu_at, roots) = (eu.front.inner().to_string(), authority.file());
    let default_host = changed(
        shipped("deploy/regions/default-host.conf"),
        &[
            ("us.secrets.example.org:8443", OWN_INNER),
            ("eu.secrets.example.org:8443", &eu_at),
            ("/etc/ssl/certs/ca-certificates.crt", roots.to_str().unwrap()),
        ],
    );
    let mut us = Region::beside(&default_host, "us", &authority);
    let anyone = us.front.serving();
    let here = anyone.share("made at the default host");
    assert_eq!(region_of(&us.client(), &here, "made at the default host"), "https://us.secrets.example.org");
    let there = eu.client().share("made in eu");
    assert_eq!(region_of(&anyone, &there, "made in eu"), "https://eu.secrets.example.org");
    us.server.signal(rustix::process::Signal::TERM);
    wait_for("the end of us", SOON, || us.server.has_ended().then_some(()));
    let away = anyone.share("while us is away");
    assert_eq!(region_of(&eu.client(), &away, "while us is away"), "https://eu.secrets.example.org");
    for log in us.front.logs() {
        for key in [&here, &there, &away].map(|shared| &shared.secret) {
            assert!(!log.contains(key.as_str()), "a key is in:\n{log}");
        }
        assert!(!log.contains("conflicting server name"), "{log}");
    }
}
