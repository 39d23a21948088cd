//! Secret counts, estimated from `INFO`: a scan of all keys would slow Redis down.
//!
//! A secret that can be read has two keys that expire, itself and its receipt; one that has ended has the receipt only. So
//! half of the keys that expire is an upper bound of the readable ones; an imported secret has up to three. Redis counts
//! expired keys since its own start, receipts too.

use super::RedisStore;
use super::errors::{DeadlineError, unavailable};
use super::info::Info;
use super::preflight::text;
use crate::store::{Counted, Counts, Error, Result};

impl RedisStore {
    /// Of all masters together; an error when one of them does not answer, because a part is worse than nothing.
    pub(super) async fn count_keys(&self) -> Result<Counts> {
        let mut command = redis::cmd("INFO");
        command.arg("keyspace").arg("stats");
        let database = format!("db{}", self.runner().shared().connector().url().database());
        let mut counts = Counts { live: 0, expired: 0, counted: Counted::AtMost };
        let answers = self.on_each_master(&command).await?;
        if answers.is_empty() {
            return Err(unavailable(DeadlineError::Answer));
        }
        for (_, answer) in answers {
            let info = text(answer.map_err(unavailable)?).ok_or(Error::Corrupt("an answer of INFO"))?;
            let info = Info::parse(&info);
            counts.live += info.text(&database).and_then(expiring).unwrap_or(0);
            counts.expired += info.number("expired_keys").unwrap_or(0);
        }
        counts.live /= 2;
        Ok(counts)
    }
}

/// From `keys=12,expires=10,avg_ttl=5`; a database without keys has no such line.
fn expiring(database: &str) -> Option<u64> {
    database.split(',').find_map(|field| field.strip_prefix("expires="))?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_that_expire_are_found() {
        let info = Info::parse(
            "# Keyspace\r\ndb0:keys=12,expires=10,avg_ttl=5,subexpiry=0\r\ndb3:keys=1,expires=0\r\n",
        );
        assert_eq!(info.text("db0").and_then(expiring), Some(10));
        assert_eq!(info.text("db3").and_then(expiring), Some(0));
        assert_eq!(info.text("db1").and_then(expiring), None);
    }
}
