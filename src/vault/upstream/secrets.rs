//! The secrets that an upstream server of v0.24 or later was configured with, and what opens under them.
//!
//! After a rotation there are several: new values name theirs (`r` and eight hex digits), while `v2` goes on meaning the
//! oldest. Whatever a value names, every secret is tried: authentication decides.

use std::fmt;
use std::sync::Arc;

use zeroize::Zeroizing;

use super::value::hkdf;
use super::{UpstreamSecret, UpstreamValue};
use crate::domain::text::{hex, unhex};

/// The salt of what is derived from the server's secret.
const SALT: &[u8] = b"onetimesecret-v1";

/// The secrets of an upstream server: the current one, and after rotations those before it.
#[derive(Clone)]
pub struct UpstreamSecrets(Arc<[Derived]>);

struct Derived {
    secret: UpstreamSecret,
    /// Values' keys are derived from it.
    master: Zeroizing<[u8; 32]>,
    /// What the server stores of the secret to recognise it, 64 hex digits; values name its first eight.
    verifier: Zeroizing<String>,
}

impl UpstreamSecrets {
    /// Derives what values were sealed under. A server that had no secret has no such values, only those of v0.23.
    ///
    /// # Panics
    /// Never: HKDF gives 32 bytes of SHA-256 for whatever input.
    #[must_use]
    pub fn new(secrets: Vec<UpstreamSecret>) -> Self {
        let derived = |secret: UpstreamSecret| {
            let input = secret.text().unwrap_or_default().as_bytes();
            #[expect(clippy::expect_used, reason = "HKDF-SHA256 gives up to 8,160 bytes")]
            let [master, verifier] = [b"familia-enc".as_slice(), b"key-verifier"]
                .map(|info| hkdf(input, SALT, info).expect("32 bytes"));
            Derived { master, verifier: Zeroizing::new(hex(&*verifier)), secret }
        };
        let mut all: Vec<Derived> = Vec::new();
        for one in secrets.into_iter().map(derived) {
            if all.iter().all(|other| other.verifier != one.verifier) {
                all.push(one);
            }
        }
        Self(all.into())
    }

    /// Each of them once, in the given order.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &UpstreamSecret> {
        self.0.iter().map(|derived| &derived.secret)
    }

    /// The one whose verifier `stored` (`onetime:secret_verifier`) is.
    #[must_use]
    pub fn verified_by(&self, stored: &str) -> Option<&UpstreamSecret> {
        let mut all = self.0.iter();
        Some(&all.find(|derived| derived.verifier.eq_ignore_ascii_case(stored))?.secret)
    }

    /// The one that a value names, `Some(None)` when that is not among them: `None` when its name does not tell, as `v2` does not.
    #[must_use]
    pub fn named_by(&self, value: &UpstreamValue) -> Option<Option<&UpstreamSecret>> {
        let digits = value.key_version().strip_prefix('r')?;
        unhex::<4>(digits)?;
        let named = self.0.iter().find(|derived| derived.verifier.starts_with(digits));
        Some(named.map(|derived| &derived.secret))
    }

    /// Opens the value of the secret `identifier`; `None` when it does not authenticate under any of them.
    #[must_use]
    pub fn open(&self, value: &UpstreamValue, identifier: &str) -> Option<Zeroizing<Vec<u8>>> {
        self.0.iter().find_map(|derived| value.open(&derived.master, identifier))
    }

    /// The one that a value was sealed under.
    #[must_use]
    pub fn of(&self, value: &UpstreamValue, identifier: &str) -> Option<&UpstreamSecret> {
        let derived = self.0.iter().find(|derived| value.open(&derived.master, identifier).is_some())?;
        Some(&derived.secret)
    }
}

