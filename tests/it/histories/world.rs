//! Two instances in this process, each with a store of its own on the same data, and a clock that is set by hand.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::task::Poll;

use axum::body::Body;
use axum::http::Request;
use axum::http::header::CONTENT_TYPE;
use readonce::domain::{Clock as _, FakeClock, Timestamp};
use readonce::service::{KeySource, KeySourceError};
use readonce::store::Store;
use readonce::vault::Keyring;
use tokio::sync::Barrier;
use tokio::task::JoinSet;

use super::history::{Answer, Api, Call, History, Presented, Verb};
use super::model::Facts;
use super::program::{Act, INSTANCES, NETWORKS, Plan, Program, Span};
use super::wire::{self, FORM, Keys, PASSPHRASE, Sent};
use crate::api_v1::app::{App, NOW, pages, policy};
use crate::web::dom::parse;

pub(super) struct World {
    instances: [App; INSTANCES],
    /// The one order of all moments.
    order: AtomicU64,
    clock: Arc<FakeClock>,
    ticks: Mutex<Vec<Tick>>,
    /// Whether its stores' sweeps collect secrets.
    sweeps: bool,
}

/// The clock is set: from `began` on it may show `to`, and `from` no more when it is `over`.
#[derive(Clone, Copy)]
struct Tick {
    began: u64,
    over: u64,
    from: u64,
    to: u64,
}

/// A shared secret.
struct Secret {
    facts: Facts,
    keys: Keys,
}

/// The keyring is never looked for: both instances have it.
#[derive(Debug)]
struct Nowhere;

impl KeySource for Nowhere {
    fn load(&self) -> Result<Keyring, KeySourceError> {
        Err(KeySourceError { what: "no keyring".into(), hint: "nobody should ask".into() })
    }
}

impl World {
    pub(super) fn over(stores: [Arc<dyn Store>; INSTANCES], sweeps: bool) -> Arc<Self> {
        let ring = Keyring::generate(Timestamp(NOW));
        let clock = Arc::new(FakeClock::at(Timestamp(NOW)));
        let instance = |store| {
            App::instance_by(clock.clone(), store, ring.clone(), Arc::new(Nowhere)).with_pages("", pages())
        };
        let instances = stores.map(instance);
        Arc::new(Self { instances, order: AtomicU64::new(0), clock, ticks: Mutex::default(), sweeps })
    }

    fn moment(&self) -> u64 {
        self.order.fetch_add(1, Ordering::SeqCst)
    }

    /// Plays a program, and asks in the end what became of each secret.
    pub(super) async fn play(self: &Arc<Self>, program: Program) -> Vec<History> {
        let mut secrets = Vec::new();
        for (place, plan) in program.secrets.iter().enumerate() {
            secrets.push(self.share(place % INSTANCES, plan).await);
        }
        let secrets: Arc<[Secret]> = secrets.into();
        let start = Arc::new(Barrier::new(program.callers.len()));
        let mut callers = JoinSet::new();
        for acts in program.callers {
            let (world, secrets, start) = (self.clone(), secrets.clone(), start.clone());
            callers.spawn(async move {
                start.wait().await;
                world.act(&secrets, acts).await
            });
        }
        let mut calls = callers.join_all().await.concat();
        for (place, secret) in secrets.iter().enumerate() {
            let (first, second) = (place % INSTANCES, (place + 1) % INSTANCES);
            for (verb, instance) in [
                (Verb::Receipt(Api::V1), first),
                (Verb::Look, second),
                (Verb::Reveal(Api::V2, Presented::Right), second),
                (Verb::Burn(Api::V1, Presented::Nothing), first),
                (Verb::Receipt(Api::V2), second),
            ] {
                calls.push((Some(place), self.ask(secret, verb, NETWORKS, instance, None).await));
            }
        }
        let history = |(place, secret): (usize, &Secret)| {
            let own = calls.iter().filter(|(about, _)| about.is_none_or(|about| about == place));
            History { facts: secret.facts.clone(), calls: own.map(|(_, call)| call.clone()).collect() }
        };
        secrets.iter().enumerate().map(history).collect()
    }

    async fn share(&self, instance: usize, Plan { protected, ttl }: &Plan) -> Secret {
        let value = format!("value {}", self.moment());
        let passphrase = if *protected { PASSPHRASE } else { "" };
        let form = format!("secret={value}&ttl={ttl}&passphrase={passphrase}");
        let answer = self.instances[instance].post("/api/v1/share", &form).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        let policy = policy();
        let facts = Facts {
            value,
            protected: *protected,
            created: answer.json()["created"].as_u64().unwrap(),
            ttl: *ttl,
            tries: policy.tries,
            window: policy.window.as_secs(),
            swept: self.sweeps,
        };
        let secret = answer.field("secret_key");
        let mut tokens = Vec::new();
        for network in 0..NETWORKS {
            tokens.push([self.token(&secret, network).await, self.token(&secret, network).await]);
        }
        Secret { facts, keys: Keys { secret, receipt: answer.field("metadata_key"), tokens } }
    }

