//! The one integration test binary (it links once); its rooms mirror `src`, and `process` runs the real program.

#![expect(clippy::unwrap_used, reason = "a test that meets the unexpected should stop there")]

mod api_v1;
mod api_v2;
mod architecture;
mod browser;
mod citations;
mod cli;
mod client;
mod config;
mod costs;
mod deploy;
mod documents;
mod fuzz;
mod histories;
mod i18n;
mod import;
mod mail;
mod oidc;
mod params;
mod parsers;
mod password;
mod power;
mod process;
mod secrecy;
mod store;
mod support;
mod ttl;
mod upgrade;
mod web;
