//! A wrong secret, damaged records, an old server that must not be touched; and what is told of it.

use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;

use super::old::{OldServer, Recorded, long_pairs};
use super::target::Target;
use crate::support::search::{contains, forms};
use crate::support::{Home, Ran, SOON, wait_for};

#[test]
fn a_wrong_secret_is_noticed_before_anything_is_made() {
    let old = OldServer::of(Recorded::one());
    let home = Home::new();
    for secret in ["another", ""] {
        home.write("secret", secret);
        let ran = home.run(&["import", &old.url(), "--secret-file", "secret"]);
        ran.refused_saying(&[
            "none of 8 secrets that were tried opens",
            "hint: it is `SECRET`",
            "nothing was written",
        ]);
        assert!(!home.file("data").exists());
    }
}

#[test]
fn damaged_records_are_skipped_counted_and_told() {
    let old = OldServer::of(Recorded::one());
    let key = |name: &str| format!("secret:{}:object", old.recorded.named(name).shared.secret);
    old.set(8, &["HSET", &key("account plain"), "value", "sixteen bytes...sixteen bytes..."]);
    old.set(8, &["HSET", &key("anonymous plain"), "value_checksum", &"0".repeat(40)]);
    old.set(8, &["HSET", &key("anonymous large"), "value_encryption", "7"]);
    old.set(8, &["HSET", &key("anonymous passphrase"), "passphrase", "open sesame"]);
    old.set(8, &["HSET", &key("account viewed"), "value_encryption", "0"]); // what is there is no text
    old.set(8, &["HSET", &key("account recipient"), "lifespan", "18446744073709551615"]); // its end says Redis
    old.set(8, &["SET", "secret:153l8vbwqx5taskp92pf05uvgjefvu9:object", "no hash"]);
    old.set(8, &["HSET", "secret:short:object", "state", "new"]);
    old.set(8, &["HSET", &key("account generated"), "state", "\"new\""]); // as later versions write it
    old.set(8, &["HSET", &key("anonymous multiline"), "verification", "true"]);
    old.set(6, &["HSET", "customer:nobody:object", "custid", "nobody", "apitoken", "x"]);
    old.set(6, &["HSET", "customer:gone@example.com:object", "role", "user_deleted_self"]);
    old.set(6, &["SET", &format!("customer:{}:metadata", old.recorded.account().email), "no list"]);
    let target = Target::sqlite();
    let ran = old.import_into(&target.home, &[]);
    assert_eq!(ran.code, Some(1), "{ran:?}");
    for line in [
        "secrets: 4 taken over, 0 here already\n",
        "  NOT TAKEN OVER 3: damaged: does not open",
        "  NOT TAKEN OVER 1: sealed in an unknown way\n",
        "  NOT TAKEN OVER 1: the passphrase was not kept as a hash of bcrypt or Argon2id\n",
        "entries of recent lists: 0 taken over, 0 here already\n  NOT TAKEN OVER 1: not a record of this kind\n",
        "  NOT TAKEN OVER 2: not a record of this kind\n",
        "  NOT TAKEN OVER 1: the key is not 25 to 31, or 62, letters and digits\n",
        "  skipped 1: made by the old server to verify an account\n",
        "accounts: 2 taken over, 0 here already\n",
        "  NOT TAKEN OVER 1: the name is no e-mail address\n",
        "  skipped 1: the whole site's counters, not an account\n",
        "  skipped 1: deleted there\n",
    ] {
        assert!(ran.stdout.contains(line), "{line} is not in {ran:?}");
    }
    assert!(ran.stderr.contains("error: 10 records were not taken over\nhint: "), "{ran:?}");
    let server = target.serve();
    let good = old.recorded.named("account recipient");
    server.client().reads_once(&good.shared, &good.value);
    server.client().reveal(&old.recorded.named("account plain").shared).unknown();
    server.stop();
}

#[test]
fn an_account_that_is_here_keeps_its_token() {
    let old = OldServer::of(Recorded::one());
    let target = Target::sqlite();
    let own = target.home.account("golden@example.com");
    let ran = old.import_into(&target.home, &[]);
    assert_eq!(ran.code, Some(1), "{ran:?}");
    assert!(ran.stdout.contains("  NOT TAKEN OVER 1: here already, with another token"), "{ran:?}");
    let server = target.serve();
    server.client_of(&own).get("/api/v1/authcheck").ok();
    server.stop();
}

