//! Checks of what a replica that takes over may lack: who confirms writes, and whether the old master stops in time.

use std::collections::HashMap;

use redis::RedisResult;

use super::super::info::Info;
use crate::store::{Finding, Level};

/// Who makes a replica the master when the master is away.
pub(super) enum Promotion {
    /// Nobody that is known of.
    Unknown,
    /// The other masters of the cluster.
    Cluster,
    /// Sentinels.
    Sentinels(Watch),
}

/// What sentinels say of the master; fields that could not be read are `None`.
pub(super) struct Watch {
    /// `down-after-milliseconds`: how long it may be silent.
    pub(super) down_after: Option<u64>,
    /// Its replicas, those too that are away.
    pub(super) replicas: Option<u64>,
}

impl Watch {
    /// What is in the answer of a sentinel.
    pub(super) fn of(answer: RedisResult<HashMap<String, String>>) -> Self {
        let fields = answer.unwrap_or_default();
        let number = |name: &str| fields.get(name)?.parse().ok();
        Self { down_after: number("down-after-milliseconds"), replicas: number("num-slaves") }
    }
}

/// Checks a master. `lag` is its `min-replicas-max-lag` in seconds, if it may be seen; `confirm` is how many replicas have to confirm
/// a write.
pub(super) fn replication(
    name: &str,
    info: &Info,
    lag: Option<u64>,
    confirm: u64,
    promotion: &Promotion,
) -> Vec<Finding> {
    if info.text("role") != Some("master") {
        let what = format!("{name}: a replica");
        let hint = "name the master, or use `redis-sentinel://`";
        return vec![Finding::new(Level::Error, what, "it takes no writes").hint(hint)];
    }
    let replicas = info.number("connected_slaves").unwrap_or(0);
    let away = match promotion {
        Promotion::Sentinels(watch) => watch.replicas.unwrap_or(0).saturating_sub(replicas),
        Promotion::Unknown | Promotion::Cluster => 0,
    };
    let mut findings: Vec<_> = confirmation(name, (replicas, away), confirm, promotion).into_iter().collect();
    // This field is there only when the server has a limit set.
    let stops = info.number("min_slaves_good_slaves").is_some();
    let confirmed = confirm >= replicas + away;
    if replicas > 0 && !stops {
        let what = format!("{name}: `min-replicas-to-write` is not set");
        let why = if confirmed {
            "a master cut off from its replicas goes on taking what nobody confirms, such as wrong tries, and a failover drops it"
        } else {
            "a master cut off from its replicas goes on taking secrets that a failover drops, and giving out those that it gives out again"
        };
        let hint = "`min-replicas-to-write 1` and `min-replicas-max-lag 10`";
        findings.push(Finding::new(Level::Warning, what, why).hint(hint));
    }
    if let Promotion::Sentinels(watch) = promotion
        && stops
        && !confirmed
    {
        findings.extend(overlap(name, lag, watch.down_after));
    }
    findings
}

/// Whether whichever takes over has what was acknowledged. `away` are replicas that sentinels know of and the master does not see.
fn confirmation(
    name: &str,
    (replicas, away): (u64, u64),
    confirm: u64,
    promotion: &Promotion,
) -> Option<Finding> {
    let seen = if away > 0 { format!(" and {away} that are away") } else { String::new() };
    let what = format!("{name}: {replicas} replicas{seen}, `redis.confirm` asks for {confirm}");
    let all = replicas + away;
    if replicas < confirm {
        let why = "every share, claim and burn will be refused";
        Some(Finding::new(Level::Error, what, why).hint("add replicas, or ask for fewer"))
    } else if confirm < all {
        let why =
            "if one takes over that has not confirmed, acknowledged secrets are lost and read ones come back";
        let gone = if away > 0 { "; `SENTINEL RESET` forgets those that do not return" } else { "" };
        let hint = format!("`redis.confirm = \"replicas:{all}\"`{gone}");
        // Nobody takes over from a server alone, as far as is known.
        let is_harmless = confirm == 0 && matches!(promotion, Promotion::Unknown);
        let level = if is_harmless { Level::Info } else { Level::Warning };
        Some(Finding::new(level, what, why).hint(hint))
    } else if confirm > 0 {
        Some(Finding::new(Level::Info, what, "whichever takes over has what was acknowledged"))
    } else {
        None
    }
}

