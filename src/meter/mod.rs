//! What an operator's Prometheus is told: counters, gauges and latencies of this instance (docs/metrics.md).
//!
//! One [`Meter`] is handed to whoever has something to tell. Switched off it is a check and nothing else; switched on, each
//! call is an atomic or two, as all handles are made in advance. No recorder is installed for the process, so that two
//! servers in one test do not count for each other.
//!
//! The trap for newcomers: a label is a word of ours from a fixed list, never anything that was sent. A key, an address, an
//! account or a network in a label would stay in somebody's time series for years.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use metrics::{Counter, Gauge, Histogram};
pub use metrics_exporter_prometheus::BuildError;

mod labels;
mod process;
mod registry;
mod requests;

pub use labels::{Counted, Ending, Limit, Operation, StoreTrouble, Trip};

use crate::domain::Timestamp;
use registry::Registry;
use requests::Requests;

/// Tells nobody, or the Prometheus that asks.
#[derive(Clone, Default)]
pub struct Meter(Option<Arc<Meters>>);

/// What this instance is, for as long as it runs.
#[derive(Clone, Debug)]
pub struct Build<'a> {
    /// The program's version.
    pub version: &'static str,
    /// The installation's region; empty for none.
    pub region: &'a str,
    /// When it was started.
    pub started: Timestamp,
}

struct Meters {
    registry: Registry,
    requests: Requests,
    trips: Vec<Histogram>,
    troubles: Vec<Counter>,
    endings: Vec<Counter>,
    limits: Vec<Counter>,
    wrong_passphrases: Counter,
    failed_logins: Counter,
    store_up: Gauge,
    hashing: [Gauge; 2],
    hashing_refused: Counter,
    resident: Gauge,
    open_files: Gauge,
}

impl Meter {
    /// One that counts from now on.
    pub fn on(build: &Build<'_>) -> Result<Self, BuildError> {
        let registry = Registry::new()?;
        registry.build_info(build);
        let waiting = registry.gauge("readonce_bcrypt_waiting", &[]);
        Ok(Self(Some(Arc::new(Meters {
            requests: Requests::new(&registry),
            trips: registry.histograms("readonce_store_trip_duration_seconds", "trip", Trip::TEXTS),
            troubles: registry.counters("readonce_store_errors_total", "error", StoreTrouble::TEXTS),
            endings: Ending::TEXTS.iter().map(|name| registry.counter(name, &[])).collect(),
            limits: registry.counters("readonce_limited_total", "limit", Limit::TEXTS),
            wrong_passphrases: registry.counter("readonce_passphrases_wrong_total", &[]),
            failed_logins: registry.counter("readonce_logins_failed_total", &[]),
            store_up: registry.gauge("readonce_store_up", &[]),
            hashing: [registry.gauge("readonce_bcrypt_running", &[]), waiting],
            hashing_refused: registry.counter("readonce_bcrypt_refused_total", &[]),
            resident: registry.gauge("process_resident_memory_bytes", &[]),
            open_files: registry.gauge("process_open_fds", &[]),
            registry,
        }))))
    }

    /// Whether anybody is told.
    #[must_use]
    pub fn is_on(&self) -> bool {
        self.0.is_some()
    }

    /// A request was answered. `route` is its template, `method` one of HTTP's own.
    pub fn answered(&self, route: &str, method: &'static str, status: u16, took: Duration) {
        if let Some(meters) = &self.0 {
            meters.requests.answered(&meters.registry, route, method, status, took);
        }
    }

