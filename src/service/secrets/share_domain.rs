//! The `share_domain` rule: which of the configured link domains an account may put into its links.

use crate::domain::address::is_host_name;
use crate::service::{Caller, Error, Policy};

impl Policy {
    /// The share domain to be kept, empty for none (v1-contract.md §5.6).
    pub(super) fn share_domain(&self, caller: &Caller, asked: &str) -> Result<String, Error> {
        let host = asked.trim().trim_end_matches('.').to_lowercase();
        if !is_public_host(&host) || host == self.base_url.host() {
            return Ok(String::new());
        }
        let Some(domain) = self.domains.iter().find(|domain| domain.host.as_str() == host) else {
            return Err(Error::UnknownDomain(host));
        };
        let allowed = caller.account().is_some_and(|account| {
            domain.accounts.is_empty()
                || domain
                    .accounts
                    .iter()
                    .any(|email| email.as_str().eq_ignore_ascii_case(account.email.as_str()))
        });
        if allowed { Ok(host) } else { Err(Error::ForeignDomain(host)) }
    }
}

/// Whether `host` is a name below a known public suffix; junk such as `localhost` is ignored, as upstream does.
fn is_public_host(host: &str) -> bool {
    is_host_name(host) && psl::domain(host.as_bytes()).is_some_and(|domain| domain.suffix().is_known())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn public_hosts() {
        for good in ["secrets.example.com", "example.co.uk", "a-b.example.org"] {
            assert!(is_public_host(good), "{good}");
        }
        for junk in [
            "",
            "localhost",
            "foo",
            "127.0.0.1",
            "x.invalidtld",
            "com",
            "-a.example.com",
            "a..com",
            "a b.com",
        ] {
            assert!(!is_public_host(junk), "{junk}");
        }
    }
}
