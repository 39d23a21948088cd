//! What is printed: tables, for eyes, for markdown and for programs.

pub(crate) mod machine;
mod table;

pub(crate) use table::{Cell, Table, number, optional, text};
