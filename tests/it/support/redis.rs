//! Real `redis-server` processes on loopback, each with a folder of its own, ended by their own id; or what `REDIS_SERVER` names
//! in their place, such as a `valkey-server`.

use std::net::Ipv4Addr;
use std::process::{Child, Command, Stdio};

use readonce::domain::address::RedisUrl;
use readonce::store::redis::{RedisStore, Settings};
use redis::aio::MultiplexedConnection;
use redis::{AsyncConnectionConfig, Client, RedisResult, TlsCertificates, Value};
use rustix::process::{Pid, Signal, kill_process};
use std::time::Duration;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;

use super::certificates::Authority;
use super::eventually;
use super::ports::free_port;

/// A running server.
pub(crate) struct Server {
    process: Option<Child>,
    port: u16,
    folder: TempDir,
    options: Vec<String>,
    /// Where it runs, if not in this process' network.
    place: Option<Place>,
    /// How the test itself gets in, where it needs more than the port.
    entrance: Option<Entrance>,
}

/// What it takes to get into a server that speaks TLS.
struct Entrance {
    /// Who signed its certificate, in PEM.
    ca: Vec<u8>,
    /// Empty, or user and password with an `@`.
    login: &'static str,
}

/// A network of its own.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    /// The only address of servers there.
    pub(crate) address: Ipv4Addr,
    /// The process that is there already: whoever enters its network is there.
    pub(crate) process: u32,
}

impl Server {
    /// Starts a server that keeps nothing on disk.
    pub(crate) async fn start() -> Self {
        // A replica gets its first copy at once, and has something to confirm within a second.
        let replicas = ["--repl-diskless-sync-delay", "0", "--repl-ping-replica-period", "1"];
        Self::with(&[&["--save", "", "--appendonly", "no"][..], &replicas].concat()).await
    }

    /// Starts a server with these options.
    pub(crate) async fn with(options: &[&str]) -> Self {
        loop {
            let mut server = Self::launch(free_port(), options);
            let up = eventually("redis-server answers", || {
                let ended = server.process.as_mut().unwrap().try_wait().unwrap().is_some();
                let asked = (!ended).then(|| server.url());
                async move {
                    let Some(url) = asked else { return Some(false) };
                    let client = Client::open(url).unwrap();
                    client.get_multiplexed_async_connection().await.is_ok().then_some(true)
                }
            })
            .await;
            // Somebody was given the free port meanwhile: the next one, then.
            if up && server.process.as_mut().unwrap().try_wait().unwrap().is_none() {
                return server;
            }
        }
    }

    /// Starts a server and waits for nothing.
    pub(crate) fn launch(port: u16, options: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let options = options.iter().map(|option| (*option).to_owned()).collect();
        let mut server = Self { process: None, port, folder, options, place: None, entrance: None };
        server.spawn();
        server
    }

    /// Starts a server that speaks TLS only, for `127.0.0.1`; the test itself logs in by `login`, which is empty or ends
    /// with an `@`.
    pub(crate) async fn secured(authority: &Authority, login: &'static str, more: &[&str]) -> Self {
        let port = free_port();
        let tls = tls_options(authority, &["127.0.0.1"], false, port);
        let options: Vec<&str> = tls.iter().map(String::as_str).chain(more.iter().copied()).collect();
        let mut server = Self::launch(port, &options);
        server.entrance = Some(Entrance { ca: std::fs::read(authority.file()).unwrap(), login });
        server.answers().await;
        server
    }

    /// Starts a Sentinel with this configuration.
    pub(crate) async fn sentinel(configuration: &str) -> Self {
        Self::watcher(configuration, free_port(), Vec::new(), None).await
    }

    /// The same, over TLS only.
    pub(crate) async fn secured_sentinel(authority: &Authority, configuration: &str) -> Self {
        let port = free_port();
        let mut options = tls_options(authority, &["127.0.0.1"], false, port);
        // What a Sentinel speaks to those it watches, and to other Sentinels.
        options.extend(["--tls-replication".to_owned(), "yes".to_owned()]);
        let entrance = Entrance { ca: std::fs::read(authority.file()).unwrap(), login: "" };
        Self::watcher(configuration, port, options, Some(entrance)).await
    }

