//! Commands that root runs beside a server that is not root: nothing they make locks it out. `DynamicUser` of the unit is such
//! a server; here it is any user without rights.

use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown, symlink};
use std::os::unix::process::CommandExt as _;
use std::process::Command;

use rustix::process::geteuid;

use crate::support::{Account, Home, Ran, Server, UNLIMITED, skipped};

/// A user without rights, who need not have a name.
const USER: u32 = 61_234;

/// An installation whose folder is the user's; `None`, and a word about it, when the tests run without the rights to make one.
fn of_user() -> Option<Home> {
    if !geteuid().is_root() {
        skipped("only root can run a server as another user");
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
    let backup = home.file("backup.db").metadata().unwrap();
    assert_eq!((backup.uid(), backup.mode() & 0o077), (USER, 0), "its folder is the user's");
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
        let told = home.run(&["doctor"]);
        assert_eq!(told.code, Some(1), "the server cannot open it: {told:?}");
        let told = told.stdout;
        let hint =
            told.lines().find(|line| line.contains("chown --reference=")).unwrap_or_else(|| panic!("{told}"));
        assert!(told.contains("is root's, and its folder is not") && hint.contains(name), "{told}");
        // The hint is a command that mends it.
        let command = hint.split_once("hint: ").unwrap().1;
        Ran::of(home.shell(command)).succeeded();
        serve(&home).stop();
    }
}

/// A folder of root's, in which nothing may change: all names in it, with owner, mode and content.
struct Roots<'a>(&'a Home);

impl<'a> Roots<'a> {
    fn new(home: &'a Home) -> Self {
        fs::create_dir(home.file("roots")).unwrap();
        fs::set_permissions(home.file("roots"), Permissions::from_mode(0o755)).unwrap();
        fs::write(home.file("roots/text"), "root:x:0:0:root:/root:/bin/sh\n".repeat(40)).unwrap();
        fs::write(home.file("roots/empty"), "").unwrap();
        let theirs = rusqlite::Connection::open(home.file("roots/theirs.db")).unwrap();
        theirs.execute_batch("CREATE TABLE theirs (x); INSERT INTO theirs VALUES (7)").unwrap();
        theirs.close().unwrap();
        for name in ["text", "empty", "theirs.db"] {
            fs::set_permissions(home.file("roots").join(name), Permissions::from_mode(0o644)).unwrap();
        }
        Self(home)
    }

    fn all(&self) -> Vec<(String, u32, u32, Vec<u8>)> {
        let mut all: Vec<_> = fs::read_dir(self.0.file("roots"))
            .unwrap()
            .map(|entry| {
                let path = entry.unwrap().path();
                let found = path.metadata().unwrap();
                let name = path.file_name().unwrap().to_string_lossy().into_owned();
                (name, found.uid(), found.mode() & 0o7777, fs::read(&path).unwrap_or_default())
            })
            .collect();
        all.sort();
        all
    }
}

/// Every command that works on the store or on the keyring.
const COMMANDS: [&[&str]; 12] = [
    &["account", "create", "ann@example.org"],
    &["account", "list"],
    &["mail", "list"],
    &["key", "list"],
    &["key", "add"],
    &["key", "rotate"],
    &["key", "retire", "0000000000000000"],
    &["backup", "roots-backup.db"],
    &["restore", "good.db"],
    &["restore", "--force", "good.db"],
    &["doctor"],
    &["serve", "--listen", "127.0.0.1:0"],
];

