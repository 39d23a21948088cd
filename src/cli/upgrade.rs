//! What an upgrade of the database says while it lasts: lines for who looks on, and signs of life for a service manager, which would
//! take a start that is long for one that hangs.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::say::tell;
use crate::lifecycle;
use crate::store::{Telling, Upgrading};

/// Between two signs of life.
const BEAT: Duration = Duration::from_secs(5);
/// How much longer the start may take after each: a disk that syncs many gigabytes is silent for long.
const EXTENSION: Duration = Duration::from_mins(5);
/// Per cent between two lines.
const STEP: u8 = 10;

/// What was said last.
#[derive(Default)]
struct Said {
    beat: Option<Instant>,
    line: Option<Line>,
}

/// A line, each said once.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Line {
    Copied(u8),
    Changing,
}

/// Says it.
pub(super) fn telling() -> Telling {
    let said = Mutex::new(Said::default());
    Arc::new(move |upgrading| {
        let mut said = said.lock().unwrap_or_else(PoisonError::into_inner);
        let line = match upgrading {
            Upgrading::Copying { percent, .. } => Line::Copied(percent / STEP * STEP),
            Upgrading::Changing => Line::Changing,
        };
        if said.line != Some(line) {
            tell(upgrading, line, said.line.is_none());
            said.line = Some(line);
        }
        if said.beat.is_none_or(|last| last.elapsed() >= BEAT) {
            said.beat = Some(Instant::now());
            lifecycle::starting(EXTENSION, &status(upgrading));
        }
    })
}

/// It is over.
pub(super) fn done() {
    lifecycle::starting(EXTENSION, "");
}

fn tell(upgrading: Upgrading, line: Line, first: bool) {
    match (upgrading, line) {
        (Upgrading::Copying { from, to, bytes, .. }, _) if first => tell!(
            "bringing the database from schema {from} to {to}: copying it first, {} MB\nhint: nobody is served before that is \
             done; it takes as long as the disk takes to read and write so much (docs/upgrading.md)",
            bytes.div_ceil(1_000_000)
        ),
        (_, Line::Copied(percent)) => tell!("copied {percent} %"),
        (_, Line::Changing) => tell!("changing the schema"),
    }
}

fn status(upgrading: Upgrading) -> String {
    match upgrading {
        Upgrading::Copying { percent, .. } => {
            format!("copying the database before its schema is changed: {percent} %")
        }
        Upgrading::Changing => "changing the database's schema".to_owned(),
    }
}
