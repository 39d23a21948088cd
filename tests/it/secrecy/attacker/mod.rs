//! What each stolen part is worth: one test for each cell of `docs/attacker-table.md`, with the real vault, on both stores.
//!
//! An attacker may use our own code, with the clock and the keyring of their choice; so what must not open is tried with the
//! vault's own functions, and with the formulas of the design written out anew (`formulas`).

mod database;
mod forge;
mod formulas;
mod house;
mod imported;
mod keyring;
mod legacy;
mod link;
mod notifications;
mod receipt;
mod rows;
mod session;
mod token;
