//! The languages readonce speaks.

/// A supported language.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Locale {
    /// English, the default.
    #[default]
    En,
    /// German.
    De,
    /// Swedish.
    Sv,
    /// Bulgarian.
    Bg,
    /// Chinese.
    Zh,
}

impl Locale {
    /// Every language.
    pub const ALL: [Self; 5] = [Self::En, Self::De, Self::Sv, Self::Bg, Self::Zh];

    /// The language of an exact tag such as `de`; `None` for one that is not spoken here.
    #[must_use]
    pub fn parse(tag: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|locale| locale.tag().eq_ignore_ascii_case(tag.trim()))
    }

    /// The first language of an `Accept-Language` header, when it is spoken here (contract §7.1: exact match only).
    #[must_use]
    pub fn from_header(value: &str) -> Option<Self> {
        let first = value.split(',').next()?;
        Self::parse(first.split(';').next()?)
    }

    /// Its tag.
    #[must_use]
    pub fn tag(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::De => "de",
            Self::Sv => "sv",
            Self::Bg => "bg",
            Self::Zh => "zh",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_first_language_counts_and_only_exactly() {
        assert_eq!(Locale::from_header("de, en;q=0.5"), Some(Locale::De));
        assert_eq!(Locale::from_header("sv;q=0.9"), Some(Locale::Sv));
        assert_eq!(Locale::from_header("de-AT, de"), None);
        assert_eq!(Locale::from_header("xx, de"), None);
        assert_eq!(Locale::from_header(""), None);
    }
}
