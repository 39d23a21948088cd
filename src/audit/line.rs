//! One line of a trail: JSON with its fields in one order, the MAC last.

use std::fmt::Write as _;

use crate::domain::text::{hex, unhex};
use crate::domain::{AuditEvent, AuditKind, AuditWriter, KeyId};
use crate::vault::AuditKeys;

/// What stands before a line's MAC.
const MAC: &str = ",\"mac\":\"";

/// What a line has to say of itself to be checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Parsed<'a> {
    pub(super) writer: AuditWriter,
    /// Its number, from 0.
    pub(super) number: u64,
    pub(super) kid: KeyId,
    /// What the MAC is over, besides the MAC before.
    pub(super) body: &'a str,
    pub(super) mac: [u8; 32],
}

/// A line without its end, and its MAC.
pub(super) fn write(
    keys: &AuditKeys,
    writer: AuditWriter,
    number: u64,
    before: &[u8; 32],
    event: &AuditEvent,
) -> (String, [u8; 32]) {
    let mut line = format!(
        "{{\"time\":\"{}\",\"writer\":\"{}\",\"number\":{number},\"key\":\"{}\",\"event\":\"{}\"",
        event.at,
        hex(&writer.0),
        keys.kid(),
        event.kind.name(),
    );
    let mut field = |name: &str, value: &str| {
        let _ = write!(line, ",\"{name}\":\"{value}\"");
    };
    let pseudonym = |kind: &str, value: &[u8]| hex(&keys.pseudonym(kind, value));
    match &event.kind {
        AuditKind::Started { settings } => field("settings", &hex(settings)),
        AuditKind::Gap { missing } => field("missing", &missing.to_string()),
        _ => {}
    }
    if let Some(secret) = &event.secret {
        field("secret", &pseudonym("secret", &secret.0));
    }
    if let Some(account) = &event.account {
        field("account", &pseudonym("account", &account.0));
    }
    if let Some(network) = event.network {
        field("network", &pseudonym("network", &network.to_bytes()));
    }
    let mac = keys.mac(before, line.as_bytes());
    line.push_str(MAC);
    line.push_str(&hex(&mac));
    line.push_str("\"}");
    (line, mac)
}

/// Reads what [`write`] writes; `None` for anything else.
pub(super) fn parse(line: &str) -> Option<Parsed<'_>> {
    let (body, mac) = line.rsplit_once(MAC)?;
    let mac = unhex(mac.strip_suffix("\"}")?)?;
    let rest = body.strip_prefix("{\"time\":\"")?;
    let (_, rest) = rest.split_once("\",\"writer\":\"")?;
    let (writer, rest) = rest.split_once("\",\"number\":")?;
    let (number, rest) = rest.split_once(",\"key\":\"")?;
    let (kid, _) = rest.split_once('"')?;
    Some(Parsed {
        writer: AuditWriter(unhex(writer)?),
        number: number.parse().ok()?,
        kid: kid.parse().ok()?,
        body,
        mac,
    })
}