impl fmt::Debug for UpstreamSecrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("UpstreamSecrets[..]")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: &str = "0123456789abcdef0123456789abcdef0123456789abcdef";
    const BEFORE: &str = "1111111111111111aaaaaaaaaaaaaaaa2222222222222222bbbbbbbbbbbbbbbb";
    const AFTER: &str = "3333333333333333cccccccccccccccc4444444444444444dddddddddddddddd";

    fn secrets(texts: &[&str]) -> UpstreamSecrets {
        let secret = |text: &&str| UpstreamSecret::new(Zeroizing::new((*text).to_owned()));
        UpstreamSecrets::new(texts.iter().map(secret).collect())
    }

    /// Sealed by servers of v0.26.6: both ciphers, and before and after a rotation.
    #[test]
    fn values_of_the_original() {
        for (site, identifier, json, expected) in [
            (
                ONE,
                "2fcwsvfk3f42xhne4kn395hgsobl06vmbd2imdyygu0jlxqc5oozjrxjsfs34e",
                r#"{"algorithm":"xchacha20poly1305","nonce":"zXrRM+U2cqzDsjelPtModH8kaiwoCTyx","ciphertext":"hrtRdOKOkkpchIrmSVGL","auth_tag":"hPnipTcsPDjNoohAYvKu8w==","key_version":"v2","encoding":"UTF-8","envelope_version":2}"#,
                "plain value one",
            ),
            (
                ONE,
                "16twgz4n0hlvzce1mbqorapqgy3u5ohhbmnswptv4zo0wrzat4675f7y5ekaqy",
                r#"{"algorithm":"aes-256-gcm","nonce":"bxmVFWD+gjFK/3BQ","ciphertext":"GH1dv53TbfQnFhVfaiF3","auth_tag":"YA9PT3KIEa9wmAZmSye6FA==","key_version":"v2"}"#,
                "aes plain value",
            ),
            (
                BEFORE,
                "e70716nohv4afizn45i17hiom7d7y2hhm5mym8furkmfep9nnk2zzskrzlxdun",
                r#"{"algorithm":"xchacha20poly1305","nonce":"B+FIcOvPYaj5A2FhY/PSHDfP3NtIQVm+","ciphertext":"wZKwKXSQxKKo/bSKSbt5rOVWQg==","auth_tag":"JFGgi90514FM5U01PJVQUw==","key_version":"v2"}"#,
                "old secret value é",
            ),
            (
                AFTER,
                "nn5lejqfc0i5fapxjxw4umm8g6o8fe6kre73cozard5ll8wsfrlnmusaavrkmv",
                r#"{"algorithm":"xchacha20poly1305","nonce":"V+NtkcQr0cfyC/p8sxzt7ueH1dmx8M0l","ciphertext":"OD4AEhqtd3EYSqYNmkCoEPsaiA==","auth_tag":"+SXQM3lu8mVzhzxy7/K+8A==","key_version":"r2ea28993"}"#,
                "new secret value é",
            ),
        ] {
            let value = UpstreamValue::parse(json.as_bytes()).unwrap();
            let opened = secrets(&[AFTER, BEFORE, ONE]).open(&value, identifier).unwrap();
            assert_eq!(std::str::from_utf8(&opened), Ok(expected));
            assert!(secrets(&[site]).open(&value, identifier).is_some());
            assert!(
                secrets(&[site]).open(&value, &identifier.replace('e', "f")).is_none(),
                "another's place"
            );
            assert!(secrets(&["another", ""]).open(&value, identifier).is_none());
            let other = json.replacen("ciphertext\":\"", "ciphertext\":\"AAAA", 1);
            let other = UpstreamValue::parse(other.as_bytes()).unwrap();
            assert!(secrets(&[site]).open(&other, identifier).is_none(), "what was changed");
            let is_new = site == AFTER;
            assert_eq!(
                secrets(&[BEFORE]).named_by(&value).map(|named| named.is_none()),
                is_new.then_some(true)
            );
            let (both, name) = (secrets(&[BEFORE, AFTER]), is_new.then_some(Some(AFTER)));
            assert_eq!(both.named_by(&value).map(|named| named?.text()), name);
        }
    }

    #[test]
    fn a_verifier_tells_its_secret() {
        let stored = "cf731f2701ae061c38ad17520149918ff6a7b3a36684a654721b817c476bbfb8";
        let text = |given: &[&str], stored: &str| {
            secrets(given).verified_by(stored).and_then(UpstreamSecret::text).map(str::to_owned)
        };
        assert_eq!(text(&[ONE], stored).as_deref(), Some(ONE));
        assert_eq!(text(&[AFTER, ONE], stored).as_deref(), Some(ONE));
        assert_eq!(text(&[AFTER, BEFORE], stored), None);
        assert_eq!((text(&[ONE], &stored[..63]), text(&[ONE], "")), (None, None));
        assert_eq!(
            text(&[BEFORE], "5a9b854cfad5fc03d56f59dac31e8a0160167437acfe729ac52cf8e387754f48").as_deref(),
            Some(BEFORE)
        );
        assert_eq!(secrets(&[ONE, AFTER, ONE]).iter().count(), 2, "given twice it is one");
    }
}
