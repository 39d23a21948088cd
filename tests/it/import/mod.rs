//! `readonce import`: recorded upstream servers (tests/upstream), moved to every store by the real program.

mod accounts;
mod again;
mod differences;
mod layouts;
mod lifetimes;
pub(crate) mod old;
mod progress;
mod recorded;
mod recording;
mod refusals;
mod rescue;
mod sealing;
mod secrets;
mod target;
