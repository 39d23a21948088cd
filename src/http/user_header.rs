//! Who a trusted proxy says has signed in with it (docs/sign-in.md).
//!
//! The trap: a header is anybody's to write. It counts from a trusted peer only, and there as well a proxy may hand on what its
//! client wrote, beside its own, or write what is no name at all; so that whatever is not one plausible address is nobody.

use std::str;

use axum::http::request::Parts;

use crate::domain::{EmailAddress, Peer, TrustedProxy, UserHeader};

/// What the header says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Named {
    /// Nothing: it is not there, or nobody trusted sent it.
    Nobody,
    /// This address.
    Somebody(EmailAddress),
    /// It is there, from a trusted proxy, and names nobody: there are two, or it holds no address.
    Unclear,
}

/// Whom the proxy in front names.
#[must_use]
pub fn named(parts: &Parts, header: &UserHeader, trusted: &[TrustedProxy]) -> Named {
    let peer = parts.extensions.get::<Peer>().copied().unwrap_or(Peer::Unnamed);
    let mut values = parts.headers.get_all(header.as_str()).iter();
    match (values.next(), values.next()) {
        _ if !peer.is_trusted(trusted) => Named::Nobody,
        (None, _) => Named::Nobody,
        (Some(value), None) if value.is_empty() => Named::Nobody,
        (Some(value), None) => address(value.as_bytes()).map_or(Named::Unclear, Named::Somebody),
        (Some(_), Some(_)) => Named::Unclear,
    }
}

/// An address as proxies write it, in UTF-8 and as it is. What Caddy writes where its authentication named nobody, a name in
/// braces, could be an address: of nobody that anybody knows.
fn address(value: &[u8]) -> Option<EmailAddress> {
    let text = str::from_utf8(value).ok()?;
    let is_plain = text.trim() == text && !text.contains(['{', '}']);
    is_plain.then(|| EmailAddress::parse(text)).flatten()
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderValue, Request};

    use super::*;

    /// Who is named by these lines, from a peer with this address.
    fn asked(peer: &str, name: &str, lines: &[(&str, &[u8])]) -> String {
        let mut request = Request::get("/sign-in");
        for (name, value) in lines {
            request = request.header(*name, HeaderValue::from_bytes(value).unwrap());
        }
        let (mut parts, ()) = request.body(()).unwrap().into_parts();
        let peer = if peer == "unix" { Peer::Unix } else { Peer::Address(peer.parse().unwrap()) };
        parts.extensions.insert(peer);
        let trusted = [TrustedProxy::parse("10.0.0.0/24").unwrap(), TrustedProxy::Unix];
        match named(&parts, &UserHeader::parse(name).unwrap(), &trusted) {
            Named::Nobody => "nobody".to_owned(),
            Named::Unclear => "unclear".to_owned(),
            Named::Somebody(email) => email.as_str().to_owned(),
        }
    }

    const ANN: (&str, &[u8]) = ("Remote-Email", b"ann@example.org");

    #[test]
    fn a_trusted_proxys_word_counts_and_nobody_elses() {
        for peer in ["10.0.0.1", "::ffff:10.0.0.1", "unix"] {
            assert_eq!(asked(peer, "Remote-Email", &[ANN]), "ann@example.org", "{peer}");
        }
        for peer in ["10.0.1.1", "192.0.2.1", "::1", "127.0.0.1"] {
            assert_eq!(asked(peer, "Remote-Email", &[ANN]), "nobody", "{peer}");
            assert_eq!(asked(peer, "Remote-Email", &[ANN, ANN]), "nobody", "{peer}");
        }
        let (mut parts, ()) =
            Request::get("/").header(ANN.0, "ann@example.org").body(()).unwrap().into_parts();
        let header = UserHeader::parse(ANN.0).unwrap();
        let everybody = ["0.0.0.0/0", "::/0", "unix"].map(|text| TrustedProxy::parse(text).unwrap());
        assert_eq!(named(&parts, &header, &everybody), Named::Nobody, "of no peer");
        parts.extensions.insert(Peer::Unnamed);
        assert_eq!(named(&parts, &header, &everybody), Named::Nobody);
    }

    #[test]
    fn a_name_is_compared_without_case_and_an_underscore_is_no_hyphen() {
        for name in ["remote-email", "REMOTE-EMAIL", "Remote-Email"] {
            assert_eq!(asked("10.0.0.1", "Remote-Email", &[(name, ANN.1)]), "ann@example.org", "{name}");
            assert_eq!(asked("10.0.0.1", name, &[ANN]), "ann@example.org", "{name}");
        }
        for name in ["Remote_Email", "Remote-Email2", "X-Remote-Email", "RemoteEmail"] {
            assert_eq!(asked("10.0.0.1", "Remote-Email", &[(name, ANN.1)]), "nobody", "{name}");
        }
        assert_eq!(asked("10.0.0.1", "OIDC_CLAIM_email", &[("OIDC_CLAIM_email", ANN.1)]), "ann@example.org");
        assert_eq!(asked("10.0.0.1", "OIDC_CLAIM_email", &[("OIDC-CLAIM-email", ANN.1)]), "nobody");
    }

    #[test]
    fn what_is_not_one_plausible_address_is_nobody() {
        assert_eq!(asked("10.0.0.1", "Remote-Email", &[ANN, ANN]), "unclear", "twice, and the same");
        assert_eq!(
            asked("10.0.0.1", "Remote-Email", &[ANN, ("remote-email", b"bob@example.org")]),
            "unclear"
        );
        assert_eq!(
            asked("10.0.0.1", "Remote-Email", &[("Remote-Email", b"")]),
            "nobody",
            "left out by nginx"
        );
        for value in [
            &b"alice"[..],
            b"ann@example.org,bob@example.org",
            b"ann@example.org, bob@example.org",
            b"ann@example.org; bob@example.org",
            b"{http.reverse_proxy.header.Remote-User}",
            b"{http.reverse_proxy.header.Remote-Email}@example.org",
            b"a{}n@example.org",
            b" ann@example.org",
            b"ann@example.org\t",
            b"Ann <ann@example.org>",
            b"-",
            b"(null)",
            b"ann@example",
            b"Zo\xeb@example.org",
            b"ann\xff@example.org",
        ] {
            assert_eq!(asked("10.0.0.1", "Remote-Email", &[("Remote-Email", value)]), "unclear", "{value:?}");
        }
        assert_eq!(
            asked("10.0.0.1", "Remote-Email", &[("Remote-Email", "zoë@example.org".as_bytes())]),
            "zoë@example.org"
        );
    }
}
