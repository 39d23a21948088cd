//! What is counted elsewhere and looked up for a scrape: the last numbers seen of store, hash pool and outbox, and of this
//! process what the kernel says at that moment. What was never seen is not in a scrape.

use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::gauge::ConstGauge;

use super::labels::{Counted, Label as _};
use super::process;

/// The last numbers seen.
#[derive(Debug, Default)]
pub(super) struct Observed(Mutex<Numbers>);

#[derive(Clone, Copy, Debug, Default)]
struct Numbers {
    store_up: bool,
    secrets: Option<Secrets>,
    hashing: Hashing,
    outbox: Option<Outbox>,
}

/// How many secrets can be read, and how many have expired.
#[derive(Clone, Copy, Debug)]
struct Secrets {
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
struct Outbox {
    waiting: u64,
    dead: u64,
    oldest_age: u64,
}

impl Observed {
    pub(super) fn set_store_up(&self, up: bool) {
        self.numbers().store_up = up;
    }

    /// Counters never go back: after a fail-over, the new primary of a store may have counted less.
    pub(super) fn set_secrets(&self, live: u64, expired: u64, counted: Counted) {
        let mut numbers = self.numbers();
        let before = numbers.secrets.map_or(0, |secrets| secrets.expired);
        numbers.secrets = Some(Secrets { live, expired: expired.max(before), counted });
    }

    pub(super) fn set_hashing(&self, running: u64, waiting: u64, refused: u64) {
        let mut numbers = self.numbers();
        let before = numbers.hashing.refused;
        numbers.hashing = Hashing { running, waiting, refused: refused.max(before) };
    }

    pub(super) fn set_outbox(&self, waiting: u64, dead: u64, oldest_age: u64) {
        self.numbers().outbox = Some(Outbox { waiting, dead, oldest_age });
    }

    fn numbers(&self) -> MutexGuard<'_, Numbers> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Collector for Observed {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let Numbers { store_up, secrets, hashing, outbox } = *self.numbers();
        let mut to = Encoder(&mut encoder);
        to.gauge("readonce_store_up", "Whether the store can be written to.", store_up.into())?;
        if let Some(Secrets { live, expired, counted }) = secrets {
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
        if let Some(Outbox { waiting, dead, oldest_age }) = outbox {
            let help = "Notifications in the outbox.";
            let mut family =
                to.0.encode_descriptor("readonce_outbox_notifications", help, None, MetricType::Gauge)?;
            for (state, number) in [("waiting", waiting), ("dead", dead)] {
                ConstGauge::new(number).encode(family.encode_family(&[("state", state)])?)?;
            }
            let help = "How long the oldest waiting notification has been waiting.";
            to.gauge("readonce_outbox_oldest_age_seconds", help, oldest_age)?;
        }
        // Where there is no `/proc`, these two are not told.
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
