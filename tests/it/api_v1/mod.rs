//! The v1 wire, pinned: whole bodies, statuses and headers, through the real router, store and vault, under a clock
//! that stands still. Keys differ in every run, so they are shown as `<1>`, `<2>`… in the order they first appear.

mod accounts;
pub(crate) mod app;
mod bodies;
mod burn;
mod clock;
mod disk;
mod errors;
mod generate;
mod keys;
mod limits;
mod notifications;
mod passphrases;
mod receipts;
mod recent;
mod reveal;
mod share;
pub(crate) mod tokens;
mod trouble;
pub(crate) mod watched;
