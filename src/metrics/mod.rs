//! Prometheus metrics: counters, gauges and latencies of this instance (docs/metrics.md).
//!
//! [`Metrics`] is a cheap handle for recording them. Disabled it is a check and nothing else; enabled, each call is an atomic
//! or two, as all handles are made in advance. There is no registry of the process, so that two servers in one test do not
//! count for each other.
//!
//! A label is a value of a closed enum, never anything that was sent. A key, an address, an account or a network in a label
//! would stay in somebody's time series for years.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

pub use prometheus_client::encoding::prometheus_text::CONTENT_TYPE;
use prometheus_client::encoding::prometheus_text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::gauge::ConstGauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::Registry;

mod labels;
mod observed;
mod per_label;
mod process;
mod requests;

pub use labels::{Counted, Limit, Operation, SecretEvent, StoreErrorKind, StoreOp};

use crate::domain::Timestamp;
use observed::Observed;
use per_label::PerLabel;
use requests::Requests;

/// Upper bounds in seconds, from an operation on a store next door to the longest a request may take.
const BUCKETS: [f64; 15] =
    [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0];

/// Records metrics, or nothing when it is disabled, as by default. Clones record into the same metrics.
#[derive(Clone, Default)]
pub struct Metrics(Option<Arc<Inner>>);

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

struct Inner {
    registry: Registry,
    requests: Requests,
    operations: PerLabel<Operation, Histogram>,
    store_operations: PerLabel<StoreOp, Histogram>,
    store_errors: PerLabel<StoreErrorKind, Counter>,
    rate_limited: PerLabel<Limit, Counter>,
    shared: Counter,
    revealed: Counter,
    burned: Counter,
    orphaned: Counter,
    wrong_passphrases: Counter,
    failed_logins: Counter,
    observed: Arc<Observed>,
}

impl Metrics {
    /// Metrics that are recorded from now on.
    #[must_use]
    pub fn enabled(build: &Build<'_>) -> Self {
        let histogram = || Histogram::new(BUCKETS);
        let inner = Inner {
            registry: Registry::default(),
            requests: Requests::default(),
            operations: PerLabel::new(histogram),
            store_operations: PerLabel::new(histogram),
            store_errors: PerLabel::new(Counter::default),
            rate_limited: PerLabel::new(Counter::default),
            shared: Counter::default(),
            revealed: Counter::default(),
            burned: Counter::default(),
            orphaned: Counter::default(),
            wrong_passphrases: Counter::default(),
            failed_logins: Counter::default(),
            observed: Arc::default(),
        };
        Self(Some(Arc::new(inner.registered(build))))
    }

    /// Whether anything is recorded.
    #[must_use]
    pub fn is_enabled(&self) -> bool {
        self.0.is_some()
    }

    /// A request was answered. `route` is its template, `method` one of HTTP's own; timed where the route has an operation.
    pub fn answered(
        &self,
        route: &str,
        operation: Option<Operation>,
        method: &'static str,
        status: u16,
        took: Duration,
    ) {
        if let Some(inner) = &self.0 {
            inner.requests.count(route, method, status);
            if let Some(operation) = operation {
                inner.operations.get(operation).observe(took.as_secs_f64());
            }
        }
    }

    /// Measures an operation of the store until the timer is dropped: one that nobody waits for any more took so long, too.
    #[must_use]
    pub fn time(&self, operation: StoreOp) -> Timer<'_> {
        Timer(self.0.as_deref().map(|inner| (inner.store_operations.get(operation), Instant::now())))
    }

    /// The store answered with an error.
    pub fn store_error(&self, error: StoreErrorKind) {
        if let Some(inner) = &self.0 {
            inner.store_errors.get(error).inc();
        }
    }

    /// A secret was shared, or came to an end.
    pub fn secret(&self, event: SecretEvent) {
        if let Some(inner) = &self.0 {
            let counter = match event {
                SecretEvent::Shared => &inner.shared,
                SecretEvent::Revealed => &inner.revealed,
                SecretEvent::Burned => &inner.burned,
                SecretEvent::Orphaned => &inner.orphaned,
            };
            counter.inc();
        }
    }

    /// A request or a try was refused by a limit.
    pub fn rate_limited(&self, limit: Limit) {
        if let Some(inner) = &self.0 {
            inner.rate_limited.get(limit).inc();
        }
    }

    /// A passphrase was tried and is wrong.
    pub fn wrong_passphrase(&self) {
        if let Some(inner) = &self.0 {
            inner.wrong_passphrases.inc();
        }
    }

    /// A name and a token were presented that do not belong together.
    pub fn failed_login(&self) {
        if let Some(inner) = &self.0 {
            inner.failed_logins.inc();
        }
    }

    /// Whether the store can be written to.
    pub fn set_store_up(&self, up: bool) {
        if let Some(inner) = &self.0 {
            inner.observed.set_store_up(up);
        }
    }

    /// How many secrets can be read, and how many have expired since the start of whoever counts that.
    pub fn set_secrets(&self, live: u64, expired: u64, counted: Counted) {
        if let Some(inner) = &self.0 {
            inner.observed.set_secrets(live, expired, counted);
        }
    }

    /// Cores that hash passphrases, callers who wait for one, and callers refused since the start.
    pub fn set_hashing(&self, running: usize, waiting: usize, refused: u64) {
        if let Some(inner) = &self.0 {
            inner.observed.set_hashing(running as u64, waiting as u64, refused);
        }
    }

    /// How full the outbox is; the age of the oldest notification that waits, in seconds.
    pub fn set_outbox(&self, waiting: u64, dead: u64, oldest_age: u64) {
        if let Some(inner) = &self.0 {
            inner.observed.set_outbox(waiting, dead, oldest_age);
        }
    }

    /// Everything in Prometheus' text format, whose content type is [`CONTENT_TYPE`]. Empty when disabled.
    #[must_use]
    pub fn encode(&self) -> String {
        let mut text = String::new();
        if let Some(inner) = &self.0 {
            // Writing to a `String` does not fail; if it did, half a scrape would be worse than none.
            if encode(&mut text, &inner.registry).is_err() {
                text.clear();
            }
        }
        text
    }
}

