#!/usr/bin/env bash
# tracing-subscriber 0.3.23, filter::Targets: `RUST_LOG=warning` parses, and turns the whole log off.
#
# The guess: a word that is no level (`warning`, `verbose`) is an error of `str::parse::<Targets>()`, which the program tells. But any
# word that is no level is a *target* with every level, so it parses; and as soon as one directive names a target, whatever no directive names is off. So the
# common `warning` (Python, syslog, Rails) for `warn` silences all of a server's log, errors too, without a word. `warn` itself, and a level that is
# unknown behind `=`, behave as one expects: the first is a level, the second an error.
# A program that takes its filter from an operator has to refuse words that are none of its targets.
#
# Seen with tracing-subscriber 0.3.23, rustc 1.95:
#     warn: parsed, errors are logged: true
#     warning: parsed, errors are logged: false
#     app=warning: refused
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
tracing-core = "=0.1.36"
tracing-subscriber = { version = "=0.3.23", default-features = false, features = ["std"] }
TOML
cat >src/main.rs <<'RUST'
use tracing_core::Level;
use tracing_subscriber::filter::Targets;

fn main() {
    for filter in ["warn", "warning", "app=warning"] {
        match filter.parse::<Targets>() {
            Ok(targets) => println!("{filter}: parsed, errors are logged: {}", targets.would_enable("app::store", &Level::ERROR)),
            Err(_) => println!("{filter}: refused"),
        }
    }
}
RUST
seen=$(cargo run --quiet)
echo "$seen"
wanted="warn: parsed, errors are logged: true
warning: parsed, errors are logged: false
app=warning: refused"
[[ "$seen" == "$wanted" ]]
