//! Balancers that pass TCP on and say in front whose it is: the PROXY protocol, by hand and by `haproxy`.

use std::fs;
use std::net::{Ipv4Addr, SocketAddr};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use crate::support::ports::free_port;
use crate::support::{Client, Connection, Home, Ran, SOON, Server, UNLIMITED, Way, wait_for};

const SETTINGS: [(&str, &str); 4] = [
    ("READONCE_HTTP__PROXY_PROTOCOL", "true"),
    ("READONCE_HTTP__TRUSTED_PROXIES", "127.0.0.1"),
    ("READONCE_METRICS__LISTEN", "127.0.0.1:0"),
    ("READONCE_LIMITS__READ", "3"),
];

const READY: &str = "GET /health/ready HTTP/1.1\r\nHost: x\r\n\r\n";

fn serve(home: &Home) -> Server {
    home.serve_with(&[UNLIMITED, &SETTINGS].concat())
}

/// The status that these bytes are answered with, if they are.
fn answered(way: &Way, bytes: &[u8]) -> Option<u16> {
    let mut connection = Connection::over(way).ok()?;
    drop(connection.send(bytes));
    connection.answer().ok().map(|answer| answer.status)
}

#[test]
fn every_connection_needs_it_and_a_trusted_peer() {
    let home = Home::new();
    let server = serve(&home);
    let balancer = Way::to(server.address());
    let v2 = |command: u8| {
        [b"\r\n\r\n\0\r\nQUIT\n", &[command, 0x11, 0, 12, 192, 0, 2, 1, 10, 0, 0, 1, 0, 80, 1, 187][..]]
            .concat()
    };
    for header in [
        b"PROXY TCP4 192.0.2.1 10.0.0.1 4711 7143\r\n".to_vec(),
        b"PROXY UNKNOWN\r\n".to_vec(),
        v2(0x21),
        v2(0x20),
    ] {
        assert_eq!(answered(&balancer, &[&header, READY.as_bytes()].concat()), Some(200), "{header:?}");
        let stranger = Way::to(server.address()).from(Ipv4Addr::new(127, 0, 0, 2));
        assert_eq!(
            answered(&stranger, &[&header, READY.as_bytes()].concat()),
            None,
            "from anywhere: {header:?}"
        );
    }
    assert_eq!(answered(&balancer, READY.as_bytes()), None, "without a header");
    assert!(
        server.log().contains("a connection was refused: `http.proxy_protocol` is on"),
        "{}",
        server.log()
    );
    assert!(!server.log().contains("127.0.0.2") && !server.log().contains("192.0.2.1"), "{}", server.log());

    // A second header is the client's own.
    let mut connection = Connection::over(&balancer).unwrap();
    connection
        .send(b"PROXY TCP4 192.0.2.1 10.0.0.1 4711 7143\r\nPROXY TCP4 192.0.2.2 10.0.0.1 1 1\r\n")
        .unwrap();
    assert_ne!(connection.answer().map_or(400, |answer| answer.status), 200);

    let half = Instant::now();
    let mut connection = Connection::over(&balancer).unwrap();
    connection.send(b"PROXY TCP4 192.0").unwrap();
    assert!(connection.answer().is_err());
    let took = half.elapsed();
    assert!(took > Duration::from_secs(5) && took < Duration::from_secs(20), "half a header for {took:?}");
    server.stop();
}

