//! Prometheus metrics of this instance: counters, gauges and latency histograms (docs/metrics.md).
//!
//! [`Metrics`] is a cheap handle for recording them; a no-op when metrics are disabled, an atomic or two per call when
//! enabled, as all handles are made in advance. There is no process-wide registry, so that two servers in one test do
//! not count for each other.
//!
//! A label is a value of a closed enum, never anything a client sent. A key, an address, an account or a network in a
//! label would stay in somebody's time series for years.

use std::fmt;
use std::sync::Arc;

pub use prometheus_client::encoding::prometheus_text::CONTENT_TYPE;
use prometheus_client::encoding::prometheus_text::encode;

mod labels;
mod observed;
mod per_label;
mod process;
mod record;
mod registry;
mod requests;

pub use labels::{
    Counted, Limit, NoticeEnd, NotificationEnd, Operation, OutboxTrouble, SecretEvent, SignIn,
    StoreErrorKind, StoreOp,
};
pub use record::Timer;

use crate::domain::Timestamp;
use registry::Inner;

/// Records metrics, or nothing when it is disabled, as by default. Clones record into the same metrics.
#[derive(Clone, Default)]
pub struct Metrics(Option<Arc<Inner>>);

/// What is constant for the life of the process.
#[derive(Clone, Debug)]
pub struct Build<'a> {
    /// The program's version.
    pub version: &'static str,
    /// The installation's region; empty for none.
    pub region: &'a str,
    /// When it was started.
    pub started: Timestamp,
}

impl Metrics {
    /// Metrics that are recorded, all at zero.
    #[must_use]
    pub fn enabled(build: &Build<'_>) -> Self {
        Self(Some(Arc::new(Inner::new(build))))
    }

    /// Whether anything is recorded.
    #[must_use]
    pub fn is_enabled(&self) -> bool {
        self.0.is_some()
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

impl fmt::Debug for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.is_enabled() { "Metrics(enabled)" } else { "Metrics(disabled)" })
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

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
    fn what_is_counted_elsewhere_never_goes_back() {
        let metrics = Metrics::enabled(&BUILD);
        metrics.set_secrets(3, 10, Counted::AtMost);
        metrics.set_secrets(2, 4, Counted::AtMost); // after a fail-over, say
        metrics.set_hashing(1, 1, 7);
        metrics.set_hashing(2, 3, 6);
        metrics.set_outbox(4, 5, 60, Some(OutboxTrouble::Login));
        metrics.notifications(NotificationEnd::Expired, 3);
        metrics.watch_log(Arc::new(8.into()));
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
                "readonce_outbox_paused{cause=\"login\"} 1",
                "readonce_outbox_paused{cause=\"server\"} 0",
                "readonce_notifications_total{outcome=\"expired\"} 3",
                "readonce_notifications_total{outcome=\"sent\"} 0",
                "readonce_log_lines_dropped_total 8",
            ],
        );
    }
}
