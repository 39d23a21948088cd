//! `/`: the form to share a secret, and what comes of it.
//!
//! The trap: browsers send every line of a text field with CRLF, whatever was typed or pasted. What the field
//! *holds* has LF, and that is what is shared: a private key with CRs in it is none.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use crate::domain::passphrase::MAX_CHARS;
use crate::domain::{BadPassphrase, PassphraseRule, Plaintext, PresentedPassphrase, StoredReceipt};
use crate::http::admit::Admit;
use crate::service::{Caller, CreatePermit, Error, GenerateRequest, ShareOptions, ShareRequest, Shared};
use crate::web::error::{PageError, Told};
use crate::web::escape::Escaped;
use crate::web::page_context::PageContext;
use crate::web::pages::typed::{Button, Kind, Typed};
use crate::web::qr::{self, Qr};
use crate::web::surface::SharingForm;
use crate::web::{Pages, answer, lifetimes};

#[derive(Template)]
#[template(path = "share.html")]
struct ShareForm<'a> {
    page: &'a PageContext,
    /// Why what was typed is not shared now.
    refused: Option<Told>,
    /// Which field is wrong, and how.
    wrong: Option<(Field, String)>,
    secret: Escaped<'a>,
    /// Seconds, text, whether it is preselected.
    lifetimes: Vec<(u32, String, bool)>,
    /// Whether a passphrase was typed, which is never sent back: it has to be typed again.
    protect: bool,
    length: &'a str,
    /// What a generated password is made of: whether each is chosen.
    kinds: [(Kind, bool); 5],
    /// The longest passphrase, characters, for the script.
    most_characters: usize,
    /// What passphrases have to be like.
    rule: PassphraseRule,
    /// Whether an email may be sent.
    mails: bool,
    recipient: &'a str,
    /// By which the form of somebody who signed in is known: the mark of their session, or that it has to have one.
    form_mark: Option<String>,
    /// Where to sign in again.
    sign_in: Option<String>,
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
    Recipient,
    /// Length and characters of a generated password.
    Password,
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

    fn wrong_recipient(&self) -> Option<&str> {
        self.wrong_in(Field::Recipient)
    }

    fn wrong_password(&self) -> Option<&str> {
        self.wrong_in(Field::Password)
    }

    /// What is said of a text that is too long, for the script.
    fn too_big(&self) -> String {
        self.page.message_with("share-too-big", "max", self.page.max_size())
    }

    /// What is said of a passphrase that is too short, also before one is typed.
    fn too_short(&self) -> Option<String> {
        let needs = self.rule.min_length;
        (needs > 1).then(|| self.page.message_with("share-passphrase-short", "min", needs))
    }

    /// Whether the passphrase that was typed has to be typed again, and nothing else is wrong with it.
    fn asks_again(&self) -> bool {
        self.protect && self.wrong_passphrase().is_none()
    }

    /// Whether the reader is to go on at the passphrase.
    fn focuses_passphrase(&self) -> bool {
        self.wrong_secret().is_none() && (self.protect || self.wrong_passphrase().is_some())
    }
}

/// The empty form; where sharing takes an account, what to do instead.
pub(in crate::web) async fn form(
    State(pages): State<Pages>,
    page: PageContext,
    Admit(_): Admit<Caller>,
) -> Response {
    if page.may_share() {
        render_form(&pages, &page, &Typed::default(), None, None)
    } else {
        answer::page(StatusCode::OK, &ClosedPage { page: &page, switch: true })
    }
}

/// The form with what was typed into it, but for the passphrase.
fn render_form(
    pages: &Pages,
    page: &PageContext,
    typed: &Typed,
    refused: Option<Told>,
    wrong: Option<(Field, String)>,
) -> Response {
    let service = pages.app().service();
    let policy = &service.policy().ttl_for(page.account());
    let lifetime = policy.clamp(typed.ttl).seconds();
    let choices = lifetimes::choices(policy, &pages.settings().lifetimes);
    let lifetimes = choices
        .into_iter()
        .map(|seconds| (seconds, page.duration(u64::from(seconds)), seconds == lifetime))
        .collect();
    let status = if wrong.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    // Once it was an account's, it stays one: nothing that was typed for it is shared by nobody in particular.
    let of_account = typed.of_account || page.session().is_some();
    let form = ShareForm {
        page,
        mails: of_account && service.secrets().sends_mail(),
        recipient: &typed.recipient,
        form_mark: of_account.then(|| page.form_token().unwrap_or_else(|| "none".to_owned())),
        sign_in: (of_account && page.session().is_none()).then(|| page.to("/sign-in")),
        refused,
        wrong,
        secret: Escaped(&typed.secret),
        lifetimes,
        protect: typed.protect,
        length: &typed.length,
        kinds: typed.kinds(),
        most_characters: MAX_CHARS,
        rule: page.passphrase_rule(),
    };
    answer::page_of(status, &form, typed.secret.len())
}