#[test]
fn health_is_told_beside_the_metrics() {
    let home = Home::new();
    let server = serve(&home);
    let metrics = server.metrics();
    let beside = Client::new(metrics);
    assert_eq!(beside.get("/health/ready").ok().text(), r#"{"status":"ready"}"#);
    assert_eq!(beside.get("/health/live").ok().text(), r#"{"status":"live"}"#);
    let (address, at) = (server.address().to_string(), metrics.to_string());
    let variables =
        [&SETTINGS[..2], &[("READONCE_LISTEN", &*address), ("READONCE_METRICS__LISTEN", &*at)]].concat();
    let run = |arguments: &[&str], variables: &[(&str, &str)]| {
        let mut command = home.command(arguments);
        command.envs(variables.iter().copied());
        Ran::of(command)
    };
    assert_eq!(run(&["status"], &variables).succeeded().stdout, "ready\n");
    let url = format!("http://{metrics}/health/ready");
    assert_eq!(run(&["status", "--url", &url], &[]).succeeded().stdout, "ready\n");
    let doctor = run(&["doctor"], &variables);
    assert!(doctor.stdout.contains(&format!("the one at {metrics} takes work")), "{doctor:?}");
    let doctor = run(&["doctor"], &variables[..3]);
    assert!(doctor.stdout.contains("server: not asked"), "{doctor:?}");
    server.stop();
    run(&["serve"], &[("READONCE_HTTP__PROXY_PROTOCOL", "true")]).refused_saying(&[
        "`http.proxy_protocol`",
        "nobody is trusted to say it",
        "hint: ",
    ]);
}

/// `haproxy`, which passes TCP on. Dropped, it is ended.
struct Haproxy {
    child: Child,
    address: SocketAddr,
}

impl Haproxy {
    fn before(server: SocketAddr, options: &str, home: &Home) -> Self {
        let address = SocketAddr::from(([127, 0, 0, 1], free_port()));
        let config = format!(
            "global\n  maxconn 100\ndefaults\n  mode tcp\n  timeout connect 2s\n  timeout client 20s\n  timeout server 20s\n\
             listen readonce\n  bind {address}\n  option httpchk GET /health/ready\n  default-server inter 200ms\n  \
             server one {server} {options}\n"
        );
        let file = home.file(&format!("haproxy-{}.cfg", address.port()));
        fs::write(&file, config).unwrap();
        let mut command = Command::new("haproxy");
        command.arg("-f").arg(&file).stdout(Stdio::null()).stderr(Stdio::null());
        let mut haproxy = Self { child: command.spawn().expect("haproxy can be run"), address };
        wait_for("HAProxy with a server", SOON, || {
            assert!(haproxy.child.try_wait().unwrap().is_none(), "HAProxy has ended");
            (answered(&Way::to(address), READY.as_bytes()) == Some(200)).then_some(())
        });
        haproxy
    }
}

impl Drop for Haproxy {
    fn drop(&mut self) {
        let _ = kill_process(Pid::from_child(&self.child), Signal::TERM);
        drop(self.child.wait());
    }
}

#[test]
fn limits_go_by_the_address_that_haproxy_names() {
    for options in ["send-proxy check check-send-proxy", "send-proxy-v2 check check-send-proxy"] {
        let home = Home::new();
        let server = serve(&home);
        let haproxy = Haproxy::before(server.address(), options, &home);
        let from = |last: u8| Client::over(Way::to(haproxy.address).from(Ipv4Addr::new(127, 0, 3, last)));
        // What a client itself says of its address does not count.
        let limited = |client: &Client| {
            let unknown = "/api/v1/secret/0123456789012345678901234567890";
            (0..6u8).any(|turn| {
                let forged = format!("203.0.113.{turn}");
                let headers = [("X-Forwarded-For", forged.as_str())];
                let answer = client.request("POST", unknown, &headers, Some(b"continue=true")).unwrap();
                answer.status == 429
            })
        };
        assert!(limited(&from(1)), "{options}: made-up addresses get around the limit");
        let other = from(2).request(
            "POST",
            "/api/v1/secret/0123456789012345678901234567890",
            &[],
            Some(b"continue=true"),
        );
        assert_eq!(other.unwrap().status, 404, "{options}: all clients are one");
        let client = from(3);
        client.reads_once(&client.share("through a balancer"), "through a balancer");
        drop(haproxy);
        server.stop();
    }
}
