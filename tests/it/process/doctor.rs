//! `readonce doctor`: finds what is wrong, says what to do, tells scripts by its exit code, and changes nothing.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::time::{Duration, SystemTime};

use rusqlite::Connection;

use crate::support::ports::free_port;
use crate::support::{Home, Ran, SOON, Shared, UNLIMITED, skipped, wait_for};

const DATABASE: &str = "data/readonce.db";
const KEYRING: &str = "data/readonce.keys";

/// What it said: mark, text, hint.
pub(super) struct Told(Vec<(String, String, String)>);

impl Told {
    /// Takes it apart. Everything that is not fine has to have a hint.
    #[track_caller]
    fn by(ran: &Ran, code: i32) -> Self {
        assert_eq!(ran.code, Some(code), "{ran:?}");
        let mut told: Vec<(String, String, String)> = Vec::new();
        for line in ran.stdout.lines() {
            match line.strip_prefix("      hint: ") {
                Some(hint) => told.last_mut().unwrap().2.push_str(hint),
                None => told.push((line[..5].trim().to_owned(), line[6..].to_owned(), String::new())),
            }
        }
        for (mark, text, hint) in &told {
            assert!(["ok", "note", "warn", "FAIL"].contains(&mark.as_str()), "`{mark}`: {text}");
            assert!(mark == "ok" || !hint.is_empty(), "no hint: {mark} {text}");
        }
        let failed = told.iter().filter(|(mark, ..)| mark == "FAIL").count();
        assert_eq!(failed > 0, code == 1, "{ran:?}");
        Self(told)
    }

    /// It has a line with this mark, and these texts in it or in its hint.
    #[track_caller]
    pub(super) fn has(&self, mark: &str, texts: &[&str]) -> &Self {
        let fits = |(found, text, hint): &(String, String, String)| {
            found == mark && texts.iter().all(|wanted| text.contains(wanted) || hint.contains(wanted))
        };
        assert!(self.0.iter().any(fits), "no `{mark}` with {texts:?} in {:#?}", self.0);
        self
    }

    #[track_caller]
    fn has_no(&self, mark: &str) -> &Self {
        assert!(self.0.iter().all(|(found, ..)| found != mark), "{:#?}", self.0);
        self
    }
}

#[track_caller]
pub(super) fn doctor(home: &Home, code: i32) -> Told {
    Told::by(&home.run(&["doctor"]), code)
}

/// The same with a server that may run at this address; with port 0 none does, whatever runs on this machine.
#[track_caller]
fn asking(home: &Home, listen: &str, code: i32) -> Told {
    let mut command = home.command(&["doctor"]);
    command.env("READONCE_LISTEN", listen);
    Told::by(&Ran::of(command), code)
}

/// A store with an unread secret, made by a server that has stopped.
fn installation() -> (Home, Shared) {
    let home = Home::new();
    let server = home.serve_with(UNLIMITED);
    let shared = server.client().share("value");
    server.stop();
    (home, shared)
}

/// Names and rights of all that is in the data folder.
fn rights(home: &Home) -> Vec<(String, u32)> {
    let mut found: Vec<_> = fs::read_dir(home.file("data"))
        .unwrap()
        .map(|entry| {
            let path = entry.unwrap().path();
            (path.file_name().unwrap().to_string_lossy().into_owned(), mode(&path))
        })
        .collect();
    found.sort();
    found
}

fn mode(path: &Path) -> u32 {
    path.metadata().unwrap().permissions().mode() & 0o7777
}

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
}

#[test]
fn before_the_first_start_it_makes_nothing() {
    let home = Home::new();
    let first = || asking(&home, "127.0.0.1:0", 0);
    first().has("ok", &["no database yet"]).has("ok", &["keyring: none yet"]).has_no("warn");
    assert_eq!(fs::read_dir(home.file("")).unwrap().count(), 0, "it made something");
    // A keyring alone is no store.
    fs::create_dir(home.file("data")).unwrap();
    fs::write(home.file(KEYRING), home.run(&["key", "generate"]).succeeded().stdout).unwrap();
    set_mode(&home.file(KEYRING), 0o600);
    first().has("ok", &["no database yet"]).has("ok", &["keyring: 1 to read"]);
    assert!(!home.file(DATABASE).exists());
}

