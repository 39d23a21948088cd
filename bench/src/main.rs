//! `readonce-bench`: load benchmark of the release build, with baselines. How to read it: docs/dev/performance-lab.md.
//!
//! ```text
//!  verbs ──► load (the clients) ──► subject (what is measured)
//!    └─────► report (what is printed)
//! ```
//!
//! Client, server and store share the machine, so requests per second mean little alone: every figure stands beside a
//! baseline of the same run. Each process started here has its own folder, and is stopped by its pid when its value is
//! dropped.

use std::process::ExitCode;

mod cli;
mod load;
mod report;
mod subject;
mod verbs;

fn main() -> ExitCode {
    match cli::run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
