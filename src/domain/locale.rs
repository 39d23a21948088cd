//! Supported languages, and their negotiation from `Accept-Language`.

/// Every language, a line each: its variant, its tag, which is its folder in `locales/` too, its own name, and what stands between
/// two sentences. `$then!` is told them; the first is the default, and what is missing in another is said in it.
macro_rules! each_language {
    ($then:ident) => {
        $then! {
            En "en" "English" " ",
            De "de" "Deutsch" " ",
            Sv "sv" "Svenska" " ",
            Bg "bg" "Български" " ",
            // Full stop and colon bring their own space.
            Zh "zh" "中文" "",
            Fr "fr" "Français" " ",
            Es "es" "Español" " ",
        }
    };
}
pub(crate) use each_language;

macro_rules! locales {
    ($first:ident $first_tag:literal $first_name:literal $first_space:literal,
     $($variant:ident $tag:literal $name:literal $space:literal,)*) => {
        /// A supported language.
        #[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
        pub enum Locale {
            #[doc = $first_name]
            #[default]
            $first,
            $(#[doc = $name] $variant,)*
        }

        impl Locale {
            /// Every language.
            pub const ALL: &[Self] = &[Self::$first, $(Self::$variant,)*];

            /// Its tag.
            #[must_use]
            pub const fn tag(self) -> &'static str {
                match self {
                    Self::$first => $first_tag,
                    $(Self::$variant => $tag,)*
                }
            }

            /// Its name in its own words, for those who understand no other.
            #[must_use]
            pub const fn own_name(self) -> &'static str {
                match self {
                    Self::$first => $first_name,
                    $(Self::$variant => $name,)*
                }
            }

            /// What stands between two sentences.
            #[must_use]
            pub const fn sentence_space(self) -> &'static str {
                match self {
                    Self::$first => $first_space,
                    $(Self::$variant => $space,)*
                }
            }
        }
    };
}
each_language!(locales);

impl Locale {
    /// The language of an exact tag such as `de`; `None` for any other.
    #[must_use]
    pub fn parse(tag: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|locale| locale.tag().eq_ignore_ascii_case(tag.trim()))
    }

    /// The first language of an `Accept-Language` header, when it is supported (v1-contract.md §7.1: exact match only).
    #[must_use]
    pub fn from_header(value: &str) -> Option<Self> {
        let first = value.split(',').next()?;
        Self::parse(first.split(';').next()?)
    }

    /// The supported language that an `Accept-Language` header prefers (RFC 9110 §12.5.4): by weight, then in the order
    /// of the header. A variant such as `de-AT` counts as its language.
    #[must_use]
    pub fn preferred(value: &str) -> Option<Self> {
        let ranges = value.split(',').filter_map(|range| {
            let (tag, weight) = range.split_once(';').unwrap_or((range, "q=1"));
            let language = tag.trim().split('-').next()?;
            let weight: f32 = weight.trim().strip_prefix("q=")?.trim().parse().ok()?;
            Some((Self::parse(language)?, weight)).filter(|(_, weight)| *weight > 0.0)
        });
        // Of equals the first: `max_by` would take the last.
        ranges.reduce(|best, other| if other.1 > best.1 { other } else { best }).map(|(locale, _)| locale)
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

    #[test]
    fn the_language_a_browser_likes_best() {
        for (header, locale) in [
            ("de-AT, de;q=0.9, en;q=0.8", Some(Locale::De)),
            ("it-IT,it;q=0.9,zh-CN;q=0.8,en;q=0.7", Some(Locale::Zh)),
            ("fr-CA, en;q=0.5", Some(Locale::Fr)),
            ("en;q=0.2, SV-se ; q=0.3", Some(Locale::Sv)),
            ("en, de", Some(Locale::En)),
            ("de;q=0, bg;q=0.1", Some(Locale::Bg)),
            ("de;q=x, sv;q=0.5, en;level=1", Some(Locale::Sv)),
            ("it, *;q=0.5", None),
            ("den, e, -, ;q=1, ,", None),
            ("", None),
        ] {
            assert_eq!(Locale::preferred(header), locale, "{header}");
        }
    }
}
