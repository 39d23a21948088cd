//! Which paths are open, and that a header that is forged on any of them signs nobody in.

use super::{ANN, FORM, KNOWN, Place};
use crate::deploy::front::Kind;
use crate::deploy::shipped;
use crate::support::Shared;

/// A header as a stranger may write it, each in all the ways that servers have read as one.
const FORGED: [&[(&str, &str)]; 5] = [
    &[("Remote-Email", "eve@example.org")],
    &[("remote-email", "eve@example.org")],
    &[("Remote_Email", "eve@example.org")],
    &[("Remote-Email", "eve@example.org"), ("Remote-Email", "eve@example.org")],
    &[("Remote-Email", "eve@example.org"), ("X-Forwarded-For", "127.0.0.1")],
];

#[test]
fn behind_nginx() {
    all_of_it(Kind::Nginx);
}

#[test]
fn behind_caddy() {
    all_of_it(Kind::Caddy);
}

/// The list of open paths that operators read is the one that is asked for below.
#[test]
fn the_open_paths_are_told_as_one_list() {
    let page = shipped("docs/sign-in.md");
    let (_, list) = page.split_once("What readers need without signing in:").unwrap();
    let rows: Vec<_> = list.lines().skip(2).take_while(|line| line.starts_with('|')).skip(2).collect();
    let paths: Vec<_> = rows.iter().map(|row| row.split('|').nth(1).unwrap().trim()).collect();
    assert_eq!(
        paths,
        [
            "`/secret/KEY`",
            "`/assets/FILE`",
            "`/api/v1/secret/KEY`",
            "`/api/v2/secret/KEY`, with `/reveal` and `/status` behind it, and the same below `/api/v2/guest`",
            "`/api/v1/status`, `/api/v2/status`",
            "`/about`, `/robots.txt`",
        ]
    );
}

fn all_of_it(kind: Kind) {
    let place = Place::behind(kind);
    people_sign_in_and_share(&place);
    readers_need_nothing(&place);
    programs_bring_their_token(&place);
    a_forged_header_signs_nobody_in(&place);
    what_the_service_leaves_unclear_is_nobody(&place);
}

fn people_sign_in_and_share(place: &Place) {
    let lines = [("Cookie", KNOWN), ("Accept", "text/html")];
    let page = place.ask("GET", "/sign-in", &lines, "");
    assert_eq!(page.status, 200, "{}", page.text());
    assert!(page.text().contains(ANN), "{}", page.text());
    let both = format!("{KNOWN}; {}", place.sign_in());
    let mark = place.ask("GET", "/", &[("Cookie", &both)], "").after("name=\"form\" value=\"");
    let lines = [("Cookie", both.as_str()), FORM, ("Origin", "https://secrets.example.org")];
    let shared = place.ask("POST", "/", &lines, &format!("secret=hello&form={mark}"));
    assert!(shared.status == 200 && shared.text().contains("id=\"link\""), "{}", shared.text());
    let listed = place.home.run(&["account", "list"]).succeeded().stdout;
    assert!(listed.contains(ANN), "{listed}");
}

/// As one list: exactly these paths are open, and none of them asks the service.
fn readers_need_nothing(place: &Place) {
    let account = place.home.account("programs@example.org");
    let client = place.front.client(8).signed_in(&account.email, &account.token);
    let shared = Shared::of(&client.post("/share", &[("secret", "hello")]).ok());
    let page = place.client().get(&format!("/secret/{}", shared.secret));
    let style = page.after("rel=\"stylesheet\" href=\"");
    let before = place.gate.asked();
    for (path, status) in [
        (format!("/secret/{}", shared.secret), 200),
        (format!("/secret/{}.", shared.secret), 200),
        (style, 200),
        (format!("/api/v2/secret/{}", shared.secret), 200),
        (format!("/api/v2/secret/{}/status", shared.secret), 200),
        (format!("/api/v2/guest/secret/{}", shared.secret), 200),
        ("/api/v1/status".to_owned(), 200),
        ("/api/v2/status".to_owned(), 200),
        ("/about".to_owned(), 200),
        ("/robots.txt".to_owned(), 200),
    ] {
        let answer = place.client().get(&path);
        assert_eq!((answer.status, answer.header("set-cookie")), (status, None), "{path}: {}", answer.text());
    }
    let revealed = place.ask("POST", &format!("/secret/{}", shared.secret), &[FORM], "");
    assert!(revealed.status == 200 && revealed.text().contains("hello"), "{}", revealed.text());
    place.client().reveal(&shared).unknown();
    assert_eq!(place.gate.asked(), before, "nobody was asked who a reader is");
    for (method, path) in [
        ("GET", "/"),
        ("POST", "/"),
        ("GET", "/sign-in"),
        ("POST", "/sign-in"),
        ("GET", "/receipt/x"),
        ("GET", "/sign-out"),
    ] {
        let answer = place.ask(method, path, &[FORM], "secret=x");
        assert!([302, 401].contains(&answer.status), "{method} {path}: {} {}", answer.status, answer.text());
    }
    assert_eq!(place.gate.asked(), before + 6);
}

