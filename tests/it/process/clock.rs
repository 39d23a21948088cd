//! A wrong clock erases nothing (ADR 0041): the real program under libfaketime, which moves the time of day alone.

use std::path::{Path, PathBuf};
use std::process::Command;

use rustix::process::Signal;
use rustix::time::{ClockId, clock_gettime};

use super::shared_store::{DURABLE, Region};
use crate::support::{Home, Ran, SOON, Server, Shared, UNLIMITED, wait_for};

/// How far it is set ahead: past every lifetime, and to where `doctor` calls it impossible.
const AHEAD: [(&str, i64); 2] = [("+31d", 31 * DAY), ("+100y", 100 * 365 * DAY)];
const DAY: i64 = 24 * 3600;
/// What a server says that keeps what has expired.
const KEPT: &str = "what has expired is not erased";

/// Where Debian's package `libfaketime` puts it.
fn library() -> PathBuf {
    let folders = std::fs::read_dir("/usr/lib").unwrap().filter_map(Result::ok).map(|entry| entry.path());
    let mut places = folders.map(|folder| folder.join("faketime/libfaketimeMT.so.1"));
    places.find(|place| place.exists()).expect("the package libfaketime")
}

/// A machine whose clock can be set.
struct Machine<'a> {
    home: &'a Home,
    offset: PathBuf,
}

impl<'a> Machine<'a> {
    fn of(home: &'a Home) -> Self {
        let machine = Self { home, offset: home.file("offset") };
        machine.set("+0d");
        machine
    }

    fn set(&self, offset: &str) {
        // In one step: a half-written one would be another time.
        let written = self.home.file("offset.new");
        std::fs::write(&written, offset).unwrap();
        std::fs::rename(written, &self.offset).unwrap();
    }

    fn on(&self, mut command: Command) -> Command {
        command
            .env("LD_PRELOAD", library())
            .env("FAKETIME_TIMESTAMP_FILE", &self.offset)
            .env("FAKETIME_DONT_FAKE_MONOTONIC", "1")
            .env("FAKETIME_NO_CACHE", "1")
            .env("NO_FAKE_STAT", "1");
        command
    }

    fn serve(&self) -> Server {
        let mut command = self.home.command(&["serve", "--listen", "127.0.0.1:0"]);
        command.envs(UNLIMITED.iter().copied());
        Server::start(self.on(command)).unwrap_or_else(|ran| panic!("the server ended: {ran:?}"))
    }

    /// If the other clocks moved as well, none of these tests would mean anything.
    #[track_caller]
    fn moves_the_time_of_day_alone(&self, ahead: i64) {
        let mut asked = Command::new("python3");
        asked.args([
            "-c",
            "import time; print(int(time.time()), *(int(time.clock_gettime(clock)) for clock in (time.CLOCK_MONOTONIC, \
             time.CLOCK_BOOTTIME)))",
        ]);
        let shown = Ran::of(self.on(asked)).succeeded().stdout;
        let shown: Vec<i64> = shown.split_whitespace().map(|number| number.parse().unwrap()).collect();
        let [wall, monotonic, boot] = [ClockId::Realtime, ClockId::Monotonic, ClockId::Boottime]
            .map(|clock| clock_gettime(clock).tv_sec);
        for (shown, right) in [(shown[0] - ahead, wall), (shown[1], monotonic), (shown[2], boot)] {
            assert!((right - shown).abs() < 60, "{shown} is not {right}, {ahead} s ahead");
        }
    }
}

fn share_twenty(server: &Server) -> Vec<(Shared, String)> {
    let client = server.client();
    let values = (0..20).map(|number| format!("value {number}"));
    values.map(|value| (client.share(&value), value)).collect()
}

#[track_caller]
fn all_there(server: &Server, shared: &[(Shared, String)]) {
    let client = server.client();
    for (shared, value) in shared {
        assert_eq!(client.state(shared), "new", "{value}");
        client.reads_once(shared, value);
    }
}

/// Waits until it has looked at what has expired: it keeps it, and says so for the `nth` time, or the values are gone.
fn looked(server: &Server, home: &Home, nth: usize) {
    wait_for("a look at what has expired", SOON, || {
        (server.log().matches(KEPT).count() >= nth || sealed(&home.file("data/readonce.db")) == 0)
            .then_some(())
    });
}

/// Sealed values in a database.
fn sealed(file: &Path) -> i64 {
    let db = rusqlite::Connection::open(file).unwrap();
    db.query_one("SELECT count(*) FROM secrets WHERE envelope IS NOT NULL", [], |row| row.get(0)).unwrap()
}

#[test]
fn set_ahead_at_rest_nothing_is_erased() {
    for (offset, ahead) in AHEAD {
        let home = Home::new();
        let machine = Machine::of(&home);
        let server = machine.serve();
        let shared = share_twenty(&server);
        server.stop();

        machine.set(offset);
        machine.moves_the_time_of_day_alone(ahead);
        let server = machine.serve();
        server.client().reveal(&shared[0].0).unknown();
        looked(&server, &home, 1);
        assert_eq!(sealed(&home.file("data/readonce.db")), 20, "{offset}");
        server.stop();

        machine.set("+0d");
        machine.moves_the_time_of_day_alone(0);
        let server = machine.serve();
        all_there(&server, &shared);
        server.stop();
    }
}

#[test]
fn set_while_it_runs_ahead_and_back_nothing_is_erased() {
    for (offset, ahead) in AHEAD {
        let home = Home::new();
        let machine = Machine::of(&home);
        let server = machine.serve();
        let shared = share_twenty(&server);

        machine.set(offset);
        machine.moves_the_time_of_day_alone(ahead);
        server.client().reveal(&shared[0].0).unknown();
        server.signal(Signal::HUP); // which has it look at once
        looked(&server, &home, 1);
        assert_eq!(sealed(&home.file("data/readonce.db")), 20, "{offset}");

        machine.set("+0d");
        all_there(&server, &shared);
        server.stop();
    }
}

/// Redis erases by its own clock, and by nobody else's.
#[test]
fn on_redis_an_instance_with_a_wrong_clock_erases_nothing() {
    for (offset, ahead) in AHEAD {
        let region = Region::new(DURABLE);
        let machine = Machine::of(&region.home);
        let account = region.home.account("ann@example.org");
        let server = machine.serve();
        let shared = share_twenty(&server);
        let ann = server.client_of(&account);
        let hers = ann.share("hers");

        machine.set(offset);
        machine.moves_the_time_of_day_alone(ahead);
        ann.share("from the future");
        server.client().reveal(&shared[0].0).unknown();
        server.stop();
        let server = machine.serve();
        server.client().reveal(&shared[0].0).unknown();
        server.stop();

        machine.set("+0d");
        let server = machine.serve();
        all_there(&server, &shared);
        let list = server.client_of(&account).get("/api/v1/private/recent").ok().text();
        assert!(list.contains(&hers.receipt), "{offset}: {list}");
        server.stop();
    }
}
