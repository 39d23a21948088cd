//! Instances behind a proxy are restarted one after the other, under load: no request fails, and no value is lost.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use rustix::process::Signal;

use super::front::{Front, Kind};
use super::installation::Installation;
use crate::support::{Client, SOON, Server, UNLIMITED, wait_for};

/// As the examples' first lines advise.
const DRAIN: &[(&str, &str)] = &[("READONCE_DRAIN__DELAY", "5")];
const CLIENTS: u8 = 4;

#[test]
fn nobody_behind_nginx_notices_a_restart() {
    nobody_notices_a_restart(Kind::Nginx);
}

#[test]
fn nobody_behind_caddy_notices_a_restart() {
    nobody_notices_a_restart(Kind::Caddy);
}

#[test]
fn nobody_behind_haproxy_notices_a_restart() {
    nobody_notices_a_restart(Kind::Haproxy);
}

#[test]
#[ignore = "scripts/test long"]
fn nobody_behind_apache_notices_a_restart() {
    nobody_notices_a_restart(Kind::Apache);
}

#[test]
#[ignore = "scripts/test long"]
fn nobody_behind_varnish_notices_a_restart() {
    nobody_notices_a_restart(Kind::Varnish);
}

#[test]
#[ignore = "scripts/test long"]
fn nobody_behind_squid_notices_a_restart() {
    nobody_notices_a_restart(Kind::Squid);
}

#[test]
#[ignore = "scripts/test long"]
fn nobody_behind_lighttpd_notices_a_restart() {
    nobody_notices_a_restart(Kind::Lighttpd);
}

#[test]
fn nobody_behind_the_compose_files_proxy_notices_a_restart() {
    nobody_notices_a_restart(Kind::Compose);
}

fn nobody_notices_a_restart(kind: Kind) {
    let installation = Installation::new(&[UNLIMITED, DRAIN].concat());
    let mut servers = [installation.instance(), installation.instance()];
    let front = Front::new(kind, servers.each_ref().map(Server::address));
    front.serving();
    let (stop, rounds) = (AtomicBool::new(false), AtomicUsize::new(0));
    let goes_on = |what: &str| {
        let before = rounds.load(Ordering::SeqCst);
        wait_for(what, SOON, || (rounds.load(Ordering::SeqCst) > before + 100).then_some(()));
    };
    thread::scope(|scope| {
        for number in 0..CLIENTS {
            let client = front.client(2 + number);
            let (stop, rounds) = (&stop, &rounds);
            scope.spawn(move || {
                while !stop.load(Ordering::SeqCst) {
                    round(&client, rounds.fetch_add(1, Ordering::SeqCst));
                }
            });
        }
        let ends = Ends(&stop);
        goes_on("load");
        for server in &mut servers {
            let address = server.address();
            server.signal(Signal::TERM);
            let draining = Client::new(address);
            let answer = wait_for("a server that drains", SOON, || {
                Some(draining.get("/health/ready")).filter(|answer| answer.status == 503)
            });
            assert_eq!(answer.header("connection"), Some("close"), "kept connections would meet the end");
            wait_for("the end of the server", SOON, || server.has_ended().then_some(()));
            goes_on("the other one goes on");
            *server = installation.instance_at(address);
            wait_for("work for the new one", SOON, || server.log().contains("/api/v1/").then_some(()));
        }
        goes_on("both again");
        drop(ends);
    });
    let served = rounds.into_inner();
    eprintln!("{kind:?}: {} requests over two restarts, none failed", served * 3);
    assert!(served > 300);
    // What a draining server had not finished would have been a failure above; nothing is left behind either.
    for server in servers {
        server.kill();
    }
}

/// Shares, looks and reads. Every answer has to be the right one.
fn round(client: &Client, number: usize) {
    let value = format!("value {number}");
    let shared = client.share(&value);
    client.receipt(&shared).ok();
    assert_eq!(client.reveal(&shared).ok().member("value"), value);
    thread::sleep(Duration::from_millis(1)); // the machine has other tests to run
}

/// Ends the load, also when the work beside it fails.
struct Ends<'a>(&'a AtomicBool);

impl Drop for Ends<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::SeqCst);
    }
}
