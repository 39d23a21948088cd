//! Closed-loop load generator: every connection sends its next request when it has its response.
//!
//! Connections are open before the clock starts. The clients have their own threads, one by default: more would take
//! the cores that server and store need.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Barrier};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, anyhow};
use tokio::runtime::Runtime;
use tokio::task::JoinSet;

use super::http::Connection;
use super::result::LoadResult;
use super::secret::Stored;
use super::work::Work;
use crate::subject::Target;
use crate::subject::process::cpu;

/// When a closed loop ends.
#[derive(Clone, Debug)]
pub(crate) enum Until {
    /// After this time.
    Elapsed(Duration),
    /// When there is nothing left to do.
    Done,
    /// When the flag is set.
    Stopped(Arc<AtomicBool>),
}

/// Longer than any request may take; then the server is taken to hang.
const TIMEOUT: Duration = Duration::from_mins(1);

/// Runs `work` on `target` from `connections` clients.
pub(crate) fn drive(
    target: &Target,
    connections: usize,
    threads: usize,
    until: &Until,
    work: &Arc<Work>,
) -> anyhow::Result<LoadResult> {
    let threads = threads.clamp(1, connections);
    let (connected, go) = (Barrier::new(threads + 1), Barrier::new(threads + 1));
    thread::scope(|scope| {
        let clients: Vec<_> = (0..threads)
            .map(|index| {
                let share = connections / threads + usize::from(index < connections % threads);
                let (connected, go) = (&connected, &go);
                scope.spawn(move || clients(target, share, until, work, connected, go))
            })
            .collect();
        connected.wait();
        let before = costs(target);
        let started = Instant::now();
        go.wait();
        let clients: Vec<_> = clients.into_iter().map(thread::ScopedJoinHandle::join).collect();
        let elapsed = started.elapsed();
        // Errors of clients come first: they know why the process is gone.
        let mut all = Finished::default();
        for finished in clients {
            let finished = finished.map_err(|_| anyhow!("a client panicked"))??;
            all.latencies.extend(finished.latencies);
            all.made.extend(finished.made);
        }
        let (before, after) = (before?, costs(target)?);
        all.latencies.sort_unstable();
        let server = after.0.saturating_sub(before.0);
        let store = after.1.zip(before.1).map(|(after, before)| after.saturating_sub(before));
        Ok(LoadResult { elapsed, latencies: all.latencies, made: all.made, server, store })
    })
}

#[derive(Default)]
struct Finished {
    latencies: Vec<u32>,
    made: Vec<Stored>,
}

fn costs(target: &Target) -> anyhow::Result<(Duration, Option<Duration>)> {
    Ok((cpu(target.server)?, target.store.map(cpu).transpose()?))
}

/// One thread's clients.
fn clients(
    target: &Target,
    count: usize,
    until: &Until,
    work: &Arc<Work>,
    connected: &Barrier,
    go: &Barrier,
) -> anyhow::Result<Finished> {
    let opened = open(target, count);
    // Before an error is returned: the other threads wait at the barriers.
    connected.wait();
    go.wait();
    let (runtime, connections) = opened?;
    let (deadline, stop) = match until {
        Until::Elapsed(time) => (Some(Instant::now() + *time), None),
        Until::Done => (None, None),
        Until::Stopped(stop) => (None, Some(Arc::clone(stop))),
    };
    runtime.block_on(async {
        let mut clients = JoinSet::new();
        for connection in connections {
            let (work, stop) = (Arc::clone(work), stop.clone());
            let ended = move || {
                deadline.is_some_and(|deadline| Instant::now() >= deadline)
                    || stop.as_ref().is_some_and(|stop| stop.load(Ordering::Relaxed))
            };
            clients.spawn(client(connection, work, ended));
        }
        let mut all = Finished::default();
        while let Some(finished) = clients.join_next().await {
            let finished = finished??;
            all.latencies.extend(finished.latencies);
            all.made.extend(finished.made);
        }
        Ok(all)
    })
}

fn open(target: &Target, count: usize) -> anyhow::Result<(Runtime, Vec<Connection>)> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let mut connections = Vec::new();
    for _ in 0..count {
        let connection = runtime.block_on(Connection::open(target.address));
        connections.push(connection.context("cannot connect")?);
    }
    Ok((runtime, connections))
}

/// One client. The timeout covers a batch of requests, since a timer for each would distort the result.
async fn client(
    mut connection: Connection,
    work: Arc<Work>,
    ended: impl Fn() -> bool,
) -> anyhow::Result<Finished> {
    let mut finished = Finished::default();
    let mut more = true;
    while more {
        let batch = async {
            for _ in 0..256 {
                let started = Instant::now();
                let turn = finished.latencies.len();
                if ended() || !work.once(&mut connection, turn, &mut finished.made).await? {
                    return Ok(false);
                }
                finished.latencies.push(u32::try_from(started.elapsed().as_micros()).unwrap_or(u32::MAX));
            }
            anyhow::Ok(true)
        };
        more = tokio::time::timeout(TIMEOUT, batch).await.context("the server hangs")??;
    }
    Ok(finished)
}
