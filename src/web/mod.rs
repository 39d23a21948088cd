//! Pages for people: the route table. A page turns a form into a verb, and its outcome into a view.
//!
//! Rendered here, whole; the one script only makes them handier. The trap for newcomers: mail gateways and chats follow
//! links, so a GET of a link's page touches no store and is the same for every key, and HEAD touches none anywhere.

use std::sync::Arc;

use axum::Router;
use axum::extract::Request;
use axum::middleware::from_fn_with_state;
use axum::response::Response;
use axum::routing::get;
use tower_http::catch_panic::CatchPanicLayer;

use crate::http::state::AppState;

mod answer;
mod assets;
mod error;
mod exact;
mod extract;
mod lifetimes;
mod pages;
mod qr;
mod visitor;

use error::Trouble;
use visitor::Visitor;

/// What the operator chose for the pages.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Whether four shown letters have to be typed before a secret is revealed.
    pub must_type: bool,
    /// The label of this installation's region.
    pub region: Option<String>,
    /// Other installations: label and address, without a slash at the end.
    pub regions: Vec<Region>,
}

/// Another installation.
#[derive(Clone, Debug)]
pub struct Region {
    /// Its label.
    pub name: String,
    /// Its address, without a slash at the end.
    pub url: String,
}

/// The state of the pages.
#[derive(Clone, Debug)]
pub struct Pages(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    app: AppState,
    /// The path of the public URL, empty or `/x`: every address in a page begins with it.
    base_path: String,
    settings: Settings,
}

impl Pages {
    /// Pages over the state that every surface shares.
    #[must_use]
    pub fn new(app: AppState, base_path: &str, settings: Settings) -> Self {
        Self(Arc::new(Inner { app, base_path: base_path.to_owned(), settings }))
    }

    /// Whether a request to no route is a person's, who wants to be told by a page.
    #[must_use]
    pub fn are_wanted_by(request: &Request) -> bool {
        let path = request.uri().path();
        let is_machines = ["/api", "/health"].iter().any(|start| {
            path.strip_prefix(start).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        });
        !is_machines && extract::accepts_html(request.headers())
    }

    /// The page for a path that is no route.
    #[must_use]
    pub fn not_found(&self, request: &Request) -> Response {
        let visitor = Visitor::of(self, request.uri(), request.headers());
        answer::with_headers(Trouble::NotFound.page(&visitor))
    }

    fn app(&self) -> &AppState {
        &self.0.app
    }

    fn settings(&self) -> &Settings {
        &self.0.settings
    }
}

/// Every page, and what belongs to them.
pub fn routes(pages: &Pages) -> Router {
    let mut router = Router::new()
        .route("/", get(pages::home::form).post(pages::home::share))
        .route("/secret/{key}", get(pages::secret::ask).post(pages::secret::reveal))
        .route("/about", get(pages::about::show));
    for name in ["private", "metadata", "receipt"] {
        router = router
            .route(&format!("/{name}/{{key}}"), get(pages::receipt::show).head(pages::receipt::head))
            .route(&format!("/{name}/{{key}}/burn"), get(pages::burn::ask).post(pages::burn::burn));
    }
    router
        .method_not_allowed_fallback(async || Trouble::NotAllowed)
        .layer(CatchPanicLayer::custom(|_| error::panicked()))
        .layer(from_fn_with_state(pages.clone(), error::dress))
        .route("/assets/{file}", get(assets::send))
        .route("/robots.txt", get(assets::robots))
        .with_state(pages.clone())
}