/// A receipt that is lost there is made here, or a read secret would come back with the next run.
#[test]
fn a_secret_without_its_receipt_is_read_once_all_the_same() {
    for target in Target::all() {
        let old = OldServer::of(Recorded::one());
        let [alone, nameless] = ["account plain", "anonymous plain"].map(|name| old.recorded.named(name));
        old.set(7, &["DEL", &format!("metadata:{}:object", alone.shared.receipt)]);
        old.set(8, &["HDEL", &format!("secret:{}:object", nameless.shared.secret), "metadata_key"]);
        old.set(7, &["DEL", &format!("metadata:{}:object", nameless.shared.receipt)]);
        old.import_into(&target.home, &[]).succeeded();
        let server = target.serve();
        let client = server.client();
        assert_eq!(client.state(&alone.shared), "new", "{}", target.name);
        client.receipt(&nameless.shared).unknown();
        for expected in [&alone, &nameless] {
            client.reads_once(&expected.shared, &expected.value);
        }
        old.import_into(&target.home, &[]).succeeded();
        for expected in [&alone, &nameless] {
            client.reveal(&expected.shared).unknown();
        }
        server.stop();
    }
}

#[test]
fn receipts_that_ended_unread_say_so() {
    let old = OldServer::of(Recorded::one());
    let [expired, lost] = ["anonymous short ttl", "account viewed"].map(|name| old.recorded.named(name));
    for shared in [&expired.shared, &lost.shared] {
        old.set(8, &["DEL", &format!("secret:{}:object", shared.secret)]);
    }
    // An hour's secret, made an hour and a half ago.
    let made = readonce::domain::Clock::now(&readonce::domain::SystemClock).minus(5_400).0.to_string();
    let key = format!("metadata:{}:object", expired.shared.receipt);
    old.set(7, &["HSET", &key, "created", &made, "state", "expired"]);
    old.set(7, &["PEXPIRE", &key, "1800000"]);
    for target in Target::all() {
        old.import_into(&target.home, &[]).succeeded();
        let server = target.serve();
        assert_eq!(server.client().state(&expired.shared), "expired", "{}", target.name);
        assert_eq!(server.client().state(&lost.shared), "orphaned", "{}", target.name);
        server.stop();
    }
}

#[test]
fn the_old_server_is_only_read() {
    for recorded in [Recorded::one(), Recorded::newer(), Recorded::upgraded()] {
        let old = OldServer::of(recorded);
        let target = Target::sqlite();
        target.home.write("secret", old.recorded.secret());
        let mut command = target.home.command(&["import", &old.url(), "--secret-file", "secret"]);
        let commands = old.commands(move || assert!(command.output().unwrap().status.success()));
        assert!(commands.len() > 20, "{commands:?}");
        for command in &commands {
            let command = command.to_uppercase();
            let reads = [
                "SCAN",
                "HSCAN",
                "GET",
                "HGETALL",
                "PTTL",
                "EXISTS",
                "ZREVRANGEBYSCORE",
                "INFO",
                "SELECT",
                "HELLO",
                "CLIENT",
                "AUTH",
            ];
            assert!(reads.contains(&command.as_str()), "it was sent {command}");
        }
        may_be_read_by_a_user_that_may_do_nothing_else(&old);
    }
}

fn may_be_read_by_a_user_that_may_do_nothing_else(old: &OldServer) {
    let rule = "ACL SETUSER reader on >word ~* -@all +@connection +info +scan +hscan +get +hgetall +pttl +exists \
                +zrevrangebyscore";
    old.set(0, &rule.split(' ').collect::<Vec<_>>());
    let url = old.url().replace("redis://", "redis://reader:word@");
    let home = Home::new();
    home.write("secret", old.recorded.secret());
    home.run(&["import", &url, "--secret-file", "secret"]).succeeded();
    // Nothing is taken for lost that it may not look at.
    for command in ["exists", "hgetall"] {
        old.set(0, &["ACL", "SETUSER", "reader", &format!("-{command}")]);
        home.run(&["import", &url, "--secret-file", "secret"])
            .refused_saying(&["the old Redis cannot be read", "hint: "]);
        old.set(0, &["ACL", "SETUSER", "reader", &format!("+{command}")]);
    }
}

