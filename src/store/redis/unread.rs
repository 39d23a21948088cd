//! What an account shared and nobody has read, found by a walk over all receipts: its list of what it shared (see `shares`) lacks
//! what was imported or shared by earlier versions, and keeps 10,000 entries and 60 days.
//!
//! The trap: SCAN shows the names of all keys of a database, whoever they belong to, so the rule for readonce's user leaves it
//! out (docs/redis.md). An operator grants it for as long as this takes.

use std::collections::HashSet;

use redis::cluster_routing::{RoutingInfo, SingleNodeRoutingInfo};
use redis::{Cmd, RedisResult, Value};
use tokio::time::timeout;

use super::RedisStore;
use super::connect::{OPERATION, Wire};
use super::errors::{DeadlineError, unavailable};
use super::parallel::{AT_ONCE, each};
use super::reply::{all_bytes, bytes, list};
use crate::domain::{ReceiptId, SlotTag, State, Timestamp};
use crate::store::{Error, Result, SecretStore as _};

/// Names that a server looks at in one step, in which it answers nobody else.
const STEP: usize = 500;

impl RedisStore {
    pub(super) async fn find_unread_of(
        &self,
        owner: &str,
        now: Timestamp,
    ) -> Result<Vec<(SlotTag, ReceiptId)>> {
        // A record may be found twice, and one from another server under two names.
        let mut unread = HashSet::new();
        for node in self.masters().await? {
            let mut cursor = b"0".to_vec();
            loop {
                let (next, names) = self.scan(node.clone(), &cursor).await?;
                let keys: Vec<_> = names.iter().filter_map(|name| self.names().receipt_in(name)).collect();
                for some in keys.chunks(AT_ONCE) {
                    let requests = some.iter().map(|&(tag, mid)| {
                        let store = self.clone();
                        async move { store.receipt(tag, mid, now).await }
                    });
                    for receipt in each(requests).await {
                        let Some(receipt) = receipt? else { continue };
                        if receipt.state == State::New && receipt.owner.as_deref() == Some(owner) {
                            unread.insert((receipt.tag, receipt.mid));
                        }
                    }
                }
                if next == b"0" {
                    break;
                }
                cursor = next;
            }
        }
        Ok(unread.into_iter().collect())
    }

    /// Where to walk: the one server, or each master of a cluster.
    async fn masters(&self) -> Result<Vec<Option<(String, u16)>>> {
        let (wire, _) = self.runner().shared().wire().await.map_err(unavailable)?;
        if matches!(wire, Wire::Node(_)) {
            return Ok(vec![None]);
        }
        let answers = self.on_each_master(&redis::cmd("PING")).await?;
        let address = |name: String| {
            let (host, port) = name.rsplit_once(':')?;
            Some(Some((host.to_owned(), port.parse().ok()?)))
        };
        let masters: Option<Vec<_>> = answers.into_iter().map(|(name, _)| address(name)).collect();
        masters
            .filter(|masters| !masters.is_empty())
            .ok_or(Error::Corrupt("the names of a cluster's masters"))
    }

    /// A step of the walk: where the next one begins, and the names that this one found.
    async fn scan(&self, node: Option<(String, u16)>, cursor: &[u8]) -> Result<(Vec<u8>, Vec<Vec<u8>>)> {
        let mut command = redis::cmd("SCAN");
        command.arg(cursor).arg("MATCH").arg(self.names().receipts_pattern()).arg("COUNT").arg(STEP);
        let answer = timeout(OPERATION, self.ask_node(command, node)).await;
        let answer = answer.map_err(|_| unavailable(DeadlineError::Answer))?.map_err(unavailable)?;
        let mut parts = list(answer)?.into_iter();
        let (Some(next), Some(names)) = (parts.next(), parts.next()) else {
            return Err(Error::Corrupt("an answer of SCAN"));
        };
        Ok((bytes(next)?, all_bytes(list(names)?)?))
    }

    async fn ask_node(&self, command: Cmd, node: Option<(String, u16)>) -> RedisResult<Value> {
        match (self.runner().shared().wire().await?.0, node) {
            (Wire::Cluster(mut connection), Some((host, port))) => {
                let there = SingleNodeRoutingInfo::ByAddress { host, port };
                connection.route_command(command, RoutingInfo::SingleNode(there)).await
            }
            (Wire::Cluster(mut connection), None) => command.query_async(&mut connection).await,
            (Wire::Node(mut connection), _) => command.query_async(&mut connection).await,
        }
    }
}
