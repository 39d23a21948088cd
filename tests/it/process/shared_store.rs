//! The real program on a real Redis: the whole contract, several instances on one store, and a store that goes away.

use std::os::unix::fs::OpenOptionsExt as _;
use std::time::{Duration, Instant};

use readonce::store::redis::preflight::acl_rule;
use rustix::process::Signal;

use super::contract::every_case_holds;
use super::metrics::{METRICS, value};
use super::once::{each_value_left_once, race, share};
use crate::support::certificates::Authority;
use crate::support::redis::Server as Redis;
use crate::support::redis_group::{Watched, replica_of};
use crate::support::{Answer, Client, Home, SOON, Server, Shared, UNLIMITED, in_threads, wait_for};

/// Redis that loses nothing when it is killed.
pub(crate) const DURABLE: &[&str] = &["--save", "", "--appendonly", "yes", "--appendfsync", "always"];
/// No answer may take longer, whatever the store does (security-design.md §3, P10).
const AT_MOST: Duration = Duration::from_secs(6);

/// A Redis, and a folder with a keyring for the instances on it.
pub(crate) struct Region {
    pub(crate) redis: Redis,
    pub(crate) home: Home,
    runtime: tokio::runtime::Runtime,
}

impl Region {
    pub(crate) fn new(options: &[&str]) -> Self {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let redis = runtime.block_on(Redis::with(options));
        let home = Home::new();
        let key = home.run(&["key", "generate"]).succeeded().stdout;
        let mut file = std::fs::File::options();
        let mut file = file.write(true).create_new(true).mode(0o600).open(home.file("keys")).unwrap();
        std::io::Write::write_all(&mut file, key.as_bytes()).unwrap();
        // Read by every run of the program in this folder.
        let settings = format!("store = \"{}\"\nkeyring_file = \"keys\"\n", redis.url());
        std::fs::write(home.file("readonce.toml"), settings).unwrap();
        Self { redis, home, runtime }
    }

    pub(super) fn instance(&self) -> Server {
        self.home.serve_with(UNLIMITED)
    }

    /// A replica of it, in touch.
    pub(super) fn replica(&self) -> Redis {
        self.runtime.block_on(replica_of(&self.redis))
    }

    /// All keys and values, as Redis writes them down.
    pub(super) fn everything(&self) -> Vec<(String, Vec<u8>)> {
        self.runtime.block_on(async {
            let mut db = self.redis.connect().await.unwrap();
            let mut found = Vec::new();
            for key in self.redis.keys().await {
                let value: Option<Vec<u8>> = redis::cmd("DUMP").arg(&key).query_async(&mut db).await.unwrap();
                let name = key.escape_ascii().to_string();
                found.extend([("a key".to_owned(), key), (name, value.unwrap_or_default())]);
            }
            found
        })
    }

    /// Every file of Redis: a fresh dump, the append-only file, its log.
    pub(super) fn files(&self) -> Vec<(String, Vec<u8>)> {
        self.redis(&["SAVE"]);
        self.redis.files()
    }

    pub(super) fn redis(&self, words: &[&str]) {
        self.runtime.block_on(self.redis.call(words));
    }
}

/// 503 as the contract wants it, and soon enough.
#[track_caller]
fn refused_for_now(started: Instant, answer: &Answer) {
    assert!(started.elapsed() < AT_MOST, "took {:?}", started.elapsed());
    assert_eq!(answer.status, 503, "{}", answer.text());
    assert!(answer.json()["message"].is_string(), "{}", answer.text());
    assert!(answer.header("retry-after").is_some_and(|seconds| seconds.parse::<u32>().is_ok()));
}

/// Shares until it is answered 200 again, without a restart.
fn serves_again(client: &Client) -> Shared {
    wait_for("the store is back", SOON, || {
        let answer = client.try_post("/share", &[("secret", "after")]).unwrap();
        (answer.status == 200).then(|| Shared::of(&answer))
    })
}

#[test]
fn every_case_of_the_contract_holds_on_redis() {
    let region = Region::new(DURABLE);
    let account = region.home.account("cases@example.com");
    let server = region.instance();
    every_case_holds(&server, &account);
    server.stop();
}

#[test]
fn sixty_four_readers_over_two_instances() {
    let value = |place| format!("value {place} of two instances");
    let region = Region::new(&["--save", ""]);
    let (one, other) = (region.instance(), region.instance());
    let secrets = [share(&one, 50, value), share(&other, 50, |place| value(place + 50))].concat();

    let readers = race(&[[one.address(), other.address()]; 32].concat(), &secrets, &[]);

    each_value_left_once(readers, &secrets, value);
    one.stop();
    other.stop();
}

