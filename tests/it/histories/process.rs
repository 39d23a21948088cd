//! The same on real processes: two servers on one store, which are killed and started again in the midst of it, as is the
//! store. A request that was under way has an unknown outcome.

use std::fmt::Write as _;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::Instant;

use readonce::domain::{Clock as _, SystemClock};

use super::caller::{Caller, Desk, Secret};
use super::check::check;
use super::history::{Answer, Api, Call, Figures, History, Presented, Verb};
use super::program::{Act, INSTANCES, NETWORKS, Program, program};
use super::shrink::shrink;
use super::{seed, wanted};
use crate::process::shared_store::{DURABLE, Region};
use crate::support::redis::Server as Redis;
use crate::support::{Home, SOON, Server, UNLIMITED, in_threads, wait_for};

/// Programs that are played between two audits, and by how many callers.
const BATCH: u64 = 20;
const CALLERS: usize = 6;

/// Two servers, and their store when it is a process of its own.
struct Station {
    home: Home,
    store: Option<Redis>,
    servers: [Option<Server>; INSTANCES],
    desk: Desk,
    killed: usize,
}

impl Station {
    fn new(home: Home, store: Option<Redis>) -> Self {
        let servers = [(); INSTANCES].map(|()| Some(start(&home)));
        let addresses = servers.each_ref().map(|server| server.as_ref().unwrap().address());
        Self { home, store, servers, desk: Desk::new(addresses), killed: 0 }
    }

    /// Plays programs, and kills somebody once so many acts are done.
    fn play(&mut self, programs: &[Program], kill_after: usize) -> Vec<(Secret, Vec<Call>)> {
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
            let players = scope.spawn(move || {
                let calls = in_threads(0..CALLERS, |own| act(&desk, programs, secrets, own, done));
                is_played.store(true, Ordering::SeqCst);
                calls.concat()
            });
            let due = kill_after % acts.max(1);
            wait_for("acts under way", SOON, || {
                (done.load(Ordering::SeqCst) >= due || is_played.load(Ordering::SeqCst)).then_some(())
            });
            self.kill(kill_after);
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
                let server = start(&self.home);
                self.desk.moved(instance, Some(server.address()));
                self.servers[instance] = Some(server);
            }
        }
        self.killed += 1;
        self.desk.is_down.store(false, Ordering::SeqCst);
    }
}

fn start(home: &Home) -> Server {
    let more = [("READONCE_SECRETS__TTL_MIN", "1")];
    home.serve_with(&[UNLIMITED, &more].concat())
}

/// What one of the callers does of all programs, one after the other: the calls, and the place of the secret of each.
fn act(
    desk: &Desk,
    programs: &[Program],
    secrets: &[Vec<Secret>],
    own: usize,
    done: &AtomicUsize,
) -> Vec<(usize, Call)> {
    let caller = Caller::new(desk);
    let mut calls = Vec::new();
    let mut before = 0;
    for (program, secrets) in programs.iter().zip(secrets) {
        for act in program.callers.get(own).into_iter().flatten() {
            done.fetch_add(1, Ordering::SeqCst);
            // Time goes on, and sweeps happen, by themselves.
            let Act::Ask { secret, verb, network, instance, patience } = *act else { continue };
            let hangs_up = patience == Some(0);
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

/// Plays until so many histories are checked, or one is found that nothing explains: that, or nothing.
fn play(station: &mut Station, seed: u64, wanted: usize) -> (Figures, String) {
    let (mut figures, mut text, mut number) = (Figures::default(), String::new(), 0);
    while text.is_empty() && (figures.histories < wanted || station.killed < 2) {
        let programs: Vec<_> = (number..number + BATCH).map(|number| program(seed, number)).collect();
        // Any number will do: 41 is prime to that of the victims, and spreads over the acts.
        let mut played = station.play(&programs, usize::try_from(number / BATCH).unwrap() * 41 + 25);
        number += BATCH;
        for (secret, calls) in &mut played {
            audit(&station.desk, secret, calls);
        }
        if figures.histories + played.len() >= wanted {
            audit_after_the_end(&station.desk, &mut played);
        }
        for (Secret { facts, .. }, calls) in played {
            let history = History { facts, calls };
            figures.add(&history);
            if check(&history).is_err() {
                let violation = check(&shrink(&history)).expect_err("what is shrunk is no more explained");
                write!(text, "programs before {number} of seed {seed}: {violation}").unwrap();
            }
        }
    }
    (figures, text)
}

/// Those with a short life are asked for once more, after it.
fn audit_after_the_end(desk: &Desk, played: &mut [(Secret, Vec<Call>)]) {
    let mut short: Vec<_> = played.iter_mut().filter(|(secret, _)| secret.facts.ttl < 60).collect();
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
    let (figures, text) = play(station, seed, wanted);
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
    let (figures, text) = play(&mut Station::new(home, Some(redis)), seed(), 1000);
    assert!(!text.is_empty(), "not found: {figures}");
    println!("a Redis that keeps nothing is found within {} histories", figures.histories);
}
