//! Recordings of upstream servers (tests/upstream), as patterns for copies.

use std::collections::HashMap;

use anyhow::{Context as _, ensure};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

/// Names and values of a hash.
pub(crate) type Fields = Vec<(String, Vec<u8>)>;

/// A hash with an expiry.
#[derive(Debug)]
pub(crate) struct ExpiringHash {
    pub(crate) fields: Fields,
    /// How much longer it lives, in milliseconds.
    pub(crate) lives: u64,
}

/// A secret with its receipt, as a server kept them.
#[derive(Debug)]
pub(crate) struct Pattern {
    /// Nothing when it was read or burned there.
    pub(crate) secret: Option<ExpiringHash>,
    pub(crate) receipt: ExpiringHash,
    pub(crate) value: String,
    /// Empty when there is none.
    pub(crate) passphrase: String,
    /// The account that shared it, or `anon`.
    pub(crate) owner: String,
}

/// All that was recorded.
#[derive(Debug)]
pub(crate) struct Recordings {
    secret: String,
    pub(crate) patterns: Vec<Pattern>,
    /// The later server's accounts, by their keys.
    pub(crate) accounts: Vec<(String, Fields)>,
}

impl Recordings {
    pub(crate) fn read() -> anyhow::Result<Self> {
        let texts = [
            include_str!("../../../../tests/upstream/v0.20.5.json"),
            include_str!("../../../../tests/upstream/v0.23.6.json"),
        ];
        let mut all = Self { secret: String::new(), patterns: Vec::new(), accounts: Vec::new() };
        for text in texts {
            let recorded: Value = serde_json::from_str(text)?;
            let secret = string(&recorded, "global_secret")?;
            ensure!(all.secret.is_empty() || all.secret == secret, "their secrets differ, so do checksums");
            all.secret = secret;
            let mut dump = dump(&recorded)?;
            for expected in recorded["expect"].as_array().context("no `expect`")? {
                all.patterns.push(pattern(expected, &mut dump)?);
            }
            all.accounts = accounts(dump);
        }
        Ok(all)
    }

    /// What the servers sealed with.
    pub(crate) fn secret(&self) -> &str {
        &self.secret
    }
}

type Dump = HashMap<String, (Fields, Option<u64>)>;

/// Every hash, by its key, with the milliseconds it lives.
fn dump(recorded: &Value) -> anyhow::Result<Dump> {
    let mut dump = Dump::new();
    for record in recorded["dump"].as_array().context("no `dump`")? {
        let Some(members) = record["value"].as_object() else { continue };
        let field = |(name, content): (&String, &Value)| {
            Ok((name.clone(), STANDARD.decode(content.as_str().context("a field without a text")?)?))
        };
        let fields: Fields = members.iter().map(field).collect::<anyhow::Result<_>>()?;
        dump.insert(string(record, "key")?, (fields, record["pttl"].as_u64()));
    }
    Ok(dump)
}

fn pattern(expected: &Value, dump: &mut Dump) -> anyhow::Result<Pattern> {
    let mut take = |kind: &str, member: &str| {
        let key = format!("{kind}:{}:object", expected[member].as_str()?);
        let (fields, lives) = dump.remove(&key)?;
        Some(ExpiringHash { fields, lives: lives? })
    };
    Ok(Pattern {
        secret: take("secret", "secret_key"),
        receipt: take("metadata", "metadata_key").context("a receipt is not in the dump")?,
        value: expected["value"].as_str().unwrap_or_default().to_owned(),
        passphrase: expected["passphrase"].as_str().unwrap_or_default().to_owned(),
        owner: string(expected, "custid")?,
    })
}

fn accounts(dump: Dump) -> Vec<(String, Fields)> {
    let records = dump.into_iter().map(|(key, (fields, _))| (key, fields));
    records.filter(|(key, _)| key.starts_with("customer:") && !key.contains(":GLOBAL:")).collect()
}

fn string(of: &Value, name: &str) -> anyhow::Result<String> {
    Ok(of[name].as_str().with_context(|| format!("no `{name}`"))?.to_owned())
}
