//! `readonce doctor`: looks at everything a server will rely on, changes nothing, and says what is wrong and what to do.
//!
//! A line a check: `ok`, `note`, `warn` or `FAIL`. The exit code is 1 when anything fails, so scripts can ask.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use anyhow::bail;

use super::{keyring_file, store, what_and_hint};
use crate::config::{Loaded, Settings, StoreScheme};
use crate::domain::SystemClock;
use crate::store::redis::preflight::{Finding, Level};
use crate::store::sqlite::SqliteStore;
use crate::store::{Store, Upkeep as _};
use crate::vault::Keyring;

/// What was found so far.
#[derive(Default)]
struct Report {
    failures: usize,
}

impl Report {
    fn line(&mut self, mark: &str, text: &str, hint: Option<&str>) {
        println!("{mark:<5} {text}");
        if let Some(hint) = hint {
            println!("      hint: {hint}");
        }
        self.failures += usize::from(mark == "FAIL");
    }

    fn ok(&mut self, text: &str) {
        self.line("ok", text, None);
    }

    fn finding(&mut self, finding: &Finding) {
        let mark = match finding.level {
            Level::Info => "ok",
            Level::Warning => "warn",
            Level::Error => "FAIL",
        };
        self.line(mark, &format!("{}: {}", finding.what, finding.why), finding.hint.as_deref());
    }

    /// An error with its causes; the `hint:` in its text becomes the hint.
    fn error(&mut self, error: &anyhow::Error) {
        let (text, hint) = what_and_hint(error);
        self.line("FAIL", &text, hint.as_deref());
    }
}

/// Runs every check.
pub(super) fn run(loaded: &Loaded) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let mut report = Report::default();
    report.ok("configuration: every setting is known and valid");
    for warning in &loaded.warnings {
        report.line("warn", warning, None);
    }
    address(&loaded.settings, &mut report);
    let ring = keyring(&loaded.settings, &mut report);
    runtime.block_on(look_at_store(&loaded.settings, ring, &mut report));
    match report.failures {
        0 => Ok(()),
        1 => bail!("one check failed"),
        failures => bail!("{failures} checks failed"),
    }
}

/// What people and proxies see.
fn address(settings: &Settings, report: &mut Report) {
    let outside = !settings.listen.ip().is_loopback();
    match &settings.base_url {
        None if outside => report.line(
            "warn",
            "`base_url` is not set, and the server listens to the network: links will show the listening address",
            Some("set `base_url` to the address people use"),
        ),
        None => report.ok("address: this machine only"),
        Some(url) if url.is_https() => report.ok(&format!("address: links begin with {}", url.as_str())),
        Some(url) => report.line(
            "warn",
            &format!("links begin with {}, without TLS: whoever is on the way reads what is shared", url.as_str()),
            Some("put a proxy with TLS in front, and an https `base_url`"),
        ),
    }
    if settings.http.trusted_proxies.is_empty() && settings.base_url.is_some() {
        report.line(
            "note",
            "`http.trusted_proxies` is empty: behind a proxy all clients share one limit",
            Some("name the proxy's address or network there"),
        );
    }
}

fn keyring(settings: &Settings, report: &mut Report) -> Option<Keyring> {
    let path = &settings.keyring_file;
    match keyring_file::find(path) {
        Err(error) => report.error(&error),
        Ok(None) => match settings.store.sqlite_path() {
            Some(store) if !store.exists() => report.ok("keyring: none yet, `serve` makes one"),
            _ => report.line(
                "FAIL",
                &format!("there is no keyring at `{}`", path.display()),
                Some("put it back, or set `keyring_file` or `READONCE_KEYRING`"),
            ),
        },
        Ok(Some(ring)) => {
            report.ok(&format!("keyring: {} to read, {} writes", ring.keys().len(), ring.writer().id));
            if !keyring_file::in_variable() {
                beside_the_store(settings, path, report);
            }
            return Some(ring);
        }
    }
    None
}

/// Whoever copies the folder of the store should not get the keys with it.
fn beside_the_store(settings: &Settings, keyring: &Path, report: &mut Report) {
    let folder = |path: &Path| path.parent().and_then(|folder| folder.canonicalize().ok());
    if settings.store.sqlite_path().is_some_and(|store| folder(store) == folder(keyring)) {
        report.line(
            "note",
            "the keyring lies beside the database: one copy of that folder holds both",
            Some("move it elsewhere and set `keyring_file`; leave it out of the database's backups"),
        );
    }
}

async fn look_at_store(settings: &Settings, ring: Option<Keyring>, report: &mut Report) {
    if settings.store.scheme() == StoreScheme::Sqlite {
        let Some(path) = settings.store.sqlite_path() else { return };
        if !path.exists() {
            return report.ok("store: no database yet, `serve` makes it");
        }
        if let Ok(metadata) = path.metadata()
            && metadata.permissions().mode() & 0o077 != 0
        {
            report.line(
                "warn",
                &format!("`{}` can be read by others", path.display()),
                Some(&format!("chmod 600 {}", path.display())),
            );
        }
        match SqliteStore::open(path) {
            Err(error) => report.error(&anyhow::Error::new(error)),
            Ok(store) => {
                match store.ready().await {
                    Ok(()) => report.ok("store: SQLite, synced on every commit, can be written to"),
                    Err(error) => report.error(&anyhow::Error::new(error)),
                }
                canary(&store, ring, report).await;
                store.close().await;
            }
        }
        return;
    }
    match store::connect(settings).await {
        Err(error) => report.error(&error),
        Ok(store) => {
            match store.preflight(&SystemClock).await {
                Err(error) => report.error(&anyhow::Error::new(error)),
                Ok(findings) => findings.iter().for_each(|finding| report.finding(finding)),
            }
            canary(&store, ring, report).await;
            store.close().await;
        }
    }
}

/// Whether keyring and store belong together.
async fn canary(store: &dyn Store, ring: Option<Keyring>, report: &mut Report) {
    let Some(ring) = ring else { return };
    match store.canary(None).await {
        Err(error) => report.error(&anyhow::Error::new(error)),
        Ok(None) => report.ok("keyring and store: nothing is sealed in it yet"),
        Ok(Some(stored)) => match ring.check_canary(&stored) {
            Ok(()) => report.ok("keyring and store belong together"),
            Err(error) => report.line(
                "FAIL",
                &error.to_string(),
                Some("put the right keyring back; nothing was changed or consumed"),
            ),
        },
    }
}
