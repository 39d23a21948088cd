//! Whether somebody else writes to the old server's databases, as that server does while it runs.
//!
//! Told by numbers of keys, of those databases alone: others of the same Redis may be in use, by a readonce as well. A server that
//! serves adds keys with every request, and removes a secret's when it is read.

use std::time::Duration;

use redis::RedisError;
use tokio::time::sleep_until;

use super::super::Error;
use super::Old;
use crate::store::redis::Foreign;

/// How long it has to be still before secrets are taken.
const WATCHED: Duration = Duration::from_millis(250);

/// Numbers of keys at a moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Activity {
    /// Each database that is not empty, with its keys.
    databases: Vec<(u32, u64)>,
    /// Keys that Redis itself has removed since it was started: expired, or evicted. Of all databases.
    removed: u64,
    /// It follows another one, which removes for both.
    is_replica: bool,
}

impl Activity {
    pub(super) async fn of(foreign: &Foreign) -> Result<Self, RedisError> {
        let mut connection = foreign.connect(foreign.url().database()).await?;
        Ok(Self::read(&redis::cmd("INFO").query_async::<String>(&mut connection).await?))
    }

    fn read(info: &str) -> Self {
        let mut activity = Self::default();
        for (name, content) in info.lines().filter_map(|line| line.trim().split_once(':')) {
            match name {
                "expired_keys" | "evicted_keys" => activity.removed += content.parse::<u64>().unwrap_or(0),
                "role" => activity.is_replica = content != "master",
                _ => activity.databases.extend(database(name, content)),
            }
        }
        activity
    }

    pub(super) fn databases(&self) -> impl Iterator<Item = (u32, u64)> {
        self.databases.iter().copied()
    }

    fn keys(&self, number: u32) -> u64 {
        self.databases.iter().find(|(of, _)| *of == number).map_or(0, |(_, keys)| *keys)
    }

    /// Whether, since `before`, one of `numbers` has more keys, or fewer than by what Redis removed.
    fn was_written(&self, before: &Self, numbers: &[u32]) -> bool {
        let removed = self.removed.saturating_sub(before.removed);
        numbers.iter().any(|number| {
            let (now, then) = (self.keys(*number), before.keys(*number));
            now > then || (!self.is_replica && then - now > removed)
        })
    }
}

/// Of `db0:keys=300,expires=…`.
fn database(name: &str, content: &str) -> Option<(u32, u64)> {
    let number = name.strip_prefix("db")?.parse().ok()?;
    let keys = content.strip_prefix("keys=")?.split(',').next()?.parse().ok()?;
    Some((number, keys))
}

impl Old {
    /// An error if somebody writes there: the old server still runs. Takes a moment to see.
    pub async fn must_be_still(&self) -> Result<(), Error> {
        sleep_until(self.opened + WATCHED).await;
        if self.was_written().await? { Err(Error::Busy) } else { Ok(()) }
    }

    /// Whether somebody added or removed keys since it was opened.
    pub async fn was_written(&self) -> Result<bool, Error> {
        let now = Activity::of(&self.foreign).await?;
        let databases = [&self.accounts, &self.receipts, &self.secrets].into_iter().flatten();
        let numbers: Vec<u32> = databases.map(|database| database.number).collect();
        Ok(now.was_written(&self.before, &numbers))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn activity(keys: u64, removed: u64, role: &str) -> Activity {
        Activity::read(&format!(
            "# Stats\r\nexpired_keys:{removed}\r\nevicted_keys:0\r\nrole:{role}\r\n# Keyspace\r\n\
             db0:keys={keys},expires=2,avg_ttl=5\r\ndb9:keys={keys}00,expires=0,avg_ttl=0,subexpiry=0\r\n"
        ))
    }

    #[test]
    fn what_expired_was_not_written() {
        let before = activity(10, 5, "master");
        assert_eq!(before.databases().collect::<Vec<_>>(), [(0, 10), (9, 1000)]);
        for (now, is_written) in [
            (activity(10, 5, "master"), false),
            (activity(8, 7, "master"), false),
            (activity(8, 6, "master"), true),
            (activity(11, 6, "master"), true),
            (activity(8, 5, "slave"), false),
            (activity(11, 5, "slave"), true),
            (Activity::default(), true),
        ] {
            assert_eq!(now.was_written(&before, &[0]), is_written, "{now:?}");
        }
        assert!(!Activity::default().was_written(&before, &[3]), "another one's");
    }
}
