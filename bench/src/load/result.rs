//! Result of a load run: latencies and CPU time.

use std::time::Duration;

use super::secret::Stored;

/// Requests, their latencies and their cost.
#[derive(Debug)]
pub(crate) struct LoadResult {
    /// From the first request to the last answer.
    pub(crate) elapsed: Duration,
    /// In microseconds, sorted.
    pub(crate) latencies: Vec<u32>,
    /// What was stored.
    pub(crate) made: Vec<Stored>,
    /// CPU time of the server meanwhile.
    pub(crate) server: Duration,
    /// CPU time of the process behind it.
    pub(crate) store: Option<Duration>,
}

impl LoadResult {
    pub(crate) fn requests(&self) -> usize {
        self.latencies.len()
    }

    /// Requests per second.
    pub(crate) fn rate(&self) -> f64 {
        as_f64(self.requests()) / self.elapsed.as_secs_f64()
    }

    /// In milliseconds.
    pub(crate) fn percentile(&self, percent: usize) -> f64 {
        let place = (self.latencies.len() * percent).div_ceil(100).max(1) - 1;
        self.latencies.get(place).map_or(f64::NAN, |micros| f64::from(*micros) / 1000.0)
    }

    /// Microseconds of the server's CPU per request.
    pub(crate) fn server_micros(&self) -> f64 {
        self.server.as_secs_f64() * 1e6 / as_f64(self.requests())
    }

    /// Microseconds of the store's CPU per request.
    pub(crate) fn store_micros(&self) -> Option<f64> {
        self.store.map(|store| store.as_secs_f64() * 1e6 / as_f64(self.requests()))
    }
}

fn as_f64(count: usize) -> f64 {
    u32::try_from(count).map_or(f64::NAN, f64::from)
}

/// The middle one, or the mean of the middle two.
pub(crate) fn median(values: impl IntoIterator<Item = f64>) -> f64 {
    let mut sorted: Vec<f64> = values.into_iter().collect();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    match sorted.len() {
        0 => f64::NAN,
        length if length % 2 == 1 => sorted[middle],
        _ => f64::midpoint(sorted[middle - 1], sorted[middle]),
    }
}
