//! A service that proxies ask who somebody is, as Authelia and its like are asked: 200 and a header, or 401.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

/// What it says of whoever has the right cookie.
pub(super) struct Gate {
    address: SocketAddr,
    /// Lines of its answer besides the status.
    says: Arc<Mutex<Vec<String>>>,
    asked: Arc<AtomicUsize>,
    ends: Arc<AtomicBool>,
}

impl Gate {
    pub(super) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let gate = Self {
            address: listener.local_addr().unwrap(),
            says: Arc::new(Mutex::new(vec![format!("Remote-Email: {}", super::ANN)])),
            asked: Arc::default(),
            ends: Arc::default(),
        };
        let (says, asked, ends) = (gate.says.clone(), gate.asked.clone(), gate.ends.clone());
        thread::spawn(move || {
            for stream in listener.incoming() {
                if ends.load(Ordering::SeqCst) {
                    break;
                }
                let (says, asked) = (says.clone(), asked.clone());
                thread::spawn(move || stream.map(|stream| answer(stream, &says, &asked)));
            }
        });
        gate
    }

    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }

    /// From now on it says this of whoever it knows.
    pub(super) fn says(&self, lines: &[&str]) {
        *self.says.lock().unwrap() = lines.iter().map(|line| (*line).to_owned()).collect();
    }

    pub(super) fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

impl Drop for Gate {
    fn drop(&mut self) {
        self.ends.store(true, Ordering::SeqCst);
        drop(TcpStream::connect(self.address)); // so that it looks
    }
}

fn answer(stream: TcpStream, says: &Mutex<Vec<String>>, asked: &AtomicUsize) {
    let mut reader = BufReader::new(stream);
    let (mut line, mut known) = (String::new(), false);
    while reader.read_line(&mut line).is_ok_and(|length| length > 2) {
        let lower = line.to_ascii_lowercase();
        known |= lower.starts_with("cookie:") && lower.contains(super::KNOWN);
        line.clear();
    }
    asked.fetch_add(1, Ordering::SeqCst);
    let lines = if known { says.lock().unwrap().clone() } else { Vec::new() };
    let status = if known { "200 OK" } else { "401 Unauthorized" };
    let lines: Vec<_> = lines.iter().map(|line| format!("{line}\r\n")).collect();
    let text =
        format!("HTTP/1.1 {status}\r\n{}Content-Length: 0\r\nConnection: close\r\n\r\n", lines.concat());
    let _ = reader.into_inner().write_all(text.as_bytes());
}
