//! `readonce account token …` beside a running server.

use serde_json::Value;

use crate::support::{Account, Home, Server};

fn with(account: &Account, token: &str) -> Account {
    Account { token: token.to_owned(), ..account.clone() }
}

fn signs_in(server: &Server, account: &Account) -> bool {
    server.client_of(account).get("/api/v1/authcheck").status == 200
}

#[test]
fn tokens_are_added_listed_and_revoked_while_the_server_runs() {
    let home = Home::new();
    let account = home.account("owner@example.com");
    let server = home.serve();
    let run = |arguments: &[&str]| home.run(&[&["account", "token"], arguments].concat());
    let json = |ran: crate::support::Ran| -> Value { serde_json::from_str(&ran.succeeded().stdout).unwrap() };

    let token = run(&["add", "owner@example.com", "--name", "Büro"]).succeeded().stdout.trim().to_owned();
    assert!(token.len() == 40 && token.bytes().all(|byte| byte.is_ascii_hexdigit()), "{token}");
    let made = json(run(&["add", "OWNER@example.com", "--name", "ci", "--expires", "90d", "--json"]));
    let members: Vec<_> = made.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(members, ["email", "expires", "id", "name", "token"]);
    assert_eq!((&made["email"], &made["name"]), (&"owner@example.com".into(), &"ci".into()));
    let (office, ci) = (with(&account, &token), with(&account, made["token"].as_str().unwrap()));
    for account in [&account, &office, &ci] {
        assert!(signs_in(&server, account));
    }
    let shared = server.client_of(&ci).share("of the ci");
    assert_eq!(server.client_of(&office).get("/api/v1/private/recent").ok().text(), "[]");

    let listed = json(run(&["list", "owner@example.com", "--json"]));
    let names: Vec<_> = listed.as_array().unwrap().iter().map(|it| it["name"].as_str().unwrap()).collect();
    assert!(names[0] == "default" && names.len() == 3 && names.contains(&"Büro"), "{listed}");
    let of_ci = listed.as_array().unwrap().iter().find(|it| it["name"] == "ci").unwrap();
    assert_eq!(of_ci["expires"].as_u64().unwrap() - of_ci["created"].as_u64().unwrap(), 90 * 86_400);
    let text = run(&["list", "owner@example.com"]).succeeded().stdout;
    assert!(text.contains("  Büro\n") && !text.contains(&token), "{text}");
    assert!(text.starts_with("default  "), "{text}");
    let accounts = home.run(&["account", "list"]).succeeded().stdout;
    assert!(accounts.contains("  3 tokens\n"), "{accounts}");

    let id = made["id"].as_str().unwrap();
    run(&["revoke", "owner@example.com", id]).succeeded();
    assert!(!signs_in(&server, &ci) && signs_in(&server, &office) && signs_in(&server, &account));
    server.client().reads_once(&shared, "of the ci");

    // The command that there was before there were others: a new first token, and no other ends.
    let renewed = run(&["owner@example.com"]).succeeded().stdout.trim().to_owned();
    assert!(!signs_in(&server, &account) && signs_in(&server, &office));
    assert!(signs_in(&server, &with(&account, &renewed)));
    run(&["revoke", "owner@example.com", "default"]).succeeded();
    assert!(!signs_in(&server, &with(&account, &renewed)) && signs_in(&server, &office));

    // A server that stops in good order leaves nothing to be noted.
    server.stop();
    let listed = json(run(&["list", "owner@example.com", "--json"]));
    let used = listed[0]["used"].as_str().unwrap_or_else(|| panic!("no last use: {listed}"));
    assert!(used.len() == 10 && used.starts_with("20"), "{used}");
    assert_eq!((&listed[0]["name"], listed.as_array().unwrap().len()), (&"Büro".into(), 1));
}

#[test]
fn commands_about_tokens_say_what_is_wrong() {
    let home = Home::new();
    home.account("owner@example.com");
    let list = "hint: `readonce account token list owner@example.com` shows all";
    for (arguments, words) in [
        (
            &["add", "nobody@example.com"][..],
            &["no account `nobody@example.com`", "hint: `readonce account list`"][..],
        ),
        (&["list", "nobody@example.com"], &["no account `nobody@example.com`"]),
        (&["revoke", "nobody@example.com", "default"], &["no account `nobody@example.com`"]),
        (&["revoke", "owner@example.com", "0123456789abcdef"], &["has no token `0123456789abcdef`", list]),
        (&["revoke", "owner@example.com", "ci"], &["has no token `ci`", list]),
        (&["add", "owner@example.com", "--name", ""], &["no name for a token", "hint: up to 60 characters"]),
    ] {
        home.run(&[&["account", "token"], arguments].concat()).refused_saying(words);
    }
    home.run(&["account", "unbind", "owner@example.com"]).refused_saying(&["bound to nobody", "hint:"]);
    for arguments in [&["add", "owner@example.com", "--expires", "0"][..], &[], &["--json"]] {
        assert_eq!(home.run(&[&["account", "token"], arguments].concat()).code, Some(2), "{arguments:?}");
    }
    for number in 0..20 {
        let name = number.to_string();
        home.run(&["account", "token", "add", "owner@example.com", "--name", &name]).succeeded();
    }
    home.run(&["account", "token", "add", "owner@example.com"])
        .refused_saying(&["as many tokens as it may have", "hint: `readonce account token list"]);
    home.run(&["account", "disable", "owner@example.com"]).succeeded();
    home.run(&["account", "token", "add", "owner@example.com"]).refused_saying(&["is disabled", "hint:"]);
}
