//! The program in a folder of its own, and a trace of all that it does there.

use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use super::calls::{Step, steps};
use super::disk::Disk;
use crate::support::{Home, Ran, SOON, Server, UNLIMITED, wait_for};

/// What changes or syncs files, and what leaves and comes. What a machine does not have is let go (`?`).
const CALLS: &str = "trace=?open,openat,?creat,write,pwrite64,writev,?pwritev,?pwritev2,sendto,sendmsg,recvfrom,ftruncate,?truncate,\
                     fallocate,copy_file_range,sendfile,?rename,renameat,renameat2,?link,linkat,symlinkat,?unlink,unlinkat,?rmdir,?mkdir,\
                     mkdirat,fsync,fdatasync,sync_file_range,sync,syncfs";

/// An installation whose programs are watched, one after the other or at once.
pub(super) struct Watched {
    pub(super) home: Home,
    traces: TempDir,
    started: usize,
}

/// All that was done, on a disk that was as it was before.
pub(super) struct Log {
    pub(super) before: Disk,
    pub(super) steps: Vec<Step>,
    /// Whether `strace` had a call fail.
    pub(super) has_failed: bool,
}

impl Watched {
    pub(super) fn new(home: Home) -> Self {
        Self { home, traces: tempfile::tempdir().unwrap(), started: 0 }
    }

    /// The same command under `strace`; hint: `apt-get install strace`. `more` may have it meddle.
    pub(super) fn watch(&mut self, command: &Command, more: &[&str]) -> Command {
        self.started += 1;
        let mut watching = Command::new("strace");
        // As a grandchild (`-D`), so that who starts, signals and ends the command does so with the program itself.
        watching.args(["-D", "-f", "-q", "-ttt", "-yy", "-xx", "-s", "100000000", "-e", CALLS, "-o"]);
        watching.arg(self.trace(self.started)).args(more).arg(command.get_program()).args(command.get_args());
        for (name, value) in command.get_envs() {
            match value {
                Some(value) => watching.env(name, value),
                None => watching.env_remove(name),
            };
        }
        watching.current_dir(command.get_current_dir().expect("a home"));
        watching
    }

    pub(super) fn serve(&mut self) -> Server {
        self.try_serve(&[]).unwrap_or_else(|ran| panic!("the server ended: {ran:?}"))
    }

    pub(super) fn try_serve(&mut self, more: &[&str]) -> Result<Server, Ran> {
        let mut command = self.home.command(&["serve", "--listen", "127.0.0.1:0"]);
        command.envs(UNLIMITED.iter().copied());
        Server::start(self.watch(&command, more))
    }

    pub(super) fn run(&mut self, arguments: &[&str], more: &[&str]) -> Ran {
        let command = self.home.command(arguments);
        Ran::of(self.watch(&command, more))
    }

    fn trace(&self, number: usize) -> PathBuf {
        self.traces.path().join(number.to_string())
    }

    /// What was done since the last time, when all programs have ended.
    pub(super) fn log(&mut self, before: Disk) -> Log {
        let (mut all, mut has_failed) = (Vec::<Step>::new(), false);
        for number in 1..=self.started {
            let text = wait_for("the end of a trace", SOON, || whole(&self.trace(number)));
            has_failed |= text.contains("(INJECTED)");
            let first = all.iter().map(|step| step.number).max().unwrap_or(0);
            all.extend(steps(&text, first));
        }
        // `strace` looks at the clock while a program stands still before and after a call, so who waited for whom shows.
        all.sort_by(|one, other| one.time.cmp(&other.time));
        Log { before, steps: all, has_failed }
    }
}

/// A trace that has come to the end of the program it began with.
fn whole(trace: &Path) -> Option<String> {
    let text = std::fs::read_to_string(trace).ok()?;
    let first = text.split(' ').next()?.to_owned();
    let ended = text.lines().rev().take(50).any(|line| {
        line.split(' ').next() == Some(&first) && (line.contains("+++ exited") || line.contains("+++ killed"))
    });
    ended.then_some(text)
}
