//! People sign in with a real OpenID Connect provider, right and wrong in every way that a relay in front of it can make it.

use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::json;

use crate::support::oidc::{BACK, House};
use crate::support::relay::Wrong;
use crate::support::walker::Walker;
use crate::support::{Answer, SOON, wait_for};

const SESSION: &str = "readonce-session";
const ERRAND: &str = "readonce-provider";
const ANYBODY: (&str, &str) = ("READONCE_ACCESS__JOIN", "anyone");

fn now() -> u64 {
    #[expect(clippy::disallowed_methods, reason = "the provider's tokens are of this machine's now")]
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()
}

impl House {
    /// Waits until the log has this.
    fn logs(&self, text: &str) {
        wait_for(text, SOON, || self.server.log().contains(text).then_some(()));
    }

    fn start(&self) -> String {
        self.at("/sign-in/provider")
    }

    /// Signs somebody in; what they see in the end, and their browser.
    fn sign_in(&self, who: &str) -> (Answer, Walker) {
        let mut walker = Walker::default();
        let seen = walker.sign_in(&self.start(), who);
        (seen, walker)
    }

    /// The same, and nobody is signed in, but told this.
    #[track_caller]
    fn refuses(&self, who: &str, status: u16, text: &str) {
        let (seen, walker) = self.sign_in(who);
        told(&seen, status, text);
        assert!(!walker.cookies.contains_key(SESSION), "somebody is signed in: {text}");
    }

    /// A browser that is about to bring a code back: the address that it was sent to.
    fn about_to_come_back(&self, who: &str) -> (String, Walker) {
        let mut walker = Walker::default();
        let mut answer = walker.get(&self.start());
        loop {
            let here = walker.way.last().unwrap().clone();
            if here.contains("/interaction/") && answer.status == 200 {
                answer = walker.post(&here, &[("prompt", "login"), ("login", who), ("password", "any")]);
                continue;
            }
            let to = answer.header("location").unwrap_or_else(|| panic!("nowhere to go: {}", answer.text()));
            if to.contains(BACK) {
                return (to.to_owned(), walker);
            }
            let issuer = self.relay.issuer();
            let to = if to.starts_with('/') { format!("{issuer}{to}") } else { to.to_owned() };
            answer = walker.get(&to);
        }
    }
}

/// A page that says that nobody was signed in, why, and where to begin again.
#[track_caller]
fn told(seen: &Answer, status: u16, text: &str) {
    let page = seen.text();
    assert_eq!(seen.status, status, "{page}");
    assert!(page.contains("Nobody was signed in") && page.contains(text), "`{text}` is not in {page}");
    assert!(page.contains("href=\"/sign-in/provider\""), "{page}");
    assert_eq!(seen.header("cache-control"), Some("no-store, no-transform"));
}

#[test]
fn people_sign_in_and_out() {
    let house = House::with("", &[ANYBODY]);
    let mut walker = Walker::default();
    let asked = walker.get(&house.at("/sign-in")).ok().text();
    assert!(
        asked.contains("href=\"/sign-in/provider\"") && asked.contains("Sign in at 127.0.0.1:"),
        "{asked}"
    );

    let sent = walker.get(&house.start());
    assert_eq!(sent.status, 303);
    assert_eq!(sent.header("cache-control"), Some("no-store, no-transform"), "a nonce is good once");
    let to = sent.header("location").unwrap();
    assert!(
        to.starts_with(&format!("{}/auth?response_type=code&client_id=readonce&", house.relay.issuer())),
        "{to}"
    );
    let cookie = sent.header("set-cookie").unwrap();
    assert!(cookie.ends_with("; Path=/; HttpOnly; SameSite=Lax; Max-Age=600"), "{cookie}");

    let seen = walker.sign_in(&house.start(), "alice").ok();
    assert_eq!(walker.way.last().unwrap(), &house.at("/"));
    assert!(seen.text().contains("alice@example.org"), "{}", seen.text());
    assert!(walker.cookies.contains_key(SESSION) && !walker.cookies.contains_key(ERRAND));

    // Once more: the provider knows them, and no page of it is shown.
    let before = walker.way.len();
    walker.sign_in(&house.start(), "nobody types this").ok();
    assert!(walker.way[before..].iter().all(|address| !address.contains("/interaction/")));

    let mark = walker.get(&house.at("/")).ok().after("name=\"form\" value=\"");
    let out = walker.post(&house.at("/sign-out"), &[("form", &mark)]).ok().text();
    let there = format!("href=\"{}/session/end?client_id=readonce\"", house.relay.issuer());
    assert!(out.contains(&there), "{there} is not in {out}");
    assert!(!out.contains("id_token"));
    assert!(!walker.cookies.contains_key(SESSION));

    house.logs("/sign-out");
    let log = house.server.log();
    for text in ["alice", "example.org", "code=", "state="] {
        assert!(!log.contains(text), "`{text}` is in the log: {log}");
    }
}

