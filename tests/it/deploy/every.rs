//! One table of checks for every proxy that has a file: what is read once, what is said where an answer is lost or nobody is there, whose
//! address counts, and what is written. What is not installed by `scripts/test` runs with `scripts/test long`.

use std::process::Command;

use super::behind::nobody;
use super::front::{Front, HOST, Kind};
use super::installation::Installation;
use super::people::{AWAY, LOST, is_for_now, is_page};
use super::relay::{Answers, Relay};
use crate::support::search::{contains, forms};
use crate::support::text::{base64, form};
use crate::support::{
    Account, Answer, Client, Connection, Home, Ran, SOON, Server, Shared, UNLIMITED, wait_for,
};

const PUBLIC: (&str, &str) = ("READONCE_BASE_URL", "https://secrets.example.org");
const FORM: (&str, &str) = ("Content-Type", "application/x-www-form-urlencoded");

macro_rules! table {
    ($($(#[$long:meta])? $name:ident: $kind:expr;)+) => {
        $(mod $name {
            use super::Kind;

            #[test]
            $(#[$long])?
            fn a_secret_is_read_once_and_accounts_are_known() {
                super::is_read_once($kind);
            }

            #[test]
            $(#[$long])?
            fn a_lost_answer_is_told_as_unknown_and_nothing_is_asked_twice() {
                super::lost_is_unknown($kind);
            }

            #[test]
            $(#[$long])?
            fn nobody_there_is_told_as_certain() {
                super::nobody_is_there($kind);
            }

            #[test]
            $(#[$long])?
            fn made_up_addresses_give_no_tries() {
                super::made_up_addresses($kind);
            }

            #[test]
            $(#[$long])?
            fn nothing_secret_is_written() {
                super::nothing_is_written($kind);
            }
        })+
    };
}

table! {
    nginx: Kind::Nginx;
    compose: Kind::Compose;
    caddy: Kind::Caddy;
    haproxy: Kind::Haproxy;
    #[ignore = "scripts/test long"]
    apache: Kind::Apache;
    #[ignore = "scripts/test long"]
    varnish: Kind::Varnish;
    #[ignore = "scripts/test long"]
    squid: Kind::Squid;
    #[ignore = "scripts/test long"]
    lighttpd: Kind::Lighttpd;
}

impl Kind {
    /// Whether it has JSON of ours for programs. Squid has pages only.
    fn speaks_json(self) -> bool {
        self != Self::Squid
    }

    /// Whether it tells a connection that was refused from an answer that was lost. Squid says of both that the outcome is unknown.
    fn knows_that_nobody_is_there(self) -> bool {
        self != Self::Squid
    }

    /// Whether what it answers itself has our header lines.
    fn says_when_to_return(self) -> bool {
        !matches!(self, Self::Squid | Self::Lighttpd)
    }

    /// Whether its file has a part without TLS, that redirects.
    fn has_clear_port(self) -> bool {
        matches!(self, Self::Nginx | Self::Caddy | Self::Haproxy | Self::Apache)
    }

    /// Whether it writes a line about each request.
    fn keeps_a_log_of_requests(self) -> bool {
        !matches!(self, Self::Varnish | Self::Lighttpd)
    }
}

fn installation(more: &[(&str, &str)]) -> Installation {
    Installation::new(&[UNLIMITED, &[PUBLIC], more].concat())
}

/// A proxy's own answer to a program.
#[track_caller]
fn is_told(kind: Kind, answer: &Answer, message: &str, page: &str) {
    assert!([500, 502, 503].contains(&answer.status), "{}", answer.text());
    if kind.speaks_json() {
        assert!(answer.member("message").starts_with(message), "{}", answer.text());
    } else {
        is_page(answer, answer.status, page);
    }
    if kind.says_when_to_return() {
        is_for_now(answer);
    }
}

fn is_read_once(kind: Kind) {
    let installation = installation(&[]);
    let server = installation.instance();
    let account = account(&installation, "ann@example.org");
    let front = Front::new(kind, [server.address(), nobody()]);
    let client = front.serving();

    let shared = client.share("read by one");
    client.receipt(&shared).ok();
    let read = client.reveal(&shared).ok();
    assert_eq!(
        (read.member("value").as_str(), read.member("share_domain").as_str()),
        ("read by one", PUBLIC.1)
    );
    client.reveal(&shared).unknown();
    let own = Client::over(front.way(HOST)).signed_in(&account.email, &account.token);
    assert_eq!(own.post("/share", &[("secret", "ann's")]).ok().member("custid"), account.email);
    let wrong = Client::over(front.way(HOST)).signed_in(&account.email, "a wrong token");
    wrong.post("/share", &[("secret", "nobody's")]).refused(404, "Not authorized");

    // What it hands on, it hands on unchanged.
    let query = client.ask("POST", "/api/v1/share?secret=a%2Fb%2E%2E%20%3D%c3%a4", &[FORM], Some(b"")).ok();
    client.reads_once(&Shared::of(&query), "a/b.. =ä");
    let (name, long) = ("X-Long", "x".repeat(20_000));
    client.ask("GET", "/api/v1/status", &[(name, &long)], None).ok();
    for length in [70_000, 300_000] {
        let body = format!("secret={}", "x".repeat(length));
        let expecting = ("Expect", "100-continue");
        for headers in [&[FORM][..], &[FORM, expecting]] {
            let answer = upload(&front, headers, body.as_bytes());
            answer.refused(413, "The request is too large");
        }
    }
    let page = client.get("/").ok();
    assert!(page.header("content-type").is_some_and(|kind| kind.starts_with("text/html")), "{page:?}");
    assert!(page.header("content-encoding").is_none(), "{page:?}");
    server.stop();
}

/// Sends a body at once, as `Expect` does not forbid, and reads the first answer that is one.
fn upload(front: &Front, headers: &[(&str, &str)], body: &[u8]) -> Answer {
    let mut connection = Connection::over(&front.way(HOST)).unwrap();
    let lines: Vec<_> = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    let length = body.len();
    let head = format!(
        "POST /api/v1/share HTTP/1.1\r\nHost: {HOST}\r\n{}Content-Length: {length}\r\n\r\n",
        lines.concat()
    );
    connection.send(&[head.as_bytes(), body].concat()).unwrap();
    loop {
        let answer = connection.answer().unwrap();
        if answer.status != 100 {
            return answer;
        }
    }
}

/// An account of the installation.
fn account(installation: &Installation, email: &str) -> Account {
    let created = Ran::of(installation.command(&["account", "create", email, "--json"])).succeeded();
    let created: serde_json::Value = serde_json::from_str(&created.stdout).unwrap();
    let text = |name: &str| created[name].as_str().unwrap().to_owned();
    Account { email: text("email"), token: text("token") }
}

fn lost_is_unknown(kind: Kind) {
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

fn nobody_is_there(kind: Kind) {
    let installation = installation(&[]);
    let server = installation.instance();
    let front = Front::new(kind, [server.address(), nobody()]);
    let client = front.serving();
    // Caddy, HAProxy and those of the long run leave a body's size to readonce.
    let length = if kind == Kind::Compose { 1_200_000 } else { 300_000 };
    let large = client.ask("POST", "/", &[FORM], Some(&vec![b'x'; length]));
    if matches!(kind, Kind::Nginx | Kind::Compose) {
        is_page(&large, 413, "Nothing was shared");
    } else {
        assert_eq!(large.status, 413, "{large:?}");
        assert!(large.header("content-type").is_some_and(|kind| kind.starts_with("text/html")), "{large:?}");
    }
    server.stop();
    let told = if kind.knows_that_nobody_is_there() { AWAY } else { LOST };
    for (method, path) in [("GET", "/secret/0123456789"), ("GET", "/"), ("POST", "/secret/0123456789")] {
        let page = wait_for("a proxy that has noticed", SOON, || {
            let answer = client.ask(method, path, &[FORM], (method == "POST").then_some(b""));
            answer.text().contains(told).then_some(answer)
        });
        is_page(&page, if told == AWAY { 503 } else { 502 }, told);
        if kind.says_when_to_return() {
            is_for_now(&page);
        }
    }
    for (method, path) in
        [("GET", "/api/v1/status"), ("POST", "/api/v1/secret/0123456789"), ("GET", "/health/ready")]
    {
        let answer = client.ask(method, path, &[FORM], (method == "POST").then_some(b""));
        is_told(kind, &answer, "The server cannot be reached. Please try again shortly.", told);
    }
}

fn made_up_addresses(kind: Kind) {
    let installation =
        Installation::new(&[PUBLIC, ("READONCE_PASSPHRASE__COST", "4"), ("READONCE_INSECURE_TEST", "1")]);
    let server = installation.instance();
    let front = Front::new(kind, [server.address(), nobody()]);
    front.serving();
    let (guessing, other) = (front.client(2), front.client(3));
    let locked = server.client().share_locked("kept", "open sesame");
    let path = format!("/api/v1/secret/{}", locked.secret);
    let guess = |number: u8, passphrase: &str| {
        let made_up = format!("198.51.100.{number}");
        let forwarded = format!("for={made_up}");
        let headers =
            [FORM, ("X-Forwarded-For", made_up.as_str()), ("X-Real-IP", &made_up), ("Forwarded", &forwarded)];
        guessing.ask("POST", &path, &headers, Some(form(&[("passphrase", passphrase)]).as_bytes()))
    };
    for number in 0..5 {
        guess(number, "wrong").unknown();
    }
    for number in 5..8 {
        guess(number, "open sesame").refused(429, "Apologies dear citizen! You have been rate limited.");
    }
    // It is the client's address that counts, and not the proxy's.
    assert_eq!(other.unlock(&locked, "open sesame").ok().member("value"), "kept");
    server.stop();
}

/// What must not be found, in the three situations.
const PASSPHRASE: &str = "passphrase-marker-7Xw";
const VALUE: &str = "value-marker-4Tq";

fn nothing_is_written(kind: Kind) {
    let installation = installation(&[
        ("READONCE_SECRETS__MAX_SIZE", "100000"),
        ("READONCE_PLANS__DEFAULT__MAX_SIZE", "100000"),
    ]);
    let server = installation.instance();
    let account = account(&installation, "ann@example.org");
    let relay = Relay::to(server.address());
    let mut front = Front::new(kind, [relay.address(), nobody()]);
    front.serving();
    let ann = Client::over(front.way(HOST)).signed_in(&account.email, &account.token);
    let mut keys = Vec::new();

    // All is well. A large value is on its way, and its answer waits: what the proxy keeps of it is there now.
    let large = format!("{VALUE}{}", "v".repeat(90_000));
    let body = form(&[("secret", &large), ("passphrase", PASSPHRASE)]);
    relay.set(Answers::Held);
    let waiting = std::thread::scope(|scope| {
        let (way, account, body) = (front.way(HOST), &account, &body);
        let sharing = scope.spawn(move || {
            let ann = Client::over(way).signed_in(&account.email, &account.token);
            ann.ask("POST", "/api/v1/share", &[FORM], Some(body.as_bytes()))
        });
        wait_for("an answer that waits", SOON, || (relay.held() > 0).then_some(()));
        search(&front, "while a value is on its way", account, &[]);
        relay.set(Answers::Pass);
        sharing.join().unwrap()
    });
    let shared = Shared::of(&waiting.ok());
    ann.receipt(&shared).ok();
    ann.unlock(&shared, "wrong").unknown();
    assert_eq!(ann.unlock(&shared, PASSPHRASE).ok().member("value"), large);
    keys.push(shared.clone());
    let link = format!("https://{HOST}/secret/{}", shared.secret);
    ann.ask("GET", &format!("/secret/{}", shared.secret), &[("Referer", &link)], None);
    let path = format!("/api/v1/secret/{}", shared.secret);
    ann.ask("POST", &format!("{path}?passphrase={PASSPHRASE}"), &[FORM], Some(b"")).unknown();
    // What neither understands, and what breaks off.
    ann.ask("GET", &path, &[("X-Long", &"x".repeat(60_000))], None);
    for text in [
        format!("GET {path} HTTP/9.9\r\nHost: {HOST}\r\n\r\n"),
        format!("GET {path} with more words\r\nHost: {HOST}\r\n\r\n"),
        format!(
            "POST {path} HTTP/1.1\r\nHost: {HOST}\r\nX-Wrong : {}\r\nContent-Length: x\r\n\r\n",
            account.token
        ),
        path.clone(),
    ] {
        let mut bad = Connection::over(&front.way(HOST)).unwrap();
        bad.send(text.as_bytes()).unwrap();
        drop(bad.answer());
    }
    let mut broken = Connection::over(&front.way(HOST)).unwrap();
    let head = format!("POST {path} HTTP/1.1\r\nHost: {HOST}\r\nContent-Length: 90000\r\n\r\n{VALUE}");
    broken.send(head.as_bytes()).unwrap();
    drop(broken);
    if kind.has_clear_port() {
        front.in_the_clear().get(&format!("/secret/{}", shared.secret));
    }
    search(&front, "while all is well", &account, &keys);

    // Answers are lost.
    let lost = server.client_of(&account).share_locked(VALUE, PASSPHRASE);
    keys.push(lost.clone());
    relay.set(Answers::Lost);
    ann.unlock(&lost, PASSPHRASE);
    ann.ask("POST", &format!("/secret/{}", lost.secret), &[FORM], Some(b""));
    relay.set(Answers::Pass);
    search(&front, "where answers are lost", &account, &keys);

    // Nobody is there.
    server.stop();
    drop(relay);
    let told = if kind.knows_that_nobody_is_there() { AWAY } else { LOST };
    wait_for("a proxy that has noticed", SOON, || ann.get("/").text().contains(told).then_some(()));
    ann.unlock(&lost, PASSPHRASE);
    ann.ask("GET", &format!("/secret/{}", lost.secret), &[("Referer", &link)], None);
    if kind.keeps_a_log_of_requests() {
        // A proxy may write its line after its answer.
        wait_for("the last request's line", SOON, || {
            front
                .logs()
                .iter()
                .any(|log| log.contains("POST") && (log.contains("503") || log.contains("502")))
                .then_some(())
        });
    }
    search(&front, "where nobody is there", &account, &keys);
    front.stop();
    search(&front, "when all is over", &account, &keys);
}

/// Looks for keys, values, passphrases and tokens, in each form in which they could stand there.
#[track_caller]
fn search(front: &Front, when: &str, account: &Account, keys: &[Shared]) {
    let basic = base64(format!("{}:{}", account.email, account.token).as_bytes());
    let keys = keys.iter().flat_map(|shared| [shared.secret.as_str(), &shared.receipt]);
    let sought: Vec<_> = [VALUE, PASSPHRASE, &account.token, &basic].into_iter().chain(keys).collect();
    let written = front.written();
    assert!(!written.is_empty(), "nothing was looked at");
    for (file, bytes) in written {
        for marker in &sought {
            for form in forms(marker) {
                assert!(!contains(&bytes, &form), "{when}, {marker} is in {}", file.display());
            }
        }
    }
}
