//! `store.create = false`: a server that worked before does not begin anew because a volume is not mounted, or a Redis came
//! up without its data.

use std::fs;

use crate::support::redis::Server as Redis;
use crate::support::{Home, Ran, UNLIMITED};

const NOT_MADE: [&str; 3] =
    ["there is no store, and `store.create` is false", "hint: ", "`store.create = true`"];

#[track_caller]
fn refuses(home: &Home) {
    home.try_serve(&[]).err().unwrap_or_else(|| panic!("it serves")).refused_saying(&NOT_MADE);
    home.run(&["account", "create", "ann@example.org"]).refused_saying(&NOT_MADE[..1]);
    let Ran { code, stdout, .. } = home.run(&["doctor"]);
    assert_eq!(code, Some(1), "{stdout}");
    let failed = format!("FAIL  {}", NOT_MADE[0]);
    assert!(stdout.contains(&failed), "{stdout}");
}

#[test]
fn on_sqlite() {
    let home = Home::new();
    home.write("readonce.toml", "store.create = false\n");
    refuses(&home);
    assert!(!home.file("data").exists(), "something was made");

    home.serve_with(&[("READONCE_STORE__CREATE", "true")]).stop();
    let server = home.serve_with(UNLIMITED);
    let shared = server.client().share("kept");
    server.stop();
    home.run(&["doctor"]).succeeded();

    // The volume is not mounted: an empty folder, or an empty file.
    fs::rename(home.file("data"), home.file("volume")).unwrap();
    refuses(&home);
    fs::create_dir(home.file("data")).unwrap();
    refuses(&home);
    home.write("data/readonce.db", "");
    refuses(&home);
    assert_eq!(fs::read_dir(home.file("data")).unwrap().count(), 1, "something was made");
    fs::remove_dir_all(home.file("data")).unwrap();
    fs::rename(home.file("volume"), home.file("data")).unwrap();
    let server = home.serve_with(UNLIMITED);
    server.client().reads_once(&shared, "kept");
    server.stop();
}

#[test]
fn on_redis() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let redis = runtime.block_on(Redis::with(&["--save", ""]));
    let home = Home::new();
    home.write("readonce.toml", &format!("[store]\nurl = \"{}\"\ncreate = false\n", redis.url()));
    home.write("keys", &home.run(&["key", "generate"]).succeeded().stdout);
    fs::set_permissions(home.file("keys"), std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    let keyring = ("READONCE_KEYRING_FILE", "keys");
    let refuses = || {
        let ran = home.try_serve(&[keyring]).err().unwrap_or_else(|| panic!("it serves"));
        ran.refused_saying(&NOT_MADE);
        let mut doctor = home.command(&["doctor"]);
        doctor.envs([keyring]);
        let ran = Ran::of(doctor);
        assert!(ran.code == Some(1) && ran.stdout.contains(NOT_MADE[0]), "{ran:?}");
    };
    refuses();
    let keys = runtime.block_on(redis.keys());
    assert!(keys.iter().all(|key| key.ends_with(b":ready")), "something was made: {keys:?}");

    home.serve_with(&[keyring, ("READONCE_STORE__CREATE", "true")]).stop();
    let server = home.serve_with(&[UNLIMITED, &[keyring]].concat());
    server.client().reads_once(&server.client().share("value"), "value");
    server.stop();
    runtime.block_on(redis.call(&["FLUSHALL"]));
    refuses();
}
