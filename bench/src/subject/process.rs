//! A child process and its figures from `/proc`. Killed when dropped.

use std::fs;
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use anyhow::Context as _;
use rustix::process::{Pid, Signal, kill_process};

/// What `/proc/PID/stat` counts in: Linux shows 100 a second to programs on every machine we build for.
const TICK: Duration = Duration::from_millis(10);

/// A running process.
#[derive(Debug)]
pub(crate) struct Process(Child);

impl Process {
    pub(crate) fn spawn(command: &mut Command) -> anyhow::Result<Self> {
        let name = command.get_program().to_string_lossy().into_owned();
        Ok(Self(command.spawn().with_context(|| format!("cannot run {name}"))?))
    }

    pub(crate) fn child(&mut self) -> &mut Child {
        &mut self.0
    }

    pub(crate) fn id(&self) -> u32 {
        self.0.id()
    }

    pub(crate) fn has_ended(&mut self) -> anyhow::Result<bool> {
        Ok(self.0.try_wait()?.is_some())
    }

    /// Asks it to end; how long that took.
    pub(crate) fn stop(mut self) -> anyhow::Result<Duration> {
        let asked = Instant::now();
        kill_process(Pid::from_child(&self.0), Signal::TERM)?;
        let status = self.0.wait()?;
        let took = asked.elapsed();
        anyhow::ensure!(status.success(), "it was asked to stop and ended with {status}");
        Ok(took)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        drop(self.0.kill()); // it may have ended already
        drop(self.0.wait());
    }
}

/// CPU time that a process has used so far, all its threads together.
pub(crate) fn cpu(id: u32) -> anyhow::Result<Duration> {
    let stat = fs::read_to_string(format!("/proc/{id}/stat")).context("the process has ended")?;
    // The name may hold anything, so what counts begins behind its last bracket: state is the first field there.
    let (_, fields) = stat.rsplit_once(')').context("no /proc/PID/stat")?;
    let fields: Vec<&str> = fields.split_whitespace().collect();
    let ticks = |at: usize| fields.get(at).and_then(|field| field.parse::<u32>().ok()).context("no ticks");
    Ok(TICK * (ticks(11)? + ticks(12)?))
}

/// Memory of a process that is in RAM, in MiB.
pub(crate) fn rss(id: u32) -> anyhow::Result<f64> {
    memory(id, "VmRSS:")
}

/// The most of it that the process has had so far, in MiB.
pub(crate) fn peak_rss(id: u32) -> anyhow::Result<f64> {
    memory(id, "VmHWM:")
}

fn memory(id: u32, name: &str) -> anyhow::Result<f64> {
    let status = fs::read_to_string(format!("/proc/{id}/status")).context("the process has ended")?;
    let line = status.lines().find_map(|line| line.strip_prefix(name)).context("the process has ended")?;
    let kibibytes: u32 = line.trim().trim_end_matches(" kB").trim().parse()?;
    Ok(f64::from(kibibytes) / 1024.0)
}
