//! A mail server that answers at once and keeps nothing but when each email came, and to whom.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::ensure;

/// A running one, until the program ends.
#[derive(Debug)]
pub(crate) struct MailServer {
    pub(crate) address: SocketAddr,
    taken: Arc<Mutex<Vec<(Instant, String)>>>,
}

impl MailServer {
    pub(crate) fn start() -> anyhow::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let server = Self { address: listener.local_addr()?, taken: Arc::default() };
        let taken = Arc::clone(&server.taken);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let taken = Arc::clone(&taken);
                thread::spawn(move || drop(talk(&stream, &taken)));
            }
        });
        Ok(server)
    }

    /// When each email came, in that order.
    pub(crate) fn times(&self) -> Vec<Instant> {
        self.taken().iter().map(|(at, _)| *at).collect()
    }

    /// Waits until there are so many; fails when none comes for a minute.
    pub(crate) fn wait_for(&self, count: usize) -> anyhow::Result<()> {
        let (mut seen, mut since) = (0, Instant::now());
        while seen < count {
            let now = self.taken().len();
            if now > seen {
                (seen, since) = (now, Instant::now());
            }
            ensure!(since.elapsed() < Duration::from_mins(1), "{seen} of {count} emails came");
            thread::sleep(Duration::from_millis(5));
        }
        Ok(())
    }

    /// Waits for the email to this address; when it came.
    pub(crate) fn wait_for_one(&self, to: &str) -> anyhow::Result<Instant> {
        let started = Instant::now();
        loop {
            let found = self.taken().iter().rev().find(|(_, whom)| whom.contains(to)).map(|(at, _)| *at);
            if let Some(at) = found {
                return Ok(at);
            }
            ensure!(started.elapsed() < Duration::from_hours(1), "no email came to {to}");
            thread::sleep(Duration::from_millis(5));
        }
    }

    fn taken(&self) -> std::sync::MutexGuard<'_, Vec<(Instant, String)>> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn talk(stream: &TcpStream, taken: &Mutex<Vec<(Instant, String)>>) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    let mut lines = BufReader::new(stream).lines();
    let mut out = stream;
    let mut to = String::new();
    out.write_all(b"220 here\r\n")?;
    while let Some(line) = lines.next().transpose()? {
        let answer: &[u8] = match line.get(..4) {
            Some("QUIT") => return out.write_all(b"221 bye\r\n"),
            Some("RCPT") => {
                to = line;
                b"250 ok\r\n"
            }
            Some("DATA") => {
                out.write_all(b"354 go on\r\n")?;
                for line in lines.by_ref() {
                    if line? == "." {
                        break;
                    }
                }
                let whom = std::mem::take(&mut to);
                taken.lock().unwrap_or_else(PoisonError::into_inner).push((Instant::now(), whom));
                b"250 taken\r\n"
            }
            _ => b"250 ok\r\n",
        };
        out.write_all(answer)?;
    }
    Ok(())
}
