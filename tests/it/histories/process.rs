//! The same on real processes: two servers on one store, which are killed and started again in the midst of it, as is the
//! store. A request that was under way has an unknown outcome.

use std::fmt::Write as _;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::Instant;

use readonce::domain::{Clock as _, SystemClock};
use rustix::process::Signal;

use super::caller::{Caller, Desk, Secret};
use super::check::check;
use super::history::{Answer, Api, Call, Figures, History, Presented, Verb};
use super::program::{Act, INSTANCES, NETWORKS, Program, program};
use super::shrink::shrink;
use super::{seed, wanted};
use crate::process::clock::machine::Machine;
use crate::process::shared_store::{DURABLE, Region};
use crate::support::redis::Server as Redis;
use crate::support::{Home, SOON, Server, UNLIMITED, in_threads, wait_for};

/// Programs that are played between two audits, and by how many callers.
const BATCH: u64 = 20;
const CALLERS: usize = 6;

/// Two servers, and their store when it is a process of its own.
pub(super) struct Station {
    home: Home,
    store: Option<Redis>,
    /// Where the servers run, if not on this one, whose clock nobody sets.
    machines: Option<[Machine; INSTANCES]>,
    servers: [Option<Server>; INSTANCES],
    desk: Desk,
    killed: usize,
}

/// Programs under way.
pub(super) struct Progress<'a> {
    /// Acts of all programs together.
    pub(super) acts: usize,
    done: &'a AtomicUsize,
    is_played: &'a AtomicBool,
}

impl Progress<'_> {
    /// Waits until so many acts are done, or all.
    pub(super) fn reached(&self, acts: usize) {
        wait_for("acts under way", SOON, || {
            (self.done.load(Ordering::SeqCst) >= acts || self.is_played.load(Ordering::SeqCst)).then_some(())
        });
    }
}

/// What was asked of each secret.
pub(super) type Played = Vec<(Secret, Vec<Call>)>;

impl Station {
    fn new(home: Home, store: Option<Redis>) -> Self {
        Self::at(home, store, None, [0; INSTANCES])
    }

    /// Each server on a machine of its own, whose clock is off by so many seconds; the callers take it for `told`.
    pub(super) fn with_clocks(
        home: Home,
        store: Option<Redis>,
        off: [i64; INSTANCES],
        told: [i64; INSTANCES],
    ) -> Self {
        let machines = [("clock-0", off[0]), ("clock-1", off[1])];
        let machines = machines.map(|(name, off)| Machine::named(&home, name, off));
        Self::at(home, store, Some(machines), told)
    }

    fn at(
        home: Home,
        store: Option<Redis>,
        machines: Option<[Machine; INSTANCES]>,
        told: [i64; INSTANCES],
    ) -> Self {
        let start = |instance| Some(start(&home, machines.as_ref().map(|machines| &machines[instance])));
        let servers: [_; INSTANCES] = std::array::from_fn(start);
        let addresses = servers.each_ref().map(|server| server.as_ref().unwrap().address());
        Self { home, store, machines, servers, desk: Desk::new(addresses, told), killed: 0 }
    }

    /// Sets the clocks of all servers, and has each look at once whether its clock may be believed.
    pub(super) fn set_clocks(&self, seconds: i64) {
        for (instance, machine) in self.machines.iter().flatten().enumerate() {
            self.desk.set_clock(instance, seconds, |seconds| machine.set(seconds));
            self.servers[instance].as_ref().unwrap().signal(Signal::HUP);
        }
    }