    async fn watcher(
        configuration: &str,
        port: u16,
        options: Vec<String>,
        entrance: Option<Entrance>,
    ) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("sentinel.conf"), configuration).unwrap();
        let mut server = Self { process: None, port, folder, options, place: None, entrance };
        server.spawn();
        server.answers().await;
        server
    }

    /// Starts a server in another network, a Sentinel if there is a configuration of one. The test itself comes in by a socket of
    /// the file system, which no network is in the way of.
    pub(crate) async fn at(place: &Place, port: u16, options: &[&str], sentinel: Option<&str>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        if let Some(configuration) = sentinel {
            std::fs::write(folder.path().join("sentinel.conf"), configuration).unwrap();
        }
        let options = options.iter().map(|option| (*option).to_owned()).collect();
        let place = Some(place.clone());
        let mut server = Self { process: None, port, folder, options, place, entrance: None };
        server.spawn();
        server.answers().await;
        server
    }

    fn spawn(&mut self) {
        let program = std::env::var("REDIS_SERVER").unwrap_or_else(|_| "redis-server".to_owned());
        let mut command = match &self.place {
            None => Command::new(&program),
            Some(place) => {
                let mut command = Command::new("nsenter");
                command.arg(format!("--net=/proc/{}/ns/net", place.process)).arg("--").arg(&program);
                command
            }
        };
        // A configuration file, if there is one, comes first: a Sentinel rewrites it.
        let file = self.folder.path().join("sentinel.conf");
        if file.exists() {
            command.arg(file).arg("--sentinel");
        }
        let port = self.port.to_string();
        if !self.options.iter().any(|option| option == "--tls-port") {
            command.args(["--port", &port]);
        }
        let log =
            std::fs::File::options().create(true).append(true).open(self.folder.path().join("log")).unwrap();
        if self.place.is_some() {
            command.args(["--protected-mode", "no", "--unixsocket"]).arg(self.folder.path().join("socket"));
        }
        let spawned = command
            .args(["--bind", &self.address().to_string(), "--dir"])
            .arg(self.folder.path())
            .args(&self.options)
            .stdin(Stdio::null())
            .stdout(log)
            .stderr(Stdio::null())
            .spawn();
        self.process = Some(spawned.unwrap_or_else(|error| {
            panic!("{program} cannot be started: {error}\nhint: `apt-get install redis-server` (7 or later)")
        }));
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// Where it listens.
    pub(crate) fn address(&self) -> Ipv4Addr {
        self.place.as_ref().map_or(Ipv4Addr::LOCALHOST, |place| place.address)
    }

    pub(crate) fn url(&self) -> String {
        match &self.entrance {
            None => format!("redis://{}:{}", self.address(), self.port),
            Some(Entrance { login, .. }) => format!("rediss://{login}127.0.0.1:{}", self.port),
        }
    }

    /// Waits until it answers.
    pub(crate) async fn answers(&self) {
        if self.entrance.is_none() && self.options.iter().any(|option| option == "--tls-port") {
            let log = self.folder.path().join("log");
            return eventually("redis-server is up", || async {
                std::fs::read_to_string(&log).ok()?.contains("Ready to accept connections").then_some(())
            })
            .await;
        }
        eventually("redis-server answers", || async { self.try_call(&["PING"]).await.ok() }).await;
    }

    /// A connection for the test itself.
    pub(crate) async fn connect(&self) -> RedisResult<MultiplexedConnection> {
        let patience = Some(Duration::from_secs(10));
        let config =
            AsyncConnectionConfig::new().set_connection_timeout(patience).set_response_timeout(patience);
        let client = match &self.entrance {
            None if self.place.is_some() => {
                Client::open(format!("redis+unix://{}", self.folder.path().join("socket").display()))?
            }
            None => Client::open(self.url())?,
            Some(Entrance { ca, .. }) => {
                let _ = rustls::crypto::ring::default_provider().install_default();
                let certificates = TlsCertificates { client_tls: None, root_cert: Some(ca.clone()) };
                Client::build_with_tls(self.url(), certificates)?
            }
        };
        client.get_multiplexed_async_connection_with_config(&config).await
    }

    pub(crate) async fn try_call(&self, words: &[&str]) -> RedisResult<Value> {
        let mut command = redis::cmd(words[0]);
        command.arg(&words[1..]);
        command.query_async(&mut self.connect().await?).await
    }

    /// Sends a command, which has to succeed.
    pub(crate) async fn call(&self, words: &[&str]) -> Value {
        self.try_call(words).await.unwrap_or_else(|error| panic!("{words:?}: {error}"))
    }

    /// A section of `INFO`. Asked again when the connection is cut: a Sentinel does that to whom it gives another role.
    pub(crate) async fn info(&self, section: &str) -> String {
        let asked = || async { self.try_call(&["INFO", section]).await.ok() };
        super::redis_group::text(eventually("INFO is answered", asked).await)
    }

    /// How many scripts were run, by hash or by text.
    pub(crate) async fn script_calls(&self) -> u64 {
        let stats = self.info("commandstats").await;
        let calls = |command: &str| {
            let calls = stats.lines().find_map(|line| line.strip_prefix(command)?.strip_prefix(":calls="))?;
            calls.split(',').next()?.parse::<u64>().ok()
        };
        calls("cmdstat_evalsha").unwrap_or(0) + calls("cmdstat_eval").unwrap_or(0)
    }

    /// The commands that `MONITOR` shows while `operation` runs, without what scripts call.
    pub(crate) async fn commands<T>(&self, operation: impl Future<Output = T>) -> Vec<String> {
        let monitor = TcpStream::connect(("127.0.0.1", self.port)).await.unwrap();
        let mut monitor = BufReader::new(monitor);
        monitor.write_all(b"MONITOR\r\n").await.unwrap();
        let mut line = String::new();
        monitor.read_line(&mut line).await.unwrap();
        assert_eq!(line, "+OK\r\n");
        operation.await;
        let mut marker = TcpStream::connect(("127.0.0.1", self.port)).await.unwrap();
        marker.write_all(b"PING that-was-it\r\n").await.unwrap();
        let mut seen = Vec::new();
        loop {
            line.clear();
            monitor.read_line(&mut line).await.unwrap();
            if line.contains("that-was-it") {
                return seen;
            }
            if !line.contains(" lua]") {
                seen.push(line.split('"').nth(1).unwrap().to_owned());
            }
        }
    }

    /// All keys.
    pub(crate) async fn keys(&self) -> Vec<Vec<u8>> {
        redis::cmd("KEYS").arg("*").query_async(&mut self.connect().await.unwrap()).await.unwrap()
    }

    /// All keys and what they hold, as text that can be searched and compared.
    pub(crate) async fn contents(&self) -> Vec<(String, Vec<u8>)> {
        let mut db = self.connect().await.unwrap();
        let mut found = Vec::new();
        for key in self.keys().await {
            let kind: String = redis::cmd("TYPE").arg(&key).query_async(&mut db).await.unwrap();
            let mut command = match kind.as_str() {
                "string" => redis::cmd("GET"),
                "hash" => redis::cmd("HGETALL"),
                "set" => redis::cmd("SMEMBERS"),
                "zset" => redis::cmd("ZRANGE"),
                _ => continue, // gone meanwhile
            };
            command.arg(&key);
            if kind == "zset" {
                command.arg(&["0", "-1", "WITHSCORES"]);
            }
            let mut value: Value = command.query_async(&mut db).await.unwrap();
            if let (Value::Array(members), "set") = (&mut value, kind.as_str()) {
                members.sort_by_cached_key(|member| bytes_of(member.clone())); // a set has them in no order, and not always in the same
            }
            found.push((key.escape_ascii().to_string(), [key, bytes_of(value)].concat()));
        }
        found
    }

    /// The keys without an expiry.
    pub(crate) async fn immortal(&self) -> Vec<String> {
        let mut db = self.connect().await.unwrap();
        let mut found = Vec::new();
        for key in self.keys().await {
            let lives: i64 = redis::cmd("PTTL").arg(&key).query_async(&mut db).await.unwrap();
            if lives == -1 {
                found.push(key.escape_ascii().to_string());
            }
        }
        found
    }

    /// Every file it wrote, its log among them.
    pub(crate) fn files(&self) -> Vec<(String, Vec<u8>)> {
        let mut found = Vec::new();
        let mut folders = vec![self.folder.path().to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else if let Ok(content) = std::fs::read(&path) {
                    found
                        .push((path.file_name().unwrap_or_default().to_string_lossy().into_owned(), content));
                }
            }
        }
        found
    }

    /// The process stops running and keeps its connections.
    pub(crate) fn pause(&self) {
        kill_process(self.pid(), Signal::STOP).unwrap();
    }

    /// And runs again.
    pub(crate) fn resume(&self) {
        kill_process(self.pid(), Signal::CONT).unwrap();
    }

    /// Ends it at once, as a crash does.
    pub(crate) fn kill(&mut self) {
        if let Some(mut process) = self.process.take() {
            process.kill().unwrap();
            process.wait().unwrap();
        }
    }

    /// Starts it again after `kill`, on the same port with the same files; waits for nothing.
    pub(crate) fn restart(&mut self) {
        assert!(self.process.is_none(), "it still runs");
        self.spawn();
    }

    /// Options for the next start.
    pub(crate) fn add_options(&mut self, options: &[&str]) {
        self.options.extend(options.iter().map(|option| (*option).to_owned()));
    }

    fn pid(&self) -> Pid {
        Pid::from_child(self.process.as_ref().unwrap())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
    }
}

