//! A way to a server on which the address of every request is written down, as the access log of a proxy would.

use std::io::{self, Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};

/// What each connection has sent so far.
type Heard = Arc<Mutex<Vec<Vec<u8>>>>;

/// The running way. Dropped, it takes no more connections.
pub(crate) struct Overheard {
    address: SocketAddr,
    heard: Heard,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Overheard {
    /// A way to the server at this address.
    pub(crate) fn to(server: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (heard, stop) = (Heard::default(), Arc::new(AtomicBool::new(false)));
        let (all, stopped) = (Arc::clone(&heard), Arc::clone(&stop));
        let thread = thread::spawn(move || {
            for client in listener.incoming().flatten() {
                if stopped.load(Ordering::SeqCst) {
                    break;
                }
                let Ok(server) = TcpStream::connect(server) else { continue };
                let (back, to_client) = (server.try_clone().unwrap(), client.try_clone().unwrap());
                let all = Arc::clone(&all);
                thread::spawn(move || note(client, server, &all));
                thread::spawn(move || pass(back, to_client));
            }
        });
        Self { address, heard, stop, thread: Some(thread) }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// The addresses that were asked for, each with its method.
    pub(crate) fn requests(&self) -> Vec<String> {
        let heard = self.heard.lock().unwrap_or_else(PoisonError::into_inner);
        let texts = heard.iter().map(|bytes| String::from_utf8_lossy(bytes).into_owned());
        texts
            .flat_map(|text| {
                let lines = text.lines().filter_map(|line| line.strip_suffix(" HTTP/1.1"));
                // On a kept connection the line comes right behind the body of the request before.
                let starts =
                    |line: &str| ["GET /", "POST /"].iter().filter_map(|start| line.rfind(start)).max();
                lines.filter_map(|line| Some(line[starts(line)?..].to_owned())).collect::<Vec<_>>()
            })
            .collect()
    }
}

impl Drop for Overheard {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
        drop(TcpStream::connect(self.address)); // wakes the thread
        if let Some(thread) = self.thread.take() {
            drop(thread.join());
        }
    }
}

/// Passes on what the client sends, once it is written down.
fn note(mut client: TcpStream, mut server: TcpStream, all: &Heard) {
    let place = {
        let mut all = all.lock().unwrap_or_else(PoisonError::into_inner);
        all.push(Vec::new());
        all.len() - 1
    };
    let mut buffer = [0; 16 * 1024];
    while let Ok(length @ 1..) = client.read(&mut buffer) {
        all.lock().unwrap_or_else(PoisonError::into_inner)[place].extend_from_slice(&buffer[..length]);
        if server.write_all(&buffer[..length]).is_err() {
            break;
        }
    }
    let _ = server.shutdown(Shutdown::Write);
}

fn pass(mut server: TcpStream, mut client: TcpStream) {
    let _ = io::copy(&mut server, &mut client);
    let _ = client.shutdown(Shutdown::Write);
}