    /// Plays programs, while somebody disturbs them.
    pub(super) fn play(
        &mut self,
        programs: &[Program],
        disturb: impl FnOnce(&mut Self, &Progress<'_>),
    ) -> Played {
        let shares = |caller: &Caller<'_>| {
            let plans = programs.iter().map(|program| &program.secrets);
            plans.map(|plans| plans.iter().map(|plan| caller.share(plan)).collect::<Vec<_>>()).collect()
        };
        let secrets: Vec<Vec<Secret>> = shares(&Caller::new(&self.desk));
        let acts: usize = programs.iter().flat_map(|program| &program.callers).map(Vec::len).sum();
        let (done, is_played) = (AtomicUsize::new(0), AtomicBool::new(false));
        let calls = thread::scope(|scope| {
            let desk = self.desk.clone();
            let (secrets, done, is_played) = (&secrets, &done, &is_played);
            let hangs = self.machines.is_none();
            let players = scope.spawn(move || {
                let calls = in_threads(0..CALLERS, |own| act(&desk, programs, secrets, own, done, hangs));
                is_played.store(true, Ordering::SeqCst);
                calls.concat()
            });
            disturb(self, &Progress { acts, done, is_played });
            players.join().expect("no caller fails")
        });
        let mut histories: Vec<_> = secrets.into_iter().flatten().map(|secret| (secret, vec![])).collect();
        for (place, call) in calls {
            histories[place].1.push(call);
        }
        histories
    }

    /// Kills one of the processes with SIGKILL and starts it again; callers who are refused meanwhile wait for that.
    fn kill(&mut self, which: usize) {
        let victims = INSTANCES + usize::from(self.store.is_some());
        self.desk.is_down.store(true, Ordering::SeqCst);
        match (which % victims, &mut self.store) {
            (INSTANCES, Some(store)) => {
                store.kill();
                store.restart();
                let client = self.servers[0].as_ref().unwrap().client();
                wait_for("the store is back", SOON, || {
                    (client.try_post("/share", &[("secret", "a probe")]).ok()?.status == 200).then_some(())
                });
            }
            (instance, _) => {
                self.desk.moved(instance, None); // its port may be another's at once
                self.servers[instance].take().unwrap().kill();
                let machine = self.machines.as_ref().map(|machines| &machines[instance]);
                let server = start(&self.home, machine);
                self.desk.moved(instance, Some(server.address()));
                self.servers[instance] = Some(server);
            }
        }
        self.killed += 1;
        self.desk.is_down.store(false, Ordering::SeqCst);
    }
}

fn start(home: &Home, machine: Option<&Machine>) -> Server {
    let settings = [UNLIMITED, &[("READONCE_SECRETS__TTL_MIN", "1")]].concat();
    let Some(machine) = machine else { return home.serve_with(&settings) };
    // Whose ten seconds go by no clock that is set, as those of the model do.
    machine.serve_with(home, &[&settings[..], &[("READONCE_WEB__SECOND_ANSWER", "false")]].concat())
}

/// What one of the callers does of all programs, one after the other: the calls, and the place of the secret of each.
fn act(
    desk: &Desk,
    programs: &[Program],
    secrets: &[Vec<Secret>],
    own: usize,
    done: &AtomicUsize,
    may_hang_up: bool,
) -> Vec<(usize, Call)> {
    let caller = Caller::new(desk);
    let mut calls = Vec::new();
    let mut before = 0;
    for (program, secrets) in programs.iter().zip(secrets) {
        for act in program.callers.get(own).into_iter().flatten() {
            done.fetch_add(1, Ordering::SeqCst);
            // Time goes on, and sweeps happen, by themselves.
            let Act::Ask { secret, verb, network, instance, patience } = *act else { continue };
            // Under a clock that is set, what nobody waits for is judged by nobody knows which time.
            let hangs_up = may_hang_up && patience == Some(0);
            calls.extend(
                caller
                    .ask(&secrets[secret], verb, network, instance, hangs_up)
                    .map(|it| (before + secret, it)),
            );
        }
        before += secrets.len();
    }
    calls
}

/// Asks what became of a secret. After the storm everybody is answered.
fn audit(desk: &Desk, secret: &Secret, calls: &mut Vec<Call>) {
    let caller = Caller::new(desk);
    for (verb, instance) in [
        (Verb::Receipt(Api::V2), 0),
        (Verb::Reveal(Api::V1, Presented::Right), 1),
        (Verb::Burn(Api::V2, Presented::Nothing), 0),
        (Verb::Receipt(Api::V1), 1),
    ] {
        wait_for("an answer after the storm", SOON, || {
            let call = caller.ask(secret, verb, NETWORKS, instance, false)?;
            let is_answered = call.answer != Answer::Refused;
            calls.push(call);
            is_answered.then_some(())
        });
    }
}

