//! readonce: a self-hosted one-time-secret server that existing Onetime Secret clients use unchanged, of v1 and of v2.
//!
//! # The rooms
//!
//! A room names rooms of lower lines only:
//!
//! ```text
//!                       cli
//!   server     config     import     lifecycle
//!   api     web
//!   http
//!   service
//!   mail     oidc     store     audit
//!   vault    i18n     metrics    fs     telemetry
//!   domain
//! ```
//!
//! This table is the map: `tests/it/architecture.rs` reads it and the picture, and holds every `use crate::…` to them. A room
//! that is not here, an arrow that is not here, and one that nothing needs any more, fail that test.
//!
//! | room | may name | what is in it |
//! |---|---|---|
//! | [`cli`] | audit, config, domain, fs, http, import, lifecycle, mail, metrics, oidc, server, service, store, telemetry, vault, web | the command: `serve`, what administers a server, and the client |
//! | [`server`] | api, domain, fs, http, metrics, service, web | one service out of all of it, and the loop that accepts connections |
//! | [`config`] | audit, domain, oidc, service, store, telemetry | settings from defaults, file, environment and flags, each with its source |
//! | [`import`] | domain, store, vault | moving in from an upstream server: its Redis, read and never written |
//! | [`telemetry`] | | the log: its subscriber, a writer that nobody waits for, and which request a line is about |
//! | [`lifecycle`] | | signals, and when the process stops |
//! | [`api`] | domain, http, metrics, service | the wires of v1 and v2, neither of which knows the other: paths, bodies and texts as clients know them |
//! | [`web`] | domain, http, i18n, metrics, oidc, service | pages for people: forms, what comes of them, stylesheet and script |
//! | [`http`] | domain, metrics, service, telemetry | what every surface needs: parameters, credentials, addresses, headers, the log line |
//! | [`service`] | audit, domain, mail, metrics, store, vault | the verbs, in parts that hold only what they use: secrets, accounts and their sessions, outbox, keys, maintenance, readiness, stats |
//! | [`mail`] | domain, i18n | emails to recipients, and who sends them |
//! | [`oidc`] | domain | sign-in by an OpenID Connect provider: asks it, and trusts nothing that it says unchecked |
//! | [`audit`] | domain, vault | the audit trail: lines that are chained, and whether they are as they were written |
//! | [`store`] | domain, fs, metrics | the port, and behind it the backends that keep sealed bytes |
//! | [`vault`] | domain | root keys and sealing: the only place where anything opens |
//! | [`i18n`] | domain | what emails and pages say, in every language of `locales/` |
//! | [`metrics`] | domain | metrics for Prometheus: no label holds anything that was sent |
//! | [`fs`] | | files: their owner, their mode, written whole or not at all, locks |
//! | [`domain`] | | the nouns: keys, receipts, times. No I/O |
//!
//! # Three walks
//!
//! **Share.** `POST /api/v1/share` passes what stands around all routes (path, checks of the head, log line, panics, headers). [`http::admit`] finds
//! who calls, by [`http::basic`], and has [`service::Service::admit_create`] decide whether they may and their rate allows it;
//! [`http::params`] reads what was sent.
//! [`service::Secrets::share`] checks in the contract's order, draws two link keys, has the vault seal the value under one
//! and that key under the other, and puts both in the store, or neither. 200 means: durable.
//! v2's `POST /api/v2/secret/conceal` differs in how it reads and answers, and so do the other two.
//!
//! **Reveal.** `POST /api/v1/secret/{key}`. An unprotected secret takes one step: [`store::SecretStore::take`] removes it and
//! hands the envelope to the one caller whose claim is won, and only then it is opened. With a passphrase the same step
//! counts the try and hands the *locked* envelope out; the vault hashes off the async threads, and a second `take` with the
//! proof wins or does not. Never was, read, burned, expired, wrong passphrase: one answer.
//! A key that is not in the ring consumes nothing: the keyring is read again, and the claim made once more. v2 reveals where
//! `continue` is true; else it looks, by [`store::SecretStore::look`], which writes nothing.
//!
//! **Burn.** `POST /api/v1/receipt/{key}/burn` is the same claim, aimed at the receipt and ending in `Burned`; what it wins is
//! dropped unopened.

pub mod api;
pub mod audit;
pub mod cli;
pub mod config;
pub mod domain;
pub mod fs;
pub mod http;
pub mod i18n;
#[cfg(feature = "import")]
pub mod import;
pub mod lifecycle;
pub mod mail;
pub mod metrics;
pub mod oidc;
pub mod server;
pub mod service;
pub mod store;
pub mod telemetry;
pub mod vault;
pub mod web;
