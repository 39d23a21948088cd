//! What stays secret from whom: types that show nothing, what each stolen part is worth, and the documents that say so.

mod attacker;
mod tables;
mod types;
