//! Check after an import: the last copy of every recorded secret is read over HTTP, with its passphrase, once.

use std::fmt::Write as _;
use std::net::SocketAddr;

use anyhow::ensure;

use super::filled::{Filled, keys, pattern};
use super::recorded::{Pattern, Recordings};
use crate::load::Connection;

pub(crate) fn round(address: SocketAddr, recordings: &Recordings, filled: &Filled) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let mut connection = Connection::open(address).await?;
        let first = filled.copies.saturating_sub(recordings.patterns.len());
        for copy in first..filled.copies {
            check(&mut connection, keys(recordings.layout, copy)?, pattern(recordings, copy)).await?;
        }
        Ok(())
    })
}

async fn check(connection: &mut Connection, keys: [String; 2], pattern: &Pattern) -> anyhow::Result<()> {
    let [secret, receipt] = keys;
    let path = format!("/api/v1/secret/{secret}");
    let passphrase = percent(&pattern.passphrase);
    let form = [b"passphrase=".as_slice(), passphrase.as_bytes()];
    let answer = connection.post_form(&path, &form).await?;
    if pattern.secret.is_some() {
        ensure!(answer.status == 200, "an imported secret is answered with {}", answer.status);
        let body: serde_json::Value = serde_json::from_slice(answer.body)?;
        ensure!(body["value"] == pattern.value.as_str(), "an imported secret has another value");
        let again = connection.post_form(&path, &form).await?;
        ensure!(again.status == 404, "an imported secret was read twice");
    } else {
        ensure!(answer.status == 404, "what had ended is answered with {}", answer.status);
    }
    let answer = connection.get(&format!("/api/v1/private/{receipt}")).await?;
    let state: serde_json::Value = serde_json::from_slice(answer.body)?;
    let ended = ["received", "burned"].map(|state| format!("\"{state}\""));
    ensure!(ended.contains(&state["state"].to_string()), "an ended secret's receipt says {}", state["state"]);
    Ok(())
}

/// Every byte as a form may carry it.
fn percent(text: &str) -> String {
    text.bytes().fold(String::new(), |mut out, byte| {
        let _ = write!(out, "%{byte:02x}");
        out
    })
}
