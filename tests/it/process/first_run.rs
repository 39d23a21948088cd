//! From nothing to a first secret, and what an operator does with accounts and settings from a command line.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use serde_json::Value;

use crate::support::{Account, Client, Home, Ran, SOON, Server, wait_for};

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[track_caller]
fn everything_is_private(home: &Home) {
    assert_eq!(mode(&home.file("data")), 0o700);
    for (name, _) in home.data() {
        assert_eq!(mode(&home.file("data").join(&name)), 0o600, "{name}");
    }
}

#[test]
fn serve_needs_nothing_makes_what_it_needs_and_says_so() {
    let home = Home::new();
    let mut command = home.command(&["serve"]);
    command.env("READONCE_LISTEN", "127.0.0.1:0"); // all that is not as a newcomer does it
    let server = Server::start(command).unwrap_or_else(|ran| panic!("it ended: {ran:?}"));
    everything_is_private(&home);
    let curl = wait_for("a first curl", SOON, || {
        server.said().lines().find_map(|line| line.strip_prefix("try: ").map(str::to_owned))
    });
    let said = server.said();
    for made in ["data/readonce.db (0600)", "data/readonce.keys (0600)", "(0700)"] {
        assert!(said.contains(made), "{made} is not told: {said}");
    }

    assert!(curl.contains(&format!("http://{}/api/v1/share", server.address())), "{curl}");
    let created = sh(&home, &format!("{curl} --silent --show-error --max-time 20"));
    let key = created["secret_key"].as_str().expect("a secret_key");
    let base = curl.split_whitespace().last().unwrap().strip_suffix("/share").unwrap();
    let read = sh(&home, &format!("curl --silent --max-time 20 -X POST {base}/secret/{key}"));
    assert_eq!(read["value"], "hello");
    let again = sh(&home, &format!("curl --silent --max-time 20 -X POST {base}/secret/{key}"));
    assert_eq!(again["message"], "Unknown secret");
    everything_is_private(&home);
    server.stop();

    let again = home.serve();
    assert!(!again.said().contains("made the"), "nothing is made twice: {}", again.said());
    again.stop();
}

fn sh(home: &Home, script: &str) -> Value {
    let ran = Ran::of(home.shell(script)).succeeded();
    serde_json::from_str(&ran.stdout).unwrap_or_else(|error| panic!("{error}: {ran:?}"))
}

#[test]
fn accounts_before_the_first_serve_and_while_it_runs() {
    let home = Home::new();
    let ran = home.run(&["account", "create", "first@example.com", "--json"]).succeeded();
    assert_eq!(ran.stdout.lines().count(), 1, "{ran:?}");
    let created: Value = serde_json::from_str(&ran.stdout).unwrap();
    let members: Vec<_> = created.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(members, ["email", "plan", "token"]);
    let token = created["token"].as_str().unwrap().to_owned();
    assert!(
        token.len() == 40 && token.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')),
        "{token}"
    );
    everything_is_private(&home);
    let first = Account { email: "first@example.com".into(), token };

    let server = home.serve();
    signs_in(&server, &first);
    let second = home.account("Second@Example.com");
    signs_in(&server, &second);
    let list = home.run(&["account", "list"]).succeeded().stdout;
    assert!(list.contains("first@example.com") && list.contains("Second@Example.com"), "{list}");
    assert!(!list.contains(&first.token), "tokens are shown once: {list}");
    let text = home.run(&["account", "create", "third@example.com"]).succeeded();
    assert!(text.stdout.contains("third@example.com") && text.stderr.contains("once"), "{text:?}");
    server.stop();
}

#[track_caller]
fn signs_in(server: &Server, account: &Account) {
    server.client_of(account).get("/api/v1/authcheck").ok();
}

#[track_caller]
fn is_refused(server: &Server, account: &Account) {
    server.client_of(account).get("/api/v1/authcheck").refused(404, "Not authorized");
    server.client_of(account).post("/share", &[("secret", "x")]).refused(404, "Not authorized");
}

#[test]
fn tokens_are_renewed_and_accounts_disabled_and_deleted_at_once() {
    let home = Home::new();
    let (account, other) = (home.account("owner@example.com"), home.account("other@example.com"));
    let server = home.serve();
    let shared = server.client_of(&account).share("of the owner");

    let token = home.run(&["account", "token", "owner@example.com"]).succeeded().stdout.trim().to_owned();
    let renewed = Account { token, ..account.clone() };
    is_refused(&server, &account);
    signs_in(&server, &renewed);
    let list = server.client_of(&renewed).get("/api/v1/private/recent").ok().text();
    assert_eq!(list, "[]", "the old token alone could open the list");

    home.run(&["account", "disable", "owner@example.com"]).succeeded();
    is_refused(&server, &renewed);
    assert!(home.run(&["account", "list"]).stdout.contains("disabled"));
    home.run(&["account", "delete", "owner@example.com"]).succeeded();
    is_refused(&server, &renewed);
    let list = home.run(&["account", "list"]).succeeded().stdout;
    assert!(!list.contains("owner@example.com") && list.contains("other@example.com"), "{list}");

    signs_in(&server, &other);
    server.client().reads_once(&shared, "of the owner");
    let anew = home.account("owner@example.com");
    signs_in(&server, &anew);
    is_refused(&server, &renewed);
    server.stop();
}

