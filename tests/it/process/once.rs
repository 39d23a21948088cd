//! A value leaves once: many readers on each secret, readers against burners, two processes on one file.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Barrier;

use crate::support::{Answer, Client, Home, Server, Shared, UNLIMITED, in_threads};

/// What one caller got for each secret, in order.
pub(super) type Got = Vec<std::io::Result<Answer>>;

/// Lets every reader ask for every secret, all for the same one at the same time.
pub(super) fn race(readers: &[SocketAddr], secrets: &[Shared], parameters: &[(&str, &str)]) -> Vec<Got> {
    let gate = Barrier::new(readers.len());
    in_threads(readers, |address| {
        let client = Client::new(*address);
        let ask = |shared: &Shared| {
            gate.wait();
            client.try_post(&format!("/secret/{}", shared.secret), parameters)
        };
        secrets.iter().map(ask).collect()
    })
}

/// One has the value, all others are told that there is none.
pub(super) fn each_value_left_once(readers: Vec<Got>, secrets: &[Shared], value: impl Fn(usize) -> String) {
    let mut winners = vec![0; secrets.len()];
    for got in readers {
        for (place, answer) in got.into_iter().enumerate() {
            let answer = answer.unwrap();
            if answer.status == 200 {
                assert_eq!(answer.member("value"), value(place));
                winners[place] += 1;
            } else {
                assert_eq!(answer.unknown().member("secret_key"), secrets[place].secret);
            }
        }
    }
    let wrong: BTreeMap<_, _> = winners.iter().enumerate().filter(|(_, count)| **count != 1).collect();
    assert!(wrong.is_empty(), "secret: how many got its value: {wrong:?}");
}

pub(super) fn share(server: &Server, count: usize, value: impl Fn(usize) -> String) -> Vec<Shared> {
    let client = server.client();
    (0..count).map(|place| client.share(&value(place))).collect()
}

#[test]
fn sixty_four_readers_of_each_of_two_hundred_secrets() {
    let value = |place| format!("value {place}");
    let home = Home::new();
    let server = home.serve_with(UNLIMITED);
    let secrets = share(&server, 200, value);

    let readers = race(&[server.address(); 64], &secrets, &[]);

    each_value_left_once(readers, &secrets, value);
    let client = server.client();
    for shared in &secrets {
        let receipt = client.receipt(shared).ok().json();
        assert_eq!(receipt["state"], "received");
        assert!(receipt["received"].is_u64(), "{receipt}");
    }
    server.stop();
}

#[test]
fn thirty_two_readers_with_the_right_passphrase() {
    let value = |place| format!("locked value {place}");
    let home = Home::new();
    let server = home.serve_with(UNLIMITED); // but 5 tries: a right one that is merely late is told so, not limited
    let client = server.client();
    let secrets: Vec<_> = (0..10).map(|place| client.share_locked(&value(place), "open sesame")).collect();

    let readers = race(&[server.address(); 32], &secrets, &[("passphrase", "open sesame")]);

    each_value_left_once(readers, &secrets, value);
    server.stop();
}

#[test]
fn two_processes_on_one_file() {
    let value = |place| format!("value {place} of two");
    let home = Home::new();
    let (one, other) = (home.serve_with(UNLIMITED), home.serve_with(UNLIMITED));
    let mut secrets = share(&one, 30, value);
    secrets.extend(share(&other, 30, |place| value(place + 30)));

    let readers = [[one.address(), other.address()]; 8].concat();
    let readers = race(&readers, &secrets, &[]);

    each_value_left_once(readers, &secrets, value);
    one.stop();
    other.stop();
}

#[test]
fn a_reader_against_a_burner() {
    let home = Home::new();
    let server = home.serve_with(UNLIMITED);
    let secrets = share(&server, 100, |place| format!("value {place}"));
    let gate = Barrier::new(2);

    let mut got = in_threads([false, true], |burns| {
        let client = server.client();
        let ask = |shared: &Shared| {
            let path = if burns {
                format!("/private/{}/burn", shared.receipt)
            } else {
                format!("/secret/{}", shared.secret)
            };
            gate.wait();
            client.try_post(&path, &[])
        };
        secrets.iter().map(ask).collect::<Got>()
    });

    let (burned, read) = (got.pop().unwrap(), got.pop().unwrap());
    let client = server.client();
    for ((shared, read), burned) in secrets.iter().zip(read).zip(burned) {
        let (read, burned) = (read.unwrap(), burned.unwrap());
        let state = match (read.status, burned.status) {
            (200, 404) => "received",
            (404, 200) => "burned",
            both => panic!("reader and burner got {both:?}"),
        };
        if state == "received" {
            assert_eq!(burned.unknown().member("secret_key"), shared.receipt);
        } else {
            read.unknown();
            assert_eq!(burned.json()["state"]["state"], "burned");
        }
        assert_eq!(client.state(shared), state);
    }
    server.stop();
}