fn programs_bring_their_token(place: &Place) {
    let before = place.gate.asked();
    for path in [
        "/api/v1/share",
        "/api/v1/generate",
        "/api/v2/secret/conceal",
        "/api/v2/guest/secret/conceal",
        "/api/v2/guest/secret/generate",
        "/api/v2/secret/generate",
    ] {
        assert_eq!(place.ask("POST", path, &[FORM], "secret=x").status, 403, "{path}");
        assert_eq!(place.ask("POST", path, &[FORM, ("Cookie", KNOWN)], "secret=x").status, 403, "{path}");
        // Nor by what only looks like one.
        let answer = place.ask("POST", path, &[FORM, ("Authorization", "Basic x")], "secret=x");
        assert!([401, 403, 404].contains(&answer.status), "{path}: {} {}", answer.status, answer.text());
    }
    let wrong = place.front.client(8).signed_in("programs@example.org", &"0".repeat(40));
    wrong.post("/share", &[("secret", "x")]).refused(404, "Not authorized");
    assert_eq!(place.gate.asked(), before);
}

/// Not on an open path, not on one behind the sign-in, and not where the proxy puts its own beside.
fn a_forged_header_signs_nobody_in(place: &Place) {
    let shared = "zzzzunknownzzzzunknownzzzzunkno";
    for forged in FORGED {
        for known in [false, true] {
            for (method, path) in [
                ("GET", "/".to_owned()),
                ("POST", "/".to_owned()),
                ("GET", "/sign-in".to_owned()),
                ("GET", "/sign-in/".to_owned()),
                ("GET", "//sign-in".to_owned()),
                ("GET", "/%73ign-in".to_owned()),
                ("GET", "/sign-in?to=/secret/".to_owned()),
                ("GET", "/secret/../sign-in".to_owned()),
                ("GET", format!("/secret/{shared}")),
                ("GET", format!("/secret/{shared}/../../sign-in")),
                ("POST", format!("/secret/{shared}")),
                ("GET", "/assets/../sign-in".to_owned()),
                ("GET", "/assets/%2e%2e/sign-in".to_owned()),
                ("GET", "/api/v1/status".to_owned()),
                ("GET", "/api/v1/authcheck".to_owned()),
                ("GET", format!("/api/v2/secret/{shared}")),
                ("POST", "/sign-in".to_owned()),
                ("POST", "/sign-in/".to_owned()),
                ("POST", "/secret/../sign-in".to_owned()),
                ("POST", "/assets/%2e%2e/sign-in".to_owned()),
            ] {
                let own = [FORM, ("Origin", "https://secrets.example.org"), ("Cookie", KNOWN)];
                let own = if known { &own[..] } else { &own[..2] };
                let answer = place.ask(method, &path, &[own, forged].concat(), "do=header&secret=x");
                let told = format!("{method} {path} {forged:?}: {} {}", answer.status, answer.text());
                assert!(!answer.text().contains("eve@"), "{told}");
                // Whom the service knows may come in, as whom the service knows.
                assert!(known || answer.header("set-cookie").is_none(), "{told}");
            }
        }
    }
    let listed = place.home.run(&["account", "list"]).succeeded().stdout;
    assert!(!listed.contains("eve@"), "{listed}");
}

/// What an authentication service may say that is no name.
fn what_the_service_leaves_unclear_is_nobody(place: &Place) {
    let lines = [("Cookie", KNOWN), FORM, ("Origin", "https://secrets.example.org")];
    for says in [
        &[][..],
        &["Remote-Email: "],
        &["Remote-Email: ann"],
        &["Remote-Email: ann@example.org,bob@example.org"],
        &["Remote-User: ann@example.org"],
    ] {
        place.gate.says(says);
        let answer = place.ask("POST", "/sign-in", &lines, "do=header");
        assert_eq!((answer.status, answer.header("set-cookie")), (403, None), "{says:?}: {}", answer.text());
    }
    place.gate.says(&["Remote-Email: ann@example.org"]);
    place.sign_in();
}