#[test]
fn sentinels_over_tls_as_a_user_of_its_own() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let authority = Authority::new();
    let group = runtime.block_on(Watched::secured(&authority, &acl_rule("ro")));
    let home = Home::new();
    let key = home.run(&["key", "generate"]).succeeded().stdout;
    let ca_file = authority.file();
    let settings = format!("store = \"{}\"\nredis.ca_file = \"{}\"\n", group.url(), ca_file.display());
    std::fs::write(home.file("readonce.toml"), settings).unwrap();
    let with_key = [UNLIMITED, &[("READONCE_KEYRING", key.trim())]].concat();

    let shown = home.run(&["config", "show"]).succeeded().stdout;
    assert!(shown.contains("store.url = \"rediss-sentinel://readonce:[redacted]@127.0.0.1:"), "{shown}");
    let (one, other) = (home.serve_with(&with_key), home.serve_with(&with_key));
    let shared = one.client().share("over sentinels and TLS");
    other.client().reads_once(&shared, "over sentinels and TLS");
    one.stop();
    other.stop();
}

#[test]
fn a_store_that_hangs_ten_seconds() {
    let region = Region::new(DURABLE);
    let server = region.instance();
    let client = server.client();
    let before = client.share("before");
    let (unread, metadata) = (client.share("unread"), client.share("metadata"));

    region.redis.pause();
    let stopped = Instant::now();
    let mut asked = 0;
    let mut claimed = false;
    while stopped.elapsed() < Duration::from_secs(10) {
        let callers = ["share", "receipt", "claim", "ready"];
        in_threads(callers, |what| {
            let client = server.client();
            let started = Instant::now();
            let answer = match what {
                "share" => client.post("/share", &[("secret", "while away")]),
                "receipt" => client.receipt(&metadata),
                // Once only: whatever becomes of it, nobody may get the value twice.
                "claim" if !claimed => client.reveal(&before),
                "claim" => return,
                _ => client.get("/health/ready"),
            };
            if what == "ready" {
                assert_eq!(answer.status, 503);
            } else {
                refused_for_now(started, &answer);
            }
        });
        claimed = true;
        asked += 1;
        assert_eq!(client.get("/api/v1/status").status, 200, "what needs no store goes on");
    }
    assert!(asked > 1);
    region.redis.resume();

    serves_again(&client);
    client.reads_once(&unread, "unread");
    // The claim that had no answer: done or not, but at most one reader has the value, and the receipt says which.
    let state = client.state(&before);
    match state.as_str() {
        "new" => client.reads_once(&before, "before"),
        "received" => drop(client.reveal(&before).unknown()),
        other => panic!("`{other}`"),
    }
    server.stop();
}

#[test]
fn a_store_that_is_killed_under_load_and_comes_back() {
    let mut region = Region::new(DURABLE);
    let (one, other) = (region.instance(), region.instance());
    let mut acknowledged: Vec<(Shared, String)> = Vec::new();
    for round in 0..3 {
        let stop = std::sync::atomic::AtomicBool::new(false);
        let answered = std::sync::atomic::AtomicUsize::new(0);
        let books = std::thread::scope(|scope| {
            let writers: Vec<_> = (0..6)
                .map(|writer| {
                    let server = if writer % 2 == 0 { &one } else { &other };
                    let (stop, answered, client) = (&stop, &answered, server.client());
                    scope.spawn(move || write_until(stop, answered, &client, &format!("{round} {writer}")))
                })
                .collect();
            wait_for("shares under load", SOON, || {
                (answered.load(std::sync::atomic::Ordering::Relaxed) > 200).then_some(())
            });
            region.redis.kill();
            wait_for("refusals", SOON, || {
                let started = Instant::now();
                let answer = one.client().post("/share", &[("secret", "x")]);
                refused_for_now(started, &answer);
                Some(())
            });
            region.redis.restart();
            region.runtime.block_on(region.redis.answers());
            serves_again(&one.client());
            serves_again(&other.client());
            stop.store(true, std::sync::atomic::Ordering::Relaxed);
            writers.into_iter().map(|writer| writer.join().unwrap()).collect::<Vec<_>>()
        });
        acknowledged.extend(books.into_iter().flatten());
    }
    let client = other.client();
    for (shared, value) in &acknowledged {
        client.reads_once(shared, value);
    }
    assert!(acknowledged.len() > 600, "{}", acknowledged.len());
    one.stop();
    other.stop();
}

/// Shares until told to stop; what was acknowledged. Every other answer has to be a clear 503 in time.
fn write_until(
    stop: &std::sync::atomic::AtomicBool,
    answered: &std::sync::atomic::AtomicUsize,
    client: &Client,
    name: &str,
) -> Vec<(Shared, String)> {
    use std::sync::atomic::Ordering::Relaxed;
    let mut books = Vec::new();
    for number in 0.. {
        if stop.load(Relaxed) {
            break;
        }
        let value = format!("value {name} {number}");
        let started = Instant::now();
        let answer = client.try_post("/share", &[("secret", &value)]).unwrap();
        if answer.status == 200 {
            books.push((Shared::of(&answer), value));
            answered.fetch_add(1, Relaxed);
        } else {
            refused_for_now(started, &answer);
        }
    }
    books
}