#[test]
fn only_looking_leaves_no_trace() {
    let old = OldServer::of(Recorded::one());
    let home = Home::new();
    let ran = old.import_into(&home, &["--dry-run"]).succeeded();
    assert!(ran.stdout.contains("secrets: 11 to be taken over, 0 here already\n"), "{ran:?}");
    assert!(!home.file("data").exists());
}

#[test]
fn what_is_no_old_server_is_told() {
    let home = Home::new();
    let nothing = OldServer::of(Recorded::one());
    nothing.set(0, &["FLUSHALL"]);
    home.run(&["import", &nothing.url(), "--only", "accounts"])
        .refused_saying(&["no account, secret or receipt", "hint: "]);
    // Another program's, with names that are alike.
    nothing.set(0, &["HSET", "customer:17", "email", "golden@example.com"]);
    nothing.set(0, &["SET", "receipt:17:total", "3"]);
    nothing.set(3, &["SADD", "session:17:object", "x"]);
    home.run(&["import", &nothing.url(), "--only", "metadata"])
        .refused_saying(&["no account, secret or receipt", "hint: "]);
    for (url, said) in [
        ("redis://127.0.0.1:1", "the old Redis cannot be read"),
        ("http://127.0.0.1", "unknown scheme"),
        ("redis-cluster://127.0.0.1:1", "not one server"),
    ] {
        home.run(&["import", url, "--only", "accounts"]).refused_saying(&[said, "hint: "]);
    }
    let ran = home.run(&["import", "redis://127.0.0.1:1", "--secret-env", "READONCE_NOT_THERE"]);
    ran.refused_saying(&["`READONCE_NOT_THERE` is not set"]);
    home.run(&["import", "redis://127.0.0.1:1", "--secret-file", "nowhere"])
        .refused_saying(&["the secret cannot be read from `nowhere`", "hint: "]);
}

/// The old password stays off the command line, which everybody on the machine can read.
#[test]
fn the_address_comes_from_a_file_stdin_or_a_variable() {
    let old = OldServer::of(Recorded::one());
    let home = Home::new();
    let look = ["--dry-run", "--only", "accounts"];
    std::fs::write(home.file("source"), format!("{}\n", old.url())).unwrap();
    let by_file = home.run(&[&["import", "--source-file", "source"][..], &look].concat()).succeeded();
    let mut command = home.command(&[&["import", "--source-env", "OLD_REDIS"][..], &look].concat());
    let by_variable = {
        command.env("OLD_REDIS", old.url());
        Ran::of(command).succeeded()
    };
    let piped = home.shell(&format!("\"$READONCE\" import --source-file - {} <source", look.join(" ")));
    let by_stdin = Ran::of(piped).succeeded();
    assert!(by_file.stdout.contains("accounts: 2 to be taken over"), "{by_file:?}");
    assert_eq!((&by_file.stdout, &by_file.stdout), (&by_variable.stdout, &by_stdin.stdout));
    assert!(!by_file.stderr.contains("warning"), "{by_file:?}");

    let told = home.run(&["import", "redis://:hunter2@127.0.0.1:1", "--only", "accounts"]);
    let told =
        told.refused_saying(&["warning: the old server's password is on the command line", "--source-file"]);
    assert!(!told.stderr.contains("hunter2"), "{told:?}");
    home.run(&["import", "--only", "accounts"]).refused_saying(&["nothing says where", "--source-file"]);
    for (text, said) in
        [("", "`OLD_REDIS` is set, and empty"), ("redis://h\r", "`OLD_REDIS` ends with `\\r`")]
    {
        let mut command = home.command(&["import", "--source-env", "OLD_REDIS"]);
        command.env("OLD_REDIS", text);
        Ran::of(command).refused_saying(&[said, "hint: "]);
    }
}

#[test]
fn no_old_value_key_or_token_is_in_the_store_or_told() {
    for target in Target::all() {
        for recorded in [Recorded::one(), Recorded::newer(), Recorded::upgraded()] {
            leaves_no_marker(&target, recorded);
        }
    }
}

