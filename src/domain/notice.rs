//! Notices: what a sharer is told of the end of a secret, and of which ends an account is told.

use std::fmt;

/// How a secret ended, as a notice tells it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, PartialOrd, Ord, Hash)]
pub enum SecretEnd {
    /// Its value was given out.
    Read,
    /// It was destroyed unread.
    Burned,
    /// Its lifetime has passed, and nobody had read it.
    Expired,
}

impl SecretEnd {
    /// Every one.
    pub const ALL: [Self; 3] = [Self::Read, Self::Burned, Self::Expired];

    /// What it is called: in settings, on the command line, in a form.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Burned => "burned",
            Self::Expired => "expired",
        }
    }

    /// The stored form: one number, which [`from_code`](Self::from_code) reads.
    #[must_use]
    pub fn code(self) -> u8 {
        match self {
            Self::Read => 1,
            Self::Burned => 2,
            Self::Expired => 4,
        }
    }

    /// What [`code`](Self::code) wrote; `None` for any other number.
    #[must_use]
    pub fn from_code(code: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|end| end.code() == code)
    }
}

/// Of which ends somebody is told.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct SecretEnds(u8);

impl SecretEnds {
    /// Reads names, parted by commas; `none` is none of them. `None` for anything else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if text.trim() == "none" {
            return Some(Self::default());
        }
        let names = text.split(',').map(str::trim);
        names.map(|name| SecretEnd::ALL.into_iter().find(|end| end.name() == name)).collect()
    }

    /// Whether this end is one of them.
    #[must_use]
    pub fn contain(self, end: SecretEnd) -> bool {
        self.0 & end.code() != 0
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The stored form: the sum of their codes.
    #[must_use]
    pub fn code(self) -> u8 {
        self.0
    }

    /// What [`code`](Self::code) wrote. What a later version added to it is left out.
    #[must_use]
    pub fn from_code(code: u8) -> Self {
        SecretEnd::ALL.into_iter().filter(|end| code & end.code() != 0).collect()
    }
}

impl FromIterator<SecretEnd> for SecretEnds {
    fn from_iter<T: IntoIterator<Item = SecretEnd>>(ends: T) -> Self {
        Self(ends.into_iter().fold(0, |sum, end| sum | end.code()))
    }
}

impl fmt::Display for SecretEnds {
    /// As [`parse`](Self::parse) reads it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_empty() {
            return f.write_str("none");
        }
        let names: Vec<_> =
            SecretEnd::ALL.into_iter().filter(|end| self.contain(*end)).map(SecretEnd::name).collect();
        f.write_str(&names.join(","))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_are_read_as_written() {
        for (text, said) in [
            ("none", "none"),
            ("read", "read"),
            ("expired, read", "read,expired"),
            ("burned,burned", "burned"),
            ("read,burned,expired", "read,burned,expired"),
        ] {
            let ends = SecretEnds::parse(text).unwrap();
            assert_eq!(ends.to_string(), said);
            assert_eq!(SecretEnds::from_code(ends.code()), ends);
            assert_eq!(ends.is_empty(), said == "none");
            for end in SecretEnd::ALL {
                assert_eq!(ends.contain(end), said.contains(end.name()), "{text}: {end:?}");
            }
        }
        for bad in ["", "read,", "READ", "read none", "none,read", "all"] {
            assert_eq!(SecretEnds::parse(bad), None, "{bad}");
        }
        assert_eq!(SecretEnds::from_code(0xff), SecretEnds::parse("read,burned,expired").unwrap());
    }

    #[test]
    fn an_end_has_one_number() {
        let read = (0..=255).filter_map(SecretEnd::from_code);
        assert_eq!(read.collect::<Vec<_>>(), SecretEnd::ALL);
    }
}
