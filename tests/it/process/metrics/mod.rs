//! The real program's metrics: that they count what happened, tell nothing that was sent, and that the alert rules and the
//! documentation speak of metrics that are there.

mod rules;

use crate::process::shared_store::Region;
use crate::support::ports::free_port;
use crate::support::{Client, Connection, Home, SOON, Server, Shared, UNLIMITED, wait_for};

/// The setting that has them served, on a free port.
pub(in crate::process) const METRICS: (&str, &str) = ("READONCE_METRICS__LISTEN", "127.0.0.1:0");

/// The value of a series, which has to be there.
#[track_caller]
pub(in crate::process) fn value(scrape: &str, series: &str) -> f64 {
    let line = scrape.lines().find_map(|line| line.strip_prefix(series)?.strip_prefix(' '));
    line.unwrap_or_else(|| panic!("no `{series}` in:\n{scrape}")).parse().unwrap()
}

#[track_caller]
fn holds(scrape: &str, expected: &[(&str, u32)]) {
    for (series, number) in expected {
        assert!(
            (value(scrape, series) - f64::from(*number)).abs() < 0.1,
            "{series} is not {number}:\n{scrape}"
        );
    }
}

#[test]
fn what_happened_is_counted() {
    let home = Home::new();
    let account = home.account("owner@example.org");
    let settings = [UNLIMITED, &[METRICS, ("READONCE_REGION", "eu"), ("READONCE_PASSPHRASE__TRIES", "2")]];
    let server = home.serve_with(&settings.concat());
    let client = server.client();
    let [unread, read, burned] = ["a", "b", "c"].map(|value| client.share(value));
    let locked = client.share_locked("d", "right");
    client.reveal(&read).ok();
    client.reveal(&read).unknown();
    client.burn(&burned).ok();
    client.unlock(&locked, "wrong").unknown();
    client.post(&format!("/private/{}/burn", locked.receipt), &[("passphrase", "wrong")]);
    assert_eq!(client.unlock(&locked, "right").status, 429, "two tries are used up");
    client.receipt(&unread).ok();
    client.post("/generate", &[]).ok();
    server.client_of(&account).get("/api/v1/receipt/recent").ok();
    let attacker = crate::support::Account { token: "0".repeat(40), ..account };
    server.client_of(&attacker).get("/api/v1/authcheck").refused(404, "Not authorized");
    client.get("/nowhere").refused(404, "Not Found");

    let scrape = server.scrape();
    holds(
        &scrape,
        &[
            ("readonce_secrets_shared_total", 5),
            ("readonce_secrets_revealed_total", 1),
            ("readonce_secrets_burned_total", 1),
            ("readonce_secrets_orphaned_total", 0),
            ("readonce_secrets_expired_total{counted=\"exactly\"}", 0),
            ("readonce_secrets_live{counted=\"exactly\"}", 3),
            ("readonce_passphrases_wrong_total", 2),
            ("readonce_logins_failed_total", 1),
            ("readonce_rate_limited_total{limit=\"tries\"}", 1),
            ("readonce_rate_limited_total{limit=\"read\"}", 0),
            ("readonce_store_up", 1),
            ("readonce_store_operation_duration_seconds_count{operation=\"put\"}", 5),
            ("readonce_store_operation_duration_seconds_count{operation=\"receipt\"}", 1),
            ("readonce_http_requests_total{route=\"/api/v1/share\",method=\"POST\",status=\"200\"}", 4),
            (
                "readonce_http_requests_total{route=\"/api/v1/secret/{key}\",method=\"POST\",status=\"429\"}",
                1,
            ),
            ("readonce_http_requests_total{route=\"-\",method=\"GET\",status=\"404\"}", 1),
            ("readonce_operation_duration_seconds_count{operation=\"share\"}", 4),
            ("readonce_operation_duration_seconds_count{operation=\"generate\"}", 1),
            ("readonce_operation_duration_seconds_count{operation=\"reveal\"}", 4),
            ("readonce_operation_duration_seconds_count{operation=\"burn\"}", 2),
            ("readonce_operation_duration_seconds_count{operation=\"receipt\"}", 1),
            ("readonce_operation_duration_seconds_count{operation=\"recent\"}", 1),
            ("readonce_operation_duration_seconds_count{operation=\"status\"}", 1),
            ("readonce_bcrypt_running", 0),
            ("readonce_bcrypt_waiting", 0),
        ],
    );
    let build = format!("readonce_build_info{{version=\"{}\",region=\"eu\"}}", env!("CARGO_PKG_VERSION"));
    holds(&scrape, &[(&build, 1)]);
    assert!(value(&scrape, "process_resident_memory_bytes") > 1e6);
    assert!(value(&scrape, "process_open_fds") > 5.0);
    server.stop();
}

#[test]
fn each_limit_is_counted_under_its_own_name() {
    let home = Home::new();
    let limits = [
        ("READONCE_LIMITS__CREATE", "3"),
        ("READONCE_LIMITS__READ", "1"),
        ("READONCE_LIMITS__LOGIN", "1"),
        ("READONCE_LIMITS__ANONYMOUS_SECRETS", "1"),
    ];
    let server = home.serve_with(&[&limits[..], &[METRICS]].concat());
    let client = server.client();
    let shared = client.share("value");
    assert_eq!(client.post("/share", &[("secret", "no room")]).status, 429);
    for _ in 0..2 {
        client.post("/share", &[]);
    }
    client.receipt(&shared).ok();
    for _ in 0..3 {
        assert_eq!(client.receipt(&shared).status, 429);
    }
    let stranger = server.client().signed_in("nobody@example.org", &"0".repeat(40));
    assert_eq!([(); 3].map(|()| stranger.get("/api/v1/authcheck").status), [404, 429, 429]);
    let limit = |name| format!("readonce_rate_limited_total{{limit=\"{name}\"}}");
    let scrape = server.scrape();
    for (name, number) in [("create", 1), ("anonymous_quota", 1), ("read", 3), ("login", 2), ("tries", 0)] {
        holds(&scrape, &[(&limit(name), number)]);
    }
    server.stop();
}

