//! Bootstrap: opens the store and the keyring, checks the canary, and builds the service on them. A keyring is generated
//! only for a new SQLite store; every other one that is missing is an error.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, bail};

use super::store::{self, OpenedStore};
use super::{keyring_file, trail};
use crate::config::{Loaded, Settings};
use crate::domain::address::BaseUrl;
use crate::domain::{Clock as _, SystemClock};
use crate::mail::Mailer;
use crate::metrics::Metrics;
use crate::service::{CanaryCheckError, Service, ServiceBuilder};
use crate::store::{Finding, Measured, Store};
use crate::vault::{CanaryError, HashPool, Keyring, Vault, canary_key};

/// A service ready to work, and what had to be made for it.
pub(super) struct Opened {
    pub(super) service: Arc<Service>,
    /// What the service works with, for those who bring secrets that others have made.
    #[cfg(feature = "import")]
    pub(super) store: Arc<dyn Store>,
    #[cfg(feature = "import")]
    pub(super) vault: Arc<Vault>,
    /// A sentence for each thing that was not there before.
    pub(super) made: Vec<String>,
    /// What a look at the store found.
    pub(super) findings: Vec<Finding>,
}

/// Opens the store under the keyring, for an administrative command: no mail is sent, no metrics are recorded. An error when
/// the two do not belong together; nothing is consumed then.
pub(super) async fn open(loaded: &Loaded) -> anyhow::Result<Opened> {
    let base_url = loaded.settings.base_url_or(&loaded.settings.listen);
    open_for(loaded, &base_url, None, &Metrics::default(), false).await
}

/// The same for the server itself, with its mailer and its metrics.
pub(super) async fn open_for_server(
    loaded: &Loaded,
    base_url: &BaseUrl,
    mailer: Option<Arc<dyn Mailer>>,
    metrics: &Metrics,
) -> anyhow::Result<Opened> {
    open_for(loaded, base_url, mailer, metrics, true).await
}

async fn open_for(
    loaded: &Loaded,
    base_url: &BaseUrl,
    mailer: Option<Arc<dyn Mailer>>,
    metrics: &Metrics,
    serves: bool,
) -> anyhow::Result<Opened> {
    let settings = &loaded.settings;
    let OpenedStore { store, mut made, findings } = store::open(settings, metrics).await?;
    if !settings.store.create
        && let Err(error) = store::must_have_begun(&*store).await
    {
        store.close().await;
        return Err(error);
    }
    let ring = match find_or_make_keyring(settings, &*store, &mut made).await {
        Ok(ring) => ring,
        Err(error) => {
            store.close().await;
            return Err(error);
        }
    };
    let cost = u8::try_from(settings.passphrase.cost).context("`passphrase.cost` is out of range")?;
    let vault = Arc::new(Vault::new(ring, HashPool::new(cost)));
    let trail = match trail::begin(loaded, &vault, serves) {
        Ok(trail) => trail,
        Err(error) => {
            store.close().await;
            return Err(error);
        }
    };
    let store = Measured::over(store, metrics);
    let builder = ServiceBuilder::new(
        Arc::clone(&store),
        Arc::clone(&vault),
        Arc::new(SystemClock),
        settings.policy(base_url),
    )
    .metrics(metrics)
    .trail(trail);
    let builder = match keyring_file::source(&settings.keyring_file) {
        Some(source) => builder.key_source(source),
        None => builder,
    };
    let builder = match mailer {
        Some(mailer) => builder.mailer(mailer),
        None => builder,
    };
    let service = Arc::new(builder.build());
    if let Err(error) = service.keys().check_canary().await {
        service.maintenance().close().await;
        return Err(explain(error, settings));
    }
    Ok(Opened {
        service,
        #[cfg(feature = "import")]
        store,
        #[cfg(feature = "import")]
        vault,
        made,
        findings,
    })
}

/// A new store gets a new keyring. One that was written under a key wants that very key.
async fn find_or_make_keyring(
    settings: &Settings,
    store: &dyn Store,
    made: &mut Vec<String>,
) -> anyhow::Result<Keyring> {
    let path: &Path = &settings.keyring_file;
    if let Some(ring) = keyring_file::find(path)? {
        keyring_file::keep(path)?;
        return Ok(ring);
    }
    let stored = store.canary(None).await.context("cannot read from the store")?;
    if let Some(canary) = stored {
        let wanted = canary_key(&canary).map_or_else(|| "unknown".to_owned(), |kid| kid.to_string());
        bail!(
            "there is no keyring at `{}`, and the store was written under key {wanted}\nhint: put that keyring back, or set \
             `keyring_file` or `READONCE_KEYRING`; without its key nothing in this store can be opened",
            path.display()
        );
    }
    if settings.store.url.sqlite_path().is_none() {
        bail!(
            "there is no keyring at `{}`\nhint: `readonce key generate` prints a key; every instance on this store needs the \
             same keyring",
            path.display()
        );
    }
    let ring = keyring_file::create(path, Keyring::generate(SystemClock.now()))?;
    made.push(format!("made the keyring {} (0600): keep a copy apart from the database", path.display()));
    Ok(ring)
}

fn explain(error: CanaryCheckError, settings: &Settings) -> anyhow::Error {
    let keyring = keyring_file::location(&settings.keyring_file);
    match error {
        CanaryCheckError::Wrong(wrong @ CanaryError::WantsKey(_)) => anyhow::anyhow!(
            "the keyring `{keyring}` does not belong to this store: {wrong}\nhint: put the right keyring back; nothing was \
             changed or consumed"
        ),
        CanaryCheckError::Wrong(wrong @ CanaryError::Damaged) => {
            anyhow::anyhow!("{wrong}\nhint: restore the store from a backup; nothing was changed or consumed")
        }
        CanaryCheckError::Store(error) => anyhow::Error::new(error).context("cannot read from the store"),
    }
}
