//! A way to a server on which answers to what was posted get lost, or wait, and on which every claim is counted.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};

use crate::support::search::contains;
use crate::support::{SOON, wait_for};

/// What becomes of the answer to a POST. Those to other requests, health checks among them, go through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Answers {
    Pass,
    /// The connection ends in its place.
    Lost,
    /// It is kept back, until they pass again.
    Held,
}

#[derive(Default)]
struct State {
    answers: AtomicU8,
    held: AtomicUsize,
    stop: AtomicBool,
    /// The first lines of requests that claim.
    claims: Mutex<Vec<String>>,
    /// All that was asked, on whichever connection.
    heard: Mutex<Vec<u8>>,
}

/// The running way. Dropped, it takes no more connections.
pub(super) struct Relay {
    address: SocketAddr,
    state: Arc<State>,
    thread: Option<JoinHandle<()>>,
}

impl Relay {
    pub(super) fn to(server: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let state = Arc::new(State::default());
        let shared = Arc::clone(&state);
        let thread = thread::spawn(move || {
            for client in listener.incoming().flatten() {
                if shared.stop.load(Ordering::SeqCst) {
                    break;
                }
                let Ok(server) = TcpStream::connect(server) else { continue };
                client.set_nodelay(true).unwrap();
                server.set_nodelay(true).unwrap();
                let (back, to_client) = (server.try_clone().unwrap(), client.try_clone().unwrap());
                let posted = Arc::new(AtomicBool::new(false));
                let (there, here) = (Arc::clone(&shared), Arc::clone(&shared));
                let asked = Arc::clone(&posted);
                thread::spawn(move || there.carry_requests(client, server, &asked));
                thread::spawn(move || here.carry_answers(back, to_client, &posted));
            }
        });
        Self { address, state, thread: Some(thread) }
    }

    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }

    pub(super) fn set(&self, answers: Answers) {
        self.state.answers.store(answers as u8, Ordering::SeqCst);
    }

    /// How many answers wait.
    pub(super) fn held(&self) -> usize {
        self.state.held.load(Ordering::SeqCst)
    }

    /// Whether a request had this text in it.
    pub(super) fn heard(&self, text: &str) -> bool {
        contains(&self.state.heard.lock().unwrap_or_else(PoisonError::into_inner), text.as_bytes())
    }

    /// How often something claimed with this key.
    pub(super) fn claims(&self, key: &str) -> usize {
        let claims = self.state.claims.lock().unwrap_or_else(PoisonError::into_inner);
        claims.iter().filter(|line| line.contains(key)).count()
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        self.state.stop.store(true, Ordering::SeqCst);
        self.set(Answers::Pass);
        drop(TcpStream::connect(self.address)); // wakes the thread
        if let Some(thread) = self.thread.take() {
            drop(thread.join());
        }
    }
}

impl State {
    fn are(&self, answers: Answers) -> bool {
        self.answers.load(Ordering::SeqCst) == answers as u8
    }

    fn carry_requests(&self, mut from: TcpStream, mut to: TcpStream, posted: &AtomicBool) {
        let mut buffer = vec![0; 64 * 1024];
        while let Ok(length @ 1..) = from.read(&mut buffer) {
            self.heard.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(&buffer[..length]);
            let text = String::from_utf8_lossy(&buffer[..length]);
            // A proxy writes a head at once; the body of the request before ends without a line break.
            if let Some(line) = text.lines().find(|line| line.contains("POST /") && line.contains(" HTTP/1."))
            {
                posted.store(true, Ordering::SeqCst);
                if line.contains("/secret/") {
                    self.claims.lock().unwrap_or_else(PoisonError::into_inner).push(line.to_owned());
                }
            }
            if to.write_all(&buffer[..length]).is_err() {
                break;
            }
        }
        let _ = to.shutdown(Shutdown::Write);
    }

    fn carry_answers(&self, mut from: TcpStream, mut to: TcpStream, posted: &AtomicBool) {
        let mut buffer = vec![0; 64 * 1024];
        while let Ok(length @ 1..) = from.read(&mut buffer) {
            // `100 Continue` is no answer yet.
            if !buffer.starts_with(b"HTTP/1.1 100") && posted.swap(false, Ordering::SeqCst) {
                if self.are(Answers::Lost) {
                    break;
                }
                if self.are(Answers::Held) {
                    self.held.fetch_add(1, Ordering::SeqCst);
                    wait_for("an answer that is let go", SOON * 3, || {
                        (!self.are(Answers::Held)).then_some(())
                    });
                    self.held.fetch_sub(1, Ordering::SeqCst);
                }
            }
            if to.write_all(&buffer[..length]).is_err() {
                break;
            }
        }
        let _ = from.shutdown(Shutdown::Both);
        let _ = to.shutdown(Shutdown::Both);
    }
}
