//! Checks of one master by its `INFO`: version, eviction, persistence.

use super::super::info::Info;
use super::promotion::{Promotion, replication};
use crate::store::{Finding, Level};

/// The oldest version whose scripts behave as ours need.
const OLDEST: u64 = 7;

/// What its configuration says of persistence and replicas.
#[derive(Clone, Default)]
pub(super) struct Seen {
    /// `appendfsync`.
    pub(super) sync: String,
    /// `no-appendfsync-on-rewrite`: no sync while the file is rewritten.
    pub(super) unsynced_rewrite: bool,
    /// Whether `save` asks for any.
    pub(super) snapshots: bool,
    /// `min-replicas-max-lag`, in seconds.
    pub(super) lag: Option<u64>,
}

/// Checks a node. `seen` is `None` when it may not be asked; `confirm` is how many replicas have to confirm a write.
pub(super) fn check(
    name: &str,
    info: &Info,
    seen: Option<&Seen>,
    confirm: u32,
    promotion: &Promotion,
) -> Vec<Finding> {
    let mut findings = vec![version(name, info), eviction(name, info)];
    findings.push(persistence(name, info.is_on("aof_enabled"), seen));
    findings.extend(failures(name, info));
    findings.extend(replication(name, info, seen.and_then(|seen| seen.lag), u64::from(confirm), promotion));
    findings
}

fn version(name: &str, info: &Info) -> Finding {
    let version = info.text("redis_version").unwrap_or("unknown");
    let shown = match info.text("valkey_version") {
        Some(valkey) => format!("{name}: Valkey {valkey}"),
        None => format!("{name}: Redis {version}"),
    };
    match info.major() {
        Some(major) if major >= OLDEST => Finding::new(Level::Info, shown, "a version this works with"),
        _ => Finding::new(
            Level::Error,
            shown,
            "its scripts are not atomic enough, nor its access rules fine enough",
        )
        .hint("Redis 7.0 or later, or any Valkey"),
    }
}

fn eviction(name: &str, info: &Info) -> Finding {
    match info.text("maxmemory_policy") {
        Some("noeviction") => {
            let why = "when memory runs out, new secrets are refused and none is deleted";
            Finding::new(Level::Info, format!("{name}: `maxmemory-policy` is `noeviction`"), why)
        }
        other => Finding::new(
            Level::Error,
            format!("{name}: `maxmemory-policy` is `{}`", other.unwrap_or("unknown")),
            "when memory runs out, secrets are deleted unread",
        )
        .hint("`CONFIG SET maxmemory-policy noeviction`, and the same in the server's configuration"),
    }
}

fn persistence(name: &str, appends: bool, seen: Option<&Seen>) -> Finding {
    const ALWAYS: &str = "`appendonly yes` and `appendfsync always`";
    let warning =
        |what: &str, why: &str| Finding::new(Level::Warning, format!("{name}: {what}"), why).hint(ALWAYS);
    let Some(seen) = seen else {
        return if appends {
            // A note: with the rights that we ask for, it is so on the best of servers.
            Finding::new(
                Level::Note,
                format!("{name}: append-only file, how often it is synced cannot be seen"),
                "unless it is always, a power loss may lose secrets and bring back read ones",
            )
            .hint(
                "an administrator's `CONFIG GET appendfsync` tells; docs/redis.md says why our user may not",
            )
        } else {
            warning(
                "no append-only file",
                "a crash loses every secret since the last snapshot, if there are any, and brings back what was read since",
            )
        };
    };
    match (appends, seen.sync.as_str()) {
        (true, "always") if seen.unsynced_rewrite => warning(
            "append-only file, synced always but while it is rewritten (`no-appendfsync-on-rewrite yes`)",
            "a power loss meanwhile may lose all secrets since the rewrite began, and bring back those read in it",
        )
        .hint("`no-appendfsync-on-rewrite no`"),
        (true, "always") => Finding::new(
            Level::Info,
            format!("{name}: append-only file, synced always"),
            "a crash loses nothing and brings nothing back",
        ),
        (true, "everysec") => warning(
            "append-only file, synced every second",
            "a power loss, or a kill where the disk is slow, may lose the last two seconds' secrets, and bring back those read in them",
        ),
        (true, other) => warning(
            &format!("append-only file, `appendfsync {other}`"),
            "a power loss may lose the last half minute's secrets, and bring back secrets read in it",
        ),
        (false, _) if seen.snapshots => warning(
            "no append-only file",
            "a crash loses every secret since the last snapshot, and brings back what was read since",
        ),
        (false, _) => warning(
            "no append-only file, and no snapshots (`save \"\"`)",
            "when it ends, in whichever way, every secret and every account is gone",
        ),
    }
}

