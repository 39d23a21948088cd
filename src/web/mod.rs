//! Pages for people: the route table. A page turns a form into a call of the service, and its outcome into a view.
//!
//! Rendered here, whole; the one script only makes them handier. The trap: mail gateways and chats follow links, so a GET of
//! a link's page touches no store and is the same for every key, and HEAD touches none anywhere.

use std::sync::Arc;

use axum::extract::Request;
use axum::http::header;
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{MethodRouter, get};

use crate::domain::{Operator, Region, RegionName, UserHeader};
use crate::http::panics;
use crate::http::request_checks::Refusal;
use crate::http::routes::Route;
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
pub fn routes(pages: &Pages) -> Vec<Route> {
    let policy = pages.app().service().policy();
    // Of readers, as everything that is not with the people below: no cookie is looked at or set (ADR 0081).
    let mut others = vec![
        ("/secret/{key}".to_owned(), get(pages::secret::ask).post(pages::secret::reveal)),
        ("/about".to_owned(), get(pages::about::show)),
    ];
    let mut people = vec![("/".to_owned(), get(pages::home::form).post(pages::home::share))];
    // A receipt's key is the right to it; who comes is looked at where that is not enough.
    let receipts = match policy.metadata {
        Access::Anyone => &mut others,
        Access::Account => &mut people,
    };
    for name in ["private", "metadata", "receipt"] {
        let show = get(pages::receipt::show).head(pages::receipt::head);
        let burn = get(pages::burn::ask).head(pages::receipt::head).post(pages::burn::burn);
        receipts.extend([(format!("/{name}/{{key}}"), show), (format!("/{name}/{{key}}/burn"), burn)]);
    }
    if policy.signs_in() {
        let provider = get(pages::provider::start).head(pages::provider::head);
        let of_their_own = [
            ("/sign-in", get(pages::sign_in::ask).post(pages::sign_in::enter)),
            ("/sign-in/provider", provider),
            (CALLBACK, get(pages::provider::back).head(pages::provider::head)),
            ("/sign-out", get(pages::sign_out::ask).post(pages::sign_out::leave)),
            ("/shares", get(pages::shares::show).post(pages::shares::notify)),
            ("/shares/{key}/burn", get(pages::shares::ask).post(pages::shares::burn)),
            ("/tokens", get(pages::tokens::show).post(pages::tokens::add)),
            ("/tokens/{key}/revoke", get(pages::tokens::ask).post(pages::tokens::revoke)),
        ];
        people.extend(of_their_own.map(|(path, methods)| (path.to_owned(), methods)));
        let found = from_fn_with_state(pages.clone(), visitor::find);
        people = people.into_iter().map(|(path, methods)| (path, methods.layer(found.clone()))).collect();
    }
    let page = |(path, methods): (String, MethodRouter<Pages>)| {
        let methods = methods
            .fallback(async || PageError::NotAllowed)
            .layer(from_fn(async |request, next: Next| {
                panics::caught(next.run(request), error::panic_response).await
            }))
            .layer(from_fn_with_state(pages.clone(), error::render_errors));
        Route::page(&path, methods.with_state(pages.clone()))
    };
    let files = [("/assets/{file}", get(pages::files::asset)), ("/robots.txt", get(pages::files::robots))];
    let files = files.map(|(path, methods)| Route::page(path, methods.with_state(pages.clone())));
    others.into_iter().chain(people).map(page).chain(files).collect()
}
