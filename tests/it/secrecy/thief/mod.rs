//! What each stolen part is worth: one test for each cell of `docs/thief-table.md`, with the real vault, on both stores.
//!
//! A thief may use our own code, with the clock and the keyring of their choice; so what must not open is tried with the
//! vault's own functions, and with the formulas of the design written out anew (`formulas`).

mod database;
mod forge;
mod formulas;
mod house;
mod keyring;
mod legacy;
mod letters;
mod link;
mod receipt;
mod rows;
mod token;
