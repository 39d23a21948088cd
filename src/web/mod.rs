//! Pages for people: the route table. A page turns a form into a call of the service, and its outcome into a view.
//!
//! Rendered here, whole; the one script only makes them handier. The trap: mail gateways and chats follow links, so a GET of
//! a link's page touches no store and is the same for every key, and HEAD touches none anywhere.

use std::sync::Arc;

use axum::Router;
use axum::extract::Request;
use axum::http::header;
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use tower_http::catch_panic::CatchPanicLayer;

use crate::domain::{Operator, Region, RegionName, UserHeader};
use crate::http::request_checks::Refusal;
use crate::http::state::AppState;
use crate::oidc::Provider;
use crate::service::Access;

mod answer;
mod assets;
mod cookies;
mod error;
mod escape;
mod lifetimes;
mod logo;
mod page_context;
mod pages;
mod qr;
mod return_path;
mod surface;
mod visitor;

use assets::Asset;
use error::PageError;
pub use logo::{BadLogo, Logo};
use page_context::PageContext;

/// What the operator chose for the pages.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Whether four shown characters have to be typed before a secret is revealed (`web.reveal = "type"`).
    pub captcha: bool,
    /// Whether a page whose form comes twice is answered twice (`web.second_answer`).
    pub second_answer: bool,
    /// The name of this installation's region.
    pub region: Option<RegionName>,
    /// Other installations.
    pub regions: Vec<Region>,
    /// Whose pages they are.
    pub operator: Operator,
    /// Their logo.
    pub logo: Option<Logo>,
    /// The lifetimes to choose from, seconds; none are round ones (`web.lifetimes`).
    pub lifetimes: Vec<u32>,
    /// The header in which a trusted proxy names who signed in with it (`access.user_header`).
    pub user_header: Option<UserHeader>,
    /// The provider that people sign in with.
    pub provider: Option<Arc<Provider>>,
}

/// The state of the pages.
#[derive(Clone, Debug)]
pub struct Pages(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    app: AppState,
    /// The path of the public URL, empty or `/x`: every address in a page begins with it.
    base_path: String,
    logo: Option<Asset>,
    settings: Settings,
}

impl Pages {
    /// Pages over the state that every surface shares.
    #[must_use]
    pub fn new(app: AppState, base_path: &str, settings: Settings) -> Self {
        let logo = settings.logo.clone().map(Asset::logo);
        Self(Arc::new(Inner { app, base_path: base_path.to_owned(), logo, settings }))
    }

    /// The page for a path that is no route.
    #[must_use]
    pub fn not_found(&self, request: &Request) -> Response {
        PageError::NotFound.page(&PageContext::of(self, request.uri(), request.headers()))
    }

    /// The page in place of the plain answer to a head that is refused; a connection that this ends is ended.
    #[must_use]
    pub fn refused(&self, refusal: Refusal, request: &Request) -> Response {
        let context = PageContext::of(self, request.uri(), request.headers());
        let mut page = PageError::from(refusal).page(&context);
        let closes = refusal.into_response().headers_mut().remove(header::CONNECTION);
        page.headers_mut().extend(closes.map(|closes| (header::CONNECTION, closes)));
        page
    }

    fn app(&self) -> &AppState {
        &self.0.app
    }

    fn settings(&self) -> &Settings {
        &self.0.settings
    }

    fn logo(&self) -> Option<&Asset> {
        self.0.logo.as_ref()
    }
}

/// Where the paths begin that have more than one segment.
pub const BASES: [&str; 8] =
    ["/secret", "/private", "/receipt", "/metadata", "/assets", "/sign-in", "/shares", "/tokens"];

/// Where a provider sends browsers back to.
pub const CALLBACK: &str = "/sign-in/provider/back";

/// Every page, and what belongs to them.
pub fn routes(pages: &Pages) -> Router {
    let policy = pages.app().service().policy();
    let mut people = Router::new().route("/", get(pages::home::form).post(pages::home::share));
    let mut receipts = Router::new();
    for name in ["private", "metadata", "receipt"] {
        receipts = receipts
            .route(&format!("/{name}/{{key}}"), get(pages::receipt::show).head(pages::receipt::head))
            .route(
                &format!("/{name}/{{key}}/burn"),
                get(pages::burn::ask).head(pages::receipt::head).post(pages::burn::burn),
            );
    }
    // A receipt's key is the right to it; who comes is looked at where that is not enough.
    let mut others = Router::new();
    match policy.metadata {
        Access::Anyone => others = others.merge(receipts),
        Access::Account => people = people.merge(receipts),
    }
    if policy.signs_in() {
        people = people
            .route("/sign-in", get(pages::sign_in::ask).post(pages::sign_in::enter))
            .route("/sign-in/provider", get(pages::provider::start).head(pages::provider::head))
            .route(CALLBACK, get(pages::provider::back).head(pages::provider::head))
            .route("/sign-out", get(pages::sign_out::ask).post(pages::sign_out::leave))
            .route("/shares", get(pages::shares::show))
            .route("/shares/{key}/burn", get(pages::shares::ask).post(pages::shares::burn))
            .route("/tokens", get(pages::tokens::show).post(pages::tokens::add))
            .route("/tokens/{key}/revoke", get(pages::tokens::ask).post(pages::tokens::revoke))
            .layer(from_fn_with_state(pages.clone(), visitor::find));
    }
    others
        .merge(people)
        // Of readers, as everything that is not with the people above: no cookie is looked at or set (ADR 0081).
        .route("/secret/{key}", get(pages::secret::ask).post(pages::secret::reveal))
        .route("/about", get(pages::about::show))
        .method_not_allowed_fallback(async || PageError::NotAllowed)
        .layer((
            from_fn_with_state(pages.clone(), error::render_errors),
            CatchPanicLayer::custom(error::panic_response),
        ))
        .route("/assets/{file}", get(pages::files::asset))
        .route("/robots.txt", get(pages::files::robots))
        .with_state(pages.clone())
}
