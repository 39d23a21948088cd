//! i18n: the texts of emails and pages in every language, from `locales/LANGUAGE/*.ftl` (Project Fluent).
//!
//! The files are compiled into the program. The trap: a missing translation falls back to English, and an unknown
//! message id comes out as itself, so that nothing ever fails for a text; `tests/it/i18n.rs` finds both.

use std::sync::LazyLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};
use unic_langid::LanguageIdentifier;

use crate::domain::Locale;
use crate::domain::locale::each_language;

mod time;

pub use fluent_bundle::FluentValue as Value;
pub use time::{date, duration, moment};

/// The texts of every language, in the order of [`Locale::ALL`].
static BUNDLES: LazyLock<Vec<FluentBundle<FluentResource>>> =
    LazyLock::new(|| Locale::ALL.iter().copied().map(bundle).collect());

macro_rules! files_of {
    ($($variant:ident $tag:literal $name:literal $space:literal,)*) => {
        /// The files of a language, as they are in the repository: name and text.
        #[must_use]
        pub fn files(locale: Locale) -> [(&'static str, &'static str); 3] {
            match locale {
                $(Locale::$variant => [
                    ("time.ftl", include_str!(concat!("../../locales/", $tag, "/time.ftl"))),
                    ("email.ftl", include_str!(concat!("../../locales/", $tag, "/email.ftl"))),
                    ("page.ftl", include_str!(concat!("../../locales/", $tag, "/page.ftl"))),
                ],)*
            }
        }
    };
}
each_language!(files_of);

/// The message `name` in this language, in English where it is missing; `arguments` are its `{ $name }` placeables.
#[must_use]
pub fn say(locale: Locale, name: &str, arguments: &[(&str, Value<'_>)]) -> String {
    [locale, Locale::En]
        .into_iter()
        .find_map(|language| said(language, name, arguments))
        .unwrap_or_else(|| name.to_owned())
}

/// The message `name` in this language, without fallback; `None` where it is missing.
#[must_use]
pub fn said(locale: Locale, name: &str, arguments: &[(&str, Value<'_>)]) -> Option<String> {
    let bundle = &BUNDLES[Locale::ALL.iter().position(|other| *other == locale)?];
    let pattern = bundle.get_message(name)?.value()?;
    let arguments: FluentArgs<'_> = arguments.iter().map(|(name, value)| (*name, value.clone())).collect();
    // Errors are missing arguments, which stay in the text in braces.
    let mut errors = Vec::new();
    Some(bundle.format_pattern(pattern, Some(&arguments), &mut errors).into_owned())
}

fn bundle(locale: Locale) -> FluentBundle<FluentResource> {
    let language: LanguageIdentifier = locale.tag().parse().unwrap_or_default();
    let mut bundle = FluentBundle::new_concurrent(vec![language]);
    // No bidi isolation marks around arguments: every language here is written left to right.
    bundle.set_use_isolating(false);
    for (_, text) in files(locale) {
        // Of a file with a syntax error, the messages that could be parsed are kept.
        let resource = FluentResource::try_new(text.to_owned()).unwrap_or_else(|(resource, _)| resource);
        bundle.add_resource_overriding(resource);
    }
    bundle
}