/// The options of a server that speaks TLS only and keeps nothing on disk, with a certificate for these names.
pub(crate) fn tls_options(
    authority: &Authority,
    names: &[&str],
    ask_clients: bool,
    port: u16,
) -> Vec<String> {
    let (cert, key) = authority.certify(&format!("server-{port}"), names);
    let (cert, key, ca) = (cert.display(), key.display(), authority.file());
    let (ca, ask) = (ca.display(), if ask_clients { "yes" } else { "no" });
    let options = format!(
        "--port 0 --tls-port {port} --tls-cert-file {cert} --tls-key-file {key} --tls-ca-cert-file {ca} \
         --tls-auth-clients {ask} --appendonly no --save"
    );
    options.split(' ').map(str::to_owned).chain([String::new()]).collect()
}

/// The bytes of an answer, one part behind the other; of a map in an order of their own.
fn bytes_of(value: Value) -> Vec<u8> {
    match value {
        Value::BulkString(bytes) => bytes,
        Value::Array(values) => values.into_iter().map(bytes_of).collect::<Vec<_>>().concat(),
        Value::Map(pairs) => {
            let pair = |(name, value)| [bytes_of(name), bytes_of(value)].concat();
            let mut pairs: Vec<_> = pairs.into_iter().map(pair).collect();
            pairs.sort();
            pairs.concat()
        }
        Value::Set(values) => {
            let mut values: Vec<_> = values.into_iter().map(bytes_of).collect();
            values.sort();
            values.concat()
        }
        other => format!("{other:?}").into_bytes(),
    }
}

/// Settings for a URL.
pub(crate) fn settings(url: &str) -> Settings {
    Settings::new(RedisUrl::parse(url).unwrap())
}

/// A store on a URL.
pub(crate) async fn open(url: &str) -> RedisStore {
    RedisStore::open(settings(url)).await.unwrap()
}