fn failures(name: &str, info: &Info) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (field, what) in [
        ("aof_last_write_status", "the last write to the append-only file failed"),
        ("rdb_last_bgsave_status", "the last snapshot failed"),
    ] {
        if info.text(field).is_some_and(|status| status != "ok") {
            let why = "the server refuses writes as long as that is so, or is about to";
            findings.push(Finding::new(Level::Error, format!("{name}: {what}"), why).hint("disk full?"));
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn levels(text: &str, sync: Option<&str>, confirm: u32) -> Vec<(Level, String)> {
        let seen = sync.map(|sync| Seen { sync: sync.to_owned(), snapshots: true, ..Seen::default() });
        let found = check("n", &Info::parse(text), seen.as_ref(), confirm, &Promotion::Unknown);
        found.into_iter().map(|finding| (finding.level, finding.what)).collect()
    }

    fn worst(text: &str, sync: Option<&str>, confirm: u32) -> Level {
        levels(text, sync, confirm).into_iter().map(|(level, _)| level).max().unwrap()
    }

    const GOOD: &str = "redis_version:7.2.4\nmaxmemory_policy:noeviction\naof_enabled:1\naof_last_write_status:ok\n\
                        rdb_last_bgsave_status:ok\nrole:master\nconnected_slaves:0\n";

    #[test]
    fn a_good_server_has_nothing_to_warn_of() {
        assert_eq!(worst(GOOD, Some("always"), 0), Level::Info);
    }

    #[test]
    fn each_flaw_is_found() {
        let with = |from: &str, to: &str| GOOD.replace(from, to);
        for (text, sync, confirm, level) in [
            (with("7.2.4", "6.2.5"), Some("always"), 0, Level::Error),
            (with("redis_version:7.2.4\n", ""), Some("always"), 0, Level::Error),
            (with("noeviction", "allkeys-lru"), Some("always"), 0, Level::Error),
            (with("noeviction", "volatile-ttl"), Some("always"), 0, Level::Error),
            (GOOD.to_owned(), Some("everysec"), 0, Level::Warning),
            (GOOD.to_owned(), Some("no"), 0, Level::Warning),
            (GOOD.to_owned(), None, 0, Level::Note),
            (with("aof_enabled:1", "aof_enabled:0"), None, 0, Level::Warning),
            (with("write_status:ok", "write_status:err"), Some("always"), 0, Level::Error),
            (with("bgsave_status:ok", "bgsave_status:err"), Some("always"), 0, Level::Error),
            (with("role:master", "role:slave"), Some("always"), 0, Level::Error),
            (with("connected_slaves:0", "connected_slaves:2"), Some("always"), 0, Level::Warning),
            (with("slaves:0", "slaves:2\nmin_slaves_good_slaves:2"), Some("always"), 0, Level::Info),
            (with("slaves:0", "slaves:2\nmin_slaves_good_slaves:2"), Some("always"), 1, Level::Warning),
            (with("slaves:0", "slaves:2\nmin_slaves_good_slaves:2"), Some("always"), 2, Level::Info),
            (with("slaves:0", "slaves:2\nmin_slaves_good_slaves:2"), Some("always"), 3, Level::Error),
        ] {
            assert_eq!(worst(&text, sync, confirm), level, "{text} {sync:?} {confirm}");
        }
    }

    #[test]
    fn what_a_setting_loses_is_told_as_it_is() {
        let told = |appends: bool, sync: &str, unsynced_rewrite: bool, snapshots: bool| {
            let found = persistence(
                "n",
                appends,
                Some(&Seen { sync: sync.to_owned(), unsynced_rewrite, snapshots, lag: None }),
            );
            (found.level, format!("{}: {}", found.what, found.why))
        };
        for (appends, sync, unsynced_rewrite, snapshots, level, text) in [
            (true, "always", false, false, Level::Info, "loses nothing"),
            (true, "always", true, false, Level::Warning, "since the rewrite began"),
            (true, "everysec", true, false, Level::Warning, "the last two seconds'"),
            (false, "always", false, true, Level::Warning, "since the last snapshot"),
            (false, "always", false, false, Level::Warning, "every account is gone"),
        ] {
            let (found, why) = told(appends, sync, unsynced_rewrite, snapshots);
            assert!(found == level && why.contains(text), "{sync} {unsynced_rewrite} {snapshots}: {why}");
        }
    }
}