#[test]
fn nothing_is_served_but_metrics_and_health_and_that_only_where_it_is_set() {
    let home = Home::new();
    let server = home.serve_with(&[METRICS]);
    let scraper = Client::new(server.metrics());
    for (method, path) in [
        ("POST", "/metrics"),
        ("GET", "/"),
        ("GET", "/metrics/x"),
        ("GET", "/api/v1/status"),
        ("POST", "/health/live"), // GET is answered: `process::proxy_protocol`
        ("DELETE", "/metrics"),
    ] {
        assert_eq!(scraper.ask(method, path, &[], Some(b"")).status, 404, "{method} {path}");
    }
    assert_eq!(scraper.ask("HEAD", "/metrics", &[], None).status, 404);
    assert_eq!(server.client().get("/metrics").status, 404, "not where everybody can ask");
    let address = server.metrics();
    let ran = server.stop();
    assert!(Connection::open(address).is_err(), "its listener ends with the server");
    assert!(!ran.stdout.contains("/metrics"), "scrapes are not requests: {}", ran.stdout);

    let quiet = home.serve();
    assert!(!quiet.said().contains("metrics"), "{}", quiet.said());
    let taken = quiet.address().to_string();
    let refused = home.try_serve(&[("READONCE_METRICS__LISTEN", &taken)]).err().unwrap();
    refused.refused_saying(&[
        "error: cannot listen on ",
        "for metrics: ",
        "\nhint: set `metrics.listen` to ",
    ]);
    quiet.stop();
}

#[test]
fn scraping_often_does_not_ask_the_store_often() {
    let home = Home::new();
    let server = home.serve_with(&[METRICS]);
    let scrapes: Vec<_> = (0..30).map(|_| server.scrape()).collect();
    for operation in ["counts", "ready"] {
        let series = format!("readonce_store_operation_duration_seconds_count{{operation=\"{operation}\"}}");
        let asked = value(&scrapes[29], &series);
        assert!((1.0..=10.0).contains(&asked), "{operation}: {asked} times for thirty scrapes");
    }
    server.stop();
}

/// What was measured is in its bucket at once, and nothing waits for a scrape to be put there.
#[test]
fn latencies_do_not_pile_up_while_nobody_scrapes() {
    let home = Home::new();
    let server = home.serve_with(&[UNLIMITED, &[METRICS]].concat());
    let client = server.client();
    for _ in 0..2000 {
        client.get("/api/v1/status").ok();
    }
    holds(&server.scrape(), &[("readonce_operation_duration_seconds_count{operation=\"status\"}", 2000)]);
    server.stop();
}

#[test]
fn a_store_that_is_away_is_told_and_does_not_hold_a_scrape_up() {
    let region = Region::new(&["--save", ""]);
    let server = region.home.serve_with(&[UNLIMITED, &[METRICS]].concat());
    let client = server.client();
    let shared: Shared = client.share("value");
    // Each look writes a key that expires, so this may be some more than the one secret.
    let live = |scrape: &str| value(scrape, "readonce_secrets_live{counted=\"at_most\"}");
    let scrape = server.scrape();
    holds(&scrape, &[("readonce_store_up", 1)]);
    let before = live(&scrape);
    assert!((1.0..=10.0).contains(&before), "{before}");
    region.redis.pause();
    client.reveal(&shared).unavailable();
    let scrape = wait_for("a scrape that says so", SOON, || down(&server));
    assert!((1.0..=10.0).contains(&live(&scrape)), "the last that was known");
    assert!(value(&scrape, "readonce_store_errors_total{error=\"outcome_unknown\"}") >= 1.0, "{scrape}");
    region.redis.resume();
    wait_for("a scrape that says it is back", SOON, || {
        (value(&server.scrape(), "readonce_store_up") > 0.5).then_some(())
    });
    server.stop();
}

fn down(server: &Server) -> Option<String> {
    let scrape = server.scrape();
    (value(&scrape, "readonce_store_up") < 0.5).then_some(scrape)
}

/// Where there is mail: a notification for a server that is not there waits, and is counted.
pub(in crate::process) fn with_mail(home: &Home) -> Server {
    let smtp = format!("smtp://127.0.0.1:{}", free_port());
    let mail = [METRICS, ("READONCE_SMTP__URL", &smtp), ("READONCE_SMTP__FROM", "secrets@example.org")];
    home.serve_with(&[UNLIMITED, &mail].concat())
}

#[test]
fn notifications_that_wait_are_counted() {
    let home = Home::new();
    let account = home.account("owner@example.org");
    let server = with_mail(&home);
    let sharer = server.client_of(&account);
    sharer.post("/share", &[("secret", "value"), ("recipient", "someone@example.org")]).ok();
    let waiting = "readonce_outbox_notifications{state=\"waiting\"}";
    let scrape = wait_for("a notification that waits", SOON, || {
        let scrape = server.scrape();
        let told = scrape.lines().any(|line| line == format!("{waiting} 1"));
        told.then_some(scrape)
    });
    holds(&scrape, &[("readonce_outbox_notifications{state=\"dead\"}", 0)]);
    value(&scrape, "readonce_outbox_oldest_age_seconds");
    server.stop();
}
