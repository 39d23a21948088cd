//! What every template is rendered with, as `page`: the reader's language, and how addresses in it begin.
//!
//! Addresses are paths, never whole URLs: a page also works under a link domain, and behind a proxy that calls it otherwise.

use std::borrow::Borrow;
use std::convert::Infallible;
use std::sync::Arc;

use askama::Template;
use askama::filters::HtmlSafe;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Uri, header};

use super::surface::query;
use super::visitor::{self, Visitor};
use super::{Pages, assets, return_path};
use crate::domain::{Account, Day, Label, Locale, Operator, PassphraseRule, Region, Timestamp};
use crate::http::params::Params;
use crate::i18n::{self, Value};
use crate::oidc::Provider;
use crate::service::{Access, Session};

/// The reader's language, and the pages' settings.
#[derive(Clone, Debug)]
pub(super) struct PageContext {
    pages: Pages,
    pub(super) locale: Locale,
    /// Whether the language was chosen by `?locale=`, and so is kept in links.
    chosen: bool,
    /// Who asks, on pages that know people.
    visitor: Option<Visitor>,
}

impl PageContext {
    /// The language asked for, or else the one that the browser likes best, or else the server's.
    pub(super) fn of(pages: &Pages, uri: &Uri, headers: &HeaderMap) -> Self {
        let chosen = query(uri).text("locale").and_then(Locale::preferred);
        let liked = || Locale::preferred(headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok()?);
        let locale = chosen.or_else(liked).unwrap_or(pages.app().service().policy().locale);
        Self { pages: pages.clone(), locale, chosen: chosen.is_some(), visitor: None }
    }