#[test]
fn a_good_installation_is_left_as_it_was_running_or_not() {
    let (home, shared) = installation();
    let before = rights(&home);
    let told = doctor(&home, 0);
    told.has("ok", &["configuration"]).has("ok", &["belong together"]).has("ok", &["clock: 20"]);
    told.has("ok", &["can be written to"]).has("ok", &["the owner's only"]).has_no("warn");
    told.has("note", &["beside the database", "keyring_file"]);
    assert_eq!(rights(&home), before);

    let server = home.serve_with(UNLIMITED);
    doctor(&home, 0).has_no("warn");
    server.client().reads_once(&shared, "value");
    server.stop();
}

#[test]
fn a_wrong_or_missing_keyring_is_found_and_nothing_consumed() {
    let (home, shared) = installation();
    let right = fs::read(home.file(KEYRING)).unwrap();
    fs::write(home.file(KEYRING), home.run(&["key", "generate"]).succeeded().stdout).unwrap();
    doctor(&home, 1).has("FAIL", &["the store wants key", "put the right keyring back"]);
    fs::write(home.file(KEYRING), "rubbish").unwrap();
    doctor(&home, 1).has("FAIL", &["is no keyring"]);
    fs::remove_file(home.file(KEYRING)).unwrap();
    doctor(&home, 1).has("FAIL", &["there is no keyring", "put it back"]);
    assert!(!home.file(KEYRING).exists());

    fs::write(home.file(KEYRING), &right).unwrap();
    for wide in [0o644, 0o640] {
        set_mode(&home.file(KEYRING), wide);
        doctor(&home, 1).has("FAIL", &["can be read by others", &format!("{wide:04o}"), "chmod 600"]);
        assert_eq!(mode(&home.file(KEYRING)), wide, "told, and not changed");
    }
    set_mode(&home.file(KEYRING), 0o600);
    doctor(&home, 0);
    let server = home.serve_with(UNLIMITED);
    server.client().reads_once(&shared, "value");
    server.stop();
}

#[test]
fn rights_that_are_too_wide_are_told_and_not_changed() {
    let (home, _) = installation();
    set_mode(&home.file(DATABASE), 0o644);
    doctor(&home, 0).has("warn", &["readonce.db", "0644", "chmod 600"]);
    assert_eq!(mode(&home.file(DATABASE)), 0o644);
    set_mode(&home.file(DATABASE), 0o600);
    set_mode(&home.file("data"), 0o777);
    doctor(&home, 0).has("warn", &["others may put files into", "0777", "chmod go-w"]);
    set_mode(&home.file("data"), 0o755);
    doctor(&home, 0).has_no("warn");

    // A log that others may read holds what the database does.
    let server = home.serve_with(UNLIMITED);
    server.client().share("value");
    set_mode(&home.file("data/readonce.db-wal"), 0o604);
    doctor(&home, 0).has("warn", &["readonce.db-wal", "0604"]);
    server.stop();
}

#[test]
fn a_database_of_another_version_is_told_and_left_alone() {
    let (home, _) = installation();
    for (version, what, hint) in
        [(7, "schema 7", "newer one"), (1, "schema 1", "brings the schema up to date")]
    {
        let db = Connection::open(home.file(DATABASE)).unwrap();
        db.pragma_update(None, "user_version", version).unwrap();
        db.close().unwrap();
        let before = fs::read(home.file(DATABASE)).unwrap();
        doctor(&home, 1).has("FAIL", &[what, hint]);
        assert_eq!(fs::read(home.file(DATABASE)).unwrap(), before, "schema {version}");
    }
}

#[test]
fn a_database_that_is_none_or_cannot_be_written_is_found() {
    let (home, shared) = installation();
    // No file may grow: as good as a full disk, also for root.
    let script = "trap '' XFSZ; ulimit -S -f 0; \"$READONCE\" doctor | cat; exit 1";
    let told = Told::by(&Ran::of(home.shell(script)), 1);
    told.has("FAIL", &["readonce.db", "is the disk full"]);
    let server = home.serve_with(UNLIMITED);
    server.client().reads_once(&shared, "value");
    server.stop();

    let text = "this is certainly no database; it is a text that is long enough to be taken for one";
    fs::write(home.file(DATABASE), text).unwrap();
    doctor(&home, 1).has("FAIL", &["readonce.db", "is not a database of readonce"]);
    assert_eq!(fs::read_to_string(home.file(DATABASE)).unwrap(), text);
}

