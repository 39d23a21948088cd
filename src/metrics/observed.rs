//! Metrics observed elsewhere and encoded at scrape time: the last values reported by store, hash pool and outbox, and
//! the process metrics from the kernel. A value that was never reported is left out of the scrape.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::gauge::ConstGauge;

use super::labels::{Counted, Label as _, OutboxTrouble};
use super::process;

/// The last values reported.
#[derive(Debug, Default)]
pub(super) struct Observed {
    snapshot: Mutex<Snapshot>,
    dropped_log_lines: OnceLock<Arc<AtomicU64>>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Snapshot {
    store_up: bool,
    secrets: Option<SecretCounts>,
    hashing: Hashing,
    outbox: Option<OutboxDepth>,
}

/// How many secrets can be read, and how many have expired.
#[derive(Clone, Copy, Debug)]
struct SecretCounts {
    live: u64,
    expired: u64,
    counted: Counted,
}

#[derive(Clone, Copy, Debug, Default)]
struct Hashing {
    running: u64,
    waiting: u64,
    refused: u64,
}

#[derive(Clone, Copy, Debug)]
struct OutboxDepth {
    waiting: u64,
    dead: u64,
    oldest_age: u64,
    trouble: Option<OutboxTrouble>,
}

impl Observed {
    pub(super) fn set_store_up(&self, up: bool) {
        self.snapshot().store_up = up;
    }

    /// A counter never decreases: after a failover, the new primary of a store may have counted less.
    pub(super) fn set_secrets(&self, live: u64, expired: u64, counted: Counted) {
        let mut snapshot = self.snapshot();
        let before = snapshot.secrets.map_or(0, |secrets| secrets.expired);
        snapshot.secrets = Some(SecretCounts { live, expired: expired.max(before), counted });
    }

    pub(super) fn set_hashing(&self, running: u64, waiting: u64, refused: u64) {
        let mut snapshot = self.snapshot();
        let before = snapshot.hashing.refused;
        snapshot.hashing = Hashing { running, waiting, refused: refused.max(before) };
    }

    pub(super) fn set_outbox(
        &self,
        waiting: u64,
        dead: u64,
        oldest_age: u64,
        trouble: Option<OutboxTrouble>,
    ) {
        self.snapshot().outbox = Some(OutboxDepth { waiting, dead, oldest_age, trouble });
    }

    /// The first counter stays: a process has one log.
    pub(super) fn watch_log(&self, dropped: Arc<AtomicU64>) {
        let _ = self.dropped_log_lines.set(dropped);
    }

    fn snapshot(&self) -> MutexGuard<'_, Snapshot> {
        self.snapshot.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Collector for Observed {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let Snapshot { store_up, secrets, hashing, outbox } = *self.snapshot();
        let mut to = Encoder(&mut encoder);
        to.gauge("readonce_store_up", "Whether the store can be written to.", store_up.into())?;
        if let Some(SecretCounts { live, expired, counted }) = secrets {
            let label = Some((Counted::NAME, counted.value()));
            let help = "Secrets that can be read now.";
            to.metric("readonce_secrets_live", help, label, &ConstGauge::new(live))?;
            let help = "Secrets that nobody read in time.";
            to.metric("readonce_secrets_expired", help, label, &ConstCounter::new(expired))?;
        }
        let Hashing { running, waiting, refused } = hashing;
        to.gauge("readonce_bcrypt_running", "Passphrases being hashed.", running)?;
        to.gauge("readonce_bcrypt_waiting", "Passphrases waiting for a core.", waiting)?;
        let help = "Passphrases refused because all cores were busy.";
        to.metric("readonce_bcrypt_refused", help, None, &ConstCounter::new(refused))?;
        if let Some(OutboxDepth { waiting, dead, oldest_age, trouble }) = outbox {
            let help = "Notifications in the outbox.";
            let mut family =
                to.0.encode_descriptor("readonce_outbox_notifications", help, None, MetricType::Gauge)?;
            for (state, number) in [("waiting", waiting), ("dead", dead)] {
                ConstGauge::new(number).encode(family.encode_family(&[("state", state)])?)?;
            }
            let help = "How long the oldest waiting notification has been waiting.";
            to.gauge("readonce_outbox_oldest_age_seconds", help, oldest_age)?;
            let help = "Whether all notifications wait for the mail server.";
            let mut family =
                to.0.encode_descriptor("readonce_outbox_paused", help, None, MetricType::Gauge)?;
            for cause in OutboxTrouble::ALL {
                let is_so = u64::from(trouble == Some(*cause));
                let label = [(OutboxTrouble::NAME, cause.value())];
                ConstGauge::new(is_so).encode(family.encode_family(&label)?)?;
            }
        }
        if let Some(dropped) = self.dropped_log_lines.get() {
            let help = "Lines of the log that could not be written, or that nobody read in time.";
            let dropped = ConstCounter::new(dropped.load(Ordering::Relaxed));
            to.metric("readonce_log_lines_dropped", help, None, &dropped)?;
        }
        // Left out where there is no `/proc`.
        if let Some(bytes) = process::resident_bytes() {
            to.gauge("process_resident_memory_bytes", "Memory of this process that is resident.", bytes)?;
        }
        if let Some(files) = process::open_files() {
            to.gauge("process_open_fds", "Files and sockets this process has open.", files)?;
        }
        Ok(())
    }
}

struct Encoder<'a, 'b>(&'a mut DescriptorEncoder<'b>);

impl Encoder<'_, '_> {
    fn gauge(&mut self, name: &str, help: &str, value: u64) -> fmt::Result {
        self.metric(name, help, None, &ConstGauge::new(value))
    }

    fn metric(
        &mut self,
        name: &str,
        help: &str,
        label: Option<(&str, &str)>,
        metric: &impl EncodeMetric,
    ) -> fmt::Result {
        let mut encoder = self.0.encode_descriptor(name, help, None, metric.metric_type())?;
        match label {
            Some(label) => metric.encode(encoder.encode_family(&[label])?),
            None => metric.encode(encoder),
        }
    }
}
