//! `/`: the form to share a secret, and what comes of it.
//!
//! The trap: browsers send every line of a text field with CRLF, whatever was typed or pasted. What the field
//! *holds* has LF, and that is what is shared: a private key with CRs in it is none.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use zeroize::Zeroizing;

use crate::domain::{Plaintext, PresentedPassphrase, StoredReceipt, ttl};
use crate::http::params::Params;
use crate::service::password::PasswordRule;
use crate::service::{Access, CreatePermit, Error, GenerateRequest, ShareOptions, ShareRequest, Shared};
use crate::web::error::PageError;
use crate::web::escape::Escaped;
use crate::web::page_context::PageContext;
use crate::web::qr::{self, Qr};
use crate::web::surface::SharingForm;
use crate::web::{Pages, answer, lifetimes};

#[derive(Template)]
#[template(path = "share.html")]
struct ShareForm<'a> {
    page: &'a PageContext,
    switch: bool,
    /// Which field is wrong, and how.
    wrong: Option<(Field, String)>,
    secret: Escaped<'a>,
    /// Seconds, text, whether it is preselected.
    lifetimes: Vec<(u32, String, bool)>,
}

#[derive(Template)]
#[template(path = "closed.html")]
struct ClosedPage<'a> {
    page: &'a PageContext,
    switch: bool,
}

#[derive(Template)]
#[template(path = "shared.html")]
struct SharedPage<'a> {
    page: &'a PageContext,
    switch: bool,
    link: &'a str,
    qr: Option<Qr>,
    /// The password that was generated.
    value: Option<Escaped<'a>>,
    receipt_url: String,
    receipt: &'a StoredReceipt,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Field {
    Secret,
    Passphrase,
}

impl ShareForm<'_> {
    fn wrong_in(&self, field: Field) -> Option<&str> {
        self.wrong.as_ref().filter(|(wrong, _)| *wrong == field).map(|(_, text)| text.as_str())
    }

    fn wrong_secret(&self) -> Option<&str> {
        self.wrong_in(Field::Secret)
    }

    fn wrong_passphrase(&self) -> Option<&str> {
        self.wrong_in(Field::Passphrase)
    }
}

/// The empty form; where sharing takes an account, what to do instead.
pub(in crate::web) async fn form(State(pages): State<Pages>, page: PageContext) -> Response {
    match pages.app().service().policy().create {
        Access::Account => answer::page(StatusCode::OK, &ClosedPage { page: &page, switch: true }),
        Access::Anyone => render_form(&pages, &page, "", None, None),
    }
}

/// The form with what was typed into it, but for the passphrase.
fn render_form(
    pages: &Pages,
    page: &PageContext,
    secret: &str,
    chosen: Option<i64>,
    wrong: Option<(Field, String)>,
) -> Response {
    let policy = &pages.app().service().policy().ttl;
    let lifetime = policy.clamp(chosen).seconds();
    let choices = lifetimes::choices(policy);
    let lifetimes = choices
        .into_iter()
        .map(|seconds| (seconds, page.duration(u64::from(seconds)), seconds == lifetime))
        .collect();
    let status = if wrong.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let form = ShareForm { page, switch: wrong.is_none(), wrong, secret: Escaped(secret), lifetimes };
    answer::page_of(status, &form, secret.len())
}

/// Shares what was typed, or a password generated here.
pub(in crate::web) async fn share(
    State(pages): State<Pages>,
    page: PageContext,
    SharingForm { permit, mut params, held: _held }: SharingForm,
) -> Result<Response, PageError> {
    let secret = take_secret(&mut params);
    let chosen = params.text("ttl").and_then(ttl::parse);
    let options = ShareOptions {
        passphrase: PresentedPassphrase::parse(params.take_text("passphrase")),
        ttl: chosen,
        recipients: Vec::new(),
        share_domain: String::new(),
        locale: None,
    };
    let value = (params.text("do") != Some("generate")).then(|| Plaintext::new(secret.clone()));
    match store(&pages, &permit, value, options).await {
        Ok((shared, value)) => Ok(show(&pages, &page, &shared, value.as_ref())),
        Err(error) => match wrong(&page, &error) {
            Some(wrong) => Ok(render_form(&pages, &page, &secret, chosen, Some(wrong))),
            None => Err(match PageError::from(error) {
                // Whether it is stored or not: nobody has its link, so that it may be shared again.
                PageError::OutcomeUnknown(wait) => PageError::Unavailable(wait),
                error => error,
            }),
        },
    }
}

/// The text that the field held.
fn take_secret(params: &mut Params) -> Zeroizing<String> {
    let sent = params.take_text("secret").unwrap_or_default();
    let mut text = Zeroizing::new(String::with_capacity(sent.len()));
    let mut lines = sent.split("\r\n");
    text.extend(lines.next());
    lines.for_each(|line| {
        text.push('\n');
        text.push_str(line);
    });
    text
}

/// Shares `value` or, without one, a password generated here, which is answered.
async fn store(
    pages: &Pages,
    permit: &CreatePermit,
    value: Option<Plaintext>,
    options: ShareOptions,
) -> Result<(Shared, Option<Plaintext>), Error> {
    let secrets = pages.app().service().secrets();
    if let Some(secret) = value {
        return Ok((secrets.share(permit, ShareRequest { secret, options }).await?, None));
    }
    let request = GenerateRequest { length: None, rule: PasswordRule::default(), options };
    let (shared, value) = secrets.generate(permit, request).await?;
    Ok((shared, Some(value)))
}

/// What is wrong with which field, when that is it.
fn wrong(page: &PageContext, error: &Error) -> Option<(Field, String)> {
    match error {
        Error::Empty => Some((Field::Secret, page.message("share-empty"))),
        Error::TooBig { max } => Some((Field::Secret, page.message_with("share-too-big", "max", *max))),
        Error::PassphraseTooLong => Some((Field::Passphrase, page.message("share-passphrase-long"))),
        _ => None,
    }
}

fn show(pages: &Pages, page: &PageContext, shared: &Shared, value: Option<&Plaintext>) -> Response {
    let base = pages.app().service().policy().link_base(&shared.receipt.share_domain);
    let link = super::link(&base, &shared.secret_key);
    let qr = qr::draw(&link);
    let drawn = qr.as_ref().map_or(0, |qr| qr.path.len());
    let shared = SharedPage {
        page,
        switch: false,
        link: &link,
        qr,
        value: value.map(|value| Escaped(value.expose())),
        receipt_url: page.to(&format!("/receipt/{}", shared.receipt_key.expose())),
        receipt: &shared.receipt,
    };
    answer::page_of(StatusCode::OK, &shared, drawn)
}
