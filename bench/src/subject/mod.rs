//! What is measured: the release build with its own store, and the baselines. Each is a process, so that its CPU and
//! memory are separate from those of the clients.

use std::net::SocketAddr;

use clap::ValueEnum;

pub(crate) mod baseline;
pub(crate) mod installation;
pub(crate) mod mail_server;
pub(crate) mod process;
pub(crate) mod program;
pub(crate) mod readonce;
pub(crate) mod redis;

pub(crate) use installation::Installation;

/// Where secrets are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum StoreKind {
    /// The embedded store.
    Sqlite,
    /// A redis-server of our own.
    Redis,
}

impl StoreKind {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "SQLite",
            Self::Redis => "Redis",
        }
    }

    /// The other program's on it, beside the one that is measured.
    pub(crate) fn versus(self) -> &'static str {
        match self {
            Self::Sqlite => "SQLite, the other",
            Self::Redis => "Redis, the other",
        }
    }
}

/// What Redis does with its append-only file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Appendfsync {
    /// Synced every second.
    Everysec,
    /// Synced before a write is answered.
    Always,
    /// Nothing is kept.
    Off,
}

/// Where requests go, and whose CPU they cost.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Target {
    pub(crate) address: SocketAddr,
    /// The process that answers.
    pub(crate) server: u32,
    /// The process behind it.
    pub(crate) store: Option<u32>,
}
