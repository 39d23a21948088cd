//! Description of the machine, and whether it was idle.

use std::fs;
use std::num::NonZero;
use std::process::Command;

use super::table::{Table, text};
use crate::cli::Bench;
use crate::subject::{StoreKind, redis};

/// Processor, memory, kernel, versions; and a warning when the machine is not quiet.
pub(crate) fn describe(bench: &Bench) -> anyhow::Result<Table> {
    let mut table = Table::new("Where, and what", &["", "is"]);
    let mut row = |name: &str, value: String| table.row(vec![text(name), text(value)]);
    let cores = std::thread::available_parallelism().map_or(1, NonZero::get);
    row("processor", format!("{cores} × {}", field("/proc/cpuinfo", "model name")));
    row("memory", field("/proc/meminfo", "MemTotal"));
    row("kernel", fs::read_to_string("/proc/sys/kernel/osrelease")?.trim().to_owned());
    let output = Command::new(&bench.program).arg("--version").output()?;
    row("program", String::from_utf8_lossy(&output.stdout).trim().to_owned());
    if bench.options.stores.contains(&StoreKind::Redis) {
        row("Redis", format!("{}, append-only file: {:?}", redis::version()?, bench.options.appendfsync));
    }
    row("client threads", bench.options.threads.to_string());
    let load = fs::read_to_string("/proc/loadavg")?;
    let load = load.split(' ').next().unwrap_or_default();
    row("load average before", load.to_owned());
    if load.parse().unwrap_or(0.0) > 0.5 {
        eprintln!("warning: something else runs here (load average {load}), so figures say little");
    }
    if bench.options.quick {
        row("rounds", "short: these figures mean nothing".to_owned());
    }
    Ok(table)
}

/// The first line of a file that begins with this name, without it.
fn field(file: &str, name: &str) -> String {
    let content = fs::read_to_string(file).unwrap_or_default();
    let line = content.lines().find(|line| line.starts_with(name));
    line.and_then(|line| line.split_once(':')).map_or("unknown", |(_, value)| value.trim()).to_owned()
}
