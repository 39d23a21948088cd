//! A wrong clock erases nothing (ADR 0041): the real program under libfaketime, which moves the time of day alone. What jumps and
//! skews do to those who work meanwhile is `histories::clocks`.

use std::path::Path;

use rustix::process::Signal;

use self::machine::Machine;
use super::shared_store::{DURABLE, Region};
use crate::support::{Home, SOON, Server, Shared, wait_for};

mod ground;
pub(crate) mod machine;
mod skew;
mod told;

/// How far it is set ahead, in seconds: past every lifetime, and to where `doctor` calls it impossible.
const AHEAD: [i64; 2] = [31 * DAY, 100 * 365 * DAY];
const DAY: i64 = 24 * 3600;
/// What a server says that keeps what has expired.
const KEPT: &str = "what has expired is not erased";

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
    for ahead in AHEAD {
        let home = Home::new();
        let machine = Machine::of(&home);
        let server = machine.serve(&home);
        let shared = share_twenty(&server);
        server.stop();

        machine.set(ahead);
        machine.moves_the_time_of_day_alone(ahead);
        let server = machine.serve(&home);
        server.client().reveal(&shared[0].0).unknown();
        looked(&server, &home, 1);
        assert_eq!(sealed(&home.file("data/readonce.db")), 20, "{ahead} s ahead");
        server.stop();

        machine.set(0);
        machine.moves_the_time_of_day_alone(0);
        let server = machine.serve(&home);
        all_there(&server, &shared);
        server.stop();
    }
}

#[test]
fn set_while_it_runs_ahead_and_back_nothing_is_erased() {
    for ahead in AHEAD {
        let home = Home::new();
        let machine = Machine::of(&home);
        let server = machine.serve(&home);
        let shared = share_twenty(&server);

        machine.set(ahead);
        machine.moves_the_time_of_day_alone(ahead);
        server.client().reveal(&shared[0].0).unknown();
        server.signal(Signal::HUP); // which has it look at once
        looked(&server, &home, 1);
        assert_eq!(sealed(&home.file("data/readonce.db")), 20, "{ahead} s ahead");

        machine.set(0);
        all_there(&server, &shared);
        server.stop();
    }
}

/// Redis erases by its own clock, and by nobody else's.
#[test]
fn on_redis_an_instance_with_a_wrong_clock_erases_nothing() {
    for ahead in AHEAD {
        let region = Region::new(DURABLE);
        let machine = Machine::of(&region.home);
        let account = region.home.account("ann@example.org");
        let server = machine.serve(&region.home);
        let shared = share_twenty(&server);
        let ann = server.client_of(&account);
        let hers = ann.share("hers");

        machine.set(ahead);
        machine.moves_the_time_of_day_alone(ahead);
        ann.share("from the future");
        server.client().reveal(&shared[0].0).unknown();
        server.stop();
        let server = machine.serve(&region.home);
        server.client().reveal(&shared[0].0).unknown();
        server.stop();

        machine.set(0);
        let server = machine.serve(&region.home);
        all_there(&server, &shared);
        let list = server.client_of(&account).get("/api/v1/private/recent").ok().text();
        assert!(list.contains(&hers.receipt), "{ahead} s ahead: {list}");
        server.stop();
    }
}