fn leaves_no_marker(target: &Target, recorded: Recorded) {
    let old = OldServer::of(recorded);
    let mut markers = vec![old.recorded.secret().to_owned(), "$2a$12$".to_owned()];
    markers.extend(old.recorded.accounts().into_iter().map(|account| account.token));
    markers.extend(old.recorded.digests());
    for expected in old.recorded.expected() {
        markers.extend([expected.shared.secret[3..].to_owned(), expected.shared.receipt[3..].to_owned()]);
        markers.extend([expected.value, expected.passphrase].into_iter().filter(|text| text.len() > 8));
    }
    let [quiet, again] = [(); 2].map(|()| old.import_into(&target.home, &[]));
    let server = target.serve();
    let mut places = target.everything();
    assert!(places.iter().any(|(_, bytes)| bytes.len() > 1000), "{}: nothing to look at", target.name);
    for ran in [quiet, again] {
        let told = [ran.stdout, ran.stderr].concat();
        assert!(told.contains("secrets: "), "{}: {told}", target.name);
        assert!(!told.contains("example.com"), "{}: {told}", target.name);
        places.push(("told".to_owned(), told.into_bytes()));
    }
    for marker in &markers {
        for form in forms(marker) {
            let place = places.iter().find(|(_, bytes)| contains(bytes, &form)).map(|(place, _)| place);
            assert_eq!(place, None, "{}: {marker}", target.name);
        }
    }
    server.stop();
}

/// Whoever still serves these secrets would give out what is given out here.
#[test]
fn a_redis_that_is_written_to_is_told() {
    let home = Home::new();
    for recorded in [Recorded::one(), Recorded::newer()] {
        let old = OldServer::of(recorded);
        for is_adding in [true, false] {
            let writing = Writer::start(&old, is_adding);
            old.import_into(&home, &[]).refused_saying(&[
                "the old Redis is being written to, so the old server still runs",
                "hint: stop it",
            ]);
            assert!(!home.file("data").exists());
            // To look is no harm, and accounts may be brought before.
            old.import_into(&home, &["--dry-run"]).succeeded();
            old.import_into(&home, &["--dry-run", "--only", "accounts"]).succeeded();
            writing.stop();
        }
        old.import_into(&home, &["--dry-run"]).succeeded();
    }
}

#[test]
fn what_is_written_while_it_is_read_is_told_afterwards() {
    let old = OldServer::of(Recorded::newer());
    old.add_newer(&long_pairs(3000));
    let target = Target::sqlite();
    target.home.write("secret", old.recorded.secret());
    let mut command = target.home.command(&["import", &old.url(), "--secret-file", "secret"]);
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    wait_for("a part of it is there", SOON, || (target.count() > 50).then_some(()));
    old.set(0, &["SET", "session:of-somebody", "x"]);
    let done = child.wait_with_output().unwrap();
    let [stdout, stderr] = [done.stdout, done.stderr].map(|bytes| String::from_utf8(bytes).unwrap());
    assert_eq!(done.status.code(), Some(1), "{stdout}{stderr}");
    assert!(stdout.contains("\nsecrets: 3048 taken over"), "{stdout}");
    assert!(stderr.contains("error: the old Redis was written to while it was read"), "{stderr}");
}

/// A client of the old server's, as far as Redis sees it.
struct Writer {
    goes_on: Arc<AtomicBool>,
    thread: JoinHandle<()>,
}

impl Writer {
    /// Writes once before it returns: adds keys, or removes what it has added.
    fn start(old: &OldServer, is_adding: bool) -> Self {
        let mut connection = redis::Client::open(old.url()).unwrap().get_connection().unwrap();
        let database = if old.recorded.is_newer() { 0 } else { 8 };
        redis::cmd("SELECT").arg(database).exec(&mut connection).unwrap();
        let fill = "for i = 1, 100000 do redis.call('SET', 'session:' .. i, 'x') end";
        if !is_adding {
            redis::cmd("EVAL").arg(fill).arg(0).exec(&mut connection).unwrap();
        }
        let goes_on = Arc::new(AtomicBool::new(true));
        let flag = Arc::clone(&goes_on);
        let thread = std::thread::spawn(move || {
            let mut number = 0;
            while flag.load(Ordering::Relaxed) {
                number += 1;
                let command = if is_adding { "SET" } else { "DEL" };
                let mut command = redis::cmd(command);
                command.arg(format!("session:{number}"));
                if is_adding {
                    command.arg("x");
                }
                command.exec(&mut connection).unwrap();
            }
        });
        Self { goes_on, thread }
    }

    fn stop(self) {
        self.goes_on.store(false, Ordering::Relaxed);
        self.thread.join().unwrap();
    }
}
