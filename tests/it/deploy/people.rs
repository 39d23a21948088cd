//! People who meet the proxy instead of readonce get a page in their language, and programs JSON; neither is told that nothing
//! happened where something may have.

use std::net::{Ipv4Addr, SocketAddr};

use super::behind::nobody;
use super::front::{Front, Kind};
use super::installation::Installation;
use super::shipped;
use crate::support::proxy::Proxy;
use crate::support::{Answer, SOON, Shared, UNLIMITED, wait_for};

const LANGUAGES: [&str; 5] = ["en", "de", "sv", "bg", "zh-Hans"];
const AWAY: &str = "Nothing was used up";
const LOST: &str = "The outcome is not known";

#[test]
fn behind_nginx() {
    get_pages(Kind::Nginx);
}

#[test]
fn behind_the_compose_files_nginx() {
    get_pages(Kind::Compose);
}

#[test]
fn behind_caddy() {
    get_pages(Kind::Caddy);
}

/// A page for people, with `text` in it.
#[track_caller]
fn is_page(answer: &Answer, status: u16, text: &str) {
    assert_eq!(answer.status, status, "{}", answer.text());
    assert!(answer.header("content-type").is_some_and(|kind| kind.starts_with("text/html")), "{answer:?}");
    let page = answer.text();
    assert!(page.contains(text), "{page}");
    for language in LANGUAGES {
        assert!(page.contains(&format!("<section lang=\"{language}\">")), "{language} is not in {page}");
    }
}

/// It may not be kept, and says when to come back.
#[track_caller]
fn is_for_now(answer: &Answer) {
    assert_eq!(answer.header("cache-control"), Some("no-store"), "{answer:?}");
    assert!(answer.header("retry-after").is_some(), "{answer:?}");
}

fn get_pages(kind: Kind) {
    let installation =
        Installation::new(&[UNLIMITED, &[("READONCE_BASE_URL", "https://secrets.example.org")]].concat());
    let server = installation.instance();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let relay = runtime.block_on(Proxy::to(server.address().port()));
    let relay_at = SocketAddr::from((Ipv4Addr::LOCALHOST, relay.port()));
    let front = Front::new(kind, [relay_at, nobody()]);
    let client = front.serving();

    // Caddy leaves that to readonce, whose page it is.
    let length = if matches!(kind, Kind::Compose) { 1_200_000 } else { 300_000 };
    let media = ("Content-Type", "application/x-www-form-urlencoded");
    let large = client.ask("POST", "/", &[media], Some(&vec![b'x'; length]));
    if matches!(kind, Kind::Caddy) {
        assert_eq!(large.status, 413);
        assert!(large.header("content-type").is_some_and(|kind| kind.starts_with("text/html")), "{large:?}");
    } else {
        is_page(&large, 413, "Nothing was shared");
    }

    // The answer to a claim gets lost. A health check may meet the cut instead, so more than one try is made.
    let lost = |path: &dyn Fn(&Shared) -> String| {
        wait_for("an answer that is lost", SOON, || {
            let shared = server.client().share("read by whom?");
            relay.cut_once();
            let answer = client.ask("POST", &path(&shared), &[media], Some(b""));
            let told = answer.status == 503 && server.client().state(&shared) == "received";
            told.then_some(answer)
        })
    };
    let program = lost(&|shared| format!("/api/v1/secret/{}", shared.secret));
    assert!(program.member("message").starts_with("The outcome is unknown"), "{program:?}");
    is_for_now(&program);
    let person = wait_for("a page whose answer is lost", SOON, || {
        let shared = server.client().share("read by whom?");
        relay.cut_once();
        let answer = client.ask("POST", &format!("/secret/{}", shared.secret), &[media], Some(b""));
        (answer.status == 503 && answer.text().contains(LOST)).then_some(answer)
    });
    is_page(&person, 503, LOST);
    is_for_now(&person);
    assert!(!person.text().contains(AWAY), "{}", person.text());

    // Our own client knows the words.
    if matches!(kind, Kind::Compose) {
        let url = format!("http://127.0.0.1:{}", front.port());
        let ran = wait_for("a client whose answer is lost", SOON, || {
            let shared = server.client().share("read by whom?");
            relay.cut_once();
            let ran = installation.home.run(&["get", &shared.secret, "--url", &url]);
            (ran.code != Some(0) && server.client().state(&shared) == "received").then_some(ran)
        });
        assert_eq!(ran.code, Some(7), "{ran:?}");
    }

    // Nothing is there: that is certain, whatever was asked.
    drop(relay);
    server.stop();
    for (method, path) in [("GET", "/secret/0123456789"), ("GET", "/"), ("POST", "/secret/0123456789")] {
        let page = wait_for("a proxy that has noticed", SOON, || {
            let answer = client.ask(method, path, &[media], (method == "POST").then_some(b""));
            answer.text().contains(AWAY).then_some(answer)
        });
        is_page(&page, 503, AWAY);
        is_for_now(&page);
    }
    for (method, path) in
        [("GET", "/api/v1/status"), ("POST", "/api/v1/secret/0123456789"), ("GET", "/health/ready")]
    {
        let answer = client.ask(method, path, &[], None).unavailable();
        assert_eq!(answer.member("message"), "The server cannot be reached. Please try again shortly.");
        is_for_now(&answer);
    }
}

/// They need nothing but themselves, and say the same in each language that pages speak.
#[test]
fn the_pages_are_whole() {
    let locales = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/locales")).unwrap();
    let locales = locales.map(|folder| folder.unwrap().file_name().into_string().unwrap());
    let mut spoken = LANGUAGES.map(|language| language.split('-').next().unwrap().to_owned());
    spoken.sort();
    let mut locales: Vec<_> = locales.collect();
    locales.sort();
    assert_eq!(locales, spoken);
    for name in ["away", "unknown", "too-large"] {
        let page = shipped(&format!("deploy/pages/{name}.html"));
        for outside in ["http:", "https:", "src=", "href=", "<script", "url("] {
            assert!(!page.contains(outside), "{name} has {outside}");
        }
        let sections: Vec<_> = page.split("<section lang=\"").skip(1).collect();
        let languages: Vec<_> = sections.iter().map(|section| section.split('"').next().unwrap()).collect();
        assert_eq!(languages, LANGUAGES, "{name}");
        for section in sections {
            assert!(section.contains("</p>\n</section>"), "{name}: {section}");
        }
    }
}
