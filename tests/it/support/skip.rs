//! Tests that a machine has no rights for: told where it is seen, or refused.

use std::io::Write as _;

/// Says that this test is left out, and why: to stderr itself, since what a test that passes prints is kept from view. With
/// `NO_SKIPS` set, as `scripts/test` does for who may mount, the test fails instead.
#[track_caller]
pub(crate) fn skipped(why: &str) {
    let thread = std::thread::current();
    let test = thread.name().unwrap_or("a test");
    let allowed = std::env::var_os("NO_SKIPS").is_none_or(|set| set.is_empty());
    assert!(allowed, "this cannot run here: {why}\nhint: `NO_SKIPS= scripts/test` leaves out what cannot");
    writeln!(std::io::stderr(), "skipped: {test}: {why}").expect("stderr");
}