#[test]
fn account_commands_say_what_is_wrong() {
    let home = Home::new();
    home.account("owner@example.com");
    home.run(&["account", "create", "OWNER@example.com"])
        .refused_saying(&["already", "hint: `readonce account token"]);
    home.run(&["account", "create", "no address"]).refused_saying(&["`no address` is not an e-mail address"]);
    home.run(&["account", "create", "a@example.com", "--plan", "gold"])
        .refused_saying(&["no plan `gold`", "default"]);
    for command in ["token", "disable", "delete"] {
        home.run(&["account", command, "nobody@example.com"])
            .refused_saying(&["nobody@example.com", "hint:"]);
    }
    let ran = home.run(&["account", "create"]);
    assert_eq!(ran.code, Some(2), "{ran:?}");
}

#[test]
fn settings_come_with_their_source_and_without_passwords() {
    let home = Home::new();
    fs::write(home.file("readonce.toml"), "region = \"eu\"\n[limits]\ncreate = 7\n").unwrap();
    let mut command = home.command(&["config", "show", "--listen", "127.0.0.1:7999"]);
    command.env("READONCE_SECRETS__MAX_SIZE", "5000");
    command.env("READONCE_STORE", "redis://user:hunter2@redis.example:6379");
    command.env("READONCE_KEYRING", "readonce1:hunter3");
    let shown = Ran::of(command).succeeded();
    for (setting, source) in [
        ("listen = ", "--listen"),
        ("region = \"eu\"", "readonce.toml"),
        ("limits.create = 7", "readonce.toml"),
        ("secrets.max_size = 5000", "READONCE_SECRETS__MAX_SIZE"),
        ("passphrase.cost = 12", "default"),
        ("store.url = ", "READONCE_STORE"),
    ] {
        let line = shown.stdout.lines().find(|line| line.starts_with(setting));
        assert!(
            line.is_some_and(|line| line.contains(source)),
            "{setting} of {source}: {line:?} in {shown:?}"
        );
    }
    assert!(shown.stdout.contains("[redacted]"), "{shown:?}");
    for secret in ["hunter2", "hunter3"] {
        assert!(!format!("{shown:?}").contains(secret), "{shown:?}");
    }
    assert!(!home.file("data").exists(), "showing settings makes nothing");
}

#[test]
fn unknown_and_bad_settings_are_refused_with_their_source() {
    for (variable, value, text) in [
        ("READONCE_LIMITS__CREAT", "5", "READONCE_LIMITS__CREAT"),
        ("READONCE_PASSPHRASE__COST", "4", "READONCE_PASSPHRASE__COST"),
        ("READONCE_LISTEN", "nowhere", "READONCE_LISTEN"),
        ("READONCE_SMTP__URL", "smtp://mail.example:25", "smtp.url"),
    ] {
        let home = Home::new();
        match home.try_serve(&[(variable, value)]) {
            // A flag wins over its variable.
            Ok(server) => assert_eq!(variable, "READONCE_LISTEN", "{}", server.said()),
            Err(ran) => {
                ran.refused_saying(&[text]);
                assert!(!home.file("data").exists(), "refused, and yet something was made");
            }
        }
    }
    let home = Home::new();
    fs::write(home.file("readonce.toml"), "[limits]\ncreat = 7\n").unwrap();
    home.run(&["serve"]).refused_saying(&[
        "limits.creat",
        "readonce.toml",
        "hint: did you mean `limits.create`?",
    ]);
    let mut command = home.command(&["account", "list"]);
    command.env("READONCE_CONFIG", "missing.toml");
    Ran::of(command).refused_saying(&["missing.toml"]);
    let home = Home::new();
    let server = home.serve_with(&[("READONCE_SERVICE_HOST", "10.0.0.1")]);
    assert!(server.said().contains("READONCE_SERVICE_HOST"), "ignored with a warning: {}", server.said());
    server.stop();
}

#[test]
fn a_taken_port_is_told() {
    let home = Home::new();
    let server = home.serve();
    let address = server.address().to_string();
    home.run(&["serve", "--listen", &address]).refused_saying(&[&address, "hint:"]);
    drop(Client::new(server.address()).get("/health/live").ok());
    server.stop();
}

/// What is synced in a new folder has no name after a power loss, unless the folder is synced in the one above.
#[test]
fn a_new_folder_is_synced_in_the_one_above() {
    let home = Home::new();
    let script = "strace -f -y -e trace=fsync -o calls \"$READONCE\" account create ann@example.org";
    let ran = Ran::of(home.shell(script)); // hint: `apt-get install strace`
    assert!(ran.succeeded().stderr.contains("made the folder"));
    let calls = fs::read_to_string(home.file("calls")).unwrap();
    for folder in [home.file("").canonicalize().unwrap(), home.file("data").canonicalize().unwrap()] {
        let synced = calls.lines().any(|line| line.contains(&format!("<{}>)", folder.display())));
        assert!(synced, "{} is not synced:\n{calls}", folder.display());
    }
}
