//! Readers and writers on both instances. All of them expect nothing but success: no 503, no value lost, none mixed up.

use std::collections::VecDeque;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

use crate::support::home::Account;
use crate::support::{Client, SOON, Server, Shared, wait_for};

const PASSPHRASE: &str = "open sesame";

/// A secret that nobody has read yet.
struct Unread {
    shared: Shared,
    number: usize,
}

impl Unread {
    fn share(client: &Client, number: usize) -> Self {
        let value = value(number);
        let shared =
            if is_locked(number) { client.share_locked(&value, PASSPHRASE) } else { client.share(&value) };
        Self { shared, number }
    }

    /// Looks at its receipt, then reads it; every eighth is burned.
    fn end(&self, client: &Client) {
        let receipt = client.receipt(&self.shared).ok();
        assert_eq!(receipt.member("secret_key"), self.shared.secret);
        if self.number % 8 == 7 {
            assert_eq!(client.burn(&self.shared).ok().json()["state"]["state"], "burned");
        } else if is_locked(self.number) {
            assert_eq!(client.unlock(&self.shared, PASSPHRASE).ok().member("value"), value(self.number));
        } else {
            assert_eq!(client.reveal(&self.shared).ok().member("value"), value(self.number));
        }
    }
}

fn value(number: usize) -> String {
    format!("value {number}")
}

fn is_locked(number: usize) -> bool {
    number % 8 == 3
}

/// How far each caller has come: two writers, two readers, two who list.
pub(super) struct Progress([AtomicUsize; 6]);

/// How much each of them has to do before something changes again. Lists get long.
const STEPS: [usize; 6] = [10, 10, 10, 10, 2, 2];

impl Progress {
    fn count(&self, caller: usize) {
        self.0[caller].fetch_add(1, Ordering::SeqCst);
    }

    /// Waits until every caller has done some more.
    pub(super) fn goes_on(&self) {
        let before: Vec<_> = self.0.iter().map(|count| count.load(Ordering::SeqCst)).collect();
        wait_for("every caller goes on", SOON, || {
            let mut now = self.0.iter().map(|count| count.load(Ordering::SeqCst)).zip(&before).zip(STEPS);
            now.all(|((now, before), steps)| now >= before + steps).then_some(())
        });
    }
}

/// Ends the load, also when the work in its midst fails.
struct Stop<'a>(&'a AtomicBool);

impl Drop for Stop<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::SeqCst);
    }
}

/// Does `work` while writers share and readers read through both instances. Each reads what any of them wrote.
pub(super) fn under_load(servers: [&Server; 2], account: &Account, work: impl FnOnce(&Progress)) {
    let (stop, number) = (AtomicBool::new(false), AtomicUsize::new(0));
    let progress = Progress(Default::default());
    let shelf = Mutex::new(VecDeque::new());
    let stopped = || stop.load(Ordering::SeqCst);
    let (progress, shelf, number) = (&progress, &shelf, &number);
    thread::scope(|scope| {
        let stop = Stop(&stop);
        for (place, server) in servers.into_iter().enumerate() {
            let writer = move || {
                let client = server.client();
                while !stopped() {
                    let unread = Unread::share(&client, number.fetch_add(1, Ordering::SeqCst));
                    shelf.lock().unwrap().push_back(unread);
                    progress.count(place);
                }
            };
            let reader = move || {
                let client = server.client();
                while !stopped() {
                    // The newest: most likely sealed under a key that the other instance has just begun to use.
                    let Some(unread) = shelf.lock().unwrap().pop_back() else {
                        thread::yield_now();
                        continue;
                    };
                    unread.end(&client);
                    progress.count(2 + place);
                }
            };
            let lister = move || {
                let (here, there) = (server.client_of(account), servers[1 - place].client_of(account));
                while !stopped() {
                    let shared = there.share("listed");
                    let list = here.get("/api/v1/private/recent").ok().json();
                    let mut keys = list.as_array().unwrap().iter().map(|item| &item["metadata_key"]);
                    assert!(keys.any(|key| key == shared.receipt.as_str()), "not in the list: {shared:?}");
                    progress.count(4 + place);
                }
            };
            scope.spawn(writer);
            scope.spawn(reader);
            scope.spawn(lister);
        }
        work(progress);
        drop(stop);
    });
    let left = std::mem::take(&mut *shelf.lock().unwrap());
    assert!(number.load(Ordering::SeqCst) > 100);
    for (place, unread) in left.into_iter().enumerate() {
        unread.end(&servers[place % 2].client());
    }
}