/// Who owns a folder may put a link where root opens or makes a file: nothing that it leads to is read, changed or made.
#[test]
fn root_touches_nothing_of_roots_through_a_link() {
    let Some(home) = of_user() else { return };
    home.account("ann@example.org");
    home.run(&["backup", "good.db"]).succeeded();
    let roots = Roots::new(&home);
    let before = roots.all();
    let keyring = fs::read(home.file("data/readonce.keys")).unwrap();
    let plant = |name: &str, target: &str| {
        drop(fs::remove_dir_all(home.file("data")));
        drop(fs::remove_file(home.file("data")));
        if name.is_empty() {
            return symlink(target, home.file("data")).unwrap();
        }
        fs::create_dir(home.file("data")).unwrap();
        fs::write(home.file("data/readonce.keys"), &keyring).unwrap();
        fs::set_permissions(home.file("data/readonce.keys"), Permissions::from_mode(0o600)).unwrap();
        for own in ["data", "data/readonce.keys"] {
            chown(home.file(own), Some(USER), None).unwrap();
        }
        drop(fs::remove_file(home.file(name)));
        symlink(target, home.file(name)).unwrap();
    };
    for (name, target) in [
        ("data/readonce.db", "../roots/text"),
        ("data/readonce.db", "../roots/empty"),
        ("data/readonce.db", "../roots/new"),
        ("data/readonce.db", "../roots/theirs.db"),
        ("data/readonce.keys", "../roots/text"),
        ("data/readonce.keys", "../roots/empty"),
        ("data/readonce.keys", "../roots/new"),
        ("", "roots"),
    ] {
        for command in COMMANDS {
            plant(name, target);
            match command {
                ["serve", ..] => drop(home.try_serve(&[]).map(Server::stop)),
                _ => drop(home.run(command)),
            }
            let changed: Vec<_> = roots.all().into_iter().filter(|file| !before.contains(file)).collect();
            let changed: Vec<_> = changed.iter().map(|(name, uid, mode, _)| (name, uid, mode)).collect();
            assert!(changed.is_empty(), "{command:?} through {name} -> {target}: {changed:?}");
            assert_eq!(roots.all().len(), before.len(), "{command:?} through {name} -> {target}");
        }
    }
}

/// systemd keeps the folders of dynamic users behind one that only root may enter. Settings and keyring are root's.
#[test]
fn root_works_in_a_folder_that_its_owner_reaches_only_as_the_service() {
    let Some(home) = of_user() else { return };
    fs::create_dir_all(home.file("private/readonce")).unwrap();
    fs::create_dir(home.file("etc")).unwrap();
    chown(home.file(""), Some(0), Some(0)).unwrap();
    chown(home.file("private/readonce"), Some(USER), Some(USER)).unwrap();
    fs::set_permissions(home.file("private"), Permissions::from_mode(0o700)).unwrap();
    symlink("private/readonce", home.file("state")).unwrap();
    home.write("etc/readonce.keys", &home.run(&["key", "generate"]).succeeded().stdout);
    let settings = "store = \"sqlite:state/readonce.db\"\nkeyring_file = \"etc/readonce.keys\"\n";
    home.write("etc/readonce.toml", settings);
    for name in ["etc/readonce.keys", "etc/readonce.toml"] {
        fs::set_permissions(home.file(name), Permissions::from_mode(0o600)).unwrap();
    }
    let run =
        |arguments: &[&str]| home.run(&[&["--config", "etc/readonce.toml"], arguments].concat()).succeeded();
    let all_theirs = || {
        for path in fs::read_dir(home.file("private/readonce")).unwrap().map(|entry| entry.unwrap().path()) {
            let found = fs::symlink_metadata(&path).unwrap();
            assert_eq!((found.uid(), found.mode() & 0o077), (USER, 0), "{}", path.display());
        }
    };
    run(&["account", "create", "ann@example.org"]);
    run(&["doctor"]);
    run(&["key", "add"]);
    run(&["key", "rotate"]);
    all_theirs();
    // The copy of the store, in root's folder, is root's.
    run(&["backup", "private/backup.db"]);
    assert_eq!(home.file("private/backup.db").metadata().unwrap().uid(), 0);
    run(&["account", "delete", "ann@example.org"]);
    run(&["restore", "private/backup.db"]);
    run(&["backup", "private/without-a-log.db"]);
    all_theirs();
    assert!(run(&["account", "list"]).stdout.starts_with("ann@example.org"));
    for name in ["etc/readonce.keys", "etc/readonce.toml"] {
        assert_eq!(home.file(name).metadata().unwrap().uid(), 0, "{name}");
    }
}