/// Plays rounds of programs, so many at least, until so many histories are checked, or one is found that nothing explains: that,
/// or nothing.
pub(super) fn play(
    station: &mut Station,
    seed: u64,
    (rounds, wanted): (u64, usize),
    mut round: impl FnMut(&mut Station, &[Program], usize) -> Played,
) -> (Figures, String) {
    let (mut figures, mut text, mut number) = (Figures::default(), String::new(), 0);
    while text.is_empty() && (figures.histories < wanted || number < rounds * BATCH) {
        let programs: Vec<_> = (number..number + BATCH).map(|number| program(seed, number)).collect();
        let mut played = round(station, &programs, usize::try_from(number / BATCH).unwrap());
        number += BATCH;
        for (secret, calls) in &mut played {
            audit(&station.desk, secret, calls);
        }
        if figures.histories + played.len() >= wanted {
            audit_after_the_end(&station.desk, &mut played);
        }
        for (secret, calls) in played {
            let mut history = History { facts: secret.facts.clone(), calls };
            figures.add(&history);
            if station.store.is_some() {
                history.calls.extend(secret.collections());
            }
            if check(&history).is_err() {
                let violation = check(&shrink(&history)).expect_err("what is shrunk is no more explained");
                write!(text, "programs before {number} of seed {seed}: {violation}").unwrap();
            }
        }
    }
    (figures, text)
}

/// A round in which somebody is killed.
fn with_a_kill(station: &mut Station, programs: &[Program], number: usize) -> Played {
    // Any number will do: 41 is prime to that of the victims, and spreads over the acts.
    let which = number * 41 + 25;
    station.play(programs, |station, progress| {
        progress.reached(which % progress.acts.max(1));
        station.kill(which);
    })
}

/// Those with a short life are asked for once more, after it.
fn audit_after_the_end(desk: &Desk, played: &mut [(Secret, Vec<Call>)]) {
    let soon = SystemClock.now().0 + 60; // not those that were shared by a clock that was ahead
    let mut short: Vec<_> =
        played.iter_mut().filter(|(secret, _)| secret.facts.secret_expires() < soon).collect();
    let last = short.iter().map(|(secret, _)| secret.facts.secret_expires()).max().unwrap_or_default();
    wait_for("the end of short lives", SOON, || (SystemClock.now().0 >= last).then_some(()));
    for (secret, calls) in &mut short {
        audit(desk, secret, calls);
    }
}

/// Plays, and nothing may be found.
fn hold(name: &str, station: &mut Station) {
    let (seed, wanted) = (seed(), wanted(60));
    let started = Instant::now();
    let (figures, text) = play(station, seed, (2, wanted), with_a_kill);
    let (seconds, killed) = (started.elapsed().as_secs_f64(), station.killed);
    println!("{name}, seed {seed}, {seconds:.1} s, {killed} killed: {figures}");
    assert!(text.is_empty(), "hint: HISTORIES_SEED={seed} HISTORIES=5000 plays these programs again\n{text}");
    for kind in ["values", "burned", "received", "unknown", "lost"] {
        assert!(figures.count(kind) > 0, "{kind} did not occur: {figures}");
    }
}

#[test]
fn two_servers_on_one_file() {
    hold("servers on SQLite", &mut Station::new(Home::new(), None));
}

#[test]
fn two_servers_on_one_redis() {
    let Region { redis, home, .. } = Region::new(DURABLE);
    hold("servers on Redis", &mut Station::new(home, Some(redis)));
}

/// The control: this store is killed, too, and keeps nothing.
#[test]
fn a_redis_that_keeps_nothing_is_found_out() {
    let Region { redis, home, .. } = Region::new(&["--save", "", "--appendonly", "no"]);
    let (figures, text) = play(&mut Station::new(home, Some(redis)), seed(), (2, 1000), with_a_kill);
    assert!(!text.is_empty(), "not found: {figures}");
    println!("a Redis that keeps nothing is found within {} histories", figures.histories);
}