/// One thing is wrong each time, and the same browser gets in when it is not.
#[test]
fn what_is_wrong_signs_nobody_in() {
    let metrics = ("READONCE_METRICS__LISTEN", "127.0.0.1:0");
    let house = House::with("", &[ANYBODY, metrics]);
    let (untrusted, setup, stale) = ("cannot be trusted", "do not understand each other", "sign-in is over");
    let other = "https://evil.example";
    for (wrong, text) in [
        (Wrong::Claim("nonce", json!("other")), untrusted),
        (Wrong::Claim("nonce", json!(null)), untrusted),
        (Wrong::Claim("aud", json!("other")), untrusted),
        (Wrong::Claim("aud", json!(["readonce", "other"])), untrusted),
        (Wrong::Claim("azp", json!("other")), untrusted),
        (Wrong::Claim("iss", json!(other)), untrusted),
        (Wrong::Claim("iss", json!(format!("{}/", house.relay.issuer()))), untrusted),
        (Wrong::Claim("exp", json!(now() - 3600)), untrusted),
        (Wrong::Claim("iat", json!(now() + 3600)), untrusted),
        (Wrong::Claim("sub", json!("")), untrusted),
        (Wrong::Key, untrusted),
        (Wrong::Header(json!({"alg": "ES256", "kid": "unknown"})), untrusted),
        (Wrong::Unsigned, setup),
        (Wrong::Header(json!({"alg": "HS256"})), setup),
        (Wrong::Userinfo("sub", json!("bob")), setup),
        (Wrong::Back("state", "other"), stale),
        (Wrong::Back("code", "other"), stale),
        (Wrong::Back("iss", "https://evil.example"), untrusted),
        (Wrong::Status(500), setup),
    ] {
        house.relay.be(wrong.clone());
        let (seen, walker) = house.sign_in("alice");
        told(&seen, 403, text);
        assert!(!walker.cookies.contains_key(SESSION), "{wrong:?}");
    }
    // Signed anew by the relay, and with nothing wrong: it was none of that which kept them out.
    house.relay.be(Wrong::Claim("name", json!("Alice")));
    let (seen, walker) = house.sign_in("alice");
    assert!(seen.ok().text().contains("alice@example.org") && walker.cookies.contains_key(SESSION));
    let counted = house.server.scrape();
    for (outcome, times) in
        [("oidc", 1), ("provider_untrusted", 13), ("provider_setup", 4), ("provider_stale", 2)]
    {
        let line = format!("readonce_sign_ins_total{{outcome=\"{outcome}\"}} {times}\n");
        assert!(counted.contains(&line), "{line} is not in {counted}");
    }
    house.logs("its nonce is not the one that was sent");
    house.logs("status 500, error `none`");
    let log = house.server.log();
    for text in ["alice", "bob", "evil", "example"] {
        assert!(!log.contains(text), "`{text}` is in the log: {log}");
    }
}

#[test]
fn a_provider_that_is_away_is_told() {
    let mut house = House::with("", &[ANYBODY]);
    let (back, mut walker) = house.about_to_come_back("alice");
    house.relay.go_away();
    let seen = walker.get(&back);
    told(&seen, 503, "cannot be reached");
    assert!(seen.header("retry-after").is_some() && !walker.cookies.contains_key(SESSION));
    // Nothing is known of one that was never met.
    let mut house = House::with("", &[ANYBODY]);
    house.relay.go_away();
    told(&Walker::default().get(&house.start()), 503, "cannot be reached");
    house.logs("the provider's discovery document cannot be had");
}

/// By the address once, and then by who they are; of an address that counts.
#[test]
fn an_account_is_somebody_at_the_provider() {
    let house = House::with("", &[]);
    let known = house.home.account("alice@example.org");
    house.refuses("bob", 403, "there is no account for bob@example.org here");
    house.refuses("nameless", 403, "named no e-mail address");
    house.refuses("unverified", 403, "oidc.trust_email");
    let (seen, _) = house.sign_in("alice");
    assert!(seen.ok().text().contains("alice@example.org"), "the account that was there");
    house.refuses("alice2", 403, "is somebody else’s");
    house.logs("another `sub` with the address of an account");
    // Their address is looked at no more.
    house.relay.be(Wrong::Userinfo("email", json!("changed@example.org")));
    let (seen, _) = house.sign_in("alice");
    assert!(seen.ok().text().contains("alice@example.org"));
    house.relay.be(Wrong::Nothing);
    house.home.run(&["account", "disable", &known.email]).succeeded();
    house.refuses("alice", 403, "Your account is disabled");
}

#[test]
fn the_operator_says_who_and_whose_word_counts() {
    let settings = "[oidc]\nallowed = { claim = 'groups', values = ['ops'] }\n";
    let house = House::with(settings, &[ANYBODY, ("READONCE_OIDC__TRUST_EMAIL", "true")]);
    house.refuses("alice", 403, "not everybody from there");
    let (seen, _) = house.sign_in("staff");
    assert!(seen.ok().text().contains("staff@example.org"));
    // Nobody checked this address; the operator says that it need not be.
    house.relay.be(Wrong::Userinfo("groups", json!("ops")));
    let (seen, _) = house.sign_in("unverified");
    assert!(seen.ok().text().contains("unverified@example.org"));
}

