//! Honest clients beside whatever else goes on, and how long each of their requests took.

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use crate::support::{Client, Server};

/// Sorted; never empty.
pub(super) struct Latencies(Vec<Duration>);

impl Latencies {
    pub(super) fn count(&self) -> usize {
        self.0.len()
    }

    pub(super) fn slowest(&self) -> Duration {
        self.percentile(100)
    }

    pub(super) fn percentile(&self, percent: usize) -> Duration {
        let place = (self.0.len() * percent).div_ceil(100);
        self.0[place.max(1) - 1]
    }
}

impl fmt::Display for Latencies {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [median, p99, slowest] = [50, 99, 100].map(|percent| self.percentile(percent));
        write!(f, "{} requests, median {median:?}, p99 {p99:?}, slowest {slowest:?}", self.count())
    }
}

/// Runs `work`, and beside it an honest client that shares, looks and reads, now on a kept connection, now on a new one.
/// Each of its requests has to be answered as if it were alone.
pub(super) fn watched(server: &Server, work: impl FnOnce()) -> Latencies {
    let going_on = AtomicBool::new(true);
    std::thread::scope(|scope| {
        let honest = scope.spawn(|| {
            let mut all = Vec::new();
            let kept = server.client();
            while going_on.load(Ordering::Relaxed) {
                one_round(&kept, &mut all);
                one_round(&server.client(), &mut all);
                std::thread::sleep(Duration::from_millis(10));
            }
            all.sort_unstable();
            Latencies(all)
        });
        let ends = Ends(&going_on);
        work();
        drop(ends);
        honest.join().expect("an honest request failed")
    })
}

/// Tells the honest client to end, also when the work beside it fails.
struct Ends<'a>(&'a AtomicBool);

impl Drop for Ends<'_> {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Relaxed);
    }
}

fn one_round(client: &Client, all: &mut Vec<Duration>) {
    let mut timed = |ask: &mut dyn FnMut()| {
        let started = Instant::now();
        ask();
        all.push(started.elapsed());
    };
    let mut shared = None;
    timed(&mut || drop(client.get("/api/v1/status").ok()));
    timed(&mut || shared = Some(client.share("honest")));
    let shared = shared.expect("it was shared");
    timed(&mut || drop(client.receipt(&shared).ok()));
    timed(&mut || assert_eq!(client.reveal(&shared).ok().member("value"), "honest"));
}
