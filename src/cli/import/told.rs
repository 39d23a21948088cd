//! What is said of an import: counts and reasons, never a key, a value or an address.

use std::fmt::Write as _;

use super::super::say::tell;
use crate::import::{Old, Report};

/// What is found where there is more than one layout.
pub(super) fn layout(old: &Old) {
    if old.has_older() {
        tell!(
            "note: that Redis holds records of v0.24 or later, and what its upgrade from v0.23 left: the later ones are taken over, and \
             the earlier ones never with them, as what was read since would open again\nhint: if that server never took the earlier \
             ones over, copy their databases into a Redis of their own, and import from there"
        );
    }
}

/// The report, a line a count.
pub(super) fn report(old: &Old, report: &Report, dry_run: bool) -> String {
    let mut text = format!("found: an upstream server's records, of {}\n", old.layout());
    let taken = if dry_run { "to be taken over" } else { "taken over" };
    for (what, tally) in report.tallies() {
        let _ = writeln!(text, "{what}: {} {taken}, {} here already", tally.taken, tally.there);
        for (why, count) in &tally.skipped {
            let kind = if why.is_harmless() { "skipped" } else { "NOT TAKEN OVER" };
            let _ = writeln!(text, "  {kind} {count}: {}", why.reason());
        }
    }
    if report.legacy > 0 {
        let _ = writeln!(text, "protected secrets, still sealed as the old server did: {}", report.legacy);
    }
    text
}

/// What an operator should know of what was done.
pub(super) fn advise(report: &Report, is_certain: bool) {
    if !is_certain {
        tell!(
            "warning: there was no secret without a passphrase to check the old server's secret with\nhint: if it is wrong, \
             protected secrets do not open here"
        );
    }
    for (plan, accounts) in &report.unknown_plans {
        tell!(
            "note: {accounts} accounts have the plan `{plan}`, which is not configured\nhint: they are treated as `default` until \
             there is a `[plans.{plan}]`"
        );
    }
    for (count, what) in [
        (report.unverified, "were never verified there; their tokens work here as they did"),
        (
            report.suspended,
            "were suspended there, and are disabled here\nhint: `readonce account enable EMAIL` lets one in again",
        ),
        (
            report.suspended_since,
            "that were here already are suspended there, and were disabled here\nhint: `readonce account enable EMAIL` lets one in \
             again",
        ),
        (
            report.with_id,
            "could sign in by an identifier, too (`ur…`); here the user name is the e-mail address alone",
        ),
        (report.without_token, "had no API token\nhint: `readonce account token EMAIL` makes one"),
    ] {
        if count > 0 {
            tell!("note: {count} accounts {what}");
        }
    }
}
