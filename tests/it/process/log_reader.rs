//! Whoever reads what the server writes, log and stderr alike, may go away, have no room, or stand still: that ends no request
//! and no server.

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::os::fd::OwnedFd;
use std::os::unix::fs::{FileTypeExt as _, OpenOptionsExt as _};
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use rustix::fs::{CWD, FileType, Mode, OFlags, mknodat};
use rustix::process::{Pid, Signal, kill_process};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};

use crate::support::ports::free_port;
use crate::support::{Client, Home, SOON, UNLIMITED, wait_for};

/// A server whose output goes where the test says: its address is known beforehand.
struct Unread {
    _home: Home,
    child: Child,
    client: Client,
    metrics: Client,
}

impl Unread {
    fn start(stdout: impl Into<Stdio>, stderr: impl Into<Stdio>) -> Self {
        let home = Home::new();
        let [address, metrics] = [(); 2].map(|()| format!("127.0.0.1:{}", free_port()));
        let mut command = home.command(&["serve", "--listen", &address]);
        command.envs(UNLIMITED.iter().copied()).env("READONCE_METRICS__LISTEN", &metrics);
        let child = command.stdin(Stdio::null()).stdout(stdout).stderr(stderr).spawn().unwrap();
        let client = Client::new(address.parse().unwrap());
        let started = Self { _home: home, child, client, metrics: Client::new(metrics.parse().unwrap()) };
        wait_for("a server that answers", SOON, || started.lives().then_some(()));
        started
    }

    fn lives(&self) -> bool {
        self.client.request("GET", "/health/live", &[], None).is_ok_and(|answer| answer.status == 200)
    }

    /// Requests that consume something are answered, whatever becomes of their lines; then it ends as it is told.
    fn serves_and_ends(mut self) {
        let shared = self.client.share("read all the same");
        self.client.reads_once(&shared, "read all the same");
        self.client.get("/api/v1/status").ok();
        assert!(self.lives());
        let pid = Pid::from_child(&self.child);
        kill_process(pid, Signal::HUP).unwrap(); // a line that belongs to no request
        self.client.get("/api/v1/status").ok();
        let told = Instant::now();
        kill_process(pid, Signal::TERM).unwrap();
        let status = wait_for("the end of the server", SOON, || self.child.try_wait().unwrap());
        assert_eq!(status.code(), Some(0), "{status:?}");
        assert!(told.elapsed() < Duration::from_secs(6), "{:?}", told.elapsed());
    }

    fn dropped(&self) -> u64 {
        let scrape = self.metrics.get("/metrics").ok().text();
        let line = scrape.lines().find(|line| line.starts_with("readonce_log_lines_dropped_total "));
        line.unwrap().split(' ').next_back().unwrap().parse().unwrap()
    }
}

impl Drop for Unread {
    fn drop(&mut self) {
        drop(self.child.kill()); // it may have ended already
        drop(self.child.wait());
    }
}

/// An output, twice: `2>&1`.
fn both(output: impl Into<OwnedFd>) -> (Stdio, Stdio) {
    let output = output.into();
    (output.try_clone().unwrap().into(), output.into())
}

#[test]
fn a_reader_that_went_away() {
    let (reader, writer) = io::pipe().unwrap();
    let (stdout, stderr) = both(writer);
    let server = Unread::start(stdout, stderr);
    drop(reader);
    server.client.get("/api/v1/status").ok();
    wait_for("a line that is counted as lost", SOON, || (server.dropped() > 0).then_some(()));
    server.serves_and_ends();
}

#[test]
fn a_disk_without_room() {
    let (stdout, stderr) = both(File::options().write(true).open("/dev/full").unwrap());
    let server = Unread::start(stdout, stderr);
    server.client.get("/api/v1/status").ok();
    wait_for("a line that is counted as lost", SOON, || (server.dropped() > 0).then_some(()));
    server.serves_and_ends();
}

#[test]
fn a_terminal_that_was_closed() {
    let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC).unwrap();
    grantpt(&master).unwrap();
    unlockpt(&master).unwrap();
    let name = ptsname(&master, Vec::new()).unwrap().into_string().unwrap();
    let no_control = i32::try_from(OFlags::NOCTTY.bits()).unwrap();
    let terminal = File::options().read(true).write(true).custom_flags(no_control).open(name).unwrap();
    let (stdout, stderr) = both(terminal);
    let server = Unread::start(stdout, stderr);
    drop(master);
    server.client.get("/api/v1/status").ok();
    wait_for("a line that is counted as lost", SOON, || (server.dropped() > 0).then_some(()));
    server.serves_and_ends();
}

#[test]
fn a_reader_that_stands_still() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log");
    mknodat(CWD, &path, FileType::Fifo, Mode::RUSR | Mode::WUSR, 0).unwrap();
    assert!(fs::metadata(&path).unwrap().file_type().is_fifo());
    // Opened in both directions, so that nobody waits for the other end.
    let mut reader = File::options().read(true).write(true).open(&path).unwrap();
    let writer = File::options().write(true).open(&path).unwrap();
    let (stdout, stderr) = both(writer);
    let server = Unread::start(stdout, stderr);
    // A pipe takes 64 KiB: more lines than that.
    for _ in 0..1000 {
        server.client.get("/api/v1/status").ok();
    }
    assert!(server.lives());
    assert_eq!(server.dropped(), 0, "what waits is not lost");
    // Whoever reads again finds everything.
    let (mut log, mut buffer) = (Vec::new(), [0; 8192]);
    let lines = |log: &[u8]| log.windows(14).filter(|text| *text == b"/api/v1/status").count();
    while lines(&log) < 1000 {
        let length = reader.read(&mut buffer).unwrap();
        log.extend_from_slice(&buffer[..length]);
    }
    for _ in 0..1000 {
        server.client.get("/api/v1/status").ok();
    }
    server.serves_and_ends();
}

/// As a supervisor starts it again whose own reader stands still.
#[test]
fn a_reader_that_stood_still_before_the_start() {
    let (_reader, writer) = io::pipe().unwrap();
    let full = rustix::pipe::fcntl_getpipe_size(&writer).unwrap();
    assert_eq!(rustix::io::write(&writer, &vec![b'\n'; full]).unwrap(), full);
    let (stdout, stderr) = both(writer);
    Unread::start(stdout, stderr).serves_and_ends();
}

/// What does not go to a log: refusals of the command itself.
#[test]
fn commands_do_not_panic_where_nobody_reads() {
    let home = Home::new();
    for arguments in [
        &["config", "show"][..],
        &["doctor"],
        &["key", "generate"],
        &["account", "list"],
        &["no-such-command"],
        &["--help"],
        &["status", "--url", "http://127.0.0.1:1"],
        &["serve", "--listen", "nonsense"],
    ] {
        for output in ["/dev/full", "gone"] {
            let (stdout, stderr) = if output == "gone" {
                both(io::pipe().unwrap().1)
            } else {
                both(File::options().write(true).open(output).unwrap())
            };
            let ended = home.command(arguments).stdin(Stdio::null()).stdout(stdout).stderr(stderr).status();
            let code = ended.unwrap().code();
            assert!(matches!(code, Some(0..=2)), "{arguments:?} to {output}: {code:?}");
        }
    }
}
