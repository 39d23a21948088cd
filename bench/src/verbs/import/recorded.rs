//! Recordings of upstream servers (tests/upstream), as patterns for copies.

use std::collections::HashMap;

use anyhow::{Context as _, ensure};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

/// What lives shorter than this is given so long, in milliseconds: the import may take minutes.
const SHORTEST: u64 = 3_600_000;

/// Patterns of v0.26 without a passphrase: with so many, 27 % are protected, as of the older ones.
const OPEN: usize = 24;

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

/// How a server kept its records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Layout {
    /// v0.20.5 and v0.23.6: three databases, the old cipher.
    Older,
    /// v0.26.6: one database, fields in JSON.
    Newer,
}

impl Layout {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Older => "v0.23",
            Self::Newer => "v0.26",
        }
    }

    /// What the key of a receipt begins with.
    pub(crate) fn receipts(self) -> &'static str {
        match self {
            Self::Older => "metadata",
            Self::Newer => "receipt",
        }
    }

    /// The database of accounts, receipts and secrets.
    pub(crate) fn databases(self) -> [u32; 3] {
        match self {
            Self::Older => [6, 7, 8],
            Self::Newer => [0; 3],
        }
    }
}

/// All that was recorded in one layout.
#[derive(Debug)]
pub(crate) struct Recordings {
    pub(crate) layout: Layout,
    secret: String,
    pub(crate) patterns: Vec<Pattern>,
    /// The later server's accounts, by their keys.
    pub(crate) accounts: Vec<(String, Fields)>,
}

impl Recordings {
    pub(crate) fn read(layout: Layout) -> anyhow::Result<Self> {
        let texts: &[&str] = match layout {
            Layout::Older => &[
                include_str!("../../../../tests/upstream/v0.20.5.json"),
                include_str!("../../../../tests/upstream/v0.23.6.json"),
            ],
            Layout::Newer => &[include_str!("../../../../tests/upstream/v0.26.json")],
        };
        let mut all = Self { layout, secret: String::new(), patterns: Vec::new(), accounts: Vec::new() };
        for text in texts {
            let recorded: Value = serde_json::from_str(text)?;
            let secret = string(&recorded, "global_secret")?;
            ensure!(all.secret.is_empty() || all.secret == secret, "their secrets differ, so do checksums");
            all.secret = secret;
            let mut dump = dump(&recorded)?;
            for expected in recorded["expect"].as_array().context("no `expect`")? {
                // What had expired, or could not be read, is not multiplied.
                let is_used =
                    ["new", "viewed", "received", "burned"].iter().any(|state| expected["state"] == *state);
                if is_used && expected["unreadable"] != true {
                    all.patterns.push(pattern(expected, layout, &mut dump)?);
                }
            }
            all.accounts = accounts(dump);
        }
        if layout == Layout::Newer {
            let mut open = 0..OPEN;
            all.patterns
                .retain(|of| of.secret.is_none() || !of.passphrase.is_empty() || open.next().is_some());
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

fn pattern(expected: &Value, layout: Layout, dump: &mut Dump) -> anyhow::Result<Pattern> {
    let mut take = |kind: &str, member: &str| {
        let key = format!("{kind}:{}:object", expected[member].as_str()?);
        let (fields, lives) = dump.remove(&key)?;
        Some(ExpiringHash { fields, lives: lives?.max(SHORTEST) })
    };
    Ok(Pattern {
        secret: take("secret", "secret_key"),
        receipt: take(layout.receipts(), "metadata_key").context("a receipt is not in the dump")?,
        value: expected["value"].as_str().unwrap_or_default().to_owned(),
        passphrase: expected["passphrase"].as_str().unwrap_or_default().to_owned(),
        owner: owner(expected, layout, dump)?,
    })
}

/// Whose list it is on: the account as keys name it.
fn owner(expected: &Value, layout: Layout, dump: &Dump) -> anyhow::Result<String> {
    let address = string(expected, "custid")?;
    if layout == Layout::Older || address == "anon" {
        return Ok(address);
    }
    let is_its = |fields: &Fields| {
        fields.iter().any(|(name, value)| name == "email" && *value == format!("\"{address}\"").into_bytes())
    };
    let mut accounts =
        dump.iter().filter(|(key, _)| key.starts_with("customer:") && key.ends_with(":object"));
    let key = accounts.find(|(_, (fields, _))| is_its(fields)).map(|(key, _)| key.split(':').nth(1));
    Ok(key.flatten().unwrap_or("anon").to_owned()) // who was purged is nobody
}

fn accounts(dump: Dump) -> Vec<(String, Fields)> {
    let records = dump.into_iter().map(|(key, (fields, _))| (key, fields));
    let is_account = |key: &str| key.ends_with(":object") || key == "customer:email_index";
    let is_kept = |key: &str| key.starts_with("customer:") && is_account(key) && !key.contains(":GLOBAL:");
    records.filter(|(key, _)| is_kept(key)).collect()
}

fn string(of: &Value, name: &str) -> anyhow::Result<String> {
    Ok(of[name].as_str().with_context(|| format!("no `{name}`"))?.to_owned())
}
