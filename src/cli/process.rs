//! Process hardening: no core dumps, no ptrace by others of the same user, panics without their message
//! (security-design.md §7); and the limit of open files.

use rustix::process::{DumpableBehavior, Resource, Rlimit, getrlimit, set_dumpable_behavior, setrlimit};

/// Files that are open beside the connections: database, logs, the store's connections.
const OTHER_FILES: u64 = 64;

/// Must come before any secret is read. What a system does not offer is no reason not to run.
pub(super) fn harden() {
    let none = Rlimit { current: Some(0), maximum: Some(0) };
    let _ = setrlimit(Resource::Core, none);
    let _ = set_dumpable_behavior(DumpableBehavior::NotDumpable);
    std::panic::set_hook(Box::new(|panic| {
        // The message may hold a value: only the place is logged.
        let place = panic.location().map_or_else(|| "unknown".to_owned(), ToString::to_string);
        if tracing::dispatcher::has_been_set() {
            tracing::error!(place, "a panic: this is a bug in readonce");
        } else {
            super::say::line(format_args!("error: a panic at {place}: this is a bug in readonce"));
        }
    }));
}

/// Has as many files as the system allows, and says for how many connections that is room: with none left, the store could
/// not open its own.
pub(super) fn room_for_connections(most: usize) -> usize {
    let limit = getrlimit(Resource::Nofile);
    let raised = setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, ..limit }).is_ok();
    let files = if raised { limit.maximum } else { limit.current };
    // No number is no limit.
    let room = files.map_or(u64::MAX, |files| files.saturating_sub(OTHER_FILES).max(files / 4).max(1));
    usize::try_from(room).unwrap_or(most).min(most)
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;
    use crate::telemetry::{self, Format};

    const MARKER: &str = "marker-PANIC-6Yq2";
    const ALONE: &str = "READONCE_TEST_PANIC";

    /// The hook is the process's, so this test runs itself once more in its own process.
    #[test]
    fn a_panic_tells_its_place_and_nothing_else() {
        if std::env::var_os(ALONE).is_some() {
            telemetry::init(Format::Text, "trace", false, "", std::io::stderr).unwrap();
            harden();
            let value = MARKER.to_owned();
            assert!(std::thread::spawn(move || panic!("{value}")).join().is_err());
            return;
        }
        let test = "cli::process::tests::a_panic_tells_its_place_and_nothing_else";
        let mut again = Command::new(std::env::current_exe().unwrap());
        let ran = again.args(["--exact", test, "--nocapture"]).env(ALONE, "1").output().unwrap();
        let output = String::from_utf8_lossy(&[ran.stdout, ran.stderr].concat()).into_owned();
        assert!(ran.status.success(), "{output}");
        assert!(output.contains("place=") && output.contains("process.rs:"), "{output}");
        assert!(!output.contains(MARKER), "{output}");
    }
}
