//! Checks the store: that it can be reached, passes its preflight, and belongs to the keyring.

use std::path::Path;

use super::report::Report;
use super::server::Server;
use crate::cli::store;
use crate::config::Settings;
use crate::domain::{Clock as _, SystemClock};
use crate::fs::with_suffix;
use crate::service::Refused;
use crate::store::Store;
use crate::vault::Keyring;

/// For what a store did not say itself.
const UNREACHABLE: &str = "is it running, and is the address in `store` right?";
const MAKE_ROOM: &str = "make room, or lower the limit; reading and burning go on";
const UNWRITABLE: &str = "is the disk full, or is the file another user's? `ls -l` and `df` tell";

pub(super) async fn check(settings: &Settings, ring: Option<Keyring>, server: Server, report: &mut Report) {
    let otherwise = match settings.store.url.sqlite_path() {
        Some(path) if !is_there(path, settings.store.create, server, report) => return,
        Some(_) => UNWRITABLE,
        None => UNREACHABLE,
    };
    let store = match store::open_as_it_is(settings).await {
        Ok(store) => store,
        Err(error) => return report.error(&error, otherwise),
    };
    match store.preflight(&SystemClock).await {
        Err(error) => report.error(&anyhow::Error::new(error), otherwise),
        Ok(findings) => findings.iter().for_each(|finding| report.finding(finding)),
    }
    room(&*store, settings, report).await;
    if settings.store.create {
        canary(&*store, ring, report).await;
    } else if let Err(error) = store::must_have_begun(&*store).await {
        report.error(&error, UNREACHABLE);
    } else {
        canary(&*store, ring, report).await;
    }
    legacy(&*store, report).await;
    store.close().await;
}

/// Whether there is a database. `serve` makes it, where it may.
fn is_there(path: &Path, may_create: bool, server: Server, report: &mut Report) -> bool {
    match path.try_exists() {
        Ok(true) if may_create || path.metadata().is_ok_and(|file| file.len() > 0) => return true,
        Ok(false) if has_vanished(path, server, report) => return false,
        Ok(_) => {}
        Err(error) => {
            let text = format!("it cannot be seen whether `{}` is there: {error}", path.display());
            report.fail(&text, "run this as the user that the server runs as");
            return false;
        }
    }
    if !may_create {
        report.fail(
            &format!("{}: `{}` is not there, or empty", store::NOT_MADE, path.display()),
            store::NOT_MADE_HINT,
        );
        return false;
    }
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
    false
}

/// Whether a database that is not there was, or is in use elsewhere: by the files that are left beside it, which the last to close
/// it deletes, and by the server that runs.
fn has_vanished(path: &Path, server: Server, report: &mut Report) -> bool {
    let shown = path.display();
    let left = ["-wal", "-shm", "-journal"].map(|suffix| with_suffix(path, suffix));
    if let Some(left) = left.iter().find(|file| file.exists()) {
        report.fail(
            &format!("`{shown}` is not there, and `{}` is: it was deleted or moved away while it was open", left.display()),
            "put it back beside that file before `serve` is started, which makes a new database and drops what is in that file",
        );
        return true;
    }
    match server {
        Server::Away => return false,
        Server::Unready(at) => report.fail(
            &format!("`{shown}` is not there, and a server runs at {at}: it was deleted or moved away under it"),
            "put it back with its `-wal` and `-shm`, and the server goes on; started again, it makes a new database",
        ),
        Server::Ready(at) => report.warn(
            &format!("`{shown}` is not there, and a server at {at} takes work: it keeps its secrets elsewhere"),
            "run doctor with that server's settings, its variables among them",
        ),
    }
    true
}

/// Whether there is enough free disk for everybody to share.
async fn room(store: &dyn Store, settings: &Settings, report: &mut Report) {
    let Ok(Some(room)) = store.room().await else { return };
    let free = room.free >> 20;
    match settings.limits.refused_at(room) {
        Refused::Nobody => report.ok(&format!("disk: {free} MiB are free")),
        Refused::Anonymous => report.warn(
            &format!("disk: {free} MiB are free, so only accounts can share (`limits.free_disk_anonymous`)"),
            MAKE_ROOM,
        ),
        Refused::Everybody => report
            .fail(&format!("disk: {free} MiB are free, so nobody can share (`limits.free_disk`)"), MAKE_ROOM),
    }
}

/// Secrets that `readonce import` could not seal anew: their passphrases were hashed elsewhere.
async fn legacy(store: &dyn Store, report: &mut Report) {
    match store.legacy(SystemClock.now()).await {
        Err(error) => report.error(&anyhow::Error::new(error), UNREACHABLE),
        Ok(0) => {}
        Ok(count) => report.note(
            &format!("imported: {count} unread protected secrets are still sealed as the old server did, inside our sealing"),
            "they go when they are read or expire; docs/attacker-table.md says what that means",
        ),
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
