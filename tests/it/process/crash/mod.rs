//! `kill -9` under load, twenty times on one store: what was acknowledged is there, and nothing is given out twice.
//!
//! The books are kept by the callers. A request that was under way at the kill has an unknown outcome: it may have been
//! done or not, but nothing in between, and nobody else may get what it may have got.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

use self::ledger::{Entry, Fate, Ledger};
use crate::support::{Account, Client, Home, SOON, Server, Shared, UNLIMITED, in_threads, wait_for};

mod ledger;

const KILLS: usize = 20;
const WRITERS: usize = 4;
const READERS: usize = 3;

#[test]
fn twenty_kills_under_load_lose_nothing_and_give_nothing_out_twice() {
    let home = Home::new();
    let account = home.account("owner@example.com");
    let ledger = Ledger::default();
    for round in 0..KILLS {
        let server = home.serve_with(UNLIMITED);
        // A few are left unread for the round after the next, so that secrets live through several kills.
        ledger.audit(&server, if round + 1 == KILLS { 0 } else { 20 });
        load_until_killed(&ledger, server, &account, 40 + 23 * (round % 7));
    }
    let server = home.serve_with(UNLIMITED);
    ledger.audit(&server, 0);
    let recent = server.client_of(&account).get("/api/v1/private/recent").ok().text();
    let (shared, own) = ledger.close();
    assert!(shared > 100 * KILLS / 2, "too little was shared for this to show anything: {shared}");
    // The list shows the newest thousand, among them a few that a kill kept from being acknowledged.
    let missing: Vec<_> = own.iter().rev().take(900).filter(|key| !recent.contains(key.as_str())).collect();
    assert!(missing.is_empty(), "acknowledged, and not in the list: {missing:?}");
    server.stop();
}

/// Lets writers, readers and a burner work, and kills the server in the midst of it, after so many answers.
fn load_until_killed(ledger: &Ledger, server: Server, account: &Account, answers: usize) {
    let address = server.address();
    let (done, killed) = (AtomicUsize::new(0), AtomicBool::new(false));
    thread::scope(|scope| {
        for writer in 0..WRITERS {
            let client = if writer == 0 { server.client_of(account) } else { Client::new(address) };
            let (done, killed) = (&done, &killed);
            scope.spawn(move || write_until(killed, done, ledger, &client, writer == 0));
        }
        for reader in 0..=READERS {
            let client = Client::new(address);
            let (done, killed) = (&done, &killed);
            scope.spawn(move || take_until(killed, done, ledger, &client, reader == READERS));
        }
        wait_for("answers under load", SOON, || (done.load(Ordering::Relaxed) >= answers).then_some(()));
        server.kill();
        killed.store(true, Ordering::Relaxed);
    });
}

fn write_until(killed: &AtomicBool, done: &AtomicUsize, ledger: &Ledger, client: &Client, own: bool) {
    while !killed.load(Ordering::Relaxed) {
        let value = ledger.new_value();
        // Not acknowledged, not promised: nobody has its key.
        let Ok(answer) = client.try_post("/share", &[("secret", &value)]) else { return };
        let shared = Shared::of(&answer.ok());
        ledger.acknowledged(Entry { shared, value, fate: Fate::Unread }, own);
        done.fetch_add(1, Ordering::Relaxed);
    }
}

fn take_until(killed: &AtomicBool, done: &AtomicUsize, ledger: &Ledger, client: &Client, burns: bool) {
    while !killed.load(Ordering::Relaxed) {
        let Some(mut entry) = ledger.any_unread() else {
            thread::yield_now();
            continue;
        };
        let path = if burns {
            format!("/private/{}/burn", entry.shared.receipt)
        } else {
            format!("/secret/{}", entry.shared.secret)
        };
        let outcome = client.try_post(&path, &[]);
        entry.fate = match (&outcome, burns) {
            (Err(_), false) => Fate::PerhapsRead,
            (Err(_), true) => Fate::PerhapsBurned,
            (Ok(_), false) => Fate::Read,
            (Ok(_), true) => Fate::Burned,
        };
        if let Ok(answer) = &outcome {
            // This thread alone asked for it, and it was acknowledged: it has to be there.
            let answer = answer.clone().ok();
            assert!(burns || answer.member("value") == entry.value, "another value: {}", answer.text());
        }
        ledger.ended(entry);
        if outcome.is_err() {
            return;
        }
        done.fetch_add(1, Ordering::Relaxed);
    }
}

impl Ledger {
    /// Compares the books with what the server says after a restart. Up to `leave` unread secrets stay unread.
    fn audit(&self, server: &Server, leave: usize) {
        let (mut unread, ended) = self.take_all();
        let stays = unread.split_off(unread.len().saturating_sub(leave));
        let audited = in_threads(quarters([unread, ended].concat()), |entries| {
            let client = server.client();
            entries.into_iter().map(|entry| audit_entry(&client, entry)).collect::<Vec<_>>()
        });
        let client = server.client();
        for entry in &stays {
            assert_eq!(client.state(&entry.shared), "new");
        }
        self.put_back(stays, audited.into_iter().flatten().collect());
    }
}

/// Checks one, and ends it: afterwards it is read or burned, for good.
fn audit_entry(client: &Client, mut entry: Entry) -> Entry {
    let shared = &entry.shared;
    let state = client.state(shared);
    match (entry.fate, state.as_str()) {
        (Fate::Unread | Fate::PerhapsRead | Fate::PerhapsBurned, "new") => {
            client.reads_once(shared, &entry.value);
            entry.fate = Fate::Read;
        }
        (Fate::Read | Fate::PerhapsRead, "received") => {
            client.reveal(shared).unknown();
            entry.fate = Fate::Read;
        }
        (Fate::Burned | Fate::PerhapsBurned, "burned") => {
            client.reveal(shared).unknown();
            client.burn(shared).unknown();
            entry.fate = Fate::Burned;
        }
        (fate, state) => panic!("{fate:?} for its callers, `{state}` for the server"),
    }
    entry
}

fn quarters(mut entries: Vec<Entry>) -> Vec<Vec<Entry>> {
    let size = entries.len() / 4;
    let mut parts: Vec<_> = (0..3).map(|_| entries.split_off(entries.len() - size)).collect();
    parts.push(entries);
    parts
}
