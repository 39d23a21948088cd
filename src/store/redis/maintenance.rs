//! The keyring's canary, the readiness write, the clock, and shutdown. Keys expire by themselves, by the server's clock, so
//! there is nothing to sweep.

use async_trait::async_trait;

use super::reply::optional_bytes;
use super::run::{call, decimal};
use super::{RedisStore, scripts};
use crate::domain::{AuditHead, Clock, ClockLook, ClockReading, SlotTag, Timestamp, random};
use crate::store::{Counts, Error, Finding, Maintenance, Result, Room};

/// Clocks that are so many seconds apart cannot both be right.
const CLOCKS_APART: u64 = 120;

#[async_trait]
impl Maintenance for RedisStore {
    async fn canary(&self, canary: Option<Vec<u8>>) -> Result<Option<Vec<u8>>> {
        let args = match canary {
            Some(canary) => vec![b"keep".to_vec(), canary],
            None => vec![b"read".to_vec()],
        };
        optional_bytes(self.run(&scripts::CANARY, call(self.names().canary(), args)).await?)
    }

    async fn replace_canary(&self, canary: Vec<u8>) -> Result<()> {
        let args = [b"replace".to_vec(), canary];
        self.run(&scripts::CANARY, call(self.names().canary(), args)).await.map(drop)
    }

    /// Each check writes to another slot, so that in a cluster one after the other shows every master.
    async fn ready(&self, bytes: usize) -> Result<()> {
        let mut drawn = [0; 3];
        random::draw(b"0123456789abcdefghijklmnopqrstuvwxyz", &mut drawn);
        let tag = std::str::from_utf8(&drawn).ok().and_then(SlotTag::parse);
        let tag = tag.ok_or(Error::Corrupt("a drawn tag"))?;
        let args = [decimal(self.replicas().into()), vec![b'.'; bytes]];
        self.run_confirmed(&scripts::READY, call(self.names().ready(tag), args)).await.map(drop)
    }

    /// Its servers know their own bound, `maxmemory`.
    async fn room(&self) -> Result<Option<Room>> {
        Ok(None)
    }

    async fn preflight(&self, clock: &dyn Clock) -> Result<Vec<Finding>> {
        self.findings(clock).await
    }

    async fn look_at_clock(&self, reading: ClockReading) -> Result<ClockLook> {
        Ok(match self.clocks_apart(|| reading.now).await?.into_iter().map(|(_, apart)| apart).max() {
            Some(seconds @ CLOCKS_APART..) => ClockLook::Apart { seconds },
            _ => ClockLook::Steady,
        })
    }

    async fn sweep(&self, _now: Timestamp, _limit: usize) -> Result<usize> {
        Ok(0)
    }

    async fn note_audit_head(&self, head: AuditHead) -> Result<()> {
        self.note_head(head).await
    }

    async fn audit_heads(&self) -> Result<Vec<AuditHead>> {
        self.heads().await
    }

    async fn counts(&self, _now: Timestamp) -> Result<Counts> {
        self.count_keys().await
    }

    async fn close(&self) {
        self.runner().close();
    }
}