#[test]
fn it_says_whose_word_is_taken_for_a_clients_address() {
    let home = Home::new();
    doctor(&home, 0).has("ok", &["none is trusted", "`X-Forwarded-For` is not believed"]);
    let with = |more: &str| {
        let text = format!("base_url = \"https://x.example.org\"\n[http]\ntrusted_proxies = [{more}]\n");
        fs::write(home.file("readonce.toml"), text).unwrap();
    };
    with("");
    doctor(&home, 0).has("note", &["none is trusted", "all clients share one limit", "http.trusted_proxies"]);
    with("\"10.1.2.3\", \"192.0.2.0/24\", \"fd00::1\", \"2001:db8::/64\"");
    let told = doctor(&home, 0);
    told.has("ok", &["10.1.2.3/32, 192.0.2.0/24, fd00::1/128", "from the right", "`X-Real-IP`"])
        .has_no("warn");
    // Whoever has an address in it chooses what they are counted as.
    for wide in ["10.0.0.0/8", "172.30.70.0/23", "fd00::/8", "2001:db8::/63"] {
        with(&format!("\"10.1.2.3\", \"{wide}\""));
        doctor(&home, 0).has("warn", &[wide, "who has an address in it", "the proxy's own address"]);
    }
    for everybody in ["0.0.0.0/0", "::/0", "::ffff:0.0.0.0/96"] {
        with(&format!("\"10.0.0.1\", \"{everybody}\""));
        doctor(&home, 1).has("FAIL", &["/0", "no limit holds"]);
    }
    fs::write(home.file("readonce.toml"), "base_url = \"http://x.example.org\"\nlisten = \"0.0.0.0:7143\"\n")
        .unwrap();
    doctor(&home, 0).has("warn", &["without TLS", "https `base_url`"]);
}

#[test]
fn a_clock_that_went_back_is_noticed() {
    let (home, _) = installation();
    let ahead = SystemTime::UNIX_EPOCH + Duration::from_secs(4_000_000_000);
    fs::File::options().write(true).open(home.file(DATABASE)).unwrap().set_modified(ahead).unwrap();
    doctor(&home, 0).has("warn", &["the clock says", "readonce.db", "2096-10-02", "NTP"]);
}

#[test]
fn a_readable_password_and_a_store_that_is_away_are_told_without_it() {
    let home = Home::new();
    fs::write(home.file("keys"), home.run(&["key", "generate"]).succeeded().stdout).unwrap();
    set_mode(&home.file("keys"), 0o600);
    let text = format!("store = \"redis://me:hunter2@127.0.0.1:{}\"\nkeyring_file = \"keys\"\n", free_port());
    fs::write(home.file("readonce.toml"), text).unwrap();
    set_mode(&home.file("readonce.toml"), 0o644);
    let ran = home.run(&["doctor"]);
    assert!(!format!("{ran:?}").contains("hunter2"), "{ran:?}");
    let told = Told::by(&ran, 1);
    told.has("warn", &["readonce.toml", "password", "0644", "chmod 600"]);
    told.has("FAIL", &["cannot be reached"]);
    set_mode(&home.file("readonce.toml"), 0o600);
    doctor(&home, 1).has_no("warn");
}

#[test]
fn exit_codes_are_documented_and_kept() {
    let home = Home::new();
    let help = home.run(&["doctor", "--help"]).succeeded().stdout;
    for line in ["Exit code:", "  0  nothing failed", "  1  a check failed", "  2  a wrong call"] {
        assert!(help.contains(line), "{help}");
    }
    assert_eq!(home.run(&["doctor", "--nonsense"]).code, Some(2));
    fs::write(home.file("readonce.toml"), "nonsense = 1\n").unwrap();
    home.run(&["doctor"]).refused_saying(&["nonsense", "readonce.toml"]);
}

/// One place reads addresses, so that nobody takes for right what another refuses.
#[test]
fn a_wrong_address_of_the_store_is_refused_alike_by_whoever_reads_it() {
    let home = Home::new();
    for address in [
        "redis://u:hunter2@h:1/notanumber",
        "redis://h?x=1",
        "redis://hunter2@h",
        "redis://a%20b:1",
        "redis-cluster://h/3",
        "redis://u:hunter2%zz@h",
    ] {
        fs::write(home.file("readonce.toml"), format!("store = \"{address}\"\n")).unwrap();
        let told = [&["config", "show"][..], &["doctor"], &["serve"]].map(|command| {
            let ran = home.run(command);
            assert_eq!((ran.code, ran.stdout.as_str()), (Some(1), ""), "{ran:?}");
            assert!(ran.stderr.contains("`store`: ") && ran.stderr.contains("readonce.toml"), "{ran:?}");
            assert_eq!(ran.stderr.matches("hint: ").count(), 1, "{ran:?}");
            assert!(!ran.stderr.contains("hunter2"), "{ran:?}");
            ran.stderr
        });
        assert!(told.iter().all(|text| *text == told[0]), "{told:#?}");
    }
}

