//! The preflight of a Redis store: version, eviction, persistence, replicas, clock, ACL rights, and one write.
//!
//! A Redis that works may still be unfit: an eviction policy deletes unread secrets, weak persistence brings read ones
//! back. So the findings are reported, not only acted on.

mod acl;
mod node;
mod promotion;

use redis::cluster_routing::{MultipleNodeRoutingInfo, RoutingInfo};
use redis::{Cmd, ErrorKind, RedisError, RedisResult, Value};
use tokio::time::timeout;

use super::RedisStore;
use super::connect::{OPERATION, Wire};
use super::errors::{DeadlineError, Deployment, unavailable};
use super::info::Info;
use crate::domain::{Clock, Timestamp};
use crate::store::{Finding, Level, Maintenance as _, PROBE, Result};
use node::Seen;
use promotion::{Promotion, Watch};

/// Clocks further apart than this are a finding, in seconds.
const CLOCK_TOLERANCE: u64 = 2;

pub use acl::acl_rule;

impl RedisStore {
    /// Checks every master, then the rights of the ACL user, and writes once.
    pub(super) async fn findings(&self, clock: &dyn Clock) -> Result<Vec<Finding>> {
        let mut findings = Vec::new();
        let mut config = redis::cmd("CONFIG");
        config.arg("GET").arg(&["appendfsync", "no-appendfsync-on-rewrite", "save", "min-replicas-max-lag"]);
        // Not granted to a careful user; then it is said that it could not be seen.
        let settings = self.on_each_master(&config).await?;
        let promotion = self.promotion().await;
        for (index, (name, info)) in self.on_each_master(&redis::cmd("INFO")).await?.into_iter().enumerate() {
            let hint = match &info {
                Err(error) if acl::is_unknown(error) => acl::RENAMED.to_owned(),
                _ => format!("ACL rule: {}", acl_rule(self.names().prefix())),
            };
            match info.ok().and_then(text) {
                Some(info) => {
                    let seen = settings.get(index).and_then(|(_, answer)| Seen::of(answer.as_ref().ok()?));
                    let (info, confirm) = (Info::parse(&info), self.replicas());
                    findings.extend(node::check(&name, &info, seen.as_ref(), confirm, &promotion));
                }
                None => findings.push(
                    Finding::new(
                        Level::Error,
                        format!("{name}: `INFO` is refused"),
                        "neither eviction policy nor persistence can be seen",
                    )
                    .hint(hint),
                ),
            }
        }
        for (name, apart) in self.clocks_apart(|| clock.now()).await? {
            if apart > CLOCK_TOLERANCE {
                let what = format!("{name}: its clock and ours are {apart} s apart");
                let why = "secrets end earlier or later than their links say";
                findings.push(Finding::new(Level::Warning, what, why).hint("let both follow NTP"));
            }
        }
        findings.extend(self.missing_commands().await?);
        if let Err(error) = self.ready(PROBE).await {
            findings.push(Finding::refused_write(&error, "docs/redis.md says what to set in Redis"));
        }
        Ok(findings)
    }

    async fn promotion(&self) -> Promotion {
        let connector = self.runner().shared().connector();
        match connector.watched().await {
            Some(answer) => Promotion::Sentinels(Watch::of(answer)),
            None if connector.deployment() == Deployment::Cluster => Promotion::Cluster,
            None => Promotion::Unknown,
        }
    }

    /// How many seconds each master's clock and ours are apart; of those that may be asked.
    pub(in crate::store::redis) async fn clocks_apart(
        &self,
        now: impl Fn() -> Timestamp,
    ) -> Result<Vec<(String, u64)>> {
        let early = now().0;
        let answers = self.on_each_master(&redis::cmd("TIME")).await?;
        let late = now().0;
        let apart = |theirs: u64| early.saturating_sub(theirs).max(theirs.saturating_sub(late));
        let theirs = answers.into_iter().filter_map(|(name, time)| Some((name, seconds(time.ok()?)?)));
        Ok(theirs.map(|(name, theirs)| (name, apart(theirs))).collect())
    }

    /// Sends a command to every master; its name and what it said.
    pub(in crate::store::redis) async fn on_each_master(
        &self,
        command: &Cmd,
    ) -> Result<Vec<(String, RedisResult<Value>)>> {
        let (wire, _) = self.runner().shared().wire().await.map_err(unavailable)?;
        let ask = async {
            match wire {
                Wire::Node(mut connection) => {
                    let answer = command.query_async::<Value>(&mut connection).await;
                    Ok(vec![(self.runner().shared().connector().url().redacted().to_owned(), answer)])
                }
                Wire::Cluster(mut connection) => {
                    let everywhere = RoutingInfo::MultiNode((MultipleNodeRoutingInfo::AllMasters, None));
                    let Value::Map(answers) = connection.route_command(command.clone(), everywhere).await?
                    else {
                        return Err(RedisError::from((
                            ErrorKind::UnexpectedReturnType,
                            "no answer per node",
                        )));
                    };
                    let named = |(name, answer): (Value, Value)| Some((text(name)?, answer.extract_error()));
                    Ok(answers.into_iter().filter_map(named).collect())
                }
            }
        };
        timeout(OPERATION, ask).await.map_err(|_| unavailable(DeadlineError::Answer))?.map_err(unavailable)
    }
}

/// A text, in whichever of its forms.
pub(in crate::store::redis) fn text(value: Value) -> Option<String> {
    match value {
        Value::BulkString(bytes) => String::from_utf8(bytes).ok(),
        Value::SimpleString(text) | Value::VerbatimString { text, .. } => Some(text),
        _ => None,
    }
}

impl Seen {
    /// What an answer of `CONFIG GET` tells, in either of its forms.
    fn of(answer: &Value) -> Option<Self> {
        let pairs: Vec<_> = match answer {
            Value::Map(pairs) => pairs.clone(),
            Value::Array(values) => {
                values.chunks_exact(2).map(|pair| (pair[0].clone(), pair[1].clone())).collect()
            }
            _ => return None,
        };
        let value = |wanted: &str| {
            let named = |(name, value): &(Value, Value)| {
                (text(name.clone())? == wanted).then(|| text(value.clone())).flatten()
            };
            pairs.iter().find_map(named)
        };
        Some(Self {
            sync: value("appendfsync")?,
            unsynced_rewrite: value("no-appendfsync-on-rewrite").as_deref() == Some("yes"),
            snapshots: value("save").is_none_or(|save| !save.is_empty()),
            lag: value("min-replicas-max-lag").and_then(|lag| lag.parse().ok()),
        })
    }
}

/// The seconds in an answer of `TIME`.
fn seconds(answer: Value) -> Option<u64> {
    let Value::Array(parts) = answer else { return None };
    text(parts.into_iter().next()?)?.parse().ok()
}
