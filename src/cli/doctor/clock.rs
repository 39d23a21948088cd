//! Checks the clock against files and keys that should not be newer. A clock that goes wrong lets secrets live too
//! long, or ends them early.

use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use super::report::Report;
use crate::config::Settings;
use crate::domain::Timestamp;
use crate::fs::with_suffix;
use crate::vault::Keyring;

/// How far a trace may be ahead of the clock: file systems and networks have their own clocks.
const TOLERANCE: u64 = 120;

/// What was done, and when, by a clock that this one should not be behind.
pub(super) type Trace = (String, Timestamp);

/// When the store's files were written last, and when keys began or ceased to write.
pub(super) fn traces(settings: &Settings, ring: Option<&Keyring>) -> Vec<Trace> {
    let database = settings.store.url.sqlite_path();
    let files = database.into_iter().flat_map(|path| [path.to_owned(), with_suffix(path, "-wal")]);
    let mut traces: Vec<_> = files
        .filter_map(|file| Some((format!("`{}` was written", file.display()), modified(&file)?)))
        .collect();
    for key in ring.map_or(&[][..], Keyring::keys) {
        let times = [key.since, key.until].into_iter().flatten();
        traces.extend(times.map(|time| (format!("key {} was rotated", key.id), time)));
    }
    traces
}

fn modified(file: &Path) -> Option<Timestamp> {
    let time: SystemTime = file.metadata().ok()?.modified().ok()?;
    Some(Timestamp(time.duration_since(UNIX_EPOCH).ok()?.as_secs()))
}

pub(super) fn check(now: Timestamp, traces: &[Trace], report: &mut Report) {
    let hint = "let the machine follow NTP (`timedatectl` tells whether it does)";
    if !now.can_be() {
        return report.fail(&format!("the clock says {now}, which cannot be"), hint);
    }
    let newest = traces.iter().max_by_key(|(_, time)| *time);
    match newest {
        Some((what, time)) if *time > now.plus(TOLERANCE) => report.warn(
            &format!(
                "the clock says {now}, and {what} at {time}: it was ahead, or has gone back, and secrets live longer than \
                 their links say"
            ),
            hint,
        ),
        _ => report.ok(&format!("clock: {now}")),
    }
}
