//! Output: tables as text, markdown and JSON.

pub(crate) mod machine;
mod table;

pub(crate) use table::{Cell, Table, number, optional, text};