impl Inner {
    fn registered(mut self, build: &Build<'_>) -> Self {
        // Names of counters stand here without `_total`, and help texts without the full stop: the library adds both.
        let to = &mut self.registry;
        let info = Info::new([("version", build.version.to_owned()), ("region", build.region.to_owned())]);
        to.register("readonce_build", "The program's version and the installation's region; always 1", info);
        let started = ConstGauge::new(build.started.0);
        let help = "When this process was started, in seconds since 1970";
        to.register("process_start_time_seconds", help, started);
        to.register("readonce_http_requests", "Requests answered", self.requests.clone());
        let help = "From the head of a request to its answer";
        to.register("readonce_operation_duration_seconds", help, self.operations.clone());
        let help = "One operation of the store";
        to.register("readonce_store_operation_duration_seconds", help, self.store_operations.clone());
        let help = "Operations of the store that ended in an error";
        to.register("readonce_store_errors", help, self.store_errors.clone());
        let help = "Requests and tries refused by a limit";
        to.register("readonce_rate_limited", help, self.rate_limited.clone());
        for (name, help, counter) in [
            ("readonce_secrets_shared", "Secrets stored", &self.shared),
            ("readonce_secrets_revealed", "Secrets claimed by a reader", &self.revealed),
            ("readonce_secrets_burned", "Secrets destroyed unread", &self.burned),
            ("readonce_secrets_orphaned", "Secrets claimed by a reader that did not open", &self.orphaned),
            ("readonce_passphrases_wrong", "Passphrases tried and found wrong", &self.wrong_passphrases),
            ("readonce_logins_failed", "Credentials found wrong", &self.failed_logins),
        ] {
            to.register(name, help, counter.clone());
        }
        to.register_collector(Box::new(self.observed.clone()));
        self
    }
}

/// An operation of the store that has not ended.
#[derive(Debug)]
pub struct Timer<'a>(Option<(&'a Histogram, Instant)>);

impl Drop for Timer<'_> {
    fn drop(&mut self) {
        if let Some((histogram, started)) = self.0 {
            histogram.observe(started.elapsed().as_secs_f64());
        }
    }
}

impl fmt::Debug for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.is_enabled() { "Metrics(enabled)" } else { "Metrics(disabled)" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BUILD: Build<'_> = Build { version: "1.2.3", region: "eu", started: Timestamp(1_795_248_429) };

    #[track_caller]
    fn assert_lines(text: &str, lines: &[&str]) {
        for line in lines {
            assert!(text.lines().any(|found| found == *line), "`{line}` is not in:\n{text}");
        }
    }

    #[test]
    fn disabled_metrics_record_nothing() {
        let metrics = Metrics::default();
        metrics.answered("/x", Some(Operation::Share), "GET", 200, Duration::ZERO);
        drop(metrics.time(StoreOp::Take));
        metrics.secret(SecretEvent::Shared);
        metrics.set_secrets(1, 2, Counted::Exactly);
        assert!(!metrics.is_enabled());
        assert_eq!(metrics.encode(), "");
    }

    #[test]
    fn two_do_not_count_for_each_other() {
        let [one, other] = [(); 2].map(|()| Metrics::enabled(&BUILD));
        one.secret(SecretEvent::Shared);
        one.secret(SecretEvent::Shared);
        other.secret(SecretEvent::Shared);
        assert_lines(&one.encode(), &["readonce_secrets_shared_total 2"]);
        assert_lines(&other.encode(), &["readonce_secrets_shared_total 1"]);
    }

