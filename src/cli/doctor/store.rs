//! The store: whether it can be reached and written to, keeps what it promises, and belongs to the keyring.

use std::path::Path;

use super::report::Report;
use crate::cli::store;
use crate::config::{Settings, StoreScheme};
use crate::domain::{Clock as _, SystemClock};
use crate::store::sqlite::{OpenError, Restoration, SqliteStore, Tally};
use crate::store::{Store, Upkeep as _};
use crate::vault::Keyring;

/// For what a store did not say itself.
const UNREACHABLE: &str = "is it running, and is the address in `store` right?";
const UNWRITABLE: &str = "is the disk full, or is the file another user's? `ls -l` and `df` tell";

pub(super) async fn look(settings: &Settings, ring: Option<Keyring>, report: &mut Report) {
    if settings.store.scheme() == StoreScheme::Sqlite {
        return look_at_file(settings, ring, report).await;
    }
    match store::connect(settings).await {
        Err(error) => report.error(&error, UNREACHABLE),
        Ok(store) => {
            match store.preflight(&SystemClock).await {
                Err(error) => report.error(&anyhow::Error::new(error), UNREACHABLE),
                Ok(findings) => findings.iter().for_each(|finding| report.finding(finding)),
            }
            canary(&store, ring, report).await;
            legacy(&store, report).await;
            store.close().await;
        }
    }
}

/// `serve` makes it, where it may.
fn no_database_yet(path: &Path, report: &mut Report) {
    let nearest = path
        .ancestors()
        .skip(1)
        .map(|folder| if folder.as_os_str().is_empty() { Path::new(".") } else { folder });
    match nearest.into_iter().find(|folder| folder.exists()) {
        Some(folder) if rustix::fs::access(folder, rustix::fs::Access::WRITE_OK).is_err() => report.fail(
            &format!("there is no database yet, and nothing can be made in `{}`", folder.display()),
            "let the server's user write there, or set `store` and `keyring_file`",
        ),
        _ => report.ok("store: no database yet, `serve` makes it"),
    }
}

async fn look_at_file(settings: &Settings, ring: Option<Keyring>, report: &mut Report) {
    let Some(path) = settings.store.sqlite_path() else { return };
    match path.try_exists() {
        Ok(true) => {}
        Ok(false) => return no_database_yet(path, report),
        Err(error) => {
            let text = format!("it cannot be seen whether `{}` is there: {error}", path.display());
            return report.fail(&text, "run this as the user that the server runs as");
        }
    }
    match SqliteStore::open_as_it_is(path) {
        Err(error) => {
            let hint = hint(&error);
            report.error(&anyhow::Error::new(error), hint);
        }
        Ok(store) => {
            match store.ready().await {
                Ok(()) => report.ok("store: SQLite, synced on every commit, can be written to"),
                Err(error) => report.error(&anyhow::Error::new(error), UNWRITABLE),
            }
            canary(&store, ring, report).await;
            legacy(&store, report).await;
            restoration(&store, settings.longest_life(), report).await;
            store.close().await;
        }
    }
}

/// A restore is worth knowing for as long as a receipt may tell of it.
async fn restoration(store: &SqliteStore, longest_life: u64, report: &mut Report) {
    let Restoration { at, made, tally } = match store.restoration().await {
        Err(error) => return report.error(&anyhow::Error::new(error), UNREACHABLE),
        Ok(None) => return,
        Ok(Some(restoration)) => restoration,
    };
    if at.plus(longest_life) <= SystemClock.now() {
        return;
    }
    let Tally { confirmed, ended, refused, accepted } = tally;
    report.note(
        &format!(
            "restored at {at} from a backup of {made}: of its unread secrets {confirmed} were confirmed, {ended} had ended, \
             {refused} were refused (`orphaned`), {accepted} kept though nobody knows whether they were read"
        ),
        "docs/backup.md tells what that means for those who shared them",
    );
}

/// Secrets that `readonce import` could not seal anew: their passphrases were hashed elsewhere.
async fn legacy(store: &dyn Store, report: &mut Report) {
    match store.legacy(SystemClock.now()).await {
        Err(error) => report.error(&anyhow::Error::new(error), UNREACHABLE),
        Ok(0) => {}
        Ok(count) => report.note(
            &format!("imported: {count} unread protected secrets are still sealed as the old server did, inside our sealing"),
            "they go when they are read or expire; docs/thief-table.md says what that means",
        ),
    }
}

fn hint(error: &OpenError) -> &'static str {
    match error {
        OpenError::NewerSchema { .. } => "run the version that wrote it, or a newer one",
        OpenError::OlderSchema { .. } => {
            "start `readonce serve`: it copies the database, then brings the schema up to date (docs/upgrading.md)"
        }
        _ => UNWRITABLE,
    }
}

/// Whether keyring and store belong together.
async fn canary(store: &dyn Store, ring: Option<Keyring>, report: &mut Report) {
    let Some(ring) = ring else { return };
    match store.canary(None).await {
        Err(error) => report.error(&anyhow::Error::new(error), UNREACHABLE),
        Ok(None) => report.ok("keyring and store: nothing is sealed in it yet"),
        Ok(Some(stored)) => match ring.check_canary(&stored) {
            Ok(()) => report.ok("keyring and store belong together"),
            Err(error) => {
                report
                    .fail(&error.to_string(), "put the right keyring back; nothing was changed or consumed");
            }
        },
    }
}
