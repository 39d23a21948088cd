//! A caller of real servers: who sends, what was answered, and what is to be thought of it when nothing was.

use std::cell::RefCell;
use std::collections::HashMap;
use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, RwLock};

use readonce::domain::{Clock as _, SystemClock};

use super::history::{Answer, Call, Verb};
use super::model::Facts;
use super::offsets::Offsets;
use super::program::{INSTANCES, NETWORKS, Plan};
use super::wire::{self, FORM, Keys, PASSPHRASE, Sent};
use crate::support::{self, Client, Connection, SOON, Way, wait_for};
use crate::web::dom::parse;

/// No request goes on for longer after its caller has gone, in seconds (security-design.md §6).
const DEADLINE: u64 = 5;

/// Where the servers are, and the one order of all moments.
#[derive(Clone)]
pub(super) struct Desk {
    /// `None` while there is none.
    addresses: Arc<RwLock<[Option<SocketAddr>; INSTANCES]>>,
    order: Arc<AtomicU64>,
    /// How far each server's clock is off.
    offsets: Arc<[Offsets; INSTANCES]>,
    /// Something was killed, and is not back yet.
    pub(super) is_down: Arc<AtomicBool>,
}

impl Desk {
    /// Servers at these addresses, whose clocks are off by so many seconds.
    pub(super) fn new(addresses: [SocketAddr; INSTANCES], off: [i64; INSTANCES]) -> Self {
        let addresses = Arc::new(RwLock::new(addresses.map(Some)));
        let offsets = Arc::new(off.map(Offsets::new));
        // The first moment is before all others, that of the clocks.
        Self { addresses, order: Arc::new(AtomicU64::new(1)), offsets, is_down: Arc::default() }
    }

    pub(super) fn moved(&self, instance: usize, to: Option<SocketAddr>) {
        self.addresses.write().unwrap()[instance] = to;
    }

    /// Sets the clock of a server by `set`.
    pub(super) fn set_clock(&self, instance: usize, seconds: i64, set: impl FnOnce(i64)) {
        self.offsets[instance].set(seconds, || self.moment(), set);
    }

    fn moment(&self) -> u64 {
        self.order.fetch_add(1, Ordering::SeqCst)
    }

    /// What a server's clock may have shown between two moments, which were these by the right time.
    fn times(&self, instance: usize, (began, over): (u64, u64), (first, last): (u64, u64)) -> Vec<u64> {
        let offsets = self.offsets[instance].between(began, over);
        let shown = |off: i64| (first..=last).map(move |time| time.checked_add_signed(off).expect("a time"));
        offsets.into_iter().flat_map(shown).collect()
    }
}

/// A shared secret.
pub(super) struct Secret {
    pub(super) facts: Facts,
    keys: Keys,
    /// When it was shared by the right time, or before.
    shared: u64,
    /// The first moment at which a call was under way while its lifetime had passed since, and its receipt's. A store with a clock
    /// of its own may have collected them by then.
    ended: [AtomicU64; 2],
}

impl Secret {
    /// What a store does that collects by its own clock: at any time from when that may be.
    pub(super) fn collections(&self) -> impl Iterator<Item = Call> {
        let Facts { ttl, created, .. } = self.facts;
        let ends = self.ended.each_ref().map(|ended| ended.load(Ordering::SeqCst));
        let ends = ends.into_iter().zip([created + ttl, created + 2 * ttl]);
        ends.filter(|(began, _)| *began < u64::MAX).map(|(began, time)| Call {
            verb: Verb::Sweep,
            network: NETWORKS,
            instance: 0,
            began,
            over: began,
            times: vec![time],
            answer: Answer::Lost, // it may come later, and is in nobody's way
        })
    }

    fn was_asked_for(&self, began: u64, last: u64) {
        for (ended, ttl) in self.ended.iter().zip([self.facts.ttl, 2 * self.facts.ttl]) {
            if last >= self.shared + ttl {
                ended.fetch_min(began, Ordering::SeqCst);
            }
        }
    }
}

/// One thread's connections, kept by server and network.
pub(super) struct Caller<'a> {
    desk: &'a Desk,
    clients: RefCell<HashMap<(SocketAddr, u8), Client>>,
}

impl<'a> Caller<'a> {
    pub(super) fn new(desk: &'a Desk) -> Self {
        Self { desk, clients: RefCell::default() }
    }

