//! Subjects of a round: readonce on each store, and the baselines.

use std::path::Path;
use std::sync::Arc;

use super::Operation;
use crate::cli::Bench;
use crate::load::Stored;
use crate::subject::baseline::{Baseline, BaselineKind};
use crate::subject::{Installation, StoreKind, Target};

/// One of them, and what the clients know of it.
#[derive(Debug)]
pub(super) struct Subject {
    pub(super) name: &'static str,
    running: Running,
    /// The next value's number.
    pub(super) numbers: u64,
    /// What was shared and not read yet.
    pub(super) unread: Arc<Vec<Stored>>,
}

#[derive(Debug)]
enum Running {
    Readonce(Installation),
    Baseline(Baseline),
}

impl Subject {
    fn new(name: &'static str, running: Running) -> Self {
        Self { name, running, numbers: 0, unread: Arc::default() }
    }

    pub(super) fn does(&self, operation: Operation) -> bool {
        matches!(self.running, Running::Baseline(_)) == (operation == Operation::Baseline)
    }

    pub(super) fn target(&self) -> Target {
        match &self.running {
            Running::Readonce(installation) => installation.target(),
            Running::Baseline(baseline) => baseline.target(),
        }
    }

    /// In MiB.
    pub(super) fn rss(&self) -> anyhow::Result<f64> {
        match &self.running {
            Running::Readonce(installation) => installation.rss(),
            Running::Baseline(baseline) => baseline.rss(),
        }
    }
}

/// Starts all of them: readonce on each store, with the program it is measured against beside it, or else the baselines.
pub(super) fn start(bench: &Bench, versus: Option<&Path>) -> anyhow::Result<Vec<Subject>> {
    let mut subjects = Vec::new();
    for kind in &bench.options.stores {
        let installation = Installation::start(bench, *kind, &[])?;
        subjects.push(Subject::new(kind.name(), Running::Readonce(installation)));
        if let Some(other) = versus {
            let installation = Installation::of(other, bench, *kind, &[])?;
            subjects.push(Subject::new(kind.versus(), Running::Readonce(installation)));
        }
    }
    if versus.is_some() {
        return Ok(subjects);
    }
    let mut kinds = vec![BaselineKind::Echo];
    if bench.options.stores.contains(&StoreKind::Redis) {
        kinds.push(BaselineKind::Set);
    }
    for kind in kinds {
        subjects.push(Subject::new(kind.name(), Running::Baseline(Baseline::start(bench, kind)?)));
    }
    Ok(subjects)
}
