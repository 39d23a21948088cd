//! The header in which a trusted proxy names who signed in with it.

/// The name of that header, as it was configured; compared without case. One with underscores is another header than one with
/// hyphens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserHeader(String);

/// Headers that clients send, and that a proxy hands on as they are, or that have another use here.
const TAKEN: [&str; 12] = [
    "accept",
    "accept-language",
    "authorization",
    "connection",
    "content-length",
    "content-type",
    "cookie",
    "host",
    "origin",
    "referer",
    "user-agent",
    "x-request-id",
];

impl UserHeader {
    /// `None` when `text` is no header's name, or that of a header which says something else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let is_name = (1..=64).contains(&text.len())
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
        let lower = text.to_ascii_lowercase();
        let is_taken = TAKEN.contains(&&*lower)
            || ["sec-", "x-forwarded-", "transfer-"].iter().any(|start| lower.starts_with(start));
        (is_name && !is_taken).then(|| Self(text.to_owned()))
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_only_a_proxy_has_a_use_for() {
        for good in [
            "Remote-User",
            "remote-email",
            "X-Auth-Request-Email",
            "OIDC_CLAIM_email",
            "Cf-Access-Authenticated-User-Email",
        ] {
            assert_eq!(UserHeader::parse(good).unwrap().as_str(), good);
        }
        for bad in [
            "",
            "Remote User",
            "Remote-User:",
            "Authorization",
            "COOKIE",
            "X-Forwarded-For",
            "Sec-Fetch-Site",
            "ü",
            &"x".repeat(65),
        ] {
            assert_eq!(UserHeader::parse(bad), None, "{bad}");
        }
    }
}
