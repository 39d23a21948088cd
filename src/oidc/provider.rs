//! The provider: what of it is kept, and how long.

use std::sync::Arc;

use tokio::sync::{Mutex, Semaphore, SemaphorePermit};

use super::fetch::{Endpoint, FetchError, Fetcher};
use super::start::with_query;
use super::{Attempt, Discovery, Keys, Refusal, Settings, client_auth};
use crate::domain::{Clock, Uptime};

/// How long discovery document and keys are used, in seconds, whatever the provider says of that: keys that it withdrew are
/// good for no longer.
const KEPT: u64 = 60 * 60;
/// How soon the keys are asked for once more, in seconds, when none of them signed a token.
const KEYS_AGAIN: u64 = 60;
/// How long a provider that could not be had is left alone, in seconds.
const LEFT_ALONE: u64 = 5;
/// Sign-ins that wait for the provider at once: each may hold a thread.
const AT_ONCE: usize = 16;

/// One provider, and this server as its client.
#[derive(Debug)]
pub struct Provider {
    pub(super) settings: Settings,
    pub(super) redirect_uri: String,
    pub(super) fetcher: Fetcher,
    pub(super) clock: Arc<dyn Clock>,
    kept: Mutex<Kept>,
    turns: Semaphore,
}

#[derive(Debug, Default)]
struct Kept {
    discovery: Option<(Uptime, Arc<Discovery>)>,
    keys: Option<(Uptime, Arc<Keys>)>,
    failed: Option<(Uptime, Refusal)>,
}

impl Provider {
    /// Asks nothing yet. `redirect_uri` is where the browser comes back to, as it is registered at the provider.
    #[must_use]
    pub fn new(settings: Settings, redirect_uri: String, clock: Arc<dyn Clock>) -> Self {
        Self {
            settings,
            redirect_uri,
            fetcher: Fetcher::new(),
            clock,
            kept: Mutex::default(),
            turns: Semaphore::new(AT_ONCE),
        }
    }

    /// What the operator chose.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Where the browser comes back to.
    #[must_use]
    pub fn redirect_uri(&self) -> &str {
        &self.redirect_uri
    }

    /// A new sign-in, and where its browser goes.
    pub async fn start(&self) -> Result<(Attempt, String), Refusal> {
        let _turn = self.turn()?;
        let discovery = self.discovery().await?;
        let attempt = Attempt::new();
        let address = attempt.address(&self.settings, &discovery, &self.redirect_uri);
        Ok((attempt, address))
    }

    /// Where people sign out of the provider, if it has such a page and can be asked. Without a token of anybody: it asks them.
    pub async fn sign_out_address(&self) -> Option<String> {
        let _turn = self.turn().ok()?;
        let discovery = self.discovery().await.ok()?;
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.append_pair("client_id", &self.settings.client_id);
        Some(with_query(discovery.end_session_endpoint.as_ref()?, &query.finish()))
    }

    /// The discovery document, and whether there are keys: what an operator tests.
    pub async fn test(&self) -> Result<Arc<Discovery>, Refusal> {
        let discovery = self.discovery().await?;
        self.keys(&discovery).await?;
        Ok(discovery)
    }

    /// What may go wrong at the token endpoint and can be known before, in words for the operator.
    #[must_use]
    pub fn doubts(&self, discovery: &Discovery) -> Option<&'static str> {
        client_auth::is_doubtful(&self.settings, discovery).then_some(
            "the client's id or secret has characters that providers read differently in `Authorization: Basic`",
        )
    }

    pub(super) fn turn(&self) -> Result<SemaphorePermit<'_>, Refusal> {
        let crowded = |_| Refusal::Unavailable { endpoint: Endpoint::Token, error: FetchError::Crowded };
        self.turns.try_acquire().map_err(crowded)
    }

    /// The document, kept or asked for. One asks, the others wait for what it got.
    pub(super) async fn discovery(&self) -> Result<Arc<Discovery>, Refusal> {
        let mut kept = self.kept.lock().await;
        let now = self.clock.uptime();
        if let Some((at, discovery)) = &kept.discovery
            && at.until(now) < KEPT
        {
            return Ok(Arc::clone(discovery));
        }
        if let Some((at, refusal)) = &kept.failed
            && at.until(now) < LEFT_ALONE
        {
            return Err(refusal.clone());
        }
        let address = self.settings.issuer.configuration();
        let fetched = self.fetcher.get(Endpoint::Discovery, &address, None).await;
        let read = fetched.and_then(|document| Discovery::read(&self.settings.issuer, &document));
        // Taken anew: it may have been asked for long.
        let now = self.clock.uptime();
        kept.failed = read.as_ref().err().map(|refusal| (now, refusal.clone()));
        let discovery = Arc::new(read?);
        kept.discovery = Some((now, Arc::clone(&discovery)));
        // Keys may lie elsewhere now.
        kept.keys = None;
        Ok(discovery)
    }

    /// The keys, kept or asked for.
    pub(super) async fn keys(&self, discovery: &Discovery) -> Result<Arc<Keys>, Refusal> {
        let mut kept = self.kept.lock().await;
        if let Some((at, keys)) = &kept.keys
            && at.until(self.clock.uptime()) < KEPT
        {
            return Ok(Arc::clone(keys));
        }
        self.ask_for_keys(discovery, &mut kept).await
    }

    /// The keys of now, since those that are kept did not sign a token; `None` when they were asked for a minute ago.
    pub(super) async fn newer_keys(&self, discovery: &Discovery) -> Result<Option<Arc<Keys>>, Refusal> {
        let mut kept = self.kept.lock().await;
        let now = self.clock.uptime();
        match &kept.keys {
            Some((at, _)) if at.until(now) < KEYS_AGAIN => Ok(None),
            _ => self.ask_for_keys(discovery, &mut kept).await.map(Some),
        }
    }

    async fn ask_for_keys(&self, discovery: &Discovery, kept: &mut Kept) -> Result<Arc<Keys>, Refusal> {
        let set = self.fetcher.get(Endpoint::Keys, &discovery.jwks_uri, None).await?;
        let keys = Arc::new(Keys::read(&set)?);
        kept.keys = Some((self.clock.uptime(), Arc::clone(&keys)));
        Ok(keys)
    }
}
