//! A whole server without a socket.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::http::header::HOST;
use axum::http::{HeaderMap, HeaderValue, Method, Request, StatusCode};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http_body_util::BodyExt as _;
use readonce::domain::address::{BaseUrl, HostName};
use readonce::domain::{
    Clock as _, EmailAddress, FakeClock, Locale, Operator, PassphraseRule, Peer, SystemClock, Timestamp,
    TrustedProxy, TtlPolicy,
};
use readonce::http::state::AppState;
use readonce::mail::Mailer;
use readonce::metrics::{Build, Metrics};
use readonce::server::{self, Answers as _, Health, Site, Surfaces};
use readonce::service::{Access, Join, KeySource, Limits, LinkDomain, Plan, Policy, Service, ServiceBuilder};
use readonce::store::Store;
use readonce::store::sqlite::SqliteStore;
use readonce::vault::{HashPool, Keyring, Vault};
use readonce::web;
use serde_json::Value;

/// The present in every test: 2026-11-21.
pub(crate) const NOW: u64 = 1_795_248_429;

pub(crate) struct App {
    router: Surfaces,
    state: AppState,
    pub(crate) clock: Arc<FakeClock>,
    pub(crate) service: Arc<Service>,
    pub(crate) store: Arc<dyn Store>,
    pub(crate) vault: Arc<Vault>,
    _folder: tempfile::TempDir,
}

pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("not JSON: {}", self.text))
    }

    pub(crate) fn field(&self, name: &str) -> String {
        self.json()[name].as_str().unwrap_or_else(|| panic!("no text `{name}` in {}", self.text)).to_owned()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    /// Status and body, keys numbered.
    pub(crate) fn pinned(&self) -> String {
        format!("{} {}", self.status.as_u16(), mask(&self.text))
    }
}

/// Replaces every key, also one of another server, by the order of its first appearance.
fn mask(text: &str) -> String {
    let mut seen: Vec<String> = Vec::new();
    text.split('"')
        .map(|part| {
            let is_key = matches!(part.len(), 31 | 62)
                && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
            if !is_key {
                return part.to_owned();
            }
            let index = seen.iter().position(|key| key == part).unwrap_or_else(|| {
                seen.push(part.to_owned());
                seen.len() - 1
            });
            format!("<{}>", index + 1)
        })
        .collect::<Vec<_>>()
        .join("\"")
}

/// A POST of a JSON body.
pub(crate) fn json(path: &str, body: &str) -> Request<Body> {
    Request::post(path).header("content-type", "application/json").body(Body::from(body.to_owned())).unwrap()
}

/// No limits.
pub(crate) const OFF: Limits = Limits {
    create: 0,
    read: 0,
    window: Duration::from_mins(20),
    login: 0,
    anonymous_secrets: 0,
    anonymous_bytes: 0,
    free_disk_anonymous: 0,
    free_disk: 0,
};

fn link_domain(host: &str, accounts: &[&str]) -> LinkDomain {
    let accounts = accounts.iter().map(|email| EmailAddress::parse(email).unwrap()).collect();
    LinkDomain { host: HostName::parse(host).unwrap(), accounts }
}

pub(crate) fn policy() -> Policy {
    Policy {
        ttl: TtlPolicy { min: 60, default: 604_800, max: 604_800 },
        max_size: 10_000,
        passphrase: PassphraseRule::default(),
        plans: [
            (
                "default".to_owned(),
                Plan { ttl_max: 2_592_000, max_size: 10_000, create: 0, ..Plan::default() },
            ),
            ("small".to_owned(), Plan { ttl_max: 86_400, max_size: 100, create: 0, ..Plan::default() }),
        ]
        .into(),
        tries: 5,
        window: Duration::from_mins(15),
        limits: OFF,
        create: Access::Anyone,
        metadata: Access::Anyone,
        session: Duration::from_hours(8),
        join: Join::Never,
        join_plan: "default".to_owned(),
        base_url: BaseUrl::parse("https://secrets.example.org/ots").unwrap(),
        locale: Locale::En,
        notifications_per_hour: 20,
        domains: vec![
            link_domain("links.example.com", &["ann@example.org"]),
            link_domain("open.example.com", &[]),
        ],
    }
}

/// Pages as most tests have them.
pub(crate) fn pages() -> web::Settings {
    web::Settings {
        captcha: false,
        second_answer: true,
        region: None,
        regions: Vec::new(),
        operator: Operator::default(),
        logo: None,
        lifetimes: Vec::new(),
        user_header: None,
        provider: None,
    }
}

impl App {
    pub(crate) fn new() -> Self {
        Self::with(policy())
    }

    pub(crate) fn with(policy: Policy) -> Self {
        Self::over(|store| store, policy)
    }

    /// A server that believes these proxies.
    pub(crate) fn behind(proxies: &[&str], policy: Policy) -> Self {
        Self::build(policy, proxies, |store| store, |builder| builder)
    }

    /// A server whose store is wrapped into another.
    pub(crate) fn over(wrap: impl FnOnce(Arc<dyn Store>) -> Arc<dyn Store>, policy: Policy) -> Self {
        Self::build(policy, &[], wrap, |builder| builder)
    }