/// Letters that lead everybody to their own machine.
#[test]
fn mail_without_a_public_address_is_told_by_doctor_and_serve() {
    let mail = "[smtp]\nurl = \"smtp://127.0.0.1:1\"\nfrom = \"s@example.org\"\n";
    for (address, text) in [("", "http://127.0.0.1:7143"), ("http://localhost:8080", "http://localhost:8080")]
    {
        let home = Home::new();
        home.write("readonce.toml", &format!("base_url = \"{address}\"\n{mail}"));
        doctor(&home, 0).has("warn", &["links in emails will begin with", text, "set `base_url`"]);
        let server = home.serve();
        let told =
            format!("warning: links in emails will begin with {}", text.split(":7143").next().unwrap());
        assert!(server.said().contains(&told), "{}", server.said());
        server.stop();
    }
    let home = Home::new();
    home.write("readonce.toml", &format!("base_url = \"https://secrets.example.org\"\n{mail}"));
    doctor(&home, 0).has_no("warn");
    let server = home.serve();
    assert!(!server.said().contains("links in emails"), "{}", server.said());
    server.stop();
}

/// A sync is worth nothing in memory.
#[test]
fn a_database_in_memory_is_told_by_doctor_and_serve() {
    let memory = Path::new("/dev/shm");
    if rustix::fs::statfs(memory).map_or(true, |found| found.f_type != 0x0102_1994) {
        return skipped("/dev/shm is no tmpfs");
    }
    let folder = tempfile::tempdir_in(memory).unwrap();
    let home = Home::new();
    home.write("readonce.toml", &format!("store = \"sqlite:{}/x.db\"\n", folder.path().display()));
    let server = home.serve();
    let what = "the database is on tmpfs, which is memory";
    assert!(server.log().contains(what), "{}", server.log());
    server.stop();
    let told = doctor(&home, 0);
    told.has("warn", &[what, "every secret and every account is gone", "put `store` on a disk"]);
    assert!(told.0.iter().all(|(_, text, _)| !text.contains("synced on every commit")), "{:#?}", told.0);
}

/// A database that was deleted, moved or replaced under a running server: by what is left of it, and by what the server says.
#[test]
fn a_database_that_vanished_under_its_server_is_told() {
    let home = Home::new();
    let server = home.serve_with(UNLIMITED);
    let (client, listen) = (server.client(), server.address().to_string());
    let shared = client.share("kept");
    let asks = |code: i32| {
        let status = if code == 0 { 200 } else { 503 };
        wait_for("a look", SOON, || (client.get("/health/ready").status == status).then_some(()));
        asking(&home, &listen, code)
    };
    let nobody = "127.0.0.1:0";
    asks(0).has("ok", &["server: the one at", "takes work"]).has_no("warn");

    let (database, aside) = (home.file(DATABASE), home.file("aside"));
    fs::rename(&database, &aside).unwrap();
    let told = ["readonce.db` is not there", "readonce.db-wal` is", "put it back"];
    asking(&home, nobody, 1).has("FAIL", &told);
    asks(1).has("FAIL", &["takes no work", "its log"]).has("FAIL", &told);
    assert!(!database.exists(), "it made something");
    fs::rename(&aside, &database).unwrap();
    asks(0).has_no("warn");

    fs::rename(&database, &aside).unwrap();
    fs::copy(&aside, &database).unwrap();
    asks(1).has("FAIL", &["takes no work", "its log"]);
    fs::rename(&aside, &database).unwrap();

    let (folder, elsewhere) = (home.file("data"), home.file("elsewhere"));
    fs::rename(&folder, &elsewhere).unwrap();
    asks(1).has("FAIL", &["readonce.db` is not there, and a server runs", "put it back"]);
    asking(&home, nobody, 0).has("ok", &["no database yet"]);
    fs::rename(&elsewhere, &folder).unwrap();
    asks(0).has_no("warn");
    client.reads_once(&shared, "kept");

    // Another folder, so other settings.
    asking(&Home::new(), &listen, 0).has("warn", &["keeps its secrets elsewhere", "settings"]).has_no("FAIL");
    server.stop();
}
