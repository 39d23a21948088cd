//! `/`: the form to share a secret, and what comes of it.
//!
//! A newcomer's trap: browsers send every line of a text field with CRLF, whatever was typed or pasted. What the field
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
use crate::web::error::Trouble;
use crate::web::exact::Exact;
use crate::web::extract::{Creating, Form};
use crate::web::qr::{self, Qr};
use crate::web::visitor::Visitor;
use crate::web::{Pages, answer, lifetimes};

#[derive(Template)]
#[template(path = "share.html")]
struct ShareForm<'a> {
    p: &'a Visitor,
    switch: bool,
    /// Which field is wrong, and how.
    wrong: Option<(Field, String)>,
    secret: Exact<'a>,
    /// Seconds, text, whether it is preselected.
    lifetimes: Vec<(u32, String, bool)>,
}

#[derive(Template)]
#[template(path = "closed.html")]
struct Closed<'a> {
    p: &'a Visitor,
    switch: bool,
}

#[derive(Template)]
#[template(path = "shared.html")]
struct Result<'a> {
    p: &'a Visitor,
    switch: bool,
    link: &'a str,
    qr: Option<Qr>,
    /// The password that was made up.
    value: Option<Exact<'a>>,
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
pub(in crate::web) async fn form(State(pages): State<Pages>, visitor: Visitor) -> Response {
    match pages.app().service().policy().create {
        Access::Account => answer::page(StatusCode::OK, &Closed { p: &visitor, switch: true }),
        Access::Anyone => blank(&pages, &visitor, "", None, None),
    }
}

/// The form with what was typed into it, but for the passphrase.
fn blank(
    pages: &Pages,
    visitor: &Visitor,
    secret: &str,
    chosen: Option<i64>,
    wrong: Option<(Field, String)>,
) -> Response {
    let policy = &pages.app().service().policy().ttl;
    let lifetime = policy.clamp(chosen).seconds();
    let offered = lifetimes::offered(policy);
    let lifetimes = offered
        .into_iter()
        .map(|seconds| (seconds, visitor.duration(u64::from(seconds)), seconds == lifetime))
        .collect();
    let status = if wrong.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let form = ShareForm { p: visitor, switch: wrong.is_none(), wrong, secret: Exact(secret), lifetimes };
    answer::page_of(status, &form, secret.len())
}

/// Shares what was typed, or a password made up here.
pub(in crate::web) async fn share(
    State(pages): State<Pages>,
    visitor: Visitor,
    Creating(creator): Creating,
    Form(mut params): Form,
) -> core::result::Result<Response, Trouble> {
    let secret = typed(&mut params);
    let chosen = params.text("ttl").and_then(ttl::parse);
    let options = ShareOptions {
        passphrase: PresentedPassphrase::parse(params.take_text("passphrase")),
        ttl: chosen,
        recipients: Vec::new(),
        share_domain: String::new(),
        locale: None,
    };
    let value = (params.text("do") != Some("generate")).then(|| Plaintext::new(secret.clone()));
    match store(&pages, &creator, value, options).await {
        Ok((shared, value)) => Ok(result(&pages, &visitor, &shared, value.as_ref())),
        Err(error) => match wrong(&visitor, &error) {
            Some(wrong) => Ok(blank(&pages, &visitor, &secret, chosen, Some(wrong))),
            None => Err(match Trouble::from(error) {
                // Whether it is stored or not: nobody has its link, so that it may be shared again.
                Trouble::OutcomeUnknown(wait) => Trouble::Unavailable(wait),
                trouble => trouble,
            }),
        },
    }
}

/// The text that the field held.
fn typed(params: &mut Params) -> Zeroizing<String> {
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

/// Shares `value` or, without one, a password made up here, which is answered.
async fn store(
    pages: &Pages,
    creator: &CreatePermit,
    value: Option<Plaintext>,
    options: ShareOptions,
) -> core::result::Result<(Shared, Option<Plaintext>), Error> {
    let secrets = pages.app().service().secrets();
    if let Some(secret) = value {
        return Ok((secrets.share(creator, ShareRequest { secret, options }).await?, None));
    }
    let request = GenerateRequest { length: None, rule: PasswordRule::default(), options };
    let (shared, value) = secrets.generate(creator, request).await?;
    Ok((shared, Some(value)))
}

/// What is wrong with which field, when that is it.
fn wrong(visitor: &Visitor, error: &Error) -> Option<(Field, String)> {
    match error {
        Error::Empty => Some((Field::Secret, visitor.say("share-empty"))),
        Error::TooBig { max } => Some((Field::Secret, visitor.say_with("share-too-big", "max", *max))),
        Error::PassphraseTooLong => Some((Field::Passphrase, visitor.say("share-passphrase-long"))),
        _ => None,
    }
}

fn result(pages: &Pages, visitor: &Visitor, shared: &Shared, value: Option<&Plaintext>) -> Response {
    let base = pages.app().service().policy().link_base(&shared.receipt.share_domain);
    let link = super::link(&base, &shared.secret_key);
    let qr = qr::draw(&link);
    let drawn = qr.as_ref().map_or(0, |qr| qr.path.len());
    let result = Result {
        p: visitor,
        switch: false,
        link: &link,
        qr,
        value: value.map(|value| Exact(value.expose())),
        receipt_url: visitor.to(&format!("/receipt/{}", shared.receipt_key.expose())),
        receipt: &shared.receipt,
    };
    answer::page_of(StatusCode::OK, &result, drawn)
}
