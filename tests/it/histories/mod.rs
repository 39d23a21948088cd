//! The promise, checked as databases are: random concurrent programs over two instances of one store, and for each secret
//! the question whether some order of all that was asked explains every answer (ADR 0042, docs/dev/testing.md).

#![expect(clippy::print_stdout, reason = "figures and seeds are what somebody runs more of them for")]

use std::fmt::Write as _;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Instant;

use readonce::domain::random;
use readonce::store::Store;
use readonce::store::sqlite::SqliteStore;
use tempfile::TempDir;
use tokio::task::JoinSet;

use self::check::check;
use self::history::Figures;
use self::program::{INSTANCES, program};
use self::shrink::shrink;
use self::world::World;
use crate::support::redis;
use crate::support::redis_group::Cluster;

mod caller;
mod check;
mod checking;
mod clocks;
mod faults;
mod history;
mod model;
mod offsets;
mod planted;
mod process;
mod program;
mod shrink;
mod wire;
mod world;

/// Worlds that are played in side by side.
const WORLDS: usize = 4;

/// `HISTORIES`, for those who want more than the gate asks for.
fn wanted(usually: usize) -> usize {
    let text = std::env::var("HISTORIES").ok();
    text.map_or(usually, |text| text.parse().expect("HISTORIES is a number"))
}

/// `HISTORIES_SEED`, or another one in every run.
fn seed() -> u64 {
    let text = std::env::var("HISTORIES_SEED").ok();
    let drawn = || u64::from(u32::from_le_bytes(random::bytes()));
    text.map_or_else(drawn, |text| text.parse().expect("HISTORIES_SEED is a number"))
}

/// Violations found, and after how many histories the first.
#[derive(Default)]
struct Found {
    figures: Figures,
    first: Option<usize>,
    text: String,
}

/// Plays programs of a seed in these worlds until so many histories are checked, or one is found that nothing explains.
async fn play(worlds: Vec<Arc<World>>, seed: u64, wanted: usize) -> Found {
    let (number, played) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicUsize::new(0)));
    let found = Arc::new(Mutex::new(Found::default()));
    let mut players = JoinSet::new();
    for world in worlds {
        let (number, played, found) = (number.clone(), played.clone(), found.clone());
        players.spawn(async move {
            while played.load(Ordering::SeqCst) < wanted && found.lock().unwrap().first.is_none() {
                let number = number.fetch_add(1, Ordering::SeqCst);
                for history in world.play(program(seed, number)).await {
                    let place = played.fetch_add(1, Ordering::SeqCst) + 1;
                    let is_explained = check(&history).is_ok();
                    let mut found = found.lock().unwrap();
                    found.figures.add(&history);
                    if !is_explained {
                        found.first.get_or_insert(place);
                        let violation =
                            check(&shrink(&history)).expect_err("what is shrunk is no more explained");
                        writeln!(found.text, "program {number} of seed {seed}: {violation}").unwrap();
                    }
                }
            }
        });
    }
    players.join_all().await;
    Arc::into_inner(found).unwrap().into_inner().unwrap()
}

/// Plays in these worlds, and nothing may be found.
async fn hold(name: &str, worlds: Vec<Arc<World>>) {
    let (seed, wanted) = (seed(), wanted(400));
    let started = Instant::now();
    let Found { figures, text, .. } = play(worlds, seed, wanted).await;
    println!("{name}, seed {seed}, {:.1} s: {figures}", started.elapsed().as_secs_f64());
    assert!(
        text.is_empty(),
        "hint: HISTORIES_SEED={seed} HISTORIES=10000 plays these programs again\n{text}"
    );
    // Or it was a peaceful world, in which nothing could be found.
    for kind in [
        "values",
        "burned",
        "received",
        "expired",
        "unknown",
        "limited",
        "wrong passphrases",
        "lost",
        "sweeps",
    ] {
        assert!(figures.count(kind) > wanted / 100, "{kind} hardly occurred: {figures}");
    }
    assert!(figures.overlapping > figures.calls / 4, "hardly anything happened at the same time: {figures}");
}

type Stores = [Arc<dyn Store>; INSTANCES];

/// Two on each of some files.
fn on_sqlite() -> (Vec<Stores>, Vec<TempDir>) {
    let pair = |_| {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("readonce.db");
        let open = |_| -> Arc<dyn Store> { Arc::new(SqliteStore::open(&path).unwrap()) };
        (std::array::from_fn(open), folder)
    };
    (0..WORLDS).map(pair).unzip()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_instances_on_one_file() {
    let (stores, _folders) = on_sqlite();
    hold("SQLite", stores.into_iter().map(|stores| World::over(stores, true)).collect()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_instances_on_one_redis() {
    let server = redis::Server::start().await;
    let mut worlds = Vec::new();
    for _ in 0..WORLDS {
        let [one, other] = [redis::open(&server.url()).await, redis::open(&server.url()).await];
        worlds.push(World::over([Arc::new(one), Arc::new(other)], false));
    }
    hold("Redis", worlds).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_instances_on_a_cluster() {
    let cluster = Cluster::start(false).await;
    let mut worlds = Vec::new();
    for _ in 0..WORLDS {
        let [one, other] = [redis::open(&cluster.url()).await, redis::open(&cluster.url()).await];
        worlds.push(World::over([Arc::new(one), Arc::new(other)], false));
    }
    hold("a cluster", worlds).await;
}
