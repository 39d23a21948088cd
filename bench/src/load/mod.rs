//! The clients: keep-alive connections, one request in flight on each, and every response checked. A wrong one ends the
//! run: figures of a server that does not do its work are worth nothing.

mod drive;
mod http;
mod result;
mod secret;
mod stock;
mod work;

pub(crate) use drive::{Until, drive};
pub(crate) use http::Connection;
pub(crate) use result::{LoadResult, median};
pub(crate) use secret::{Stored, value};
pub(crate) use stock::{fill, read_all, refused_again};
pub(crate) use work::{Stock, Supply, Work};
