//! A slow line to servers: whatever is sent arrives later, each way.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep_until};

/// A line, and a balancer at its end: servers take turns, connection by connection.
pub(crate) struct SlowLine {
    address: SocketAddr,
    task: JoinHandle<()>,
}

impl SlowLine {
    pub(crate) async fn to(servers: Vec<SocketAddr>, each_way: Duration) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let task = tokio::spawn(async move {
            let mut turns = servers.iter().cycle();
            while let (Ok((client, _)), Some(server)) = (listener.accept().await, turns.next()) {
                let Ok(server) = TcpStream::connect(server).await else { continue };
                let ((from_client, to_client), (from_server, to_server)) =
                    (client.into_split(), server.into_split());
                tokio::spawn(carry(from_client, to_server, each_way));
                tokio::spawn(carry(from_server, to_client, each_way));
            }
        });
        Self { address, task }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for SlowLine {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// What follows does not wait for what goes before: they are on their way at the same time. So is the end.
async fn carry(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, each_way: Duration) {
    let (put, mut line) = mpsc::unbounded_channel();
    let reading = async move {
        let mut buffer = vec![0; 16 * 1024];
        loop {
            let read = from.read(&mut buffer).await.unwrap_or_default();
            if put.send((Instant::now() + each_way, buffer[..read].to_vec())).is_err() || read == 0 {
                break;
            }
        }
    };
    let writing = async move {
        while let Some((due, bytes)) = line.recv().await {
            sleep_until(due).await;
            if bytes.is_empty() || to.write_all(&bytes).await.is_err() {
                break;
            }
        }
        let _ = to.shutdown().await;
    };
    tokio::join!(reading, writing);
}
