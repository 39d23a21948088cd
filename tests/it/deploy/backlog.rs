//! A stop serves whom the kernel has taken in already: the accept loop, on its own.

use std::time::Duration;

use axum::Router;
use axum::routing::get;
use readonce::server::{Connections, Listener, serve};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::support::Connection;

const REQUEST: &[u8] = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";

#[tokio::test(flavor = "multi_thread")]
async fn who_waits_to_be_accepted_is_served() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = Router::new().route("/", get(async || "served"));
    let (stop, abort) = (CancellationToken::new(), CancellationToken::new());
    // Room for one: the second is with the kernel until the first has gone.
    let connections = Connections {
        most: 1,
        idle_timeout: Duration::from_secs(75),
        trusted_proxies: vec![],
        proxy_protocol: false,
    };
    let serving =
        tokio::spawn(serve(Listener::Tcp(listener), router, String::new(), connections, stop.clone(), abort));
    let answers = tokio::task::spawn_blocking(move || {
        let mut first = Connection::open(address).unwrap();
        first.send(REQUEST).unwrap();
        first.answer().unwrap().ok();
        first.send(&REQUEST[..9]).unwrap(); // who idles would make room
        let mut second = Connection::open(address).unwrap();
        second.send(REQUEST).unwrap();
        assert!(second.is_quiet_for(Duration::from_millis(200)), "there was room for two");
        stop.cancel();
        second.answer().unwrap().ok().text()
    });
    assert_eq!(answers.await.unwrap(), "served");
    serving.await.unwrap();
}
