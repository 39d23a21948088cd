//! What upstream had been asked before a recorded request, and is not recorded itself.

use axum::http::Method;
use serde_json::{Value, json};

use super::{Accounts, Keys, ids};
use crate::api_v1::app::App;
use crate::api_v2::{ask, post};

/// The secrets that recorded requests name and none of them made.
pub(super) async fn unrecorded(app: &App, accounts: &Accounts, cases: &[Value]) -> Keys {
    let made: Vec<_> = cases.iter().filter_map(|case| case["keep"].as_str()).collect();
    let mut keys = Keys::new();
    for case in cases {
        let text = format!("{} {}", case["path"], case["body"]);
        for name in text.split('{').filter_map(|part| part.split_once('.')).map(|(name, _)| name) {
            let is_name = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
            if is_name && !name.is_empty() && !made.contains(&name) && !keys.contains_key(name) {
                let pair = make(app, accounts, name).await;
                keys.insert(name.to_owned(), pair);
            }
        }
    }
    keys
}

async fn make(app: &App, Accounts { user, user2 }: &Accounts, name: &str) -> (String, String) {
    let protected = [
        "pf_number",
        "g_p",
        "bq",
        "p_anon",
        "p_guest",
        "pv",
        "sp",
        "m2",
        "bp",
        "re",
        "lr",
        "le",
        "lb",
        "ls_",
    ];
    let passphrase = match name {
        "pf_number" => json!(12345),
        _ if protected.contains(&name) => json!("open sesame 1"),
        _ => Value::Null,
    };
    let owner = match name {
        "g_auth" | "g_o" | "l_owner" | "l_other" | "re" | "b_by_other" | "b_auth_by_anon" | "bp" => {
            Some(user.as_str())
        }
        "xd" | "x1" => Some(user2.as_str()),
        _ => None,
    };
    if name == "x1" {
        let shared = app.call(Method::POST, "/api/v1/share", owner, "secret=by+v1&ttl=3600").await;
        return (shared.field("secret_key"), shared.field("metadata_key"));
    }
    let verb = if name.starts_with("g_") || name.starts_with("gl_") { "generate" } else { "conceal" };
    let ttl = if name.starts_with('x') && name != "x2" { 60 } else { 3600 };
    let value = match name {
        "v_number" => json!(123),
        "v_nul" => json!("a\0b"),
        _ => json!(name),
    };
    let payload = json!({ "secret": { "secret": value, "ttl": ttl, "passphrase": passphrase } });
    ids(&ask(app, Method::POST, &format!("secret/{verb}"), owner, payload).await)
}

/// Asks what had been asked between the recorded requests.
pub(super) async fn before(app: &App, accounts: &Accounts, case: &str, keys: &Keys) {
    let reveal = async |name: &str| {
        let path = format!("secret/{}/reveal", keys[name].0);
        assert_eq!(post(app, &path, json!({ "continue": true })).await.status, 200, "{case}");
    };
    let burn = async |name: &str| {
        let path = format!("receipt/{}/burn", keys[name].1);
        assert_eq!(post(app, &path, json!({ "continue": true })).await.status, 200, "{case}");
    };
    match case {
        "life-guest-12-receipt-revealed" => reveal("l_guest").await,
        "life-owner-10-show-after" => reveal("l_owner").await,
        "life-auth-by-guest-10-show-after" => reveal("l_auth_by_guest").await,
        "burn-auth-7-again" => burn("b_auth").await,
        "burn-guest-7-again" => burn("b_guest").await,
        "burn-by-other-5-reveal" => burn("b_by_other").await,
        // Whatever changed last comes first.
        "recent-other-after" => make_and_burn(app, accounts, false).await,
        "v1v2-14-recent" => make_and_burn(app, accounts, true).await,
        "limit-reveal-7-wrong" => {
            let wrong = json!({ "continue": true, "passphrase": "wrong" });
            let path = format!("secret/{}/reveal", keys["lr"].0);
            while post(app, &path, wrong.clone()).await.status == 422 {}
        }
        "expiry-08-status-after" => app.clock.advance(61),
        _ => {}
    }
}

/// The second account shares two more, of which it burns the first, or the last.
async fn make_and_burn(app: &App, accounts: &Accounts, burns_last: bool) {
    for burns in [!burns_last, burns_last] {
        app.clock.advance(1);
        let who = Some(accounts.user2.as_str());
        let made =
            ask(app, Method::POST, "secret/conceal", who, json!({ "secret": { "secret": "recent" } })).await;
        if burns {
            let path = format!("receipt/{}/burn", ids(&made).1);
            assert_eq!(ask(app, Method::POST, &path, who, json!({ "continue": true })).await.status, 200);
        }
    }
}
