//! Checks of one master by its `INFO`: version, eviction, persistence, replication.

use super::super::info::Info;
use crate::store::{Finding, Level};

/// The oldest version whose scripts behave as ours need.
const OLDEST: u64 = 7;

/// Checks a node. `sync` is its `appendfsync`, `None` when it may not be asked; `confirm` is how many replicas have to
/// confirm a write.
pub(super) fn check(name: &str, info: &Info, sync: Option<&str>, confirm: u32) -> Vec<Finding> {
    let mut findings = vec![version(name, info), eviction(name, info)];
    findings.extend(persistence(name, info, sync));
    findings.extend(replication(name, info, u64::from(confirm)));
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

fn persistence(name: &str, info: &Info, sync: Option<&str>) -> Vec<Finding> {
    let always = "`appendonly yes` and `appendfsync always`";
    let mut findings = Vec::new();
    findings.push(match (info.is_on("aof_enabled"), sync) {
        (true, Some("always")) => Finding::new(
            Level::Info,
            format!("{name}: append-only file, synced always"),
            "a crash loses nothing and brings nothing back",
        ),
        (true, Some("everysec")) => Finding::new(
            Level::Warning,
            format!("{name}: append-only file, synced every second"),
            "a power loss may lose the last second's secrets, and bring back secrets read in it",
        )
        .hint(always),
        (true, Some(other)) => Finding::new(
            Level::Warning,
            format!("{name}: append-only file, `appendfsync {other}`"),
            "a power loss may lose the last half minute's secrets, and bring back secrets read in it",
        )
        .hint(always),
        (true, None) => Finding::new(
            Level::Warning,
            format!("{name}: append-only file, how often it is synced cannot be seen"),
            "unless it is always, a power loss may lose secrets and bring back read ones",
        )
        .hint(format!("{always}; our user may be granted `+config|get` to see it")),
        (false, _) => Finding::new(
            Level::Warning,
            format!("{name}: no append-only file"),
            "a crash loses every secret since the last snapshot, and brings back what was read since",
        )
        .hint(always),
    });
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

fn replication(name: &str, info: &Info, confirm: u64) -> Vec<Finding> {
    if info.text("role") != Some("master") {
        let what = format!("{name}: a replica");
        let hint = "name the master, or use `redis-sentinel://`";
        return vec![Finding::new(Level::Error, what, "it takes no writes").hint(hint)];
    }
    let replicas = info.number("connected_slaves").unwrap_or(0);
    let mut findings = Vec::new();
    let what = format!("{name}: {replicas} replicas, `redis.confirm` asks for {confirm}");
    if replicas < confirm {
        let why = "every share, claim and burn will be refused";
        findings.push(Finding::new(Level::Error, what, why).hint("add replicas, or ask for fewer"));
    } else if confirm < replicas {
        let why =
            "if one takes over that has not confirmed, acknowledged secrets are lost and read ones come back";
        let hint = format!("`redis.confirm = \"replicas:{replicas}\"`");
        let level = if confirm == 0 { Level::Info } else { Level::Warning };
        findings.push(Finding::new(level, what, why).hint(hint));
    } else if confirm > 0 {
        findings.push(Finding::new(Level::Info, what, "whichever takes over has what was acknowledged"));
    }
    // This field is there only when the server has a limit set.
    if replicas > 0 && info.number("min_slaves_good_slaves").is_none() {
        let what = format!("{name}: `min-replicas-to-write` is not set");
        let why = "a master cut off from its replicas goes on taking secrets that a failover drops";
        let hint = "`min-replicas-to-write 1` and `min-replicas-max-lag 10`";
        findings.push(Finding::new(Level::Warning, what, why).hint(hint));
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn levels(text: &str, sync: Option<&str>, confirm: u32) -> Vec<(Level, String)> {
        let found = check("n", &Info::parse(text), sync, confirm);
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
            (GOOD.to_owned(), None, 0, Level::Warning),
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
}