#[test]
fn out_of_memory_read_only_and_forgotten_scripts() {
    let region = Region::new(&["--save", ""]);
    let server = region.instance();
    let client = server.client();
    let (kept, other) = (client.share("kept"), client.share("other"));

    region.redis(&["SCRIPT", "FLUSH"]);
    client.reads_once(&client.share("flushed"), "flushed");

    let (locked, revoked) = (client.share_locked("locked", "word"), client.share_locked("revoked", "word"));
    region.redis(&["CONFIG", "SET", "maxmemory", "1"]);
    let started = Instant::now();
    refused_for_now(started, &client.post("/share", &[("secret", "x")]));
    client.reads_once(&kept, "kept");
    client.unlock(&locked, "wrong").unknown();
    assert_eq!(client.unlock(&locked, "word").ok().member("value"), "locked");
    client.burn(&revoked).ok();
    assert_eq!(client.state(&revoked), "burned");
    region.redis(&["CONFIG", "SET", "maxmemory", "0"]);
    serves_again(&client);

    let port = crate::support::ports::free_port().to_string();
    region.redis(&["REPLICAOF", "127.0.0.1", &port]);
    let started = Instant::now();
    refused_for_now(started, &client.post("/share", &[("secret", "x")]));
    refused_for_now(started, &client.reveal(&other));
    region.redis(&["REPLICAOF", "NO", "ONE"]);
    serves_again(&client);
    client.reads_once(&other, "other");
    server.stop();
}

#[test]
fn a_store_that_is_not_fit_or_not_ours_is_refused() {
    let region = Region::new(&["--save", ""]);
    region.redis(&["CONFIG", "SET", "maxmemory-policy", "allkeys-lru"]);
    let refused = region.home.try_serve(UNLIMITED).err().unwrap();
    refused.refused_saying(&["allkeys-lru", "noeviction", "hint: "]);
    let told = region.home.run(&["doctor"]);
    assert_eq!(told.code, Some(1));
    assert!(told.stdout.contains("FAIL") && told.stdout.contains("allkeys-lru"), "{}", told.stdout);
    region.redis(&["CONFIG", "SET", "maxmemory-policy", "noeviction"]);

    let server = region.instance();
    let shared = server.client().share("kept");
    server.stop();
    let ours = std::fs::read(region.home.file("keys")).unwrap();
    std::fs::remove_file(region.home.file("keys")).unwrap();
    region
        .home
        .try_serve(UNLIMITED)
        .err()
        .unwrap()
        .refused_saying(&["there is no keyring at `keys`", "hint: "]);
    let stranger = region.home.run(&["key", "generate"]).succeeded().stdout;
    let with_key = [UNLIMITED, &[("READONCE_KEYRING", stranger.trim())]].concat();
    region.home.try_serve(&with_key).err().unwrap().refused_saying(&["the store wants key "]);
    let with_ours = String::from_utf8(ours).unwrap();
    let with_key = [UNLIMITED, &[("READONCE_KEYRING", with_ours.trim())]].concat();
    let server = region.home.serve_with(&with_key);
    server.client().reads_once(&shared, "kept");
    server.stop();
}

/// Flushed, or restarted without persistence: told, counted, and not left to the next instance with any keyring.
#[test]
fn a_store_that_comes_back_empty_is_told() {
    let region = Region::new(&["--save", ""]);
    let server = region.home.serve_with(&[UNLIMITED, &[METRICS]].concat());
    let client = server.client();
    let shared = client.share("lost");
    let emptied = "readonce_store_emptied_total";
    server.signal(Signal::HUP);
    wait_for("a keyring that was read", SOON, || server.log().contains("read again").then_some(()));
    assert!(value(&server.scrape(), emptied) < 0.5);

    region.redis(&["FLUSHALL"]);
    server.signal(Signal::HUP);
    wait_for("a word about it", SOON, || {
        let told = server.log().contains("the store came back empty");
        (told && value(&server.scrape(), emptied) > 0.5).then_some(())
    });
    client.reveal(&shared).unknown();
    let stranger = region.home.run(&["key", "generate"]).succeeded().stdout;
    let with_key = [UNLIMITED, &[("READONCE_KEYRING", stranger.trim())]].concat();
    region.home.try_serve(&with_key).err().unwrap().refused_saying(&["the store wants key "]);
    let shared = client.share("after");
    client.reads_once(&shared, "after");
    server.stop();
}
