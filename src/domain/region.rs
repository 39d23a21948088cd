//! Regions: installations that know nothing of each other and name each other on their pages.

use super::address::BaseUrl;

/// Another installation.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Region {
    /// Its name.
    pub name: RegionName,
    /// Its public address.
    pub url: BaseUrl,
}

/// A region's name, see [`is_simple_name`].
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RegionName(String);

impl RegionName {
    /// `None` when `text` is no such name.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        is_simple_name(text).then(|| Self(text.to_owned()))
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Whether `text` is 1 to 32 ASCII letters, digits, hyphens or underscores: what a log field, a label of a metric, a variable
/// and a TOML key can all hold. Plans are named so as well.
#[must_use]
pub fn is_simple_name(text: &str) -> bool {
    (1..=32).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_short_and_plain() {
        for good in ["eu", "asia-2", "A_b", "7", &"x".repeat(32)] {
            assert!(is_simple_name(good), "{good}");
        }
        for bad in ["", "e u", "eu.", "\u{fc}", "a\n", &"x".repeat(33)] {
            assert!(!is_simple_name(bad), "{bad}");
        }
    }
}
