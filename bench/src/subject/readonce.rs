//! A readonce process, started as a user would, on a free port.
//!
//! It logs a line per request, as by default; the lines are discarded. Rate limits are off, since all load has one
//! address.

use std::io::{BufRead as _, BufReader, Read};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};

use super::process::Process;

const NO_LIMITS: [(&str, &str); 5] = [
    ("READONCE_LIMITS__CREATE", "0"),
    ("READONCE_LIMITS__READ", "0"),
    ("READONCE_LIMITS__LOGIN", "0"),
    ("READONCE_LIMITS__ANONYMOUS_SECRETS", "0"),
    ("READONCE_LIMITS__ANONYMOUS_BYTES", "0"),
];

/// A running server.
#[derive(Debug)]
pub(crate) struct Readonce {
    process: Process,
    pub(crate) address: SocketAddr,
    /// When it was started.
    pub(crate) started: Instant,
}

impl Readonce {
    /// Starts `program` in the folder `home` and waits until it listens.
    pub(crate) fn start(program: &Path, home: &Path, settings: &[(&str, &str)]) -> anyhow::Result<Self> {
        let mut command = Command::new(program);
        command.args(["serve", "--listen", "127.0.0.1:0"]).current_dir(home);
        without_settings(&mut command);
        command.envs(NO_LIMITS).envs(settings.iter().copied());
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        let started = Instant::now();
        let mut process = Process::spawn(&mut command)?;
        let stderr = process.child().stderr.take().context("no stderr")?;
        let address = listening(stderr)?;
        Ok(Self { process, address, started })
    }

    pub(crate) fn id(&self) -> u32 {
        self.process.id()
    }

    /// Asks it to stop; how long that took.
    pub(crate) fn stop(self) -> anyhow::Result<Duration> {
        self.process.stop()
    }
}

/// Takes the settings of whoever runs this out of a command's environment.
pub(super) fn without_settings(command: &mut Command) {
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("READONCE_") || name == "RUST_LOG" {
            command.env_remove(name);
        }
    }
}

/// Reads the listening address; later output is drained, so that the process never blocks on it.
fn listening(stderr: impl Read + Send + 'static) -> anyhow::Result<SocketAddr> {
    let mut lines = BufReader::new(stderr).lines();
    let mut output = String::new();
    for line in lines.by_ref() {
        let line = line?;
        if let Some(address) = line.strip_prefix("listening on http://") {
            let address = address.parse()?;
            thread::spawn(move || lines.for_each(drop));
            return Ok(address);
        }
        output.push_str(&line);
        output.push('\n');
    }
    bail!("readonce does not start: {output}");
}
