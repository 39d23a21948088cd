//! How far the writers of audit trails have got: one hash, `ro:audit`, with a field for each writer that is no older than
//! [`AuditHead::LIFETIME`].

use super::reply::{all_bytes, list};
use super::run::{call, decimal};
use super::{RedisStore, scripts};
use crate::domain::text::{hex, unhex};
use crate::domain::{AuditHead, AuditWriter, Timestamp};
use crate::store::{Error, Result};

impl RedisStore {
    pub(super) async fn note_head(&self, head: AuditHead) -> Result<()> {
        let value = format!("{} {} {}", head.at.0, head.lines, hex(&head.mac)).into_bytes();
        let oldest = head.at.minus(AuditHead::LIFETIME);
        let args = [
            b"note".to_vec(),
            hex(&head.writer.0).into_bytes(),
            value,
            decimal(oldest.0),
            decimal(1000 * AuditHead::LIFETIME),
        ];
        self.run(&scripts::AUDIT, call(self.names().audit(), args)).await.map(drop)
    }

    pub(super) async fn heads(&self) -> Result<Vec<AuditHead>> {
        let answer = self.run(&scripts::AUDIT, call(self.names().audit(), [b"read".to_vec()])).await?;
        let fields = all_bytes(list(answer)?)?;
        let (pairs, _) = fields.as_chunks::<2>();
        pairs
            .iter()
            .map(|[writer, value]| read(writer, value).ok_or(Error::Corrupt("an audit head")))
            .collect()
    }
}

fn read(writer: &[u8], value: &[u8]) -> Option<AuditHead> {
    let writer = AuditWriter(unhex(std::str::from_utf8(writer).ok()?)?);
    let mut parts = std::str::from_utf8(value).ok()?.split(' ');
    let at = Timestamp(parts.next()?.parse().ok()?);
    let lines = parts.next()?.parse().ok()?;
    let mac = unhex(parts.next()?)?;
    parts.next().is_none().then_some(AuditHead { writer, at, lines, mac })
}