/// Shares what was typed, or a password generated here. Nothing that was typed is left out without a word, and nothing but
/// the passphrase has to be typed again (ADR 0057).
pub(in crate::web) async fn share(
    State(pages): State<Pages>,
    page: PageContext,
    SharingForm { admitted, mut params }: SharingForm,
) -> Result<Response, PageError> {
    let passphrase = params.take_text("passphrase");
    let is_own = page.is_own_form(&params);
    let mut typed = Typed::read(&mut params, passphrase.as_deref().map(String::as_str));
    let (permit, _held) = match admitted {
        Ok(admitted) => admitted,
        Err(PageError::NeedsAccount) if !typed.of_account => return Err(PageError::NeedsAccount),
        Err(PageError::NeedsAccount) => return Ok(refuse(&pages, &page, &typed, PageError::SignedOut)),
        Err(refused) => return Ok(refuse(&pages, &page, &typed, refused)),
    };
    if typed.button == Button::Language {
        return Ok(render_form(&pages, &page, &typed, None, None));
    }
    if typed.of_account && page.session().is_none() {
        return Ok(refuse(&pages, &page, &typed, PageError::SignedOut));
    }
    if !is_own {
        return Ok(refuse(&pages, &page, &typed, PageError::OtherSession));
    }
    if let Some(wrong) = left_out(&page, &typed) {
        // Without a passphrase the next time, too, it is meant.
        typed.protect &= wrong.0 != Field::Passphrase;
        return Ok(render_form(&pages, &page, &typed, None, Some(wrong)));
    }
    let options = ShareOptions {
        passphrase: PresentedPassphrase::parse(passphrase),
        ttl: typed.ttl,
        recipients: vec![typed.recipient.clone()],
        share_domain: String::new(),
        locale: Some(page.locale),
    };
    match store(&pages, &permit, &typed, options).await {
        Ok((shared, value)) => Ok(show(&pages, &page, &shared, value.as_ref())),
        Err(error) => match wrong(&page, &error) {
            Some(wrong) => Ok(render_form(&pages, &page, &typed, None, Some(wrong))),
            None => match PageError::from(error) {
                // Whether it is stored or not: nobody has its link, so that it may be shared again.
                PageError::OutcomeUnknown(wait) => {
                    Ok(refuse(&pages, &page, &typed, PageError::Unavailable(wait)))
                }
                error if error.is_passing() => Ok(refuse(&pages, &page, &typed, error)),
                error => Err(error),
            },
        },
    }
}

/// The form as it was sent, to be sent again later.
fn refuse(pages: &Pages, page: &PageContext, typed: &Typed, refused: PageError) -> Response {
    refused.dress(render_form(pages, page, typed, Some(refused.told(page)), None))
}

/// What of the form would be left out: a passphrase that was typed before, a text beside a generated password, or choices
/// that are none.
fn left_out(page: &PageContext, typed: &Typed) -> Option<(Field, String)> {
    if typed.button == Button::Generate && !typed.secret.is_empty() {
        return Some((Field::Secret, page.message("generate-beside")));
    }
    if typed.button == Button::Generate && typed.rule().is_none() {
        return Some((Field::Password, page.message("generate-wrong")));
    }
    let may_be_without = !page.passphrase_rule().required;
    (typed.protect && !typed.is_protected && may_be_without)
        .then(|| (Field::Passphrase, page.message("share-passphrase-missing")))
}

/// Shares the text or a password generated here, which is answered.
async fn store(
    pages: &Pages,
    permit: &CreatePermit,
    typed: &Typed,
    options: ShareOptions,
) -> Result<(Shared, Option<Plaintext>), Error> {
    let secrets = pages.app().service().secrets();
    if typed.button == Button::Share {
        let secret = Plaintext::new(typed.secret.clone());
        return Ok((secrets.share(permit, ShareRequest { secret, options }).await?, None));
    }
    let request = GenerateRequest { length: None, rule: typed.rule().unwrap_or_default(), options };
    let (shared, value) = secrets.generate(permit, request).await?;
    Ok((shared, Some(value)))
}

/// What is wrong with which field, when that is it.
fn wrong(page: &PageContext, error: &Error) -> Option<(Field, String)> {
    match error {
        Error::Empty => Some((Field::Secret, page.message("share-empty"))),
        Error::TooBig { max } => Some((Field::Secret, page.message_with("share-too-big", "max", *max))),
        Error::BadPassphrase(why) => Some((Field::Passphrase, bad_passphrase(page, *why))),
        Error::Undeliverable(_) | Error::MailNeedsAccount => {
            Some((Field::Recipient, page.message("share-recipient-wrong")))
        }
        _ => None,
    }
}

fn bad_passphrase(page: &PageContext, why: BadPassphrase) -> String {
    match why {
        BadPassphrase::Missing => page.message("share-passphrase-required"),
        BadPassphrase::TooShort { min } => page.message_with("share-passphrase-short", "min", min),
        BadPassphrase::TooLong => page.message("share-passphrase-long"),
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
