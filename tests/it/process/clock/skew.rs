//! Two servers on one store whose clocks are apart: by how much lifetimes and waiting times may be off, and what is said of it.
//! What they do to each other under load is `histories::clocks`.

use rustix::process::Signal;

use super::ground::Ground;
use super::machine::Machine;
use crate::support::{Answer, Client, SOON, Server, Shared, UNLIMITED, wait_for};

/// How far the second one's clock is off, in seconds.
const SKEWS: [i64; 6] = [1, -1, 10, -10, 100, -100];
/// The window of wrong passphrases (`passphrase.window`), and how many it has.
const WINDOW: i64 = 900;
const TRIES: usize = 5;
/// The test's own time, at most.
const SLACK: i64 = 60;

/// Two machines with a server each; the second one's clock is off.
struct Pair {
    machines: [Machine; 2],
    servers: [Server; 2],
}

impl Pair {
    fn on(ground: &Ground, skew: i64) -> Self {
        let home = ground.home();
        let machines = [Machine::named(home, "first", 0), Machine::named(home, "second", skew)];
        let servers = machines.each_ref().map(|machine| machine.serve(home));
        Self { machines, servers }
    }

    fn clients(&self) -> [Client; 2] {
        self.servers.each_ref().map(Server::client)
    }

    fn stop(self) {
        for server in self.servers {
            server.stop();
        }
    }
}

fn retry_after(answer: &Answer) -> i64 {
    assert_eq!(answer.status, 429, "{}", answer.text());
    answer.header("retry-after").expect("when to come back").parse().expect("seconds")
}

/// No more tries than one server would allow, and nobody waits for longer than a window and the skew.
#[test]
fn guesses_are_counted_together_and_wait_as_long_as_the_skew_longer_at_most() {
    for skew in SKEWS {
        for ground in Ground::each() {
            let what = format!("{} {skew:+} s", ground.name());
            let pair = Pair::on(&ground, skew);
            let clients = pair.clients();
            for first in [0, 1] {
                let shared = clients[first].share_locked("locked", "open sesame");
                for guess in 0..TRIES {
                    clients[(first + guess) % 2].unlock(&shared, "open barley").unknown();
                }
                for client in &clients {
                    let waits = retry_after(&client.unlock(&shared, "open sesame"));
                    assert!(
                        (WINDOW - SLACK - skew.abs()..=WINDOW + skew.abs()).contains(&waits),
                        "{what}: {waits} s"
                    );
                }
                assert_eq!(clients[1].state(&shared), "new", "{what}");
                clients[0].burn(&shared).ok();
            }
            pair.stop();
        }
    }
}

/// What is acknowledged by either lives as long as it says, less or more by the skew; and whoever is late by one clock takes
/// nothing from who is not by the other.
#[test]
fn a_lifetime_ends_as_much_earlier_or_later_as_the_skew_and_is_given_out_once() {
    const TTL: i64 = 3600;
    for skew in [100, -100] {
        for ground in Ground::each() {
            let what = format!("{} {skew:+} s", ground.name());
            let pair = Pair::on(&ground, skew);
            let [first, second] = pair.clients();
            let share = |client: &Client| {
                Shared::of(&client.post("/share", &[("secret", "value"), ("ttl", "3600")]).ok())
            };
            let shared = share(&first);
            // Between the two ends: half a skew before that of the one that is behind.
            let middle = TTL - skew / 2;
            pair.machines[0].set(middle);
            pair.machines[1].set(middle + skew);
            let (late, early) = if skew > 0 { (&second, &first) } else { (&first, &second) };
            late.reveal(&shared).unknown();
            late.burn(&shared).unknown();
            assert_eq!(late.state(&shared), "expired", "{what}");
            assert_eq!(early.state(&shared), "new", "{what}");
            early.reads_once(&shared, "value");
            for (machine, seconds) in pair.machines.iter().zip([0, skew]) {
                machine.set(seconds);
            }
            for client in [&first, &second] {
                client.reveal(&shared).unknown();
                assert_eq!(client.state(&shared), "received", "{what}");
            }
            pair.stop();
        }
    }
}

/// Limits go by the time since the machine was started: no jump lets anybody in earlier, or keeps them out longer.
#[test]
fn a_limit_is_as_long_whatever_the_clock_is_set_to() {
    const LIMIT: i64 = 1200;
    for ground in Ground::each() {
        let machine = Machine::of(ground.home());
        let limited = [UNLIMITED, &[("READONCE_LIMITS__CREATE", "2")]].concat();
        let server = machine.serve_with(ground.home(), &limited);
        let client = server.client();
        client.share("first");
        client.share("second");
        for seconds in [0, 600, -600, 86_400, -86_400, 31 * 86_400, 0] {
            machine.set(seconds);
            let waits = retry_after(&client.post("/share", &[("secret", "third")]));
            assert!((1..=LIMIT).contains(&waits), "{} {seconds:+} s: {waits} s", ground.name());
        }
        server.stop();
    }
}

/// A server says so when its clock and Redis' are two minutes apart (`store::redis::preflight` has less), and when they are no more.
#[test]
fn two_minutes_from_redis_are_told() {
    let [_, ground] = Ground::each();
    let machine = Machine::of(ground.home());
    let server = machine.serve(ground.home());
    let told = |what: &str| server.log().matches(what).count();
    for (before, skew) in [130, -130].into_iter().enumerate() {
        machine.set(skew);
        server.signal(Signal::HUP);
        wait_for("a word about it", SOON, || {
            (told("our clock and the store's are apart") == before + 1).then_some(())
        });
        machine.set(0);
        server.signal(Signal::HUP);
        wait_for("the end of it", SOON, || (told("the clock may be believed") == before + 1).then_some(()));
    }
    server.stop();
}
