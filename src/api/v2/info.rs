//! `GET status`, `supported-locales` and `version` (v2-contract.md §8.1): the same for everybody, whatever is asked.

use axum::extract::State;
use axum::response::Response;
use serde::Serialize;

use crate::domain::Locale;
use crate::http::json_answer::json;
use crate::http::state::AppState;

/// The release of the other server that this contract was made from. It tells nothing about this program.
const VERSION: [&str; 3] = ["0", "26", "6"];

#[derive(Serialize)]
struct StatusAnswer {
    success: bool,
    status: &'static str,
    locale: &'static str,
}

#[derive(Serialize)]
struct LocalesAnswer {
    success: bool,
    locales: Vec<&'static str>,
    default_locale: &'static str,
    locale: &'static str,
}

#[derive(Serialize)]
struct VersionAnswer {
    success: bool,
    version: [&'static str; 3],
    locale: &'static str,
}

/// Whether the server is up.
pub(super) async fn status(State(app): State<AppState>) -> Response {
    json(&StatusAnswer { success: true, status: "nominal", locale: locale(&app) })
}

/// The languages of emails and pages.
pub(super) async fn locales(State(app): State<AppState>) -> Response {
    let own = locale(&app);
    json(&LocalesAnswer {
        success: true,
        locales: Locale::ALL.iter().map(|locale| locale.tag()).collect(),
        default_locale: own,
        locale: own,
    })
}

/// Which contract is spoken. Open to all: two clients test their connection here (v2-contract.md §13).
pub(super) async fn version(State(app): State<AppState>) -> Response {
    json(&VersionAnswer { success: true, version: VERSION, locale: locale(&app) })
}

fn locale(app: &AppState) -> &'static str {
    app.service().policy().locale.tag()
}
