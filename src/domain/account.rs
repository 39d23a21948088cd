//! Accounts: an e-mail address as the name, an API token as the password.

use std::fmt;

use super::address::is_host_name;
use super::{Day, Locale, SecretEnds, Timestamp, TokenDigest, random};

/// SHA-256 of the lower-case e-mail address under its label; made by the vault.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct AccountId(pub [u8; 32]);

/// An account as it is stored.
#[derive(Clone, Debug)]
pub struct Account {
    /// The id, from the e-mail.
    pub id: AccountId,
    /// The e-mail as the account was created with: `custid` on the wire.
    pub email: EmailAddress,
    /// The name of a configured plan.
    pub plan: String,
    /// The hash of its first API token; [`TokenDigest::NONE`] where it has none.
    pub token: TokenDigest,
    /// When that token was made, Unix seconds.
    pub token_created: Timestamp,
    /// The day of that token's last use.
    pub token_used: Option<Day>,
    /// Unix seconds.
    pub created: Timestamp,
    /// Whether log-in is refused.
    pub disabled: bool,
    /// The language it chose, if any.
    pub locale: Option<Locale>,
    /// Of which ends of its secrets it is told by email.
    pub notify: SecretEnds,
    /// A session is valid while this number is the one it began with. It begins at random, so that no session outlives an account
    /// that was deleted and made again.
    pub sessions: u64,
    /// Who it is at a provider of identities, if it signs in there.
    pub binding: Option<Binding>,
}

impl Account {
    /// A new account, accepted and without named tokens, sessions or a binding.
    #[must_use]
    pub fn new(
        id: AccountId,
        email: EmailAddress,
        plan: String,
        token: TokenDigest,
        created: Timestamp,
    ) -> Self {
        Self {
            id,
            email,
            plan,
            token,
            token_created: created,
            token_used: None,
            created,
            disabled: false,
            locale: None,
            notify: SecretEnds::default(),
            sessions: u64::from(u32::from_be_bytes(random::bytes())),
            binding: None,
        }
    }
}

/// Who somebody is at a provider of identities: a hash of its issuer and their subject there; made by the vault (crypto.md §8).
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct Binding(pub [u8; 32]);

/// A syntactically valid e-mail address, at most 254 bytes, without anything that could end or add a mail header
/// (security-design.md §7): no control, blank, comma, quote, angle bracket, parenthesis, semicolon, colon or backslash.
/// Nor an encoded word (`=?…?=`), which some mail software decodes where it must not (RFC 2047 §5), and then mails to
/// somebody else.
#[derive(Clone, PartialEq, Eq)]
pub struct EmailAddress(String);

impl EmailAddress {
    /// `None` when `text` is no address. Surrounding blanks are dropped.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let (local, domain) = text.rsplit_once('@')?;
        (text.len() <= 254 && valid_local(local) && valid_domain(domain)).then(|| Self(text.to_owned()))
    }

    /// The address.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The address as answers show it: the first two characters of the name and the first of the domain are kept,
    /// and the public suffix; parts no longer than that stay as they are (v1-contract.md §5.5).
    #[must_use]
    pub fn obfuscated(&self) -> String {
        let (local, domain) = self.0.rsplit_once('@').unwrap_or((&self.0, ""));
        let suffix = psl::suffix_str(domain).unwrap_or("");
        let rest = domain.strip_suffix(suffix).and_then(|host| host.strip_suffix('.')).unwrap_or("");
        if rest.is_empty() {
            return format!("{}@{}", mask(local, 2), mask(domain, 1));
        }
        format!("{}@{}.{suffix}", mask(local, 2), mask(rest, 1))
    }
}

impl fmt::Debug for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EmailAddress[..]")
    }
}

fn mask(text: &str, keep: usize) -> String {
    match text.char_indices().nth(keep) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}***", &text[..end]),
    }
}

fn valid_local(local: &str) -> bool {
    let allowed = |c: char| {
        (c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(c))
            || (!c.is_ascii() && c.is_alphanumeric() && !is_ascii_in_lower_case(c))
    };
    !local.is_empty()
        && local.len() <= 64
        && local.chars().all(allowed)
        && !local.starts_with('.')
        && !local.ends_with('.')
        && !local.contains("..")
        && !local.split_once("=?").is_some_and(|(_, rest)| rest.contains("?="))
}

/// Whether an account's id, which is of the address in lower case, would take it for an ASCII letter: the sign of the kelvin is the one.
fn is_ascii_in_lower_case(c: char) -> bool {
    c.to_lowercase().all(|lower| lower.is_ascii())
}

fn valid_domain(domain: &str) -> bool {
    let Ok(ascii) = idna::domain_to_ascii_strict(domain) else { return false };
    let Some((_, last)) = ascii.rsplit_once('.') else { return false };
    is_host_name(&ascii) && !last.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        for good in [
            "a@example.org",
            "joe+tag@example.com",
            "Ünal@bücher.example",
            "İnci@example.org",
            "o'neil@mail.example.co.uk",
        ] {
            assert!(EmailAddress::parse(good).is_some(), "{good}");
        }
        for bad in [
            "",
            "a",
            "a@b",
            "@example.org",
            "a@",
            "a b@example.org",
            "a@example.org,b@example.org",
            "a@exa\r\nmple.org",
            "<a@example.org>",
            "\"a\"@example.org",
            "a@example..org",
            "a@-x.org",
            ".a@example.org",
            "a\u{0}@example.org",
            "a@1.2.3.4",
            // The kelvin's sign, which is a `k` in lower case, and so somebody else's account.
            "\u{212a}arl@example.org",
            "undefined",
            "a;b@example.org",
            "=?utf-8?q?eve=40example.net=3e?=@example.org",
        ] {
            assert!(EmailAddress::parse(bad).is_none(), "{bad}");
        }
        assert!(EmailAddress::parse(&format!("{}@example.org", "a".repeat(65))).is_none());
    }

    #[test]
    fn obfuscation_keeps_little() {
        for (address, shown) in [
            ("test@example.com", "te***@e***.com"),
            ("user@mail.example.co.uk", "us***@m***.co.uk"),
            ("a@example.org", "a@e***.org"),
            ("joe+tag@example.com", "jo***@e***.com"),
            ("someone@x.museum", "so***@x.museum"),
        ] {
            assert_eq!(EmailAddress::parse(address).unwrap().obfuscated(), shown);
        }
    }
}