    pub(super) fn lang(&self) -> &'static str {
        self.locale.tag()
    }

    pub(super) fn space(&self) -> &'static str {
        self.locale.sentence_space()
    }

    pub(super) fn message(&self, name: &str) -> String {
        i18n::say(self.locale, name, &[])
    }

    /// The message, with one argument.
    pub(super) fn message_with<'v>(&self, name: &str, argument: &str, value: impl Into<Value<'v>>) -> String {
        i18n::say(self.locale, name, &[(argument, value.into())])
    }

    /// A moment as people write it; the script shows it in the reader's own zone.
    pub(super) fn time(&self, at: impl Borrow<Timestamp>) -> Time {
        let at = *at.borrow();
        Time { machines: at.to_string(), people: i18n::moment(self.locale, at) }
    }

    /// A day in UTC.
    pub(super) fn day(&self, day: impl Borrow<Day>) -> String {
        i18n::date(self.locale, day.borrow().begin())
    }

    pub(super) fn duration(&self, seconds: u64) -> String {
        i18n::duration(self.locale, seconds)
    }

    /// The address of another page: the path, and the language when it was chosen.
    pub(super) fn to(&self, path: &str) -> String {
        format!("{}{path}{}", self.pages.0.base_path, self.query())
    }

    /// The same, with one thing more to say.
    pub(super) fn to_with(&self, path: &str, name: &str, value: &str) -> String {
        let address = self.to(path);
        let joint = if address.contains('?') { '&' } else { '?' };
        format!("{address}{joint}{name}={value}")
    }

    /// The address of a page in another language.
    pub(super) fn in_language(&self, path: &str, tag: &str) -> String {
        format!("{}{path}?locale={tag}", self.pages.0.base_path)
    }

    /// The same page for somebody else who has nothing of this one: after signing out.
    pub(super) fn of_nobody(self) -> Self {
        Self { visitor: None, ..self }
    }

    /// Who asks, if they signed in and the page knows people.
    pub(super) fn session(&self) -> Option<&Session> {
        self.visitor.as_ref()?.session().ok()?.map(Arc::as_ref)
    }

    /// Their account.
    pub(super) fn account(&self) -> Option<&Account> {
        self.session().map(|session| &session.account)
    }

    /// The mark that forms of this session hold.
    pub(super) fn form_token(&self) -> Option<String> {
        self.session().map(|session| self.pages.app().service().sessions().form_token(session))
    }

    /// Whether a form may be taken: one of their own session, where somebody has signed in.
    pub(super) fn is_own_form(&self, params: &Params) -> bool {
        self.session().is_none_or(|session| visitor::is_own(&self.pages, session, params))
    }

    /// Whether the page knows people, and nobody has signed in.
    pub(super) fn offers_sign_in(&self) -> bool {
        self.visitor.is_some() && self.session().is_none()
    }

    /// Whether people sign in here at all.
    pub(super) fn signs_in(&self) -> bool {
        self.pages.app().service().policy().signs_in()
    }

    /// The address of the page to sign in at, for somebody who wants to go on at `path`.
    pub(super) fn to_sign_in(&self, path: &str) -> String {
        self.to_return_from("/sign-in", return_path::place(Some(path)))
    }

    /// Who signs people in elsewhere.
    pub(super) fn provider(&self) -> Option<&Provider> {
        self.pages.settings().provider.as_deref()
    }

    /// The address that leads to them, for somebody who wants to go on at `place`.
    pub(super) fn to_provider(&self, place: &str) -> String {
        self.to_return_from("/sign-in/provider", place)
    }

    fn to_return_from(&self, path: &str, place: &str) -> String {
        if place == "/" { self.to(path) } else { self.to_with(path, "to", place) }
    }

    /// Whether whoever asks may share by the pages.
    pub(super) fn may_share(&self) -> bool {
        self.pages.app().service().policy().create == Access::Anyone || self.session().is_some()
    }

    /// What the passphrases have to be like that the pages take from them.
    pub(super) fn passphrase_rule(&self) -> PassphraseRule {
        self.pages.app().service().policy().passphrase_rule_for(self.account())
    }

    /// The longest value that the pages take from them, bytes.
    pub(super) fn max_size(&self) -> usize {
        self.pages.app().service().policy().max_size_for(self.account())
    }

    /// The query that keeps a chosen language.
    pub(super) fn query(&self) -> String {
        if self.chosen { format!("?locale={}", self.lang()) } else { String::new() }
    }

    pub(super) fn style(&self) -> String {
        self.asset(&assets::STYLE)
    }

    pub(super) fn script(&self) -> String {
        self.asset(&assets::SCRIPT)
    }

    pub(super) fn icon(&self) -> String {
        self.asset(&assets::ICON)
    }

    /// The picture at the head of every page: the operator's, or ours.
    pub(super) fn logo(&self) -> String {
        self.asset(self.pages.logo().unwrap_or(&assets::ICON))
    }

    fn asset(&self, asset: &assets::Asset) -> String {
        format!("{}/assets/{}", self.pages.0.base_path, asset.name)
    }

    /// Every language: tag, own name, whether it is this page's.
    pub(super) fn languages(&self) -> impl Iterator<Item = (&'static str, &'static str, bool)> {
        Locale::ALL.iter().map(|locale| (locale.tag(), locale.own_name(), *locale == self.locale))
    }

    /// The message with this installation's region, if it has a label.
    pub(super) fn with_region(&self, name: &str) -> Option<String> {
        let region = self.pages.settings().region.as_ref()?;
        Some(self.message_with(name, "region", region.as_str()))
    }

    /// What the pages are called: the operator's name, or the program's.
    pub(super) fn site_name(&self) -> &str {
        self.operator().name.as_ref().map_or("readonce", Label::as_str)
    }

    pub(super) fn operator(&self) -> &Operator {
        &self.pages.settings().operator
    }

    pub(super) fn regions(&self) -> &[Region] {
        &self.pages.settings().regions
    }
}

/// A moment, as an element.
#[derive(Template)]
#[template(source = "<time datetime=\"{{ machines }}\">{{ people }}</time>", ext = "html")]
pub(super) struct Time {
    machines: String,
    people: String,
}

impl HtmlSafe for Time {}

impl FromRequestParts<Pages> for PageContext {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, pages: &Pages) -> Result<Self, Infallible> {
        let visitor = parts.extensions.get().cloned();
        Ok(Self { visitor, ..Self::of(pages, &parts.uri, &parts.headers) })
    }
}
