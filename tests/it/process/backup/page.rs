//! `docs/backup.md`, followed from block to block to its last comment.

use std::fs;

use super::{DATABASE, mode, serve};
use crate::process::shared_store::{DURABLE, Region};
use crate::support::document::block_with;
use crate::support::ports::free_port;
use crate::support::{Home, Ran, SOON, Server, wait_for};

const PAGE: &str = "docs/backup.md";

/// A script in the installation's folder, where `readonce` is in the path and knows the server. A minute is enough for any.
fn follow(home: &Home, server: Option<&Server>, script: &str) -> Ran {
    let mut command = home.other("timeout", &["60", "sh", "-ec", script]);
    if let Some(server) = server {
        command.env("READONCE_URL", format!("http://{}", server.address()));
    }
    Ran::of(command)
}

/// The names in `backups` that end so.
fn backups(home: &Home, ending: &str) -> Vec<String> {
    let names = fs::read_dir(home.file("backups"))
        .unwrap()
        .map(|file| file.unwrap().file_name().into_string().unwrap());
    names.filter(|name| name.ends_with(ending)).collect()
}

#[test]
fn a_backup_is_made_and_put_back() {
    let home = Home::new();
    fs::create_dir(home.file("backups")).unwrap();
    let server = serve(&home);
    let shared = server.client().share("in the backup");
    let making = block_with(PAGE, "sh", "readonce backup --force");
    follow(&home, Some(&server), &making).succeeded();
    follow(&home, Some(&server), making.lines().last().unwrap()).succeeded(); // replaces its own
    let dated = backups(&home, ".db").into_iter().find(|name| name.starts_with("readonce-2")).unwrap();

    let restoring = block_with(PAGE, "sh", "systemctl stop readonce");
    let restoring = restoring.replace("readonce-2026-11-21.db", &dated);
    let [stop, restore, doctor, start]: [&str; 4] = restoring.lines().collect::<Vec<_>>().try_into().unwrap();
    // There is no systemd here: the server is stopped and started by the test.
    assert!(stop.starts_with("systemctl stop") && start.starts_with("systemctl start"), "{restoring}");
    let refused = follow(&home, None, restore);
    assert!(refused.code == Some(1) && refused.stderr.contains("open"), "refused while it runs: {refused:?}");
    server.stop();
    follow(&home, None, restore).succeeded();
    follow(&home, None, doctor).succeeded();
    let server = serve(&home);
    server.client().reads_once(&shared, "in the backup");
    server.stop();
}

#[test]
fn the_trial_shows_that_a_secret_opens_and_touches_nothing() {
    let home = Home::new();
    home.account("ann@example.org");
    fs::create_dir(home.file("backups")).unwrap();
    let server = serve(&home);
    let other = server.client().share("somebody's");
    let trial = block_with(PAGE, "sh", "mkdir trial").replace("7199", &free_port().to_string());
    let ran = follow(&home, Some(&server), &trial).succeeded();
    assert!(ran.stdout.contains("it opens"), "{ran:?}");
    assert!(ran.stdout.contains("ann@example.org"), "{ran:?}");
    assert!(
        !home.file("trial").exists() && !home.file("trial.link").exists(),
        "everything is removed: {ran:?}"
    );
    server.client().reads_once(&other, "somebody's");
    server.stop();
    assert_eq!(mode(&home, DATABASE), 0o600);
}

/// The command of a crontab's line, as cron reads it: five fields, and `%` only where it is escaped.
pub(in crate::process) fn cron_command(line: &str) -> String {
    let mut rest = line.trim();
    for _ in 0..5 {
        rest = rest.split_once(' ').expect("five fields and a command").1.trim_start();
    }
    let bare = rest.replace("\\%", "");
    assert!(!bare.contains('%'), "cron ends the command here: {line}");
    rest.replace("\\%", "%")
}

#[test]
fn the_line_for_cron_makes_one_says_nothing_and_removes_old_ones() {
    let home = Home::new();
    fs::create_dir(home.file("backups")).unwrap();
    let server = serve(&home);
    let script = cron_command(&block_with(PAGE, "crontab", "backup"))
        .replace("/srv/readonce", home.file("").to_str().unwrap());
    home.write("backups/readonce-2020-01-01.db", "old");
    Ran::of(home.other("touch", &["-d", "2020-01-01", "backups/readonce-2020-01-01.db"])).succeeded();
    let ran = follow(&home, None, &script).succeeded();
    assert_eq!((ran.stdout.as_str(), ran.stderr.as_str()), ("", ""), "cron would mail it");
    let left = backups(&home, ".db");
    assert!(left.len() == 1 && !left[0].contains("2020"), "{left:?}");
    server.stop();
}

#[test]
fn the_blocks_for_redis_back_up_and_keep_what_may_have_been_read_away() {
    let region = Region::new(DURABLE);
    let (home, url) = (&region.home, region.redis.url());
    fs::create_dir(home.file("backups")).unwrap();
    let server = region.instance();
    let client = server.client();
    let [unread, read] = ["unread", "read"].map(|value| client.share(value));
    let here = |block: &str| block.replace("redis-cli ", &format!("redis-cli -u {url} "));

    let making = here(&block_with(PAGE, "sh", "BGSAVE"));
    let lines: Vec<_> = making.lines().collect();
    follow(home, None, lines[0]).succeeded();
    wait_for("the end of the save", SOON, || {
        let info = follow(home, None, &here("redis-cli INFO persistence")).succeeded();
        info.stdout.contains("rdb_bgsave_in_progress:0").then_some(())
    });
    follow(home, None, &lines[1..].join("\n")).succeeded();
    let [made] = backups(home, ".rdb").try_into().unwrap();
    assert_eq!(mode(home, &format!("backups/{made}")), 0o600);

    client.reads_once(&read, "read");
    let erasing = here(&block_with(PAGE, "sh", "redis.call('SCAN'"));
    let ran = follow(home, None, &erasing).succeeded();
    assert_eq!(ran.stdout.trim(), "1", "{ran:?}");
    client.reveal(&unread).unknown();
    assert_eq!(client.state(&unread), "orphaned");
    assert_eq!(client.state(&read), "received");
    server.stop();
}
