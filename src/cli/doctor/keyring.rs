//! Checks the keyring: that it exists, can be read, and is not beside the database.

use super::files::same_folder;
use super::report::Report;
use crate::cli::keyring_file;
use crate::config::Settings;
use crate::vault::Keyring;

pub(super) fn check(settings: &Settings, report: &mut Report) -> Option<Keyring> {
    let path = &settings.keyring_file;
    match keyring_file::find(path) {
        Err(error) => report.error(&error, "one line of `readonce key generate` per key is a keyring"),
        Ok(None) => match settings.store.url.sqlite_path() {
            Some(store) if !store.exists() => report.ok("keyring: none yet, `serve` makes one"),
            _ => report.fail(
                &format!("there is no keyring at `{}`", path.display()),
                "put it back, or set `keyring_file` or `READONCE_KEYRING`",
            ),
        },
        Ok(Some(ring)) => {
            report.ok(&format!("keyring: {} to read, {} writes", ring.keys().len(), ring.writer().id));
            // Whoever copies the folder of the store should not get the keys with it.
            if !keyring_file::in_variable() && same_folder(path, settings.store.url.sqlite_path()) {
                report.note(
                    "the keyring is beside the database: one copy of that folder holds both",
                    "move it elsewhere and set `keyring_file`; leave it out of the database's backups",
                );
            }
            return Some(ring);
        }
    }
    None
}
