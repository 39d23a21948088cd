//! `readonce-bench`: load for the shipped readonce, beside its own ceilings. docs/dev/performance-lab.md tells how to read it.
//!
//! ```text
//!  verbs ──► load (the clients) ──► subject (what is measured)
//!    └─────► report (what is printed)
//! ```
//!
//! Client, server and store share the machine, so requests per second say little alone: every figure stands beside one of
//! the same run. Whatever is started here has its own folder and ends with the value that holds it, by its own id.

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
