//! Every metric by name, with what it tells, and the recorder that keeps them.

use metrics::{Counter, Gauge, Histogram, Key, Label, Level, Metadata, Recorder as _};
use metrics_exporter_prometheus::{BuildError, PrometheusBuilder, PrometheusHandle, PrometheusRecorder};

use super::Build;

/// Seconds, from a trip to a store next door to the longest a verb may take.
const BUCKETS: [f64; 15] =
    [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0];

/// What a scrape says of each.
const HELP: &[(&str, &str)] = &[
    ("readonce_build_info", "The program's version and the installation's region; always 1."),
    ("readonce_http_requests_total", "Requests answered."),
    ("readonce_operation_duration_seconds", "From the head of a request to its answer."),
    ("readonce_store_trip_duration_seconds", "One trip to the store."),
    ("readonce_store_errors_total", "Trips to the store that ended in trouble."),
    ("readonce_store_up", "Whether the store can be written to."),
    ("readonce_secrets_shared_total", "Secrets stored."),
    ("readonce_secrets_revealed_total", "Secrets claimed by a reader."),
    ("readonce_secrets_burned_total", "Secrets destroyed unread."),
    ("readonce_secrets_orphaned_total", "Secrets claimed by a reader that did not open."),
    ("readonce_secrets_expired_total", "Secrets that nobody read in time."),
    ("readonce_secrets_live", "Secrets that can be read now."),
    ("readonce_passphrases_wrong_total", "Passphrases tried and found wrong."),
    ("readonce_logins_failed_total", "Credentials found wrong."),
    ("readonce_limited_total", "Requests and tries refused by a limit."),
    ("readonce_bcrypt_running", "Passphrases being hashed."),
    ("readonce_bcrypt_waiting", "Passphrases waiting for a core."),
    ("readonce_bcrypt_refused_total", "Passphrases refused because all cores were busy."),
    ("readonce_outbox_letters", "Letters in the outbox."),
    ("readonce_outbox_oldest_age_seconds", "How long the oldest waiting letter has been waiting."),
    ("process_resident_memory_bytes", "Memory of this process that is resident."),
    ("process_open_fds", "Files and sockets this process has open."),
    ("process_start_time_seconds", "When this process was started, in seconds since 1970."),
];

static METADATA: Metadata<'static> = Metadata::new("readonce", Level::INFO, None);

pub(super) struct Registry {
    recorder: PrometheusRecorder,
    handle: PrometheusHandle,
}

impl Registry {
    pub(super) fn new() -> Result<Self, BuildError> {
        let recorder = PrometheusBuilder::new().set_buckets(&BUCKETS)?.build_recorder();
        for (name, help) in HELP {
            // Of whatever kind: the recorder has one list of descriptions.
            recorder.describe_counter((*name).into(), None, (*help).into());
        }
        let handle = recorder.handle();
        Ok(Self { recorder, handle })
    }

    pub(super) fn counter(&self, name: &'static str, labels: &[(&'static str, &str)]) -> Counter {
        self.recorder.register_counter(&key(name, labels), &METADATA)
    }

    /// A counter for each text of a label.
    pub(super) fn counters(
        &self,
        name: &'static str,
        label: &'static str,
        texts: &[&'static str],
    ) -> Vec<Counter> {
        texts.iter().map(|text| self.counter(name, &[(label, text)])).collect()
    }

    pub(super) fn gauge(&self, name: &'static str, labels: &[(&'static str, &str)]) -> Gauge {
        self.recorder.register_gauge(&key(name, labels), &METADATA)
    }

    /// A histogram for each text of a label.
    pub(super) fn histograms(
        &self,
        name: &'static str,
        label: &'static str,
        texts: &[&'static str],
    ) -> Vec<Histogram> {
        let histogram = |text| self.recorder.register_histogram(&key(name, &[(label, text)]), &METADATA);
        texts.iter().copied().map(histogram).collect()
    }

    pub(super) fn build_info(&self, build: &Build<'_>) {
        let labels = [("version", build.version), ("region", build.region)];
        self.gauge("readonce_build_info", &labels).set(1.0);
        self.gauge("process_start_time_seconds", &[]).set(super::precise(build.started.0));
    }

    pub(super) fn tidy(&self) {
        self.handle.run_upkeep();
    }

    pub(super) fn text(&self) -> String {
        self.handle.render()
    }
}

fn key(name: &'static str, labels: &[(&'static str, &str)]) -> Key {
    debug_assert!(HELP.iter().any(|(described, _)| *described == name), "`{name}` is not in the list");
    let labels: Vec<_> = labels.iter().map(|(label, text)| Label::new(*label, (*text).to_owned())).collect();
    Key::from_parts(name, labels)
}