    /// Of a new page, which any instance gives out.
    async fn token(&self, key: &str, network: u8) -> String {
        let asked = Request::get(format!("/secret/{key}")).body(Body::empty()).unwrap();
        let page = self.instances[0].send_from([198, 51, 100, network], asked).await;
        parse(&page.text).all("input[name=token]")[0].attr("value").unwrap().to_owned()
    }

    /// What one caller does: calls, and which secret they are about, if not all.
    async fn act(&self, secrets: &[Secret], acts: Vec<Act>) -> Vec<(Option<usize>, Call)> {
        let mut calls = Vec::new();
        for act in acts {
            match act {
                Act::Ask { secret, verb, network, instance, patience } => {
                    let call = self.ask(&secrets[secret], verb, network, instance, patience).await;
                    calls.push((Some(secret), call));
                }
                Act::Sweep { instance } => calls.push((None, self.sweep(instance).await)),
                Act::Pass(span) => self.pass(secrets, span),
            }
        }
        calls
    }

    async fn ask(
        &self,
        secret: &Secret,
        verb: Verb,
        network: u8,
        instance: usize,
        patience: Option<u8>,
    ) -> Call {
        let Sent { method, path, body } = secret.keys.request(verb, network);
        let request = Request::builder().method(method).uri(path).header(CONTENT_TYPE, FORM);
        let request = request.body(Body::from(body)).unwrap();
        let began = self.moment();
        let sent = self.instances[instance].send_from([198, 51, 100, network], request);
        let answer = match until_hung_up(sent, patience).await {
            None => Answer::Lost,
            Some(answer) => {
                let retry_after = answer.header("retry-after").and_then(|seconds| seconds.parse().ok());
                wire::read(verb, answer.status.as_u16(), retry_after, &answer.text)
            }
        };
        let over = self.moment();
        Call { verb, network, instance, began, over, times: self.times(began, over), answer }
    }

    async fn sweep(&self, instance: usize) -> Call {
        let began = self.moment();
        self.instances[instance].store.sweep(self.clock.now(), 1000).await.unwrap();
        let over = self.moment();
        let (verb, network, times) = (Verb::Sweep, NETWORKS, self.times(began, over));
        Call { verb, network, instance, began, over, times, answer: Answer::Swept }
    }

    /// Lets time pass.
    fn pass(&self, secrets: &[Secret], span: Span) {
        let mut ticks = self.ticks.lock().unwrap();
        let from = self.clock.now().0;
        let to = match span {
            Span::Seconds(seconds) => from + seconds,
            Span::Life { secret, last_second } => {
                secrets[secret].facts.secret_expires() - u64::from(last_second)
            }
            Span::Receipt { secret } => secrets[secret].facts.receipt_expires(),
        };
        let Some(seconds @ 1..) = to.checked_sub(from) else { return };
        let began = self.moment();
        self.clock.advance(seconds);
        ticks.push(Tick { began, over: self.moment(), from, to });
    }

    /// All that the clock may have shown between two moments.
    fn times(&self, began: u64, over: u64) -> Vec<u64> {
        let ticks = self.ticks.lock().unwrap();
        let mut times = Vec::new();
        let mut shown_until = u64::MAX;
        for tick in ticks.iter().rev() {
            if tick.began <= over && began <= shown_until {
                times.push(tick.to);
            }
            shown_until = tick.over;
            if shown_until < began {
                return times;
            }
        }
        times.push(ticks.first().map_or_else(|| self.clock.now().0, |tick| tick.from));
        times
    }
}

/// The answer, unless the caller has waited for it so often that it hangs up.
async fn until_hung_up<T>(sent: impl Future<Output = T>, patience: Option<u8>) -> Option<T> {
    let mut sent = pin!(sent);
    let mut left = patience;
    poll_fn(|context| match (sent.as_mut().poll(context), &mut left) {
        (Poll::Ready(answer), _) => Poll::Ready(Some(answer)),
        (Poll::Pending, None) => Poll::Pending,
        (Poll::Pending, Some(0)) => Poll::Ready(None),
        (Poll::Pending, Some(left)) => {
            *left -= 1;
            Poll::Pending
        }
    })
    .await
}
