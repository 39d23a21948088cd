//! The requests of a client, and the check of each response.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail, ensure};

use super::http::Connection;
use super::secret::{Stored, value};

/// Pause after a 429 or 503; retries without one would be load of another kind.
const BACKOFF: Duration = Duration::from_millis(100);

/// One kind of turn; what all connections share.
#[derive(Debug)]
pub(crate) enum Work {
    /// `GET /api/v1/status`: readonce without a store.
    Ping,
    /// A share's body to a baseline, and back.
    Echo(Supply),
    /// `POST /api/v1/share` of a value that nobody shared before.
    Share(Supply),
    /// The same under a passphrase. A 429 or 503 is accepted, too.
    ShareLocked(Supply),
    /// Shares of an account, with these credentials, that live for so many seconds; with an email to `to`, if that is not empty.
    ShareAs { supply: Supply, who: Arc<str>, ttl: u32, to: &'static str },
    /// `GET /api/v1/private/recent` with these credentials. A 429 is accepted, too.
    Recent(Arc<str>),
    /// `POST /api/v1/private/KEY`.
    Metadata(Stock),
    /// `POST /api/v1/secret/KEY`.
    Read(Stock),
    /// Share, metadata and read of one secret, a turn each.
    Walk(Supply),
}

/// Numbers of values, each handed out once.
#[derive(Debug, Default)]
pub(crate) struct Supply {
    next: AtomicU64,
    end: Option<u64>,
    expiry: Option<Instant>,
}

impl Supply {
    /// From `first` on, without end.
    pub(crate) fn from(first: u64) -> Self {
        Self { next: AtomicU64::new(first), end: None, expiry: None }
    }

    /// This many, from `first` on.
    pub(crate) fn of(first: u64, count: usize) -> Self {
        Self { end: Some(first + count as u64), ..Self::from(first) }
    }

    /// The secrets' lifetimes shall end at that moment, to the second.
    pub(crate) fn expiring_at(self, expiry: Instant) -> Self {
        Self { expiry: Some(expiry), ..self }
    }

    fn take(&self) -> Option<u64> {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        self.end.is_none_or(|end| number < end).then_some(number)
    }
}

/// Stored secrets in an order that has nothing to do with when they were stored.
#[derive(Debug)]
pub(crate) struct Stock {
    secrets: Arc<Vec<Stored>>,
    next: AtomicUsize,
    endless: bool,
}

impl Stock {
    /// Each once.
    pub(crate) fn once(secrets: Arc<Vec<Stored>>) -> Self {
        Self { secrets, next: AtomicUsize::new(0), endless: false }
    }

    /// Over and over.
    pub(crate) fn endless(secrets: Arc<Vec<Stored>>) -> Self {
        Self { endless: true, ..Self::once(secrets) }
    }

    /// Which were taken, and which were not.
    pub(crate) fn split(&self) -> (Vec<Stored>, Vec<Stored>) {
        let taken = self.next.load(Ordering::Relaxed).min(self.secrets.len());
        let at = |turns: std::ops::Range<usize>| turns.map(|turn| self.secrets[self.place(turn)]).collect();
        (at(0..taken), at(taken..self.secrets.len()))
    }

    fn take(&self) -> Option<&Stored> {
        let turn = self.next.fetch_add(1, Ordering::Relaxed);
        if self.secrets.is_empty() || (turn >= self.secrets.len() && !self.endless) {
            return None;
        }
        Some(&self.secrets[self.place(turn)])
    }

