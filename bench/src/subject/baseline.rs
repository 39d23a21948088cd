//! Baselines: an axum echo server, and the same after one `SET` on one multiplexed connection. Each is its own process,
//! built with the server's libraries and profile.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::SocketAddr;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::Context as _;
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::post;
use axum::serve::ListenerExt as _;
use clap::ValueEnum;
use redis::aio::MultiplexedConnection;
use tempfile::TempDir;
use tokio::net::TcpListener;

use super::Target;
use super::process::{Process, rss};
use super::redis::Redis;
use crate::cli::Bench;

/// Which ceiling.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum BaselineKind {
    /// The body and nothing else.
    Echo,
    /// `SET` with an expiry, then the body.
    Set,
}

impl BaselineKind {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Echo => "axum echo",
            Self::Set => "axum + SET",
        }
    }
}

/// A running baseline. Fields are dropped in this order.
#[derive(Debug)]
pub(crate) struct Baseline {
    process: Process,
    redis: Option<Redis>,
    address: SocketAddr,
    _home: TempDir,
}

impl Baseline {
    /// Starts this very program once more, as a baseline.
    pub(crate) fn start(bench: &Bench, kind: BaselineKind) -> anyhow::Result<Self> {
        let home = tempfile::Builder::new().prefix("bench-").tempdir_in(&bench.folder)?;
        let redis = match kind {
            BaselineKind::Echo => None,
            BaselineKind::Set => Some(Redis::start(home.path(), bench.options.appendfsync)?),
        };
        let mut command = Command::new(std::env::current_exe()?);
        command.arg("baseline").arg(kind.to_possible_value().context("a kind has a name")?.get_name());
        if let Some(redis) = &redis {
            command.args(["--redis", &redis.url()]);
        }
        command.stdin(Stdio::null()).stdout(Stdio::piped());
        let mut process = Process::spawn(&mut command)?;
        let mut line = String::new();
        BufReader::new(process.child().stdout.take().context("no stdout")?).read_line(&mut line)?;
        let address = line.trim().parse().context("the baseline does not start")?;
        Ok(Self { process, redis, address, _home: home })
    }

    pub(crate) fn target(&self) -> Target {
        Target { address: self.address, server: self.process.id(), store: self.redis.as_ref().map(Redis::id) }
    }

    /// Memory in MiB.
    pub(crate) fn rss(&self) -> anyhow::Result<f64> {
        rss(self.process.id())
    }
}

/// Serves a baseline until killed; says its address first.
pub(crate) fn serve(kind: BaselineKind, redis: Option<&str>) -> anyhow::Result<()> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(async {
        let router = match (kind, redis) {
            (BaselineKind::Set, Some(url)) => {
                let connection = redis::Client::open(url)?.get_multiplexed_async_connection().await?;
                let numbers = Arc::new(AtomicU64::new(0));
                Router::new().route("/echo", post(set)).with_state((connection, numbers))
            }
            _ => Router::new().route("/echo", post(|body: Bytes| async { body })),
        };
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let mut out = std::io::stdout();
        writeln!(out, "{}", listener.local_addr()?)?;
        out.flush()?;
        let listener = listener.tap_io(|stream| drop(stream.set_nodelay(true)));
        Ok(axum::serve(listener, router).await?)
    })
}

async fn set(
    State((mut redis, numbers)): State<(MultiplexedConnection, Arc<AtomicU64>)>,
    body: Bytes,
) -> Result<Bytes, StatusCode> {
    let key = numbers.fetch_add(1, Ordering::Relaxed).to_be_bytes();
    let mut command = redis::cmd("SET");
    command.arg(&key).arg(body.as_ref()).arg("EX").arg(604_800);
    command.exec_async(&mut redis).await.map_err(|_| StatusCode::BAD_GATEWAY)?;
    Ok(body)
}
