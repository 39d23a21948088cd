//! `readonce import`: recorded upstream servers (tests/upstream), moved to every store by the real program.

mod again;
mod differences;
mod lifetimes;
pub(crate) mod old;
mod progress;
mod recorded;
mod refusals;
mod target;
