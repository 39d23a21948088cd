//! Clients that are slow, silent or many: they are closed, and nobody else waits for them (security-design.md §3, P9).

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use rustix::process::{Resource, Rlimit, prlimit};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::latency::{Latencies, watched};
use crate::support::{Connection, Home, SOON, Server, UNLIMITED, Way, wait_for};

/// What the server allows a head, a body, or a connection that never asked for anything.
const DEADLINE: Duration = Duration::from_secs(10);
/// For a machine that has other things to do.
const MARGIN: Duration = Duration::from_secs(10);

/// Ways of being slow: what is sent at once, and what is sent again every second.
const SLOW: [(&str, &str, &str); 6] = [
    ("silent", "", ""),
    ("half a head", "POST /api/v1/share HTTP/1.1\r\nHost: x\r\nX-Half: ", ""),
    ("a dripped head", "POST /api/v1/share HTTP/1.1\r\nHost: x\r\nX-Dripped: ", "y"),
    ("a dripped body", "POST /api/v1/share HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nsecret=", "z"),
    (
        "a body in dripped chunks",
        "POST /api/v1/share HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n",
        "1\r\nz\r\n",
    ),
    (
        "a body in one endless chunk",
        "POST /api/v1/share HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n",
        "z",
    ),
];

/// One slow client: what it was sent, and after how long it was closed.
async fn be_slow(address: SocketAddr, first: &str, again: &str) -> (Vec<u8>, Duration) {
    let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
    let started = Instant::now();
    stream.write_all(first.as_bytes()).await.unwrap();
    let (mut from, mut to) = stream.split();
    let mut received = Vec::new();
    let drip = async {
        loop {
            tokio::time::sleep(Duration::from_secs(1)).await;
            if to.write_all(again.as_bytes()).await.is_err() {
                std::future::pending::<()>().await; // the reading half sees the end as well
            }
        }
    };
    tokio::select! {
        end = from.read_to_end(&mut received) => drop(end), // closed or reset
        () = drip => {}
        () = tokio::time::sleep(DEADLINE + MARGIN + MARGIN) => {}
    }
    (received, started.elapsed())
}

