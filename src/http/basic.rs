//! HTTP Basic credentials (v1-contract.md §3).
//!
//! A header that is there but wrong is *refused*, never treated as absent: log-in checks of published clients send a token
//! to an open route, and take any other answer for "right".

use std::{fmt, str};

use base64::engine::Engine as _;
use base64::engine::general_purpose::STANDARD_PAD_INDIFFERENT;
use zeroize::Zeroizing;

use crate::domain::ApiToken;

/// What the `Authorization` headers of a request say.
pub enum Basic {
    /// There is none: an anonymous caller.
    None,
    /// There is one that cannot be credentials, or more than one.
    Refused,
    /// Credentials, not checked yet.
    Credentials {
        /// The account's name as it was sent; never empty.
        user: String,
        /// The token; never empty.
        token: ApiToken,
    },
}

impl fmt::Debug for Basic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::None => "None",
            Self::Refused => "Refused",
            Self::Credentials { .. } => "Credentials[..]",
        })
    }
}

/// Reads the values of all `Authorization` headers of a request.
pub fn parse_basic<'a>(values: impl IntoIterator<Item = &'a [u8]>) -> Basic {
    let mut values = values.into_iter();
    match (values.next(), values.next()) {
        (None, _) => Basic::None,
        (Some(value), None) => credentials(value).unwrap_or(Basic::Refused),
        (Some(_), Some(_)) => Basic::Refused,
    }
}

fn credentials(value: &[u8]) -> Option<Basic> {
    let value = value.trim_ascii();
    let blank = value.iter().position(u8::is_ascii_whitespace)?;
    let (scheme, encoded) = value.split_at(blank);
    if !scheme.eq_ignore_ascii_case(b"basic") {
        return None;
    }
    let encoded = encoded.trim_ascii_start();
    let mut decoded = Zeroizing::new(vec![0; base64::decoded_len_estimate(encoded.len())]);
    let length = STANDARD_PAD_INDIFFERENT.decode_slice(encoded, &mut decoded).ok()?;
    // The first colon ends the user: a name cannot hold one, a token can.
    let (user, token) = str::from_utf8(&decoded[..length]).ok()?.split_once(':')?;
    if user.is_empty() || token.is_empty() {
        return None;
    }
    let token = ApiToken::presented(Zeroizing::new(token.to_owned()));
    Some(Basic::Credentials { user: user.to_owned(), token })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `Some` user and token, or `None` when refused.
    fn read(values: &[&str]) -> Option<(String, String)> {
        match parse_basic(values.iter().map(|value| value.as_bytes())) {
            Basic::Credentials { user, token } => Some((user, token.expose().to_owned())),
            Basic::Refused => None,
            Basic::None => panic!("a header was there"),
        }
    }

    #[test]
    fn credentials_as_clients_write_them() {
        for value in [
            "Basic dXNlckBleGFtcGxlLmNvbTphYg==",
            "Basic dXNlckBleGFtcGxlLmNvbTphYg",
            "bASIC   dXNlckBleGFtcGxlLmNvbTphYg== ",
            "basic\tdXNlckBleGFtcGxlLmNvbTphYg==",
        ] {
            assert_eq!(read(&[value]), Some(("user@example.com".to_owned(), "ab".to_owned())), "{value}");
        }
        assert_eq!(read(&["Basic dTphOmI="]), Some(("u".to_owned(), "a:b".to_owned())));
        assert_eq!(read(&["Basic w7w6w7w="]), Some(("ü".to_owned(), "ü".to_owned())));
    }

    #[test]
    fn no_header_is_no_credentials() {
        assert!(matches!(parse_basic([]), Basic::None));
    }

    #[test]
    fn everything_else_is_refused() {
        for value in [
            "",
            "Basic",
            "Basic ",
            "Bearer dTph",
            "dTph",
            "BasicdTph",
            "Basic dTp",           // "u:", then half a character
            "Basic dTo=",          // no token
            "Basic OmE=",          // no user
            "Basic Og==",          // neither
            "Basic dXNlcg==",      // no colon
            "Basic dTr/",          // not UTF-8
            "Basic dT ph",         // a blank inside
            "Basic dTph, Basic x", // two joined
            "Basic ****",
            "Basic =",
        ] {
            assert_eq!(read(&[value]), None, "{value:?}");
        }
        assert_eq!(read(&["Basic dTph", "Basic dTph"]), None);
        assert!(matches!(parse_basic([&b"Basic \xff\xff"[..]]), Basic::Refused));
    }

    #[test]
    fn nothing_shows_in_debug() {
        assert_eq!(format!("{:?}", parse_basic([&b"Basic dTph"[..]])), "Credentials[..]");
    }
}
