//! A small disk that shares fill: room is kept for those who read and burn, and comes back when they have.

use std::process::Command;

use serde_json::Value;

use crate::support::{Account, Client, Home, SOON, Server, Shared, UNLIMITED, in_threads, skipped, wait_for};

/// The largest value.
const SIZE: usize = 10_000;
/// In a mount namespace of its own, so that the disk goes with the server.
const ON_A_SMALL_DISK: &str = "mount -t tmpfs -o size=$SIZE,mode=700 none data || exit 9
\"$PROGRAM\" account create owner@example.org --json >account.json || exit 9
exec $SLOWED \"$PROGRAM\" serve --listen 127.0.0.1:0
";
/// A sync takes as long as on a disk; hint: `apt-get install strace`.
const AS_A_DISK: &str =
    "strace -D -f -qq -o /dev/null -e trace=fsync,fdatasync -e inject=fsync,fdatasync:delay_exit=5000";

/// A server whose `data` is a small disk, and its account; `None`, and a word about it, where nothing may be mounted.
fn on_a_small_disk(home: &Home, size: &str, slowed: &str) -> Option<(Server, Account)> {
    std::fs::create_dir(home.file("data")).unwrap();
    let mut mount = Command::new("unshare");
    let mounted = mount.args(["-rm", "mount", "-t", "tmpfs", "none"]).arg(home.file("data")).output();
    let mounted = mounted.expect("unshare; hint: it is of util-linux");
    if !mounted.status.success() {
        let told = String::from_utf8_lossy(&mounted.stderr);
        skipped(&format!("no file system may be mounted, not even in a namespace: {told}"));
        return None;
    }
    home.write("on-a-small-disk", ON_A_SMALL_DISK);
    let mut command = home.shell("exec unshare -rm sh ./on-a-small-disk");
    command
        .env("PROGRAM", env!("CARGO_BIN_EXE_readonce"))
        .env("SIZE", size)
        .env("SLOWED", slowed)
        .envs(UNLIMITED.iter().copied());
    command.env_remove("READONCE_LIMITS__FREE_DISK").env_remove("READONCE_LIMITS__FREE_DISK_ANONYMOUS");
    let server = Server::start(command).unwrap_or_else(|ran| panic!("the server ended: {ran:?}"));
    let created: Value =
        serde_json::from_str(&std::fs::read_to_string(home.file("account.json")).unwrap()).unwrap();
    let text = |name: &str| created[name].as_str().unwrap().to_owned();
    Some((server, Account { email: text("email"), token: text("token") }))
}

fn value(place: usize) -> String {
    format!("{place:0SIZE$}")
}

/// Shares until it is refused and `enough`, and hands back what the refused one was told.
fn fill(client: &Client, shared: &mut Vec<Shared>, enough: impl Fn() -> bool) -> String {
    for _ in 0..20_000 {
        let answer = client.post("/share", &[("secret", &value(shared.len()))]);
        if answer.status == 200 {
            shared.push(Shared::of(&answer));
        } else if enough() {
            return answer.unavailable().member("message");
        }
    }
    panic!("{} secrets of {SIZE} bytes fitted", shared.len())
}

#[test]
fn a_disk_filled_by_shares_can_be_read_from() {
    let home = Home::new();
    let Some((server, account)) = on_a_small_disk(&home, "16m", "") else { return };
    let (anyone, owner) = (server.client(), server.client_of(&account));
    let is_ready = || server.client().get("/health/ready").status == 200;
    let mut shared = Vec::new();

    let told = fill(&anyone, &mut shared, || true);
    assert!(told.contains("only accounts can share"), "{told}");
    assert!(shared.len() > 100, "only {} fitted", shared.len());
    assert!(is_ready(), "accounts share, and everybody reads");
    shared.push(Shared::of(&owner.post("/share", &[("secret", &value(shared.len()))]).ok()));
    let told = fill(&owner, &mut shared, || !is_ready());
    assert!(told.contains("nothing can be shared"), "{told}");
    let log = server.log();
    assert!(log.contains("accounts alone may share") && log.contains("nobody may share"), "{log}");

    // All of it can be read and burned all the same, protected or not, and that makes room.
    for (place, one) in shared.iter().enumerate() {
        if place % 10 == 0 {
            anyone.burn(one).ok();
            anyone.reveal(one).unknown();
        } else {
            anyone.reads_once(one, &value(place));
        }
    }
    wait_for("ready again", SOON, || is_ready().then_some(()));
    wait_for("a share of a stranger", SOON, || {
        (anyone.post("/share", &[("secret", "again")]).status == 200).then_some(())
    });
    assert!(server.log().contains("there is room on the disk again"), "{}", server.log());
    server.stop();
}

/// What is shared lies in the log until it is moved into the database, which has to have room for it then, and for what ends
/// secrets. With syncs of some milliseconds it lies there long.
#[test]
fn what_a_disk_is_short_of_is_not_lost_to_the_log() {
    let home = Home::new();
    let Some((server, account)) = on_a_small_disk(&home, "16m", AS_A_DISK) else { return };
    let mut filled = in_threads(0..16, |_| {
        let mut shared = Vec::new();
        let told = fill(&server.client(), &mut shared, || true);
        assert!(told.contains("only accounts can share"), "{told}");
        shared
    });
    let mut more = Vec::new();
    let told = fill(&server.client_of(&account), &mut more, || true);
    assert!(told.contains("nothing can be shared"), "{told}");
    filled.push(more);
    assert!(filled.iter().map(Vec::len).sum::<usize>() > 300, "few fitted");
    // Many at once, whose ends share a transaction.
    let mut readings: Vec<Vec<(usize, Shared)>> = Vec::new();
    readings.resize_with(64, Vec::new);
    let all = filled.into_iter().flat_map(|shared| shared.into_iter().enumerate());
    for (number, one) in all.enumerate() {
        readings[number % 64].push(one);
    }
    in_threads(readings, |reading| {
        let client = server.client();
        for (place, one) in &reading {
            client.reads_once(one, &value(*place));
        }
    });
    wait_for("ready again", SOON, || (server.client().get("/health/ready").status == 200).then_some(()));
    server.stop();
}
