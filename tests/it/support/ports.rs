//! Ports of servers that have to know theirs beforehand, or come back to it.

use std::net::TcpListener;
use std::sync::atomic::{AtomicU32, Ordering};

/// Below those that the kernel gives away by itself (32768 and up): one of these nobody else is given while a server restarts.
const FIRST: u16 = 20_000;
const COUNT: u32 = 12_000;

/// A port that nobody listens on, and that no other test is told.
pub(crate) fn free_port() -> u16 {
    static DRAWN: AtomicU32 = AtomicU32::new(0);
    // Another process of tests begins elsewhere.
    let begin = std::process::id().wrapping_mul(397);
    loop {
        let place = begin.wrapping_add(DRAWN.fetch_add(1, Ordering::Relaxed)) % COUNT;
        let port = FIRST + u16::try_from(place).unwrap();
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
}