#[test]
fn five_hundred_slow_clients_are_closed_and_delay_nobody() {
    let home = Home::new();
    let server = home.serve_with(UNLIMITED);
    let alone = watched(&server, || std::thread::sleep(Duration::from_secs(2)));
    let address = server.address();
    let mut all = Vec::new();
    let beside = watched(&server, || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        all = runtime.block_on(async {
            let clients: Vec<_> = (0..500)
                .map(|place| {
                    let (kind, first, again) = SLOW[place % SLOW.len()];
                    tokio::spawn(async move { (kind, be_slow(address, first, again).await) })
                })
                .collect();
            let mut all = Vec::new();
            for client in clients {
                all.push(client.await.unwrap());
            }
            all
        });
    });
    eprintln!("honest requests alone: {alone}");
    eprintln!("beside 500 slow clients: {beside}");
    for (kind, (received, after)) in &all {
        assert!(*after < DEADLINE + MARGIN, "{kind}: open for {after:?}");
        assert!(*after > DEADLINE / 2, "{kind}: closed after {after:?}");
        let answered = String::from_utf8_lossy(received);
        match *kind {
            kind if kind.contains("body") => {
                assert!(
                    answered.starts_with("HTTP/1.1 408 ") && answered.contains("connection: close"),
                    "{answered}"
                );
                assert!(answered.contains(r#"{"message":"#), "{answered}");
            }
            _ => assert_eq!(answered, "", "{kind}"),
        }
    }
    let longest = all.iter().map(|(_, (_, after))| *after).max();
    eprintln!("the last of {} was closed after {longest:?}", all.len());
    beside.were_quick();
    server.stop();
}

/// A kept connection may idle for longer than a head may take, as balancers keep them for a minute and more, but not for ever.
#[test]
fn idle_connections_are_closed() {
    let home = Home::new();
    let server = home.serve_with(&[UNLIMITED, &[("READONCE_HTTP__IDLE_TIMEOUT", "14")]].concat());
    let status = b"GET /api/v1/status HTTP/1.1\r\nHost: x\r\n\r\n";
    let mut connection = Connection::open(server.address()).unwrap();
    let mut half = Connection::open(server.address()).unwrap();
    for kept in [&mut connection, &mut half] {
        kept.send(status).unwrap();
        kept.answer().unwrap().ok();
    }
    assert!(
        connection.is_quiet_for(DEADLINE + Duration::from_millis(1500)),
        "it was closed like a slow head"
    );
    connection.send(status).unwrap();
    connection.answer().unwrap().ok();
    let started = Instant::now();
    half.send(&status[..20]).unwrap();
    assert!(half.answer().is_err());
    let took = started.elapsed();
    assert!(took > DEADLINE / 2 && took < DEADLINE + Duration::from_secs(4), "half a head for {took:?}");
    assert!(connection.answer().is_err());
    let took = started.elapsed();
    assert!(took > Duration::from_secs(13) && took < Duration::from_secs(14) + MARGIN, "idle for {took:?}");
    server.stop();
}

/// Who asks and asks and never reads an answer.
#[test]
fn a_client_that_reads_nothing_is_closed() {
    let home = Home::new();
    let server = home.serve_with(UNLIMITED);
    let mut stream = TcpStream::connect(server.address()).unwrap();
    stream.set_write_timeout(Some(Duration::from_secs(1))).unwrap();
    let requests = b"GET /api/v1/status HTTP/1.1\r\nHost: x\r\n\r\n".repeat(1000);
    let started = Instant::now();
    let mut stuck = 0;
    let error = loop {
        match stream.write(&requests) {
            Ok(_) => {}
            Err(error) if error.kind() == ErrorKind::WouldBlock => stuck += 1,
            Err(error) => break error,
        }
        assert!(started.elapsed() < Duration::from_mins(2), "still open");
    };
    eprintln!("closed after {:?}, {stuck} s of them stuck: {error}", started.elapsed());
    assert!(stuck > 5, "it was closed before it was in anybody's way: {error}");
    server.client().get("/api/v1/status").ok();
    server.stop();
}

fn few_files(home: &Home, files: u32) -> Server {
    let script = format!("ulimit -n {files}; exec \"$READONCE\" serve --listen 127.0.0.1:0");
    let mut command = home.shell(&script);
    command.envs(UNLIMITED.iter().copied());
    Server::start(command).unwrap_or_else(|ran| panic!("it ended: {ran:?}"))
}

/// Half a request: who sent it does not idle, and may take its time.
const HALF: &[u8] = b"GET /api/v1/status HTTP/1.1\r\nHost: ";

/// Clients over the cap wait; those that are in are served, and so is the store, which needs files as well.
#[test]
fn one_connection_too_many_waits_for_its_turn() {
    let home = Home::new();
    let server = few_files(&home, 84); // room for 21 connections
    let kept = server.client();
    kept.share("kept");
    let told = "connections=21";
    wait_for("a line that says so", SOON, || server.log().contains(told).then_some(()));
    let waiting = AtomicBool::new(true);
    let mut slow = Vec::new();
    std::thread::scope(|scope| {
        let waiting = &waiting;
        scope.spawn(move || {
            while waiting.load(Ordering::Relaxed) {
                kept.reads_once(&kept.share("inside"), "inside");
            }
        });
        for _ in 0..25 {
            let mut connection = Connection::open(server.address()).unwrap();
            connection.send(HALF).unwrap();
            slow.push(connection);
        }
        let started = Instant::now();
        let answered = server.client().request("GET", "/api/v1/status", &[], None);
        let waited = started.elapsed();
        waiting.store(false, Ordering::Relaxed);
        answered.unwrap().ok();
        assert!(waited > Duration::from_secs(1), "there is no cap: {waited:?}");
    });
    drop(slow);
    server.stop();
}

/// As many connections of strangers as there are places, which were answered once and are kept, or never asked for anything.
#[test]
fn strangers_who_idle_hold_up_nobody() {
    for asks in [true, false] {
        let home = Home::new();
        let server = few_files(&home, 84); // room for 21 connections
        let idle: Vec<_> = (0..40)
            .map(|place| {
                let way = Way::to(server.address()).from(Ipv4Addr::new(127, 0, 1, place % 5));
                let mut connection = Connection::over(&way).unwrap();
                if asks && place < 20 {
                    connection.send(b"GET /api/v1/status HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
                    connection.answer().unwrap().ok();
                }
                connection
            })
            .collect();
        let client = server.client();
        let started = Instant::now();
        let shared = client.share("beside strangers");
        let took = started.elapsed();
        assert!(took < DEADLINE / 2, "asks: {asks}, {took:?}");
        client.reads_once(&shared, "beside strangers");
        assert!(idle[0].is_closed(), "the longest idle one is the first to go");
        server.stop();
    }
}

/// A network with more than its share loses its own idle connections, not other people's; a trusted proxy has no share.
#[test]
fn a_networks_share_is_made_room_for_by_itself() {
    let home = Home::new();
    let server = few_files(&home, 148); // room for 84 connections: a share is 21
    let status = b"GET /api/v1/status HTTP/1.1\r\nHost: x\r\n\r\n";
    let ask = |last: u8| {
        let way = Way::to(server.address()).from(Ipv4Addr::new(127, 0, 1, last));
        let mut connection = Connection::over(&way).unwrap();
        connection.send(status).unwrap();
        connection.answer().unwrap().ok();
        connection
    };
    let other = ask(9);
    let first = ask(1);
    assert!(first.is_quiet_for(Duration::from_millis(600)), "there is room");
    let more: Vec<_> = (0..20).map(|_| ask(1)).collect();
    assert!(!first.is_closed() && !other.is_closed(), "that is no more than a share");
    let last = ask(1);
    wait_for("the network's longest idle connection to go", SOON, || first.is_closed().then_some(()));
    assert!(!other.is_closed() && !last.is_closed() && !more.iter().any(Connection::is_closed));
    server.stop();
}

/// A burst of clients finds room in the kernel's queue, though nobody takes them out of it: else they would come back a second later.
#[test]
fn a_burst_of_connections_is_taken_in_at_once() {
    let home = Home::new();
    let server = few_files(&home, 84); // room for 21 connections
    let started = Instant::now();
    let burst: Vec<_> = (0..500).map(|_| TcpStream::connect(server.address()).unwrap()).collect();
    let took = started.elapsed();
    assert!(took < Duration::from_secs(5), "{} connections took {took:?}", burst.len());
    drop(burst);
    let client = server.client();
    client.reads_once(&client.share("after the burst"), "after the burst");
    server.stop();
}

/// No file descriptor is left for a connection: nothing ends, and nothing spins.
#[test]
fn without_file_descriptors_it_waits_and_goes_on() {
    let home = Home::new();
    let server = home.serve_with(UNLIMITED);
    let kept = server.client();
    kept.share("before");
    let none = Rlimit { current: Some(3), maximum: Some(4096) };
    let before = prlimit(Some(server.pid()), Resource::Nofile, none).unwrap();
    let mut late = TcpStream::connect(server.address()).unwrap();
    late.write_all(b"GET /api/v1/status HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").unwrap();
    let told = "no connection can be accepted";
    wait_for("a line that says so", Duration::from_secs(10), || server.log().contains(told).then_some(()));
    for _ in 0..20 {
        kept.reads_once(&kept.share("meanwhile"), "meanwhile");
        std::thread::sleep(Duration::from_millis(20));
    }
    assert_eq!(server.log().matches(told).count(), 1, "{}", server.log());
    let enough = Rlimit { current: before.current, maximum: Some(4096) };
    prlimit(Some(server.pid()), Resource::Nofile, Rlimit { current: Some(1024), ..enough }).unwrap();
    let mut answer = String::new();
    late.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    server.stop();
}

impl Latencies {
    /// Nobody waited for somebody else; the numbers themselves are for people, machines differ.
    #[track_caller]
    fn were_quick(&self) {
        assert!(self.count() > 50, "{self}");
        assert!(self.slowest() < Duration::from_secs(5), "{self}");
    }
}
