//! `readonce import`: recorded upstream servers (tests/upstream), moved to every store by the real program.

mod again;
mod old;
mod recorded;
mod refusals;
mod target;
