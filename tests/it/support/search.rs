//! Looking for a text in bytes, in every form in which it may stand there.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};

use super::text::{hex, percent};

/// Whether `wanted` stands anywhere in `bytes`.
pub(crate) fn contains(bytes: &[u8], wanted: &[u8]) -> bool {
    let Some((first, rest)) = wanted.split_first() else { return false };
    let mut from = bytes;
    while let Some(at) = from.iter().position(|byte| byte == first) {
        from = &from[at + 1..];
        if from.starts_with(rest) {
            return true;
        }
    }
    false
}

/// The ways a text may stand in other bytes.
pub(crate) fn forms(marker: &str) -> Vec<Vec<u8>> {
    let raw = marker.as_bytes();
    let mut forms = vec![raw.to_vec(), percent(marker).into_bytes(), hex(raw).into_bytes()];
    forms.push(hex(raw).to_uppercase().into_bytes());
    forms.push(raw.iter().map(|byte| format!("%{byte:02x}")).collect::<Vec<_>>().concat().into_bytes());
    forms.push(raw.escape_ascii().to_string().into_bytes());
    forms.push(format!("{marker:?}").trim_matches('"').as_bytes().to_vec());
    for before in 0..3 {
        let shifted = [&[0; 3][..before], raw].concat();
        // Characters that also depend on what stands before or behind are left out.
        let (start, end) = ((before * 8).div_ceil(6), shifted.len() * 8 / 6);
        for engine in [STANDARD_NO_PAD, URL_SAFE_NO_PAD] {
            forms.push(engine.encode(&shifted).as_bytes()[start..end].to_vec());
        }
    }
    forms
}
