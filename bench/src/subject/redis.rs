//! A redis-server process on a free loopback port.
//!
//! Only the append-only file is configured: everything else is the default.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail, ensure};

use super::Appendfsync;
use super::process::Process;

/// A running redis-server.
#[derive(Debug)]
pub(crate) struct Redis {
    process: Process,
    port: u16,
}

impl Redis {
    /// Starts one that keeps its files in `folder`.
    pub(crate) fn start(folder: &Path, appendfsync: Appendfsync) -> anyhow::Result<Self> {
        // Somebody else may be given the free port meanwhile.
        for _ in 0..10 {
            if let Some(redis) = Self::try_start(folder, appendfsync)? {
                return Ok(redis);
            }
        }
        bail!("redis-server does not start\nhint: run `redis-server` by hand and read its output");
    }

    fn try_start(folder: &Path, appendfsync: Appendfsync) -> anyhow::Result<Option<Self>> {
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let mut command = Command::new("redis-server");
        command.args(["--port", &port.to_string(), "--bind", "127.0.0.1", "--save", ""]);
        command.arg("--dir").arg(folder);
        command.args(match appendfsync {
            Appendfsync::Everysec => ["--appendonly", "yes", "--appendfsync", "everysec"],
            Appendfsync::Always => ["--appendonly", "yes", "--appendfsync", "always"],
            Appendfsync::Off => ["--appendonly", "no", "--appendfsync", "no"],
        });
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let process = Process::spawn(&mut command).context("hint: apt-get install redis-server")?;
        let mut redis = Self { process, port };
        let started = Instant::now();
        while started.elapsed() < Duration::from_secs(20) {
            if redis.process.has_ended()? {
                return Ok(None);
            }
            if redis.info("server").is_ok() {
                return Ok((!redis.process.has_ended()?).then_some(redis));
            }
            sleep(Duration::from_millis(5));
        }
        bail!("redis-server does not answer");
    }

    pub(crate) fn id(&self) -> u32 {
        self.process.id()
    }

    pub(crate) fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    /// A section of `INFO`.
    pub(crate) fn info(&self, section: &str) -> anyhow::Result<String> {
        let mut stream = BufReader::new(TcpStream::connect(("127.0.0.1", self.port))?);
        stream.get_ref().set_read_timeout(Some(Duration::from_secs(10)))?;
        stream.get_mut().write_all(format!("INFO {section}\r\n").as_bytes())?;
        let mut line = String::new();
        stream.read_line(&mut line)?;
        let length = line.strip_prefix('$').and_then(|length| length.trim().parse().ok());
        let length: usize = length.with_context(|| format!("Redis answered {line}"))?;
        let mut text = vec![0; length];
        stream.read_exact(&mut text)?;
        Ok(String::from_utf8(text)?)
    }

    /// Bytes that it has taken for everything it holds.
    pub(crate) fn used_memory(&self) -> anyhow::Result<u64> {
        let info = self.info("memory")?;
        let used =
            info.lines().find_map(|line| line.strip_prefix("used_memory:")).context("no used_memory")?;
        Ok(used.trim().parse()?)
    }
}

/// The version of redis-server.
pub(crate) fn version() -> anyhow::Result<String> {
    let output = Command::new("redis-server").arg("--version").output()?;
    ensure!(output.status.success(), "redis-server --version failed");
    let output = String::from_utf8(output.stdout)?;
    let version = output.split_whitespace().find_map(|word| word.strip_prefix("v="));
    Ok(version.unwrap_or_else(|| output.trim()).to_owned())
}
