//! Sessions: what a browser of somebody who signed in brings along, sealed (crypto.md §18).

use super::{AccountId, Timestamp};

/// How somebody showed who they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignInMethod {
    /// By an API token.
    Token,
    /// By what a trusted proxy says.
    Header,
    /// By a provider, with OpenID Connect.
    Oidc,
}

impl SignInMethod {
    const ALL: [Self; 3] = [Self::Token, Self::Header, Self::Oidc];

    /// The byte it is stored as.
    fn byte(self) -> u8 {
        match self {
            Self::Token => 1,
            Self::Header => 2,
            Self::Oidc => 3,
        }
    }
}

/// What a session's cookie says. It holds as long as the account says the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionClaim {
    /// Whose it is.
    pub account: AccountId,
    /// The account's number of sessions, when this one began.
    pub sessions: u64,
    /// When its owner showed who they are.
    pub signed_in: Timestamp,
    /// How.
    pub method: SignInMethod,
    /// A random number, by which its forms are known.
    pub number: [u8; 16],
}

/// The layout's version.
const VERSION: u8 = 1;
/// Bytes of a claim.
const LENGTH: usize = 1 + 32 + 8 + 8 + 1 + 16;

impl SessionClaim {
    /// As it is sealed.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(LENGTH);
        bytes.push(VERSION);
        bytes.extend(self.account.0);
        for number in [self.sessions, self.signed_in.0] {
            bytes.extend(number.to_be_bytes());
        }
        bytes.push(self.method.byte());
        bytes.extend(self.number);
        bytes
    }

    /// Reads it; `None` when it is of another version, or none at all.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (&[VERSION], rest) = bytes.split_first_chunk()? else { return None };
        let (account, rest) = rest.split_first_chunk()?;
        let (sessions, rest) = rest.split_first_chunk()?;
        let (signed_in, rest) = rest.split_first_chunk()?;
        let (&[method], rest) = rest.split_first_chunk()?;
        Some(Self {
            account: AccountId(*account),
            sessions: u64::from_be_bytes(*sessions),
            signed_in: Timestamp(u64::from_be_bytes(*signed_in)),
            method: SignInMethod::ALL.into_iter().find(|it| it.byte() == method)?,
            number: rest.try_into().ok()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::vectors::Vector;
    use super::*;

    #[test]
    fn the_published_vector() {
        let vector = Vector::named("cookie-session-1");
        let claim = SessionClaim::from_bytes(&vector.hex("content")).unwrap();
        assert_eq!(claim.account.0, vector.array("account"));
        assert_eq!((claim.sessions, claim.signed_in.0), (vector.int("sessions"), vector.int("signed-in")));
        assert_eq!(claim.method, SignInMethod::Token);
        assert_eq!(claim.number, vector.array("number"));
        assert_eq!(claim.to_bytes(), vector.hex("content"));
    }

    #[test]
    fn what_is_none_is_not_read() {
        let vector = Vector::named("cookie-session-1");
        let bytes = vector.hex("content");
        for length in 0..bytes.len() {
            assert_eq!(SessionClaim::from_bytes(&bytes[..length]), None, "{length} bytes");
        }
        assert_eq!(SessionClaim::from_bytes(&[&bytes[..], &[0]].concat()), None);
        for (at, byte) in [(0, 2), (49, 0), (49, 4)] {
            let mut other = bytes.clone();
            other[at] = byte;
            assert_eq!(SessionClaim::from_bytes(&other), None, "{byte} at {at}");
        }
    }
}
