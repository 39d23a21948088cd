//! The real program as a child process: watched from its first line to its end, and ended by its own id only.

use std::io::Read;
use std::net::SocketAddr;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};

use super::client::Client;
use super::home::Account;
use super::{SOON, wait_for};

/// What a process left behind.
#[derive(Debug)]
pub(crate) struct Ran {
    /// `None` when a signal ended it.
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Ran {
    /// Runs a command to its end.
    pub(crate) fn of(mut command: Command) -> Self {
        let output = command.stdin(Stdio::null()).output().expect("the program can be run");
        Self::new(output.status, &output.stdout, &output.stderr)
    }

    fn new(status: ExitStatus, stdout: &[u8], stderr: &[u8]) -> Self {
        let text = |bytes| String::from_utf8_lossy(bytes).into_owned();
        Self { code: status.code(), stdout: text(stdout), stderr: text(stderr) }
    }

    #[track_caller]
    pub(crate) fn succeeded(self) -> Self {
        assert_eq!(self.code, Some(0), "{self:?}");
        self
    }

    /// It refused, and said each of `texts` on stderr.
    #[track_caller]
    pub(crate) fn refused_saying(self, texts: &[&str]) -> Self {
        assert_eq!(self.code, Some(1), "{self:?}");
        for text in texts {
            assert!(self.stderr.contains(text), "`{text}` is not in: {self:?}");
        }
        self
    }
}

/// How many lines of a server's log a failed test shows.
const SHOWN: usize = 200;
/// Longer than a server gathers lines of its log.
const GATHERED: Duration = Duration::from_millis(20);

/// A running server. Dropped, it is killed; dropped by a test that fails, it shows what it logged.
pub(crate) struct Server {
    child: Child,
    address: SocketAddr,
    stdout: Collected,
    stderr: Collected,
}

impl Server {
    /// Starts it and waits until it listens, or until it has ended.
    pub(crate) fn start(mut command: Command) -> Result<Self, Ran> {
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the program can be run");
        let stdout = Collected::from(child.stdout.take().expect("a pipe"));
        let stderr = Collected::from(child.stderr.take().expect("a pipe"));
        let nowhere = SocketAddr::from(([0, 0, 0, 0], 0));
        let mut server = Self { child, address: nowhere, stdout, stderr };
        let mut exited = false;
        let started = wait_for("a server that listens, or ends", SOON, || {
            let listening = address(&server.stderr.text());
            if listening.is_none() && exited {
                return Some(None);
            }
            exited = server.child.try_wait().expect("a child").is_some();
            listening.map(Some)
        });
        match started {
            Some(address) => {
                server.address = address;
                Ok(server)
            }
            None => Err(server.ended()),
        }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where it serves metrics, as it said.
    #[track_caller]
    pub(crate) fn metrics(&self) -> SocketAddr {
        let said = self.said();
        let (_, rest) = said.split_once("metrics on http://").unwrap_or_else(|| panic!("no metrics: {said}"));
        rest.split('/').next().expect("an address").parse().expect("an address")
    }

    /// Everything it tells Prometheus.
    #[track_caller]
    pub(crate) fn scrape(&self) -> String {
        let answer = Client::new(self.metrics()).get("/metrics").ok();
        assert_eq!(answer.header("content-type"), Some("text/plain; version=0.0.4; charset=utf-8"));
        answer.text()
    }

    pub(crate) fn pid(&self) -> Pid {
        Pid::from_child(&self.child)
    }

    /// A client without credentials.
    pub(crate) fn client(&self) -> Client {
        Client::new(self.address)
    }

    /// A client that signs in.
    pub(crate) fn client_of(&self, account: &Account) -> Client {
        Client::new(self.address).signed_in(&account.email, &account.token)
    }

    /// What it logged so far: a server gathers lines for some milliseconds, so until none has come for longer than that.
    pub(crate) fn log(&self) -> String {
        let mut text = self.stdout.text();
        // Not for ever: others may have it log all the time.
        for _ in 0..10 {
            thread::sleep(GATHERED);
            let later = self.stdout.text();
            if later.len() == text.len() {
                break;
            }
            text = later;
        }
        text
    }

    /// What it said so far.
    pub(crate) fn said(&self) -> String {
        self.stderr.text()
    }

    pub(crate) fn signal(&self, signal: Signal) {
        kill_process(self.pid(), signal).expect("a running child can be signalled");
    }

    /// Whether it has ended by now.
    pub(crate) fn has_ended(&mut self) -> bool {
        self.child.try_wait().expect("a child").is_some()
    }

    /// Waits for its end.
    pub(crate) fn ended(mut self) -> Ran {
        let status = wait_for("the end of the server", SOON, || self.child.try_wait().expect("a child"));
        let (stdout, stderr) = (self.stdout.all(), self.stderr.all());
        Ran::new(status, &stdout, &stderr)
    }

    /// Asks it to stop, and expects it to do so in good order.
    #[track_caller]
    pub(crate) fn stop(self) -> Ran {
        self.signal(Signal::TERM);
        self.ended().succeeded()
    }

    /// `kill -9`.
    pub(crate) fn kill(self) -> Ran {
        self.signal(Signal::KILL);
        self.ended()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if thread::panicking() {
            drop(self.log()); // what is shown below, to its last line
        }
        drop(self.child.kill()); // it may have ended already
        drop(self.child.wait());
        if thread::panicking() {
            for (stream, text) in [("log", self.stdout.all()), ("stderr", self.stderr.all())] {
                let text = String::from_utf8_lossy(&text).into_owned();
                let left_out = text.lines().count().saturating_sub(SHOWN);
                eprintln!("--- the server's {stream}, {left_out} earlier lines left out");
                text.lines().skip(left_out).for_each(|line| eprintln!("{line}"));
            }
        }
    }
}

/// Where it says that it listens. One at a socket in the file system has none; its tests know where that is.
fn address(stderr: &str) -> Option<SocketAddr> {
    if stderr.contains("listening on unix:") {
        return Some(SocketAddr::from(([0, 0, 0, 0], 0)));
    }
    let (_, rest) = stderr.split_once("listening on http://")?;
    let (address, _) = rest.split_once('\n')?;
    Some(address.trim().parse().expect("an address"))
}

/// A stream of the child, read as it comes.
struct Collected {
    bytes: Arc<Mutex<Vec<u8>>>,
    reader: Option<JoinHandle<()>>,
}

impl Collected {
    fn from(mut stream: impl Read + Send + 'static) -> Self {
        let bytes = Arc::new(Mutex::new(Vec::new()));
        let shared = Arc::clone(&bytes);
        let reader = thread::spawn(move || {
            let mut buffer = [0; 8192];
            while let Ok(length @ 1..) = stream.read(&mut buffer) {
                shared.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(&buffer[..length]);
            }
        });
        Self { bytes, reader: Some(reader) }
    }

    fn text(&self) -> String {
        let bytes = self.bytes.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// All of it, once the child has ended.
    fn all(&mut self) -> Vec<u8> {
        if let Some(reader) = self.reader.take() {
            drop(reader.join());
        }
        self.bytes.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
