//! Calls of the store per request: one, and one that writes nothing where nothing changes.

use std::sync::Arc;

use serde_json::json;

use super::{conceal, get, post, value};
use crate::api_v1::app::App;
use crate::support::redis::{Server, open};

#[tokio::test]
async fn a_request_is_one_script_call() {
    let server = Server::start().await;
    let app = App::in_real_time(Arc::new(open(&server.url()).await));
    // Redis knows each script now.
    let (secret, receipt) = conceal(&app, json!({ "secret": "first" })).await;
    get(&app, &format!("secret/{secret}")).await;
    get(&app, &format!("receipt/{receipt}")).await;
    value(&app, &secret).await;

    let calls = async |requests: &mut (dyn Future<Output = ()> + Unpin)| {
        let before = server.script_calls().await;
        requests.await;
        server.script_calls().await - before
    };
    let mut made = None;
    let mut concealing = Box::pin(async { made = Some(conceal(&app, json!({ "secret": "hello" })).await) });
    assert_eq!(calls(&mut concealing).await, 1, "conceal");
    drop(concealing);
    let (secret, receipt) = made.unwrap();
    for path in [format!("secret/{secret}"), format!("secret/{secret}/status"), format!("receipt/{receipt}")]
    {
        let mut looking = Box::pin(async { assert_eq!(get(&app, &path).await.status, 200) });
        assert_eq!(calls(&mut looking).await, 1, "{path}");
    }
    let mut asking =
        Box::pin(async { drop(post(&app, &format!("secret/{secret}/reveal"), json!({})).await) });
    assert_eq!(calls(&mut asking).await, 1, "reveal without `continue`");
    let mut reading = Box::pin(async { assert_eq!(value(&app, &secret).await, "hello") });
    assert_eq!(calls(&mut reading).await, 1, "reveal");
    let mut pinging = Box::pin(async { drop(get(&app, "status").await) });
    assert_eq!(calls(&mut pinging).await, 0, "status");
}
