//! Opens the store that the settings name, whichever it is. Beside this file only `backup` and `restore` name a backend,
//! which are about SQLite's file, and `import`, which reads another server's Redis.

use std::io::{self, ErrorKind};
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, bail};

use super::upgrade;
use crate::config::Settings;
use crate::domain::SystemClock;
use crate::domain::address::{RedisUrl, StoreUrl};
use crate::fs;
use crate::metrics::Metrics;
use crate::store::redis::{self, RedisStore, TlsFiles};
use crate::store::sqlite::{self, OpenError, SqliteStore, Upgrade};
use crate::store::{Finding, Level, Maintenance as _, Store};

/// An open store, and what is to be said of it.
pub(super) struct OpenedStore {
    pub(super) store: Arc<dyn Store>,
    /// A sentence for each thing that was not there before.
    pub(super) made: Vec<String>,
    /// The findings of its preflight, notes or worse.
    pub(super) findings: Vec<Finding>,
}

/// Opens the store, which counts in `metrics` what becomes of secrets. One that is not fit to keep them is refused, and the
/// findings are logged.
pub(super) async fn open(settings: &Settings, metrics: &Metrics) -> anyhow::Result<OpenedStore> {
    match &settings.store.url {
        StoreUrl::Sqlite(path) => embedded(path, settings.store.create, metrics),
        StoreUrl::Redis(url) => {
            let store = connect(url, settings, metrics).await?;
            let findings = store.preflight(&SystemClock).await.context("the store cannot be looked at")?;
            if let Some(unfit) = findings.iter().find(|finding| finding.level == Level::Error) {
                store.close().await;
                let hint = unfit.hint.as_ref().map(|hint| format!("\nhint: {hint}")).unwrap_or_default();
                bail!("the store is not fit to keep secrets: {}: {}{hint}", unfit.what, unfit.why);
            }
            Ok(OpenedStore { store: Arc::new(store), made: Vec::new(), findings })
        }
    }
}

/// Opens the store for checks: nothing is created, and a file keeps its rights and its schema.
pub(super) async fn open_as_it_is(settings: &Settings) -> anyhow::Result<Arc<dyn Store>> {
    match &settings.store.url {
        StoreUrl::Redis(url) => Ok(Arc::new(connect(url, settings, &Metrics::default()).await?)),
        StoreUrl::Sqlite(path) => match SqliteStore::open_as_it_is(path) {
            Ok(store) => Ok(Arc::new(store)),
            Err(error) => Err(cannot_open(path, error)),
        },
    }
}

/// A Redis store as the settings describe it, before its preflight.
async fn connect(url: &RedisUrl, settings: &Settings, metrics: &Metrics) -> anyhow::Result<RedisStore> {
    let options = redis::Settings {
        confirm: settings.redis.confirm,
        tls: TlsFiles {
            ca: settings.redis.ca_file.clone(),
            cert: settings.redis.cert_file.clone(),
            key: settings.redis.key_file.clone(),
        },
        metrics: metrics.clone(),
        ..redis::Settings::new(url.clone())
    };
    Ok(RedisStore::open(options).await?)
}

fn cannot_open(path: &Path, error: OpenError) -> anyhow::Error {
    let hint = hint(&error).map(|hint| format!("\nhint: {hint}")).unwrap_or_default();
    anyhow::Error::new(error).context(format!("cannot open the store `{}`{hint}", path.display()))
}

fn hint(error: &OpenError) -> Option<&'static str> {
    match error {
        OpenError::NewerSchema { .. } => {
            Some("run the version that wrote it, or a newer one; docs/upgrading.md tells how to go back")
        }
        OpenError::OlderSchema { .. } => Some(
            "start `readonce serve`: it copies the database, then brings the schema up to date (docs/upgrading.md)",
        ),
        OpenError::Open { source, .. }
            if source
                .downcast_ref::<io::Error>()
                .is_some_and(|error| error.kind() == ErrorKind::PermissionDenied) =>
        {
            Some(
                "it has to belong to the user that the server runs as: `readonce doctor`, run by root, names what does not",
            )
        }
        OpenError::CopyFirst(_) => {
            Some("make room on the disk: the copy takes as much as the database (docs/upgrading.md)")
        }
        OpenError::NotOurs { .. } => {
            Some("is `store` right? Nothing was changed; another name makes a new database")
        }
        _ => None,
    }
}

/// What is said where `store.create` is off and nothing was sealed in the store yet.
pub(super) const NOT_MADE: &str = "there is no store, and `store.create` is false";
/// And what to do then.
pub(super) const NOT_MADE_HINT: &str =
    "is its volume mounted, or did Redis come up without its data? `store.create = true` makes a new store";

/// Refuses a store in which nothing was ever sealed: it is a new one.
pub(super) async fn must_have_begun(store: &dyn Store) -> anyhow::Result<()> {
    if store.canary(None).await.context("cannot read from the store")?.is_none() {
        bail!("{NOT_MADE}: nothing was ever sealed in the one that is there\nhint: {NOT_MADE_HINT}");
    }
    Ok(())
}

fn embedded(path: &Path, may_create: bool, metrics: &Metrics) -> anyhow::Result<OpenedStore> {
    if !may_create && !path.metadata().is_ok_and(|file| file.len() > 0) {
        bail!("{NOT_MADE}: `{}` is not there, or empty\nhint: {NOT_MADE_HINT}", path.display());
    }
    let mut made = Vec::new();
    let folder = fs::as_owner(path, || fs::make_folder_of(path));
    if folder.with_context(|| format!("cannot make the folder of `{}`", path.display()))? {
        made.push(format!("made the folder of {} (0700)", path.display()));
    }
    if !path.exists() {
        made.push(format!("made the database {} (0600)", path.display()));
    }
    let store = SqliteStore::open_telling(path, &upgrade::telling())
        .map_err(|error| cannot_open(path, error))?
        .counting(metrics);
    if let Some(Upgrade { from, to, copy }) = store.upgrade() {
        upgrade::done();
        made.push(format!(
            "brought the database from schema {from} to {to}; as it was it is in {} (0600)\nhint: delete that copy when all is \
             well: it holds what was unread (docs/upgrading.md)",
            copy.display()
        ));
    }
    Ok(OpenedStore { store: Arc::new(store), made, findings: sqlite::volatile(path).into_iter().collect() })
}
