//! All metrics of an instance, registered under their names and help texts.

use std::sync::Arc;

use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::gauge::ConstGauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::Registry;

use super::Build;
use super::labels::{Limit, NoticeEnd, NotificationEnd, Operation, SignIn, StoreErrorKind, StoreOp};
use super::observed::Observed;
use super::per_label::PerLabel;
use super::requests::Requests;

/// Upper bounds in seconds, from an operation on a store next door to the longest a request may take.
const BUCKETS: [f64; 15] =
    [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0];

/// Handles for recording, and the registry that encodes the same metrics.
pub(super) struct Inner {
    pub(super) registry: Registry,
    pub(super) requests: Requests,
    pub(super) operations: PerLabel<Operation, Histogram>,
    pub(super) store_operations: PerLabel<StoreOp, Histogram>,
    pub(super) store_errors: PerLabel<StoreErrorKind, Counter>,
    pub(super) rate_limited: PerLabel<Limit, Counter>,
    pub(super) notifications: PerLabel<NotificationEnd, Counter>,
    pub(super) notices: PerLabel<NoticeEnd, Counter>,
    pub(super) sign_ins: PerLabel<SignIn, Counter>,
    pub(super) shared: Counter,
    pub(super) revealed: Counter,
    pub(super) burned: Counter,
    pub(super) orphaned: Counter,
    pub(super) wrong_passphrases: Counter,
    pub(super) failed_logins: Counter,
    pub(super) store_emptied: Counter,
    pub(super) observed: Arc<Observed>,
}

impl Inner {
    /// Zeroed metrics, registered.
    pub(super) fn new(build: &Build<'_>) -> Self {
        let histogram = || Histogram::new(BUCKETS);
        let mut inner = Self {
            registry: Registry::default(),
            requests: Requests::default(),
            operations: PerLabel::new(histogram),
            store_operations: PerLabel::new(histogram),
            store_errors: PerLabel::new(Counter::default),
            rate_limited: PerLabel::new(Counter::default),
            notifications: PerLabel::new(Counter::default),
            notices: PerLabel::new(Counter::default),
            sign_ins: PerLabel::new(Counter::default),
            shared: Counter::default(),
            revealed: Counter::default(),
            burned: Counter::default(),
            orphaned: Counter::default(),
            wrong_passphrases: Counter::default(),
            failed_logins: Counter::default(),
            store_emptied: Counter::default(),
            observed: Arc::default(),
        };
        // Names of counters stand here without `_total`, and help texts without the full stop: the library adds both.
        let to = &mut inner.registry;
        let info = Info::new([("version", build.version.to_owned()), ("region", build.region.to_owned())]);
        to.register("readonce_build", "The program's version and the installation's region; always 1", info);
        let started = ConstGauge::new(build.started.0);
        let help = "When this process was started, in seconds since 1970";
        to.register("process_start_time_seconds", help, started);
        to.register("readonce_http_requests", "Requests answered", inner.requests.clone());
        let help = "From the head of a request to its answer";
        to.register("readonce_operation_duration_seconds", help, inner.operations.clone());
        let help = "One operation of the store";
        to.register("readonce_store_operation_duration_seconds", help, inner.store_operations.clone());
        let help = "Operations of the store that ended in an error";
        to.register("readonce_store_errors", help, inner.store_errors.clone());
        let help = "Requests and tries refused by a limit";
        to.register("readonce_rate_limited", help, inner.rate_limited.clone());
        let help = "Notifications by what became of them";
        to.register("readonce_notifications", help, inner.notifications.clone());
        let help = "Notices to sharers by what became of them";
        to.register("readonce_notices", help, inner.notices.clone());
        let help = "Sign-ins at the pages by what became of them";
        to.register("readonce_sign_ins", help, inner.sign_ins.clone());
        for (name, help, counter) in [
            ("readonce_secrets_shared", "Secrets stored", &inner.shared),
            ("readonce_secrets_revealed", "Secrets claimed by a reader", &inner.revealed),
            ("readonce_secrets_burned", "Secrets destroyed unread", &inner.burned),
            ("readonce_secrets_orphaned", "Secrets claimed by a reader that did not open", &inner.orphaned),
            ("readonce_passphrases_wrong", "Passphrases tried and found wrong", &inner.wrong_passphrases),
            ("readonce_logins_failed", "Credentials found wrong", &inner.failed_logins),
            (
                "readonce_store_emptied",
                "Times the store was found to have lost everything",
                &inner.store_emptied,
            ),
        ] {
            to.register(name, help, counter.clone());
        }
        to.register_collector(Box::new(inner.observed.clone()));
        inner
    }
}

#[cfg(test)]
mod tests {
    use super::super::Metrics;
    use super::*;
    use crate::domain::Timestamp;

    #[test]
    fn buckets_are_those_that_dashboards_know() {
        let build = Build { version: "1.2.3", region: "", started: Timestamp(0) };
        let text = Metrics::enabled(&build).encode();
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
}
