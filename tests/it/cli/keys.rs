//! `key list` and `key retire`, pinned over a keyring of given keys and times.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use readonce::domain::Timestamp;
use readonce::vault::{Keyring, RingKey, RootKey};

use crate::support::Home;

/// 2001-09-09: what stopped writing then has long ended.
const LONG_AGO: u64 = 1_000_000_000;
/// 2100-01-01: not soon, for as long as this program is tested.
const FAR_OFF: u64 = 4_102_444_800;

fn key(number: u8) -> RingKey {
    RingKey::new(RootKey::from_bytes([number; 32]))
}

fn name(number: u8) -> String {
    key(number).id.to_string()
}

/// One of each kind.
fn ring() -> Vec<RingKey> {
    let time = |seconds| Some(Timestamp(seconds));
    vec![
        RingKey { since: time(FAR_OFF), ..key(1) },
        RingKey { since: time(LONG_AGO), until: time(FAR_OFF), ..key(2) },
        RingKey { until: time(LONG_AGO), ..key(3) },
        key(4),
        RingKey { added: time(FAR_OFF), ..key(5) },
    ]
}

fn home_with(keys: Vec<RingKey>) -> Home {
    let home = Home::new();
    fs::create_dir(home.file("data")).unwrap();
    let file = home.file("data/readonce.keys");
    fs::write(&file, Keyring::new(keys).unwrap().to_text().as_bytes()).unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
    home
}

fn list(home: &Home) -> String {
    home.run(&["key", "list"]).succeeded().stdout
}

#[test]
fn the_list_tells_since_when_each_writes_and_when_it_may_go() {
    let home = home_with(ring());
    assert_eq!(
        list(&home),
        "5ab08e7f3f7cc555  writes  since 2100-01-01T00:00:00Z\n\
         7bbd5d38889fbf0d  reads   wrote from 2001-09-09T01:46:40Z until 2100-01-01T00:00:00Z  \
         may be retired from 2100-03-02T00:00:00Z\n\
         323cf9e62dfa6eb1  reads   wrote until 2001-09-09T01:46:40Z  may be retired from 2001-11-08T01:46:40Z\n\
         e6bf199f0fec0608  reads   its end is not noted, may be retired with --force\n\
         4ae0e55308559772  reads   added 2100-01-01T00:00:00Z  never wrote, may be retired at any time\n"
    );
}

#[test]
fn only_a_key_of_which_nothing_is_left_goes_without_force() {
    let home = home_with(ring());
    let retire = |number, force: &[&str]| home.run(&[&["key", "retire", &name(number)], force].concat());
    for force in [&[][..], &["--force"]] {
        retire(1, force)
            .refused_saying(&["is the one that writes\nhint: `readonce key add` and `readonce key rotate`"]);
        retire(9, force).refused_saying(&["has no key of that name\nhint: `readonce key list`"]);
    }
    retire(2, &[]).refused_saying(&[
        &format!(
            "error: what key {} sealed may live until 2100-03-02T00:00:00Z\nhint: wait until then",
            name(2)
        ),
        "`--force`",
    ]);
    retire(4, &[]).refused_saying(&["nobody noted when key", "hint: `--force`"]);
    assert_eq!(list(&home).lines().count(), 5, "refused means that nothing changed");
    assert!(!home.file("data/readonce.db").exists(), "not even looked at");

    for (number, force) in [(3, &[][..]), (5, &[]), (2, &["--force"]), (4, &["--force"])] {
        let ran = retire(number, force).succeeded();
        assert!(ran.stderr.contains("hint: a running instance follows its file"), "{ran:?}");
        assert!(!list(&home).contains(&name(number)));
    }
    assert_eq!(list(&home).lines().count(), 1);
}

#[test]
fn shorter_lifetimes_let_keys_go_earlier() {
    let home = home_with(ring());
    let settings = "[secrets]\nttl_max = 86400\nttl_max_anonymous = 86400\nttl_default = 86400\n";
    fs::write(home.file("readonce.toml"), settings).unwrap();
    assert!(list(&home).contains("may be retired from 2100-01-03T00:00:00Z"), "{}", list(&home));
}

/// A canary that the retired key alone opens would keep every server from starting.
#[test]
fn a_canary_left_under_an_old_key_is_renewed_before_that_key_goes() {
    let home = home_with(vec![RingKey { since: Some(Timestamp(LONG_AGO)), ..key(3) }]);
    home.account("ann@example.com"); // makes the store, and the canary
    let rotated = [key(1), RingKey { until: Some(Timestamp(LONG_AGO)), ..key(3) }];
    let text = Keyring::new(rotated.to_vec()).unwrap().to_text();
    fs::write(home.file("data/readonce.keys"), text.as_bytes()).unwrap();

    home.run(&["key", "retire", &name(3)]).succeeded();

    home.run(&["account", "list"]).succeeded();
}

#[test]
fn a_store_that_is_not_there_keeps_keys_as_they_are() {
    let home = home_with(ring());
    fs::write(home.file("readonce.toml"), "store = \"redis://127.0.0.1:1\"\n").unwrap();
    let before = fs::read(home.file("data/readonce.keys")).unwrap();
    for command in [&["key", "rotate"][..], &["key", "retire", &name(3)]] {
        assert_eq!(home.run(command).code, Some(1));
        assert_eq!(fs::read(home.file("data/readonce.keys")).unwrap(), before, "{command:?}");
    }
}
