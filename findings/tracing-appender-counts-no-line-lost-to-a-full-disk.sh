#!/usr/bin/env bash
# tracing-appender 0.2.5, non_blocking: lines that could not be written are lost, and its counter of lost lines stays at 0.
#
# The guess: `NonBlocking::error_counter()`, an `ErrorCounter` whose `dropped_lines()` one puts into a metric, counts the lines of the log that got lost.
# It counts only those that did not fit into the queue. A line that the worker took from the queue and could not write (disk full, reader of the pipe gone)
# is thrown away with its error, and so is the error of flushing: nothing is counted, told or tried again, in lossy mode or not.
# A server whose log disk is full looks as if all of its log were there. Who wants to know wraps the writer and counts errors there.
# (To good ends the same goes for the worker: it outlives the error, and writes again when there is room.)
#
# Seen with tracing-appender 0.2.5, rustc 1.95, a writer whose first 100 writes fail as on a full disk (/dev/full) and which then goes on to a file:
#     150 lines: 100 refused by the disk, 50 in the file, dropped_lines() 0
# Exits 0 if it is still so.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
mkdir src
cat >Cargo.toml <<'TOML'
[package]
name = "finding"
version = "0.0.0"
edition = "2024"
[dependencies]
tracing-appender = "=0.2.5"
TOML
cat >src/main.rs <<'RUST'
use std::fs::File;
use std::io::{self, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};

/// A disk that is full for the first 100 lines.
struct Disk { full: File, file: File, refused: Arc<AtomicU32> }

impl Write for Disk {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        if self.refused.load(SeqCst) < 100 {
            self.refused.fetch_add(1, SeqCst);
            return self.full.write(line);
        }
        self.file.write(line)
    }
    fn flush(&mut self) -> io::Result<()> { self.file.flush() }
}

fn main() -> io::Result<()> {
    let refused = Arc::<AtomicU32>::default();
    let disk = Disk { full: File::options().write(true).open("/dev/full")?, file: File::create("log")?, refused: refused.clone() };
    let (mut log, guard) = tracing_appender::non_blocking::NonBlockingBuilder::default().lossy(false).finish(disk);
    let counter = log.error_counter();
    for line in 0..150 { log.write_all(format!("line {line}\n").as_bytes())?; }
    drop(guard);
    let written = std::fs::read_to_string("log")?.lines().count();
    println!("150 lines: {} refused by the disk, {written} in the file, dropped_lines() {}", refused.load(SeqCst), counter.dropped_lines());
    std::process::exit(i32::from((refused.load(SeqCst), written, counter.dropped_lines()) != (100, 50, 0)))
}
RUST
cargo run --quiet --release