/// Whether the old master still takes writes when another takes over.
fn overlap(name: &str, lag: Option<u64>, down_after: Option<u64>) -> Option<Finding> {
    const WHY: &str = "a master that is cut off may still give out secrets when another has taken over, and both the same ones";
    match (lag, down_after) {
        (Some(lag), Some(down_after)) if lag.saturating_mul(1000) < down_after => None,
        (Some(lag), Some(down_after)) => {
            let what = format!(
                "{name}: `min-replicas-max-lag` is {lag} s, and Sentinel's `down-after-milliseconds` is {down_after}"
            );
            // Redis looks once a second.
            let longer = lag.saturating_add(2).saturating_mul(1000);
            let hint = format!("`SENTINEL SET` it to {longer} or more at each sentinel, or allow less lag");
            Some(Finding::new(Level::Warning, what, WHY).hint(hint))
        }
        (None, Some(down_after)) => {
            let what = format!(
                "{name}: whether `min-replicas-max-lag` is below Sentinel's `down-after-milliseconds` of {down_after} cannot be seen"
            );
            let hint = "an administrator's `CONFIG GET min-replicas-max-lag` tells, in seconds; docs/redis.md says why our user may not";
            Some(Finding::new(Level::Note, what, format!("if not, {WHY}")).hint(hint))
        }
        (_, None) => {
            let what = format!("{name}: Sentinel's `down-after-milliseconds` cannot be seen");
            let why = format!("if it is not above `min-replicas-max-lag`, {WHY}");
            Some(Finding::new(Level::Note, what, why).hint("sentinels have to answer `SENTINEL MASTERS`"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(fields: &str, lag: Option<u64>, confirm: u64, promotion: &Promotion) -> Vec<(Level, String)> {
        let info = Info::parse(&format!("role:master\n{fields}"));
        let found = replication("n", &info, lag, confirm, promotion);
        found
            .into_iter()
            .map(|finding| (finding.level, format!("{}: {}", finding.what, finding.why)))
            .collect()
    }

    fn watched(down_after: Option<u64>, replicas: u64) -> Promotion {
        Promotion::Sentinels(Watch { down_after, replicas: Some(replicas) })
    }

    #[test]
    fn what_can_be_undone_is_told_where_somebody_takes_over() {
        let sentinels = watched(Some(30_000), 2);
        for (confirm, promotion, level) in [
            (0, &Promotion::Unknown, Level::Info),
            (0, &Promotion::Cluster, Level::Warning),
            (0, &sentinels, Level::Warning),
            (1, &Promotion::Unknown, Level::Warning),
            (1, &Promotion::Cluster, Level::Warning),
            (1, &sentinels, Level::Warning),
            (2, &Promotion::Unknown, Level::Info),
            (2, &Promotion::Cluster, Level::Info),
            (2, &sentinels, Level::Info),
            (3, &sentinels, Level::Error),
        ] {
            let found = told("connected_slaves:2\nmin_slaves_good_slaves:2", Some(10), confirm, promotion);
            assert!(found.len() == 1 && found[0].0 == level, "{confirm}: {found:?}");
        }
        // One of two is away: it may be the one that takes over.
        let found = told("connected_slaves:1\nmin_slaves_good_slaves:1", Some(10), 1, &sentinels);
        assert!(
            found[0].0 == Level::Warning && found[0].1.contains("1 replicas and 1 that are away"),
            "{found:?}"
        );
        assert_eq!(told("connected_slaves:0", None, 0, &Promotion::Cluster), []);
    }

    #[test]
    fn a_master_that_stops_too_late_is_told() {
        for (lag, down_after, expected) in [
            (Some(10), Some(10_001), None),
            (Some(10), Some(10_000), Some(Level::Warning)),
            (Some(10), Some(2_000), Some(Level::Warning)),
            (Some(u64::MAX), Some(2_000), Some(Level::Warning)),
            (None, Some(30_000), Some(Level::Note)),
            (Some(10), None, Some(Level::Note)),
        ] {
            let found = told("connected_slaves:2\nmin_slaves_good_slaves:2", lag, 1, &watched(down_after, 2));
            let about = found.iter().find(|(_, text)| text.contains("down-after-milliseconds"));
            assert_eq!(about.map(|(level, _)| *level), expected, "{lag:?} {down_after:?}: {found:?}");
        }
        // All replicas confirm: it gives out nothing by then.
        let found =
            told("connected_slaves:2\nmin_slaves_good_slaves:2", Some(10), 2, &watched(Some(2_000), 2));
        assert!(!found.iter().any(|(_, text)| text.contains("down-after")), "{found:?}");
    }
}
