//! A family of metrics with one label, whose members are all made in advance.
//!
//! A `Family` of the library finds its members by hash, under a lock, and encodes them in any order. Where all label
//! values are known, an array does: no lookup on the hot path, and the same order in every scrape.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use prometheus_client::encoding::{EncodeMetric, MetricEncoder};
use prometheus_client::metrics::{MetricType, TypedMetric};

use super::labels::Label;

/// A metric `M` for each value of `L`. Clones share the same metrics.
#[derive(Debug)]
pub(super) struct PerLabel<L, M> {
    metrics: Arc<[M]>,
    label: PhantomData<L>,
}

impl<L: Label, M> PerLabel<L, M> {
    pub(super) fn new(metric: impl Fn() -> M) -> Self {
        Self { metrics: L::ALL.iter().map(|_| metric()).collect(), label: PhantomData }
    }

    pub(super) fn get(&self, value: L) -> &M {
        &self.metrics[value.index()]
    }
}

impl<L, M> Clone for PerLabel<L, M> {
    fn clone(&self) -> Self {
        Self { metrics: self.metrics.clone(), label: PhantomData }
    }
}

impl<L: Label, M: EncodeMetric + TypedMetric> EncodeMetric for PerLabel<L, M> {
    fn encode(&self, mut encoder: MetricEncoder<'_>) -> fmt::Result {
        for (value, metric) in L::ALL.iter().zip(&*self.metrics) {
            metric.encode(encoder.encode_family(&[(L::NAME, value.value())])?)?;
        }
        Ok(())
    }

    fn metric_type(&self) -> MetricType {
        M::TYPE
    }
}