    #[test]
    fn counts_are_there_before_anything_happened() {
        let text = Metrics::enabled(&BUILD).encode();
        assert_lines(
            &text,
            &[
                "readonce_build_info{version=\"1.2.3\",region=\"eu\"} 1",
                "process_start_time_seconds 1795248429",
                "readonce_secrets_burned_total 0",
                "readonce_rate_limited_total{limit=\"login\"} 0",
                "readonce_store_errors_total{error=\"outcome_unknown\"} 0",
                "# TYPE readonce_store_errors_total counter",
                "# HELP readonce_store_errors_total Operations of the store that ended in an error.",
            ],
        );
        for absent in ["readonce_http_requests", "readonce_secrets_live", "readonce_outbox"] {
            assert!(!text.contains(absent), "`{absent}` is in:\n{text}");
        }
    }

    #[test]
    fn a_store_operation_is_measured_also_when_nobody_waits_for_its_end() {
        let metrics = Metrics::enabled(&BUILD);
        drop(metrics.time(StoreOp::Take));
        drop(metrics.time(StoreOp::Take));
        assert_lines(
            &metrics.encode(),
            &[
                "readonce_store_operation_duration_seconds_count{operation=\"take\"} 2",
                "readonce_store_operation_duration_seconds_bucket{operation=\"take\",le=\"5\"} 2",
                "readonce_store_operation_duration_seconds_bucket{operation=\"take\",le=\"+Inf\"} 2",
                "readonce_store_operation_duration_seconds_bucket{operation=\"put\",le=\"0.0001\"} 0",
            ],
        );
    }

    #[test]
    fn routes_are_counted_apart_and_operations_together() {
        let metrics = Metrics::enabled(&BUILD);
        for (route, operation, status) in [
            ("/api/v1/private/{key}", Some(Operation::Receipt), 200),
            ("/api/v1/receipt/{key}", Some(Operation::Receipt), 404),
            ("/api/v1/receipt/{key}", Some(Operation::Receipt), 404),
            ("/api/v1/receipt/{key}/burn", Some(Operation::Burn), 200),
            ("/health/live", None, 200),
            ("-", None, 404),
        ] {
            metrics.answered(route, operation, "POST", status, Duration::from_millis(2));
        }
        assert_lines(
            &metrics.encode(),
            &[
                "readonce_http_requests_total{route=\"/api/v1/private/{key}\",method=\"POST\",status=\"200\"} 1",
                "readonce_http_requests_total{route=\"/api/v1/receipt/{key}\",method=\"POST\",status=\"404\"} 2",
                "readonce_http_requests_total{route=\"-\",method=\"POST\",status=\"404\"} 1",
                "readonce_operation_duration_seconds_count{operation=\"receipt\"} 3",
                "readonce_operation_duration_seconds_bucket{operation=\"receipt\",le=\"0.001\"} 0",
                "readonce_operation_duration_seconds_bucket{operation=\"receipt\",le=\"0.0025\"} 3",
                "readonce_operation_duration_seconds_count{operation=\"burn\"} 1",
                "readonce_operation_duration_seconds_count{operation=\"share\"} 0",
            ],
        );
    }

    #[test]
    fn buckets_are_those_that_dashboards_know() {
        let text = Metrics::enabled(&BUILD).encode();
        let bounds: Vec<&str> = text
            .lines()
            .filter_map(|line| {
                line.strip_prefix("readonce_operation_duration_seconds_bucket{operation=\"share\",le=\"")
            })
            .filter_map(|rest| rest.strip_suffix("\"} 0"))
            .collect();
        let expected = "0.0001 0.00025 0.0005 0.001 0.0025 0.005 0.01 0.025 0.05 0.1 0.25 0.5 1 2.5 5 +Inf";
        assert_eq!(bounds.join(" "), expected);
    }

    #[test]
    fn what_is_counted_elsewhere_never_goes_back() {
        let metrics = Metrics::enabled(&BUILD);
        metrics.set_secrets(3, 10, Counted::AtMost);
        metrics.set_secrets(2, 4, Counted::AtMost); // after a fail-over, say
        metrics.set_hashing(1, 1, 7);
        metrics.set_hashing(2, 3, 6);
        metrics.set_outbox(4, 5, 60);
        assert_lines(
            &metrics.encode(),
            &[
                "readonce_secrets_live{counted=\"at_most\"} 2",
                "readonce_secrets_expired_total{counted=\"at_most\"} 10",
                "readonce_bcrypt_running 2",
                "readonce_bcrypt_waiting 3",
                "readonce_bcrypt_refused_total 7",
                "readonce_outbox_notifications{state=\"waiting\"} 4",
                "readonce_outbox_notifications{state=\"dead\"} 5",
                "readonce_outbox_oldest_age_seconds 60",
            ],
        );
    }
}
