//! Readiness as strangers, proxies and Prometheus ask for it: what it costs, what it tells, and that it is true.

use std::time::{Duration, Instant};

use super::metrics::{METRICS, value};
use super::shared_store::Region;
use crate::support::{Home, SOON, UNLIMITED, in_threads, wait_for};

const LOOKS: &str = "readonce_store_operation_duration_seconds_count{operation=\"ready\"}";

/// Strangers in a loop: the store is looked at once a second, and shares go on.
#[test]
fn any_number_of_askers_cost_one_look_a_second() {
    let home = Home::new();
    let server = home.serve_with(&[UNLIMITED, &[METRICS]].concat());
    server.client().get("/health/ready").ok();
    let before = value(&server.scrape(), LOOKS);
    let (started, span) = (Instant::now(), Duration::from_secs(2));
    let asked: usize = in_threads(0..40, |number| {
        let client = server.client();
        let mut asked = 0;
        while started.elapsed() < span {
            if number == 0 {
                client.share("meanwhile");
            } else {
                client.get("/health/ready").ok();
            }
            asked += 1;
        }
        asked
    })
    .into_iter()
    .sum();
    let looks = value(&server.scrape(), LOOKS) - before;
    let at_most = started.elapsed().as_secs_f64() + 1.0;
    assert!(asked > 200, "{asked}");
    assert!((1.0..=at_most).contains(&looks), "{looks} looks for {asked} requests, not {at_most} at most");
    server.stop();
}

/// Who asks and hangs up costs no more than who waits.
#[test]
fn those_who_hang_up_cost_no_more() {
    let home = Home::new();
    let server = home.serve_with(&[UNLIMITED, &[METRICS]].concat());
    let before = value(&server.scrape(), LOOKS);
    let started = Instant::now();
    for _ in 0..300 {
        let mut asker = crate::support::Connection::open(server.address()).unwrap();
        asker.send(b"GET /health/ready HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
    }
    server.client().get("/health/ready").ok();
    let looks = value(&server.scrape(), LOOKS) - before;
    let at_most = started.elapsed().as_secs_f64() + 2.0;
    assert!(looks <= at_most, "{looks} looks, not {at_most} at most");
    server.stop();
}

#[test]
fn strangers_are_told_yes_or_no() {
    let home = Home::new();
    let server = super::metrics::with_mail(&home);
    let client = server.client();
    assert_eq!(client.get("/health/ready").ok().text(), r#"{"status":"ready"}"#);
    let other = rusqlite::Connection::open(home.file("data/readonce.db")).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let answer =
        wait_for("unready", SOON, || Some(client.get("/health/ready")).filter(|answer| answer.status == 503));
    assert_eq!(answer.text(), r#"{"status":"unavailable"}"#);
    other.execute_batch("ROLLBACK").unwrap();
    server.stop();
}

/// Shares need a replica's word here, so readiness does.
#[test]
fn too_few_replicas_are_no_readiness() {
    let region =
        Region::new(&["--save", "", "--repl-diskless-sync-delay", "0", "--repl-ping-replica-period", "1"]);
    let mut replica = region.replica();
    let confirmed = [UNLIMITED, &[METRICS, ("READONCE_REDIS__CONFIRM", "replicas:1")]].concat();
    let server = region.home.serve_with(&confirmed);
    let client = server.client();
    client.share("confirmed");
    client.get("/health/ready").ok();
    replica.kill();
    wait_for("a share that is refused", SOON, || {
        (client.post("/share", &[("secret", "x")]).status == 503).then_some(())
    });
    wait_for("unready", Duration::from_secs(3), || (client.get("/health/ready").status == 503).then_some(()));
    wait_for("a scrape that says so", SOON, || {
        (value(&server.scrape(), "readonce_store_up") < 0.5).then_some(())
    });
    replica.restart();
    wait_for("ready again", SOON, || (client.get("/health/ready").status == 200).then_some(()));
    client.share("confirmed");
    server.stop();
}
