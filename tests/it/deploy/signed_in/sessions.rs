//! Sessions are of all instances: one of two is killed, and keys change, and who signed in stays so.

use rustix::process::Signal;

use super::FORM;
use crate::deploy::front::{Front, Kind};
use crate::support::{Answer, Home, SOON, Server, UNLIMITED, wait_for};

const SETTINGS: &[(&str, &str)] = &[
    ("READONCE_BASE_URL", "https://secrets.example.org"),
    ("READONCE_HTTP__TRUSTED_PROXIES", "127.0.0.1"),
    ("READONCE_ACCESS__CREATE", "account"),
];

fn ask(front: &Front, method: &str, path: &str, cookie: &str, body: &str) -> Answer {
    let lines = [("Cookie", cookie), FORM, ("Origin", "https://secrets.example.org")];
    front.client(7).ask(method, path, &lines, (method == "POST").then_some(body.as_bytes()))
}

/// Whether the pages know who brings this cookie.
fn is_known(front: &Front, cookie: &str) -> bool {
    let page = ask(front, "GET", "/", cookie, "");
    assert_eq!(page.status, 200, "{}", page.text());
    page.text().contains("ann@example.org")
}

fn key(home: &Home, arguments: &[&str]) -> String {
    home.run(&[&["key"], arguments].concat()).succeeded().stdout
}

fn kids(home: &Home) -> Vec<String> {
    key(home, &["list"]).lines().map(|line| line.split(' ').next().unwrap().to_owned()).collect()
}

/// Has a server read the keyring again, and waits until it did.
fn hand_out(home: &Home, server: &Server) {
    let kids = kids(home);
    let taken_over = format!("the keyring has changed writes={} keys={}\n", kids[0], kids.len());
    server.signal(Signal::HUP);
    wait_for(&taken_over, SOON, || server.log().contains(&taken_over).then_some(()));
}

#[test]
fn one_instance_of_two_is_killed_and_keys_change() {
    let home = Home::new();
    let account = home.account("ann@example.org");
    let settings = [UNLIMITED, SETTINGS].concat();
    let [one, other] = [home.serve_with(&settings), home.serve_with(&settings)];
    let front = Front::new(Kind::Nginx, [one.address(), other.address()]);
    front.serving();
    let form = format!("email={}&token={}&do=token", account.email, account.token);
    let entered = ask(&front, "POST", "/sign-in", "", &form);
    let cookie = entered.cookie();
    assert!(cookie.starts_with("__Host-readonce-session="), "{cookie}");
    for server in [&one, &other] {
        let lines = [("Cookie", cookie.as_str())];
        let page = server.client().ask("GET", "/", &lines, None);
        assert!(page.text().contains("ann@example.org"), "each instance knows the session");
    }
    let link = front.client(8).signed_in(&account.email, &account.token).share("hello");

    one.kill();
    for _ in 0..4 {
        assert!(is_known(&front, &cookie));
    }

    let old = kids(&home)[0].clone();
    key(&home, &["add"]);
    hand_out(&home, &other);
    key(&home, &["rotate"]);
    hand_out(&home, &other);
    assert!(is_known(&front, &cookie), "a key that was rotated still opens");
    let entered = ask(&front, "POST", "/sign-in", "", &form);
    let newer = entered.cookie();
    key(&home, &["retire", "--force", &old]);
    hand_out(&home, &other);
    assert!(!is_known(&front, &cookie), "one that was retired does not");
    assert!(is_known(&front, &newer));
    // The account, its token and its list are as they were; only what the key sealed is gone, as ever.
    let client = front.client(9).signed_in(&account.email, &account.token);
    client.get("/api/v1/authcheck").ok();
    client.reads_once(&client.share("again"), "again");
    assert_eq!(front.client(9).reveal(&link).status, 503, "it was sealed by the key that was forced out");
}
