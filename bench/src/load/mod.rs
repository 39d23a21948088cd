//! The clients: connections that are kept, one request in flight on each, and every answer checked. A wrong answer ends the
//! run: figures of a server that does not do its work are worth nothing.

mod drive;
mod http;
mod ran;
mod secret;
mod stock;
mod work;

pub(crate) use drive::{Until, drive};
pub(crate) use http::Connection;
pub(crate) use ran::{Ran, median};
pub(crate) use secret::{Stored, value};
pub(crate) use stock::{fill, read_all, refused_again};
pub(crate) use work::{Stock, Supply, Work};
