//! The command: parses its arguments, runs, and turns the outcome into an exit code.

use std::process::ExitCode;

fn main() -> ExitCode {
    readonce::cli::run()
}
