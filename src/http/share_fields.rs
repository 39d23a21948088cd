//! What a request that shares says beside its value, under the names that every API version has for it
//! (v1-contract.md §5.7, §7.3, v2-contract.md §5).
//!
//! The trap: one of the wrong shape must not read as none. The secret would be stored unprotected, live longer, or its link
//! lead elsewhere, than the sharer believes, who would wait for mail to be sent.

use super::params::{Params, ParamsError};
use crate::domain::{Locale, PresentedPassphrase, ttl};
use crate::service::ShareOptions;
use crate::service::password::PasswordRule;

/// Passphrase, lifetime, recipients, link domain and language; takes the passphrase out.
pub fn share_options(params: &mut Params) -> Result<ShareOptions, ParamsError> {
    params.require_texts(&["passphrase", "share_domain", "locale"])?;
    params.require_values(&["ttl"])?;
    params.require_list("recipient")?;
    Ok(ShareOptions {
        passphrase: PresentedPassphrase::parse(params.take_text("passphrase")),
        ttl: params.text("ttl").and_then(ttl::parse),
        recipients: params.list("recipient").into_iter().map(str::to_owned).collect(),
        share_domain: params.text("share_domain").unwrap_or_default().to_owned(),
        locale: params.text("locale").and_then(Locale::parse),
    })
}

/// Which characters a generated password has: `character_sets` is laid over "all of them".
pub fn password_rule(params: &Params) -> Result<PasswordRule, ParamsError> {
    params.require_map("character_sets")?;
    let all = PasswordRule::default();
    let Some(sets) = params.map("character_sets") else { return Ok(all) };
    sets.require_values(&["uppercase", "lowercase", "numbers", "symbols", "exclude_ambiguous"])?;
    Ok(PasswordRule {
        uppercase: sets.flag("uppercase").unwrap_or(all.uppercase),
        lowercase: sets.flag("lowercase").unwrap_or(all.lowercase),
        numbers: sets.flag("numbers").unwrap_or(all.numbers),
        symbols: sets.flag("symbols").unwrap_or(all.symbols),
        exclude_ambiguous: sets.flag("exclude_ambiguous").unwrap_or(all.exclude_ambiguous),
        ..all
    })
}

/// How many characters it has, where that is said.
pub fn password_length(params: &Params) -> Result<Option<i64>, ParamsError> {
    params.require_values(&["length"])?;
    Ok(params.text("length").filter(|text| !text.trim().is_empty()).map(ttl::leading_integer))
}
