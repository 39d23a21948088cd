//! Commands that root runs beside a server that is not root: nothing they make locks it out. `DynamicUser` of the unit is such
//! a server; here it is any user without rights.

use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown, symlink};
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::Command;

use rustix::process::geteuid;

use crate::support::{Account, Home, Ran, Server, UNLIMITED};

/// A user without rights, who need not have a name.
const USER: u32 = 61_234;

/// An installation whose folder is the user's; `None`, and a word about it, when the tests run without the rights to make one.
fn of_user() -> Option<Home> {
    if !geteuid().is_root() {
        eprintln!("skipped: only root can run a server as another user");
        return None;
    }
    let home = Home::new();
    // By another process: a file that is open to be written in this one, and in what it starts meanwhile, cannot be run.
    let mut copy = Command::new("cp");
    assert!(copy.arg(env!("CARGO_BIN_EXE_readonce")).arg(home.file("program")).status().unwrap().success());
    fs::set_permissions(home.file("program"), Permissions::from_mode(0o755)).unwrap();
    fs::set_permissions(home.file(""), Permissions::from_mode(0o755)).unwrap();
    chown(home.file(""), Some(USER), Some(USER)).unwrap();
    Some(home)
}

/// `readonce serve` as the user.
fn try_serve(home: &Home) -> Result<Server, Ran> {
    let mut command = Command::new(home.file("program"));
    command.args(["serve", "--listen", "127.0.0.1:0"]).current_dir(home.file(""));
    command.envs(UNLIMITED.iter().copied()).uid(USER).gid(USER);
    Server::start(command)
}

fn serve(home: &Home) -> Server {
    try_serve(home).unwrap_or_else(|ran| panic!("the server ended: {ran:?}"))
}

/// Everything in `data`, and the folder itself, is the user's.
#[track_caller]
fn all_is_the_users(home: &Home) -> usize {
    let inside = fs::read_dir(home.file("data")).unwrap().map(|entry| entry.unwrap().path());
    let all: Vec<_> = inside.chain([home.file("data")]).collect();
    for path in &all {
        let found = fs::symlink_metadata(path).unwrap();
        assert_eq!((found.uid(), found.gid()), (USER, USER), "{}", path.display());
        assert_eq!(found.mode() & 0o077, 0, "{}", path.display());
    }
    all.len()
}

#[track_caller]
fn knows(server: &Server, account: &Account) {
    assert_eq!(server.client_of(account).share("value").receipt.len(), 31);
}

#[test]
fn what_root_makes_before_the_first_start_is_the_servers() {
    let Some(home) = of_user() else { return };
    let before = home.account("before@example.org");
    assert_eq!(all_is_the_users(&home), 3, "folder, database, keyring");
    let server = serve(&home);
    knows(&server, &before);

    // Beside the running server, and with the log open.
    let beside = home.account("beside@example.org");
    home.run(&["doctor"]).succeeded();
    home.run(&["key", "add"]).succeeded();
    home.run(&["key", "rotate"]).succeeded();
    assert!(all_is_the_users(&home) >= 5, "the log, too");
    knows(&server, &beside);
    server.stop();

    // While nobody serves, root's are the files beside the database.
    let after = home.account("after@example.org");
    home.run(&["backup", "backup.db"]).succeeded();
    assert_eq!(home.file("backup.db").metadata().unwrap().uid(), 0, "a backup is whose command it was");
    all_is_the_users(&home);
    let server = serve(&home);
    for account in [&before, &beside, &after] {
        knows(&server, account);
    }
    server.stop();
}

#[test]
fn what_root_restores_is_the_servers_with_and_without_an_old_database() {
    let Some(home) = of_user() else { return };
    let account = home.account("ann@example.org");
    home.run(&["backup", "backup.db"]).succeeded();
    home.run(&["restore", "backup.db"]).succeeded();
    all_is_the_users(&home);
    for name in fs::read_dir(home.file("data")).unwrap().map(|entry| entry.unwrap().path()) {
        if !name.ends_with("readonce.keys") {
            fs::remove_file(name).unwrap();
        }
    }
    home.run(&["restore", "backup.db"]).succeeded();
    assert_eq!(all_is_the_users(&home), 3);
    let server = serve(&home);
    knows(&server, &account);
    server.stop();
}

/// What came there otherwise, such as by `cp`, is named.
#[test]
fn doctor_names_what_is_roots_in_the_servers_folder() {
    let Some(home) = of_user() else { return };
    serve(&home).stop();
    let told = home.run(&["doctor"]).succeeded().stdout;
    assert!(!told.contains("root's") && !told.contains("doctor runs as"), "{told}");
    for name in ["data/readonce.db", "data/readonce.keys"] {
        chown(home.file(name), Some(0), Some(0)).unwrap();
        let ran = try_serve(&home).err().unwrap_or_else(|| panic!("the server opens root's {name}"));
        assert!(ran.stderr.contains("ermission denied") && ran.stderr.contains("hint: "), "{ran:?}");
        let told = home.run(&["doctor"]).succeeded().stdout;
        let hint =
            told.lines().find(|line| line.contains("chown --reference=")).unwrap_or_else(|| panic!("{told}"));
        assert!(told.contains("is root's, and its folder is not") && hint.contains(name), "{told}");
        // The hint is a command that mends it.
        let command = hint.split_once("hint: ").unwrap().1;
        Ran::of(home.shell(command)).succeeded();
        serve(&home).stop();
    }
}

/// Who owns a folder may put a link where root makes a file.
#[test]
fn root_gives_nothing_away_through_a_link() {
    let Some(home) = of_user() else { return };
    fs::create_dir(home.file("data")).unwrap();
    chown(home.file("data"), Some(USER), Some(USER)).unwrap();
    fs::write(home.file("roots"), "").unwrap();
    symlink("../roots", home.file("data/readonce.db")).unwrap();
    drop(home.run(&["account", "create", "ann@example.org"]));
    let owner = |path: &Path| path.metadata().unwrap().uid();
    assert_eq!(owner(&home.file("roots")), 0);
}
