//! Clients that say nothing, or half of it: they are closed, and delay nobody.

use std::time::{Duration, Instant};

use crate::support::{Connection, Home, UNLIMITED, wait_for};

/// The server waits 15 seconds for a head; a busy machine takes its time to notice.
const CLOSED_WITHIN: Duration = Duration::from_secs(40);
/// Nobody waits longer for an answer meanwhile.
const PROMPT: Duration = Duration::from_secs(5);

#[test]
fn clients_that_say_nothing_are_closed_and_delay_nobody() {
    let home = Home::new();
    let server = home.serve_with(UNLIMITED);
    let mut mute: Vec<_> = (0..40)
        .map(|place| {
            let mut connection = Connection::open(server.address()).unwrap();
            if place % 2 == 0 {
                connection.send(b"POST /api/v1/share HTTP/1.1\r\nHost: x\r\nContent-").unwrap();
            }
            connection
        })
        .collect();
    let client = server.client();
    for place in 0..50 {
        let started = Instant::now();
        client.reads_once(&client.share(&format!("value {place}")), &format!("value {place}"));
        assert!(started.elapsed() < PROMPT, "took {:?}", started.elapsed());
    }
    assert!(mute.iter().all(|connection| !connection.is_closed()), "closed too soon to be slow");
    wait_for("their end", CLOSED_WITHIN, || {
        mute.retain(|connection| !connection.is_closed());
        mute.is_empty().then_some(())
    });
    server.stop();
}
