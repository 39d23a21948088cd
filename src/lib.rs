//! readonce: a self-hosted one-time-secret server that existing Onetime Secret v1 clients use unchanged.
//!
//! # The rooms
//!
//! ```text
//!  cli ──► server ──► api/v1 ──┬─► http ──► service ──┬─► vault ──┐
//!   │         └─────► web ──────┤                      ├─► store ──┼─► domain
//!   │                           └─► words              └─► mail ───┘
//!   └─► config, telemetry, lifecycle, import ──► vault, store
//! ```
//!
//! Arrows point downwards only; `tests/it/architecture.rs` reads every `use crate::…` and holds the rooms to it.
//!
//! | room | what is in it |
//! |---|---|
//! | [`domain`] | the nouns: keys, receipts, times. No I/O |
//! | [`vault`] | root keys and sealing: the only place where anything opens |
//! | [`store`] | the port, and behind it the backends that keep sealed bytes |
//! | [`service`] | the verbs: share, generate, reveal, burn, receipt, recent, accounts |
//! | [`mail`] | letters, and who sends them |
//! | [`meter`] | what Prometheus is told: no label holds anything that was sent |
//! | [`words`] | what letters and pages say, in five languages |
//! | [`http`] | what every surface needs: parameters, credentials, addresses, headers, the log line |
//! | [`api`] | the v1 wire: paths, bodies and texts as clients know them |
//! | [`web`] | pages for people: forms, what comes of them, stylesheet and script |
//! | [`import`] | moving in from an upstream server: its Redis, read and never written |
//! | [`server`] | one service out of all of it, and the loop that accepts connections |
//! | [`config`] | settings from defaults, file, environment and flags, each with its source |
//! | [`cli`] | the command |
//!
//! # Three walks
//!
//! **Share.** `POST /api/v1/share` passes the layers (path, log line, head and headers, panics), [`http::basic`] tells who calls,
//! [`service::Service::admit_creator`] whether they may and their rate allows it, and [`http::params`] what was sent.
//! [`service::Service::share`] checks in the contract's order, draws two link keys, has the vault seal the value under one
//! and that key under the other, and puts both in the store, or neither. 200 means: durable.
//!
//! **Reveal.** `POST /api/v1/secret/{key}`. An unprotected secret takes one step: [`store::SecretStore::take`] removes it and
//! hands the envelope to the one caller whose claim is won, and only then it is opened. With a passphrase the same step
//! counts the try and hands the *locked* envelope out; the vault hashes off the async threads, and a second `take` with the
//! proof wins or does not. Never was, read, burned, expired, wrong passphrase: one answer.
//! A key that is not in the ring consumes nothing: the keyring is read again, and the claim made once more.
//!
//! **Burn.** `POST /api/v1/receipt/{key}/burn` is the same `take`, aimed at the receipt and ending in `Burned`; what it wins is
//! dropped unopened.

pub mod api;
pub mod cli;
pub mod config;
pub mod domain;
pub mod http;
pub mod import;
pub mod lifecycle;
pub mod mail;
pub mod meter;
pub mod server;
pub mod service;
pub mod store;
pub mod telemetry;
pub mod vault;
pub mod web;
pub mod words;
