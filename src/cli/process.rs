//! What the process keeps to itself: no core dumps, no peeking by others of the same user, panics without their message
//! (security.md §7).

use rustix::process::{DumpableBehavior, Resource, Rlimit, set_dumpable_behavior, setrlimit};

/// Must come before any secret is read. What a system does not offer is no reason not to run.
pub(super) fn harden() {
    let none = Rlimit { current: Some(0), maximum: Some(0) };
    let _ = setrlimit(Resource::Core, none);
    let _ = set_dumpable_behavior(DumpableBehavior::NotDumpable);
    std::panic::set_hook(Box::new(|panic| {
        // The message may hold a value: only the place is told.
        let place = panic.location().map_or_else(|| "unknown".to_owned(), ToString::to_string);
        tracing::error!(place, "a panic: this is a bug in readonce");
    }));
}
