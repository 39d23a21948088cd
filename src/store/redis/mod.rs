//! The Redis store: Redis 7 or Valkey, a single server, a Sentinel group or a Cluster, shared by any number of instances.
//!
//! Every operation on one secret is one script on one key, in the slot both its keys share, and so one atomic step over
//! all instances. Deletion is left to native expiry.
//!
//! ```text
//! secrets, lists, outbox, notices, accounts, maintenance ──► run ──► connection ──► connect      layout: key names    record: stored bytes
//!                                                        │  └─► confirm (a pool)      scripts: *.lua       errors: what an error proves
//! ```
//!
//! The trap is in `errors` and `run`: only a reply of the server proves that a request was not executed.

mod accounts;
mod args;
mod audit;
mod bindings;
mod confirm;
mod connect;
mod connection;
mod counts;
mod errors;
mod foreign;
mod import;
mod info;
mod layout;
mod lists;
mod maintenance;
mod notices;
mod outbox;
mod parallel;
pub mod preflight;
mod record;
mod reply;
mod run;
mod scripts;
mod secrets;
mod shares;
mod tls;
mod to_its_end;
mod tokens;
mod unread;

use std::sync::Arc;

use redis::Value;

pub use confirm::Confirm;
pub use foreign::{Foreign, foreign};
use layout::Layout;
use run::{Call, Runner, ScriptReply};
use scripts::Script;
pub use tls::{TlsError, TlsFiles};

use crate::domain::address::RedisUrl;
use crate::metrics::Metrics;
use crate::store::{Error, Result};

/// What a Redis store is opened with.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where it is.
    pub url: RedisUrl,
    /// Who has to confirm shares, claims and burns.
    pub confirm: Confirm,
    /// Certificates, for `rediss` URLs.
    pub tls: TlsFiles,
    /// What every key begins with, before a colon.
    pub prefix: String,
    /// Where it counts what becomes of secrets.
    pub metrics: Metrics,
}

impl Settings {
    /// The settings for a URL, everything else as it is by default.
    #[must_use]
    pub fn new(url: RedisUrl) -> Self {
        Self {
            url,
            confirm: Confirm::None,
            tls: TlsFiles::default(),
            prefix: "ro".to_owned(),
            metrics: Metrics::default(),
        }
    }
}

/// Why a store could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// A certificate or key file.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// The settings cannot work, such as a wrong password.
    #[error("`{url}` refuses these settings\nhint: check user, password and database of `store`")]
    Refused {
        /// The URL without its password.
        url: String,
        /// What the server or the client library said.
        source: redis::RedisError,
    },
    /// No server answers.
    #[error("`{url}` cannot be reached\nhint: is the server up, and do host, port and TLS match `store`?")]
    Unreachable {
        /// The URL without its password.
        url: String,
        /// What went wrong.
        source: redis::RedisError,
    },
}

/// A store on Redis or Valkey. Clones share their connections.
#[derive(Clone, Debug)]
pub struct RedisStore {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    runner: Runner,
    names: Layout,
}

impl RedisStore {
    /// Opens a store: reads the certificates, connects and greets. Nothing is written; see [`preflight`] for the rest.
    pub async fn open(settings: Settings) -> std::result::Result<Self, OpenError> {
        let url = settings.url.redacted().to_owned();
        let certificates = settings.tls.load()?;
        let fail = |source: redis::RedisError| {
            let url = url.clone();
            if connect::is_misconfigured(&source) {
                OpenError::Refused { url, source }
            } else {
                OpenError::Unreachable { url, source }
            }
        };
        let connector = connect::Connector::new(settings.url, certificates).map_err(fail)?;
        let runner = Runner::new(Arc::new(connector), settings.confirm, settings.metrics);
        runner.shared().wire().await.map_err(fail)?;
        Ok(Self { inner: Arc::new(Inner { runner, names: Layout::new(&settings.prefix) }) })
    }

    fn runner(&self) -> &Runner {
        &self.inner.runner
    }

    fn names(&self) -> &Layout {
        &self.inner.names
    }

    fn replicas(&self) -> u32 {
        self.inner.runner.replicas()
    }

    async fn run(&self, script: &Script, call: Call) -> Result<Value> {
        self.answer(script, call).await.map(|answer| answer.value)
    }

    /// Runs what is acknowledged once it is done: as many replicas as `redis.confirm` asks for have it then.
    async fn run_confirmed(&self, script: &Script, call: Call) -> Result<Value> {
        let answer = self.answer(script, Call { confirm: true, ..call }).await?;
        if answer.confirmed { Ok(answer.value) } else { Err(Error::Unconfirmed) }
    }

    async fn answer(&self, script: &Script, call: Call) -> Result<ScriptReply> {
        self.inner.runner.run(script, &call).await
    }
}
