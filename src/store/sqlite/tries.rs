//! Rate limit of passphrase tries: counted in the transaction that hands the envelope out, so that parallel guesses pass no
//! limit.
//!
//! A network's window ends at `until`, set by its first try. Every counted try sets the secret's gate a window ahead;
//! it holds only once the tries of a lifetime are used up. Either of them that ends later than two windows from now was
//! set by a clock that ran ahead, and holds nobody up.

use std::time::Duration;

use rusqlite::{OptionalExtension as _, params};

use super::queue::Txn;
use super::rows::{seconds, time};
use crate::domain::{Attempt, NetworkTag, SecretId, SlotTag, Timestamp, Tries, TryLimits};
use crate::store::{Error, Result};

/// The tries on one secret, as its row has them.
pub(super) struct SecretTries {
    /// The secret's row.
    pub(super) id: i64,
    /// Passphrases tried in its life. Damage to it is told to who presents one, and is in nobody else's way.
    pub(super) count: i64,
    /// When the next one is let through, once they are too many.
    pub(super) gate: Timestamp,
}

/// What came of a try.
pub(super) enum Counting {
    /// It is counted.
    Counted {
        /// Tries that its network has left before it has to wait.
        left: u32,
    },
    /// It has to wait.
    Refused {
        /// So long.
        retry_after: Duration,
    },
}

/// Counts a try, or says how long to wait instead.
pub(super) fn count(
    txn: &Txn<'_>,
    secret: &SecretTries,
    attempt: Attempt,
    now: Timestamp,
) -> Result<Counting> {
    let TryLimits { tries, window, lifetime } = attempt.limits;
    let window = window.as_secs();
    let (end, latest) = (now.plus(window), now.plus(2 * window));
    let total = u32::try_from(secret.count).map_err(|_| Error::Corrupt("the tries on a secret"))?;
    let (until, used) = running(txn, secret.id, attempt.network, now, latest)?.unwrap_or((end, 0));
    let mut free_at = now;
    if used >= tries {
        free_at = until;
    }
    if total >= lifetime && secret.gate <= latest {
        free_at = free_at.max(secret.gate);
    }
    if free_at > now {
        return Ok(Counting::Refused { retry_after: Duration::from_secs(now.until(free_at)) });
    }
    txn.prepare_cached(
        "INSERT INTO tries (secret, network, until, count) VALUES (?1, ?2, ?3, ?4) \
         ON CONFLICT DO UPDATE SET until = excluded.until, count = excluded.count",
    )?
    .execute(params![secret.id, attempt.network.0, seconds(until), used.saturating_add(1)])?;
    txn.prepare_cached("UPDATE secrets SET tries = tries + 1, gate = ?2 WHERE id = ?1")?
        .execute(params![secret.id, seconds(end)])?;
    let left = |allowed: u32, before: u32| allowed.saturating_sub(before).saturating_sub(1);
    Ok(Counting::Counted { left: left(tries, used).min(left(lifetime, total)) })
}

/// The tries on an unread secret, and until when somebody has to wait.
pub(super) fn read(
    txn: &Txn<'_>,
    tag: SlotTag,
    sid: SecretId,
    limits: TryLimits,
    now: Timestamp,
) -> Result<Tries> {
    let secret: Option<(i64, i64, i64)> = txn
        .prepare_cached(
            "SELECT id, tries, gate FROM secrets WHERE sid = ?1 AND tag = ?2 AND envelope IS NOT NULL AND created + ttl > ?3",
        )?
        .query_one(params![sid.0, tag.as_str(), seconds(now)], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })
        .optional()?;
    let Some((secret, count, gate)) = secret else { return Ok(Tries::default()) };
    let count = u32::try_from(count).map_err(|_| Error::Corrupt("the tries on a secret"))?;
    let latest = now.plus(2 * limits.window.as_secs());
    let network: Option<i64> = txn
        .prepare_cached(
            "SELECT max(until) FROM tries WHERE secret = ?1 AND until > ?2 AND until <= ?3 AND count >= ?4",
        )?
        .query_one(params![secret, seconds(now), seconds(latest), limits.tries], |row| row.get(0))?;
    let gate = Some(time(gate)).filter(|gate| count >= limits.lifetime && now < *gate && *gate <= latest);
    Ok(Tries { count, refused_until: network.map(time).max(gate) })
}

/// Takes a counted try back, in the network's count and the secret's; and the gate, which that try has set, opens.
pub(super) fn give_back(
    txn: &Txn<'_>,
    tag: SlotTag,
    sid: SecretId,
    network: NetworkTag,
    now: Timestamp,
) -> Result<()> {
    let secret: Option<i64> = txn
        .prepare_cached(
            "SELECT id FROM secrets WHERE sid = ?1 AND tag = ?2 AND envelope IS NOT NULL AND created + ttl > ?3",
        )?
        .query_one(params![sid.0, tag.as_str(), seconds(now)], |row| row.get(0))
        .optional()?;
    let Some(secret) = secret else { return Ok(()) };
    match running(txn, secret, network, now, Timestamp(u64::MAX))? {
        None => return Ok(()),
        // No try, no window.
        Some((_, 0 | 1)) => txn
            .prepare_cached("DELETE FROM tries WHERE secret = ?1 AND network = ?2")?
            .execute(params![secret, network.0])?,
        Some(_) => txn
            .prepare_cached("UPDATE tries SET count = count - 1 WHERE secret = ?1 AND network = ?2")?
            .execute(params![secret, network.0])?,
    };
    txn.prepare_cached("UPDATE secrets SET tries = max(tries - 1, 0), gate = 0 WHERE id = ?1")?
        .execute([secret])?;
    Ok(())
}

/// Forgets all tries on a secret.
pub(super) fn forget(txn: &Txn<'_>, secret: i64) -> Result<()> {
    txn.prepare_cached("DELETE FROM tries WHERE secret = ?1")?.execute([secret])?;
    Ok(())
}

/// The end of a network's window and its tries in it, when one is running that ends by `latest`.
fn running(
    txn: &Txn<'_>,
    secret: i64,
    network: NetworkTag,
    now: Timestamp,
    latest: Timestamp,
) -> Result<Option<(Timestamp, u32)>> {
    Ok(txn
        .prepare_cached(
            "SELECT until, count FROM tries WHERE secret = ?1 AND network = ?2 AND until > ?3 AND until <= ?4",
        )?
        .query_one(params![secret, network.0, seconds(now), seconds(latest)], |row| {
            Ok((time(row.get(0)?), row.get(1)?))
        })
        .optional()?)
}