    /// Measures a trip to the store until the answer is dropped: a trip that nobody waits for any more took so long, too.
    #[must_use]
    pub fn trip(&self, trip: Trip) -> OnTheWay<'_> {
        OnTheWay(self.0.as_deref().map(|meters| (&meters.trips[trip as usize], Instant::now())))
    }

    /// The store was in trouble.
    pub fn trouble(&self, trouble: StoreTrouble) {
        if let Some(meters) = &self.0 {
            meters.troubles[trouble as usize].increment(1);
        }
    }

    /// A secret was shared, or came to an end.
    pub fn secret(&self, ending: Ending) {
        if let Some(meters) = &self.0 {
            meters.endings[ending as usize].increment(1);
        }
    }

    /// A request or a try was refused by a limit.
    pub fn limited(&self, limit: Limit) {
        if let Some(meters) = &self.0 {
            meters.limits[limit as usize].increment(1);
        }
    }

    /// A passphrase was tried and is wrong.
    pub fn wrong_passphrase(&self) {
        if let Some(meters) = &self.0 {
            meters.wrong_passphrases.increment(1);
        }
    }

    /// A name and a token were presented that do not belong together.
    pub fn failed_login(&self) {
        if let Some(meters) = &self.0 {
            meters.failed_logins.increment(1);
        }
    }

    /// Whether the store can be written to.
    pub fn store_is(&self, up: bool) {
        if let Some(meters) = &self.0 {
            meters.store_up.set(u8::from(up));
        }
    }

    /// How many secrets can be read, and how many have expired since the start of whoever counts that.
    pub fn census(&self, live: u64, expired: u64, counted: Counted) {
        if let Some(meters) = &self.0 {
            let label = [("counted", Counted::TEXTS[counted as usize])];
            meters.registry.gauge("readonce_secrets_live", &label).set(precise(live));
            meters.registry.counter("readonce_secrets_expired_total", &label).absolute(expired);
        }
    }

    /// Cores that hash passphrases, callers who wait for one, and callers refused since the start.
    pub fn hashing(&self, running: usize, waiting: usize, refused: u64) {
        if let Some(meters) = &self.0 {
            for (gauge, number) in meters.hashing.iter().zip([running, waiting]) {
                gauge.set(precise(number as u64));
            }
            meters.hashing_refused.absolute(refused);
        }
    }

    /// How full the outbox is; the age of the oldest letter that waits, in seconds.
    pub fn outbox(&self, waiting: u64, dead: u64, age: u64) {
        if let Some(meters) = &self.0 {
            for (state, letters) in [("waiting", waiting), ("dead", dead)] {
                meters.registry.gauge("readonce_outbox_letters", &[("state", state)]).set(precise(letters));
            }
            meters.registry.gauge("readonce_outbox_oldest_age_seconds", &[]).set(precise(age));
        }
    }

    /// What the kernel says of this process.
    pub fn process(&self) {
        if let Some(meters) = &self.0 {
            for (gauge, seen) in
                [(&meters.resident, process::resident_bytes()), (&meters.open_files, process::open_files())]
            {
                if let Some(number) = seen {
                    gauge.set(precise(number));
                }
            }
        }
    }

    /// Files the latencies measured lately away. They are kept one by one until then, so it has to be done every second or so.
    pub fn tidy(&self) {
        if let Some(meters) = &self.0 {
            meters.registry.tidy();
        }
    }

    /// Everything, as Prometheus reads it. Empty when switched off.
    #[must_use]
    pub fn text(&self) -> String {
        self.0.as_ref().map(|meters| meters.registry.text()).unwrap_or_default()
    }
}

/// A trip to the store that has not ended.
#[derive(Debug)]
pub struct OnTheWay<'a>(Option<(&'a Histogram, Instant)>);

impl Drop for OnTheWay<'_> {
    fn drop(&mut self) {
        if let Some((histogram, started)) = self.0 {
            histogram.record(started.elapsed().as_secs_f64());
        }
    }
}

impl fmt::Debug for Meter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.is_on() { "Meter(on)" } else { "Meter(off)" })
    }
}

/// Prometheus has floating numbers only: exact up to 2⁵³.
#[expect(clippy::cast_precision_loss, reason = "nothing counted here comes near 2⁵³")]
fn precise(number: u64) -> f64 {
    number as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    const BUILD: Build<'_> = Build { version: "1.2.3", region: "eu", started: Timestamp(1_795_248_429) };

    #[test]
    fn one_that_is_off_tells_nothing() {
        let meter = Meter::default();
        meter.answered("/x", "GET", 200, Duration::ZERO);
        drop(meter.trip(Trip::Take));
        meter.secret(Ending::Shared);
        meter.census(1, 2, Counted::Exactly);
        assert!(!meter.is_on());
        assert_eq!(meter.text(), "");
    }

    #[test]
    fn two_do_not_count_for_each_other() {
        let [one, other] = [(); 2].map(|()| Meter::on(&BUILD).unwrap());
        one.secret(Ending::Shared);
        one.secret(Ending::Shared);
        other.secret(Ending::Shared);
        assert!(one.text().contains("\nreadonce_secrets_shared_total 2\n"), "{}", one.text());
        assert!(other.text().contains("\nreadonce_secrets_shared_total 1\n"), "{}", other.text());
    }

    #[test]
    fn counts_are_there_before_anything_happened() {
        let text = Meter::on(&BUILD).unwrap().text();
        for line in [
            "readonce_build_info{version=\"1.2.3\",region=\"eu\"} 1",
            "process_start_time_seconds 1795248429",
            "readonce_secrets_burned_total 0",
            "readonce_limited_total{limit=\"login\"} 0",
            "readonce_store_errors_total{error=\"outcome_unknown\"} 0",
        ] {
            assert!(text.lines().any(|found| found == line), "`{line}` is not in:\n{text}");
        }
    }

    #[test]
    fn a_trip_is_measured_also_when_nobody_waits_for_its_end() {
        let meter = Meter::on(&BUILD).unwrap();
        drop(meter.trip(Trip::Take));
        meter.tidy();
        drop(meter.trip(Trip::Take));
        let text = meter.text();
        assert!(text.contains("readonce_store_trip_duration_seconds_count{trip=\"take\"} 2"), "{text}");
        assert!(
            text.contains("readonce_store_trip_duration_seconds_bucket{trip=\"take\",le=\"5\"} 2"),
            "{text}"
        );
    }

    #[test]
    fn what_is_counted_elsewhere_never_goes_back() {
        let meter = Meter::on(&BUILD).unwrap();
        meter.census(3, 10, Counted::AtMost);
        meter.census(2, 4, Counted::AtMost); // after a fail-over, say
        let text = meter.text();
        assert!(text.contains("readonce_secrets_live{counted=\"at_most\"} 2"), "{text}");
        assert!(text.contains("readonce_secrets_expired_total{counted=\"at_most\"} 10"), "{text}");
    }
}
