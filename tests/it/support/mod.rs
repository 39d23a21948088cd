//! What tests of several rooms share: the program in a folder of its own, a client, Redis servers, and patience.

use std::future::Future;
use std::thread;
use std::time::{Duration, Instant};

pub(crate) mod answer;
pub(crate) mod brought;
pub(crate) mod certificates;
pub(crate) mod client;
pub(crate) mod debian;
pub(crate) mod document;
pub(crate) mod home;
pub(crate) mod mail_server;
pub(crate) mod oidc;
pub(crate) mod overheard;
pub(crate) mod ports;
pub(crate) mod proxy;
pub(crate) mod redis;
pub(crate) mod redis_group;
pub(crate) mod relay;
pub(crate) mod search;
pub(crate) mod server;
pub(crate) mod shape;
pub(crate) mod signer;
pub(crate) mod skip;
pub(crate) mod slow_line;
pub(crate) mod smtp;
pub(crate) mod stream;
pub(crate) mod text;
pub(crate) mod tls_front;
pub(crate) mod upstream;
pub(crate) mod walker;

pub(crate) use answer::Answer;
pub(crate) use client::{Client, Connection, Shared};
pub(crate) use home::{Account, Home, UNLIMITED};
pub(crate) use server::{Ran, Server};
pub(crate) use shape::Shape;
pub(crate) use skip::skipped;
pub(crate) use stream::Way;

/// For waiting until something holds that takes milliseconds on a quiet machine.
pub(crate) const SOON: Duration = Duration::from_secs(20);

/// Asks until there is an answer; the test fails when there is none in time.
pub(crate) fn wait_for<T>(what: &str, deadline: Duration, mut ask: impl FnMut() -> Option<T>) -> T {
    let started = Instant::now();
    loop {
        if let Some(answer) = ask() {
            return answer;
        }
        assert!(started.elapsed() < deadline, "{what}: not within {deadline:?}");
        thread::sleep(Duration::from_millis(3));
    }
}

/// Asks until the answer is there, for a minute; then fails with `what` did not happen.
pub(crate) async fn eventually<T, F: Future<Output = Option<T>>>(
    what: &str,
    mut ask: impl FnMut() -> F,
) -> T {
    let deadline = tokio::time::Instant::now() + Duration::from_mins(1);
    loop {
        if let Some(answer) = ask().await {
            return answer;
        }
        assert!(tokio::time::Instant::now() < deadline, "{what}: not within a minute");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// Runs `work` in as many threads as there are items, and hands back what each came to. A thread that fails fails the test.
pub(crate) fn in_threads<I: Send, T: Send>(
    items: impl IntoIterator<Item = I>,
    work: impl Fn(I) -> T + Sync,
) -> Vec<T> {
    thread::scope(|scope| {
        let work = &work;
        let threads: Vec<_> = items.into_iter().map(|item| scope.spawn(move || work(item))).collect();
        threads.into_iter().map(|thread| thread.join().expect("a thread of the test failed")).collect()
    })
}