/// Whoever comes back has to be who went; and nobody is led anywhere else.
#[test]
fn who_comes_back_is_who_went() {
    let house = House::with("", &[ANYBODY]);
    let (back, mut walker) = house.about_to_come_back("mallory");
    // Somebody is made to follow an address that leads into another's account.
    let mut victim = Walker::default();
    told(&victim.get(&back), 403, "sign-in is over");
    victim.get(&house.start());
    told(&victim.get(&back), 403, "sign-in is over");
    assert!(victim.cookies.contains_key(ERRAND), "their own sign-in goes on");
    for nonsense in ["", "?", "?state=x", "?code=x&state=x&session_state=a+/=", "?state=a&state=b", "?%00"] {
        let seen = victim.get(&house.at(&format!("{BACK}{nonsense}")));
        assert_eq!(seen.status / 100, 4, "{nonsense}: {}", seen.text());
        assert!(!victim.cookies.contains_key(SESSION));
    }
    let forged = walker.cookies[ERRAND].replacen(|c: char| c.is_ascii_lowercase(), "A", 1);
    let mut other = Walker::default();
    other.cookies.insert(ERRAND.into(), forged);
    told(&other.get(&back), 403, "sign-in is over");

    // Refused there, with words that are HTML: none of them is shown.
    let state = back.split_once("state=").unwrap().1.split('&').next().unwrap();
    let issuer = house.relay.issuer();
    let denied = format!("{BACK}?error=access_denied&error_description=%3Cb%3Ex&state={state}&iss={issuer}");
    let seen = Walker { cookies: walker.cookies.clone(), way: vec![] }.get(&house.at(&denied));
    told(&seen, 403, "did not sign you in");
    assert!(!seen.text().contains("<b>x") && !seen.text().contains("%3Cb"));

    let seen = walker.get(&back);
    assert_eq!((seen.status, seen.header("location")), (303, Some("/")));
    assert!(walker.cookies.contains_key(SESSION));
    // The same code again: its cookie is gone.
    told(&walker.get(&back), 403, "sign-in is over");

    // Where to go on is a page of ours.
    for to in ["//evil.example", "https://evil.example/", "/%5Cevil.example", "/secret/x"] {
        let mut walker = Walker::default();
        let seen = walker.sign_in(&house.at(&format!("/sign-in/provider?to={to}")), "mallory");
        assert_eq!((seen.status, walker.way.last().unwrap()), (200, &house.at("/")), "{to}");
    }
    // Asked for the head alone, nothing begins.
    let head = house.server.client().ask("HEAD", "/sign-in/provider", &[], None);
    assert_eq!((head.status, head.header("set-cookie")), (200, None));
}

/// What a provider says to another client's secret.
#[test]
fn a_wrong_secret_is_the_operators_business() {
    let folder = tempfile::tempdir().unwrap();
    let other = folder.path().join("secret");
    std::fs::write(&other, "hunter2\n").unwrap();
    let other = ("READONCE_OIDC__CLIENT_SECRET_FILE", other.to_str().unwrap());
    let house = House::with("", &[ANYBODY, other]);
    house.refuses("alice", 403, "do not understand each other");
    house.logs("status 401, error `invalid_client`");
    house.logs("oidc.client_secret_file");
    assert!(!house.server.log().contains("hunter2"));
}

/// A provider with another mind: its issuer ends with a slash and follows `Host`, it signs with RS512, says nothing of addresses,
/// and takes no nonce twice.
#[test]
#[ignore = "scripts/test long"]
fn people_sign_in_with_canaille() {
    let sign_in = |house: &House| {
        let mut walker = Walker::default();
        let started = walker.get(&house.start());
        let mut seen = walker.follow(started);
        for field in [("login", "alice"), ("password", "correct horse battery")] {
            let mark = seen.after("name=\"csrf_token\" value=\"");
            let here = walker.way.last().unwrap().clone();
            let sent = walker.post(&here, &[("csrf_token", mark.as_str()), field]);
            seen = walker.follow(sent);
        }
        (seen, walker)
    };
    let house = House::of_canaille(&[ANYBODY]);
    let (seen, walker) = sign_in(&house);
    told(&seen, 403, "oidc.trust_email");
    assert!(!walker.cookies.contains_key(SESSION));

    let house = House::of_canaille(&[ANYBODY, ("READONCE_OIDC__TRUST_EMAIL", "true")]);
    let (seen, mut walker) = sign_in(&house);
    assert!(seen.ok().text().contains("alice@example.org") && walker.cookies.contains_key(SESSION));
    // An address of the provider's that was opened before, as "back" does it: an error of the provider's, and then a way on.
    let asked = walker.way.iter().find(|address| address.contains("/oauth/authorize")).unwrap().clone();
    let again = walker.get(&asked);
    let seen = walker.follow(again);
    told(&seen, 403, "sign-in is over");
    let anew = walker.get(&house.start());
    assert!(walker.follow(anew).ok().text().contains("alice@example.org"));
}