    /// Shares a secret. Those of a minute live for some seconds here, so that they end while they are asked for.
    pub(super) fn share(&self, Plan { protected, ttl }: &Plan) -> Secret {
        let moment = self.desk.moment();
        let (value, ttl) = (format!("value {moment}"), if *ttl == 60 { 1 + moment % 3 } else { 3600 });
        let passphrase = if *protected { PASSPHRASE } else { "" };
        let asked = [("secret", &*value), ("ttl", &ttl.to_string()), ("passphrase", passphrase)];
        let address = self.desk.addresses.read().unwrap()[0];
        let shared = SystemClock.now().0;
        let answer = Client::new(address.expect("nobody is killed while secrets are shared"))
            .post("/share", &asked)
            .ok();
        let created = answer.json()["created"].as_u64().unwrap();
        assert_eq!(answer.json()["ttl"], ttl, "it lives as long as it was asked to");
        let facts = Facts { value, protected: *protected, created, ttl, tries: 5, window: 900, swept: true };
        let support::Shared { secret, receipt } = support::Shared::of(&answer);
        let address = address.expect("nobody is killed while secrets are shared");
        let token = |network| {
            let client = Client::over(Way::to(address).from([127, 0, 1, network + 1]));
            let page = client.ask("GET", &format!("/secret/{secret}"), &[], None);
            // None where a page is answered once and no more.
            let page = parse(&page.text());
            let token =
                page.all("input[name=token]").first().map(|input| input.attr("value").unwrap().to_owned());
            token.unwrap_or_default()
        };
        let tokens = (0..NETWORKS).map(|network| [token(network), token(network)]).collect();
        let ended = [u64::MAX; 2].map(AtomicU64::new);
        Secret { facts, keys: Keys { secret, receipt, tokens }, shared, ended }
    }

    /// Asks. `None` when it never left, since nobody listened; then, and when it was refused, waits until all are there.
    pub(super) fn ask(
        &self,
        secret: &Secret,
        verb: Verb,
        network: u8,
        instance: usize,
        hangs_up: bool,
    ) -> Option<Call> {
        let address = self.desk.addresses.read().unwrap()[instance];
        let Some(address) = address else {
            self.wait_until_up();
            return None;
        };
        let first = SystemClock.now().0;
        let began = self.desk.moment();
        let answered = self.send(address, secret, verb, network, hangs_up);
        let over = self.desk.moment();
        let mut last = SystemClock.now().0;
        let answer = match answered {
            Err(error) if error.kind() == ErrorKind::ConnectionRefused => {
                self.wait_until_up();
                return None;
            }
            Err(_) => Answer::Lost,
            Ok(answer) => {
                let retry_after = answer.header("retry-after").and_then(|seconds| seconds.parse().ok());
                wire::read(verb, answer.status, retry_after, &answer.text())
            }
        };
        match answer {
            Answer::Lost => last += DEADLINE,
            Answer::Refused => self.wait_until_up(),
            _ => {}
        }
        secret.was_asked_for(began, last);
        let times = self.desk.times(instance, (began, over), (first, last));
        Some(Call { verb, network, instance, began, over, times, answer })
    }

    fn wait_until_up(&self) {
        wait_for("what was killed is back", SOON, || {
            (!self.desk.is_down.load(Ordering::SeqCst)).then_some(())
        });
    }

    fn send(
        &self,
        address: SocketAddr,
        Secret { keys, .. }: &Secret,
        verb: Verb,
        network: u8,
        hangs_up: bool,
    ) -> io::Result<support::Answer> {
        let way = Way::to(address).from([127, 0, 1, network + 1]);
        let Sent { method, path, body } = keys.request(verb, network);
        if hangs_up {
            let length = body.len();
            let head = format!(
                "{method} {path} HTTP/1.1\r\nHost: {address}\r\nContent-Type: {FORM}\r\nContent-Length: {length}\r\n\r\n"
            );
            Connection::over(&way)?.send(format!("{head}{body}").as_bytes())?;
            return Err(ErrorKind::Interrupted.into());
        }
        let mut clients = self.clients.borrow_mut();
        let client = clients.entry((address, network)).or_insert_with(|| Client::over(way));
        client.request(method, &path, &[("Content-Type", FORM)], Some(body.as_bytes()))
    }
}