    /// Steps of a prime larger than any stock reach every place once before any twice.
    fn place(&self, turn: usize) -> usize {
        turn.wrapping_mul(2_654_435_761) % self.secrets.len()
    }
}

impl Work {
    /// One turn on a connection, `turn` of them were done before; `false` when nothing is left to do. What it stored is
    /// put into `made`.
    pub(crate) async fn once(
        &self,
        on: &mut Connection,
        turn: usize,
        made: &mut Vec<Stored>,
    ) -> anyhow::Result<bool> {
        match self {
            Self::Ping => {
                let answer = on.get("/api/v1/status").await?;
                ensure!(
                    answer.status == 200 && answer.body.starts_with(b"{\"status\":\"nominal\""),
                    "no ping"
                );
            }
            Self::Echo(supply) => {
                let Some(number) = supply.take() else { return Ok(false) };
                let value = value(number);
                let answer = on.post_form("/echo", &[b"secret=", &value]).await?;
                ensure!(answer.status == 200 && answer.body.ends_with(&value), "no echo");
            }
            Self::Share(supply) => {
                let Some(number) = supply.take() else { return Ok(false) };
                made.push(share(on, number, supply.expiry).await?);
            }
            Self::ShareLocked(supply) => {
                let Some(number) = supply.take() else { return Ok(false) };
                let value = value(number);
                let form: [&[u8]; 3] = [b"passphrase=swordfish&secret=", &value, b""];
                let answer = on.post_form("/api/v1/share", &form).await?;
                match answer.status {
                    200 => {}
                    429 | 503 => tokio::time::sleep(BACKOFF).await,
                    status => bail!("a share answered {status}"),
                }
            }
            Self::ShareAs { supply, who, ttl, to } => {
                let Some(number) = supply.take() else { return Ok(false) };
                let (value, ttl) = (value(number), ttl.to_string());
                let form: [&[u8]; 6] =
                    [b"ttl=", ttl.as_bytes(), b"&recipient=", to.as_bytes(), b"&secret=", &value];
                let answer = on.post_form_as(Some(who), "/api/v1/share", &form).await?;
                ensure!(answer.status == 200, "an account's share answered {}", answer.status);
            }
            Self::Recent(who) => {
                let answer = on.get_as(Some(who), "/api/v1/private/recent").await?;
                match answer.status {
                    200 => ensure!(answer.body.starts_with(b"[") && answer.body.ends_with(b"]"), "no list"),
                    429 => tokio::time::sleep(BACKOFF).await,
                    status => bail!("a list answered {status}"),
                }
            }
            Self::Metadata(stock) => {
                let Some(stored) = stock.take() else { return Ok(false) };
                metadata(on, stored).await?;
            }
            Self::Read(stock) => {
                let Some(stored) = stock.take() else { return Ok(false) };
                read(on, stored).await?;
            }
            Self::Walk(supply) => match turn % 3 {
                0 => {
                    let Some(number) = supply.take() else { return Ok(false) };
                    made.push(share(on, number, supply.expiry).await?);
                }
                1 => metadata(on, made.last().context("shared before")?).await?,
                _ => read(on, &made.pop().context("shared before")?).await?,
            },
        }
        Ok(true)
    }
}

async fn share(on: &mut Connection, number: u64, expiry: Option<Instant>) -> anyhow::Result<Stored> {
    let value = value(number);
    let answer = match expiry {
        None => on.post_form("/api/v1/share", &[b"secret=", &value]).await?,
        Some(expiry) => {
            let ttl = expiry.saturating_duration_since(Instant::now()).as_secs().max(1).to_string();
            on.post_form("/api/v1/share", &[b"ttl=", ttl.as_bytes(), b"&secret=", &value]).await?
        }
    };
    ensure!(answer.status == 200, "a share answered {}", answer.status);
    Stored::from_answer(number, answer.body)
}

async fn metadata(on: &mut Connection, stored: &Stored) -> anyhow::Result<()> {
    let answer = on.post("/api/v1/private/", &stored.metadata_key).await?;
    ensure!(answer.status == 200, "metadata answered {}", answer.status);
    stored.check_metadata(answer.body)
}

async fn read(on: &mut Connection, stored: &Stored) -> anyhow::Result<()> {
    let answer = on.post("/api/v1/secret/", &stored.secret_key).await?;
    ensure!(answer.status == 200, "a read answered {}", answer.status);
    stored.check_value(answer.body)
}