    fn build(
        policy: Policy,
        proxies: &[&str],
        wrap: impl FnOnce(Arc<dyn Store>) -> Arc<dyn Store>,
        furnish: impl FnOnce(ServiceBuilder) -> ServiceBuilder,
    ) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = wrap(Arc::new(SqliteStore::open(&folder.path().join("readonce.db")).unwrap()));
        Self::assemble(policy, proxies, store, Keyring::generate(Timestamp(NOW)), furnish, folder)
    }

    /// A server whose notifications `mailer` sends, and whose store is wrapped into another.
    pub(crate) fn mailing(
        mailer: Arc<dyn Mailer>,
        policy: Policy,
        wrap: impl FnOnce(Arc<dyn Store>) -> Arc<dyn Store>,
    ) -> Self {
        let build = Build { version: "", region: "", started: Timestamp(NOW) };
        let metrics = Metrics::enabled(&build);
        Self::build(policy, &[], wrap, |builder| builder.mailer(mailer).metrics(&metrics))
    }

    /// The same server with pages, under a path.
    pub(crate) fn with_pages(mut self, base_path: &str, pages: web::Settings) -> Self {
        let site = Site { base_path: base_path.to_owned(), https: true, v2: true, pages: Some(pages) };
        self.router = server::router(self.state.clone(), Health::new(self.service.clone()), &site);
        self
    }

    /// Another instance on a store that somebody else keeps, which reads its keyring again from `source`.
    pub(crate) fn instance(store: Arc<dyn Store>, ring: Keyring, source: Arc<dyn KeySource>) -> Self {
        Self::instance_by(Arc::new(FakeClock::at(Timestamp(NOW))), store, ring, source)
    }

    /// The same, by a clock that others go by, too.
    pub(crate) fn instance_by(
        clock: Arc<FakeClock>,
        store: Arc<dyn Store>,
        ring: Keyring,
        source: Arc<dyn KeySource>,
    ) -> Self {
        let furnish = |builder: ServiceBuilder| builder.key_source(source);
        Self::assemble_by(clock, policy(), &[], store, ring, furnish, tempfile::tempdir().unwrap())
    }

    /// A server on a store with native expiry, which lives in real time.
    pub(crate) fn in_real_time(store: Arc<dyn Store>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let app = Self::assemble(policy(), &[], store, Keyring::generate(Timestamp(NOW)), |it| it, folder);
        app.clock.advance(SystemClock.now().0 - NOW);
        app
    }

    fn assemble(
        policy: Policy,
        proxies: &[&str],
        store: Arc<dyn Store>,
        ring: Keyring,
        furnish: impl FnOnce(ServiceBuilder) -> ServiceBuilder,
        folder: tempfile::TempDir,
    ) -> Self {
        let clock = Arc::new(FakeClock::at(Timestamp(NOW)));
        Self::assemble_by(clock, policy, proxies, store, ring, furnish, folder)
    }

    fn assemble_by(
        clock: Arc<FakeClock>,
        policy: Policy,
        proxies: &[&str],
        store: Arc<dyn Store>,
        ring: Keyring,
        furnish: impl FnOnce(ServiceBuilder) -> ServiceBuilder,
        folder: tempfile::TempDir,
    ) -> Self {
        let vault = Arc::new(Vault::new(ring, HashPool::new(4)));
        let builder = ServiceBuilder::new(store.clone(), vault.clone(), clock.clone(), policy);
        let service = Arc::new(furnish(builder).build());
        let state = AppState::new(
            service.clone(),
            proxies.iter().map(|network| TrustedProxy::parse(network).unwrap()).collect(),
        );
        let site = Site { base_path: String::new(), https: true, v2: true, pages: None };
        let router = server::router(state.clone(), Health::new(service.clone()), &site);
        Self { router, state, clock, service, store, vault, _folder: folder }
    }

    /// All routes with all layers, to be served over sockets.
    pub(crate) fn router(&self) -> Surfaces {
        self.router.clone()
    }

    pub(crate) async fn account(&self, email: &str, plan: &str) -> String {
        let email = EmailAddress::parse(email).unwrap();
        let (_, token) = self.service.accounts().create(email, plan.into()).await.unwrap().unwrap();
        token.expose().to_owned()
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        self.send_from([192, 0, 2, 1], request).await
    }

    /// A request over a connection from `peer`.
    pub(crate) async fn send_from(&self, peer: [u8; 4], mut request: Request<Body>) -> Answer {
        // As every HTTP/1.1 client does.
        request.headers_mut().entry(HOST).or_insert(HeaderValue::from_static("secrets.example.org"));
        request.extensions_mut().insert(Peer::Address(peer.into()));
        let response = self.router.answer(request).await;
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        Answer {
            status: parts.status,
            headers: parts.headers,
            text: String::from_utf8(bytes.to_vec()).unwrap(),
        }
    }

    /// A request with a urlencoded body, as `user:token` when there is one.
    pub(crate) async fn call(&self, method: Method, path: &str, who: Option<&str>, body: &str) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        if let Some(who) = who {
            request = request.header("authorization", format!("Basic {}", STANDARD.encode(who)));
        }
        self.send(request.body(Body::from(body.to_owned())).unwrap()).await
    }

    pub(crate) async fn post(&self, path: &str, body: &str) -> Answer {
        self.call(Method::POST, path, None, body).await
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.call(Method::GET, path, None, "").await
    }

    /// Shares anonymously; secret key and metadata key.
    pub(crate) async fn share(&self, body: &str) -> (String, String) {
        let answer = self.post("/api/v1/share", body).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        (answer.field("secret_key"), answer.field("metadata_key"))
    }
}
