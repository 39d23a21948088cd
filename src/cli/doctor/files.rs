//! Checks permissions of files and folders: who else on this machine could read or replace them.

use std::fs::Metadata;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

use rustix::process::geteuid;

use super::report::Report;
use crate::cli::logo::logo;
use crate::config::Loaded;
use crate::fs::{ANY_RIGHT, folder_of, is_private, mode, with_suffix};

/// The mode bits of group and others that let them write.
const WRITE: u32 = 0o022;

pub(super) fn check(loaded: &Loaded, report: &mut Report) {
    let settings = &loaded.settings;
    let mut sound = true;
    if let Some(database) = settings.store.url.sqlite_path() {
        for suffix in ["", "-wal", "-shm"] {
            sound &= private(&with_suffix(database, suffix), report);
        }
        sound &= folder(database, report);
        if sound && database.exists() {
            report
                .ok(&format!("files: `{}` and what lies beside it are the owner's only", database.display()));
        }
    }
    if let Ok(metadata) = settings.keyring_file.metadata() {
        servers(&settings.keyring_file, &metadata, report);
    }
    // The keyring's own rights are checked where it is read: with wrong ones it is refused.
    if settings.keyring_file.exists()
        && !same_folder(&settings.keyring_file, settings.store.url.sqlite_path())
    {
        folder(&settings.keyring_file, report);
    }
    if let Some(secret) = &settings.oidc.client_secret_file {
        private(secret, report);
    }
    if let Err(error) = logo(settings) {
        report.error(&error, "docs/configuration.md says what it may be");
    }
    if settings.store.url.has_password() {
        configuration(loaded, report);
    }
}

pub(super) fn same_folder(file: &Path, other: Option<&Path>) -> bool {
    let folder = |path: &Path| folder_of(path).canonicalize().ok();
    other.is_some_and(|other| folder(other) == folder(file))
}

/// A file that nobody else may read. One that is not there is nobody's.
fn private(file: &Path, report: &mut Report) -> bool {
    let Ok(metadata) = file.metadata() else { return true };
    let (shown, mode) = (file.display(), mode(&metadata));
    if !servers(file, &metadata, report) {
        return false;
    }
    // Root may read what is anybody's: what counts is whose the files are, and that was just checked.
    if metadata.uid() != geteuid().as_raw() && !geteuid().is_root() {
        report.note(
            &format!(
                "`{shown}` belongs to user {}, and doctor runs as user {}",
                metadata.uid(),
                geteuid().as_raw()
            ),
            "run doctor as the user of the server: what another one may do says little",
        );
    }
    if is_private(&metadata) {
        return true;
    }
    report.warn(
        &format!("`{shown}` can be read by others (mode {mode:04o})"),
        &format!("chmod 600 {shown}, and think about who may have read it"),
    );
    false
}

/// Not root's file in another user's folder: a server that runs as that user cannot open it.
fn servers(file: &Path, metadata: &Metadata, report: &mut Report) -> bool {
    let folder = folder_of(file);
    if metadata.uid() != 0 || folder.metadata().is_ok_and(|folder| folder.uid() == 0) {
        return true;
    }
    report.warn(
        &format!(
            "`{}` is root's, and its folder is not: the server may not be able to open it",
            file.display()
        ),
        &format!("chown --reference='{}' '{}'", folder.display(), file.display()),
    );
    false
}

/// A folder in which nobody else may replace files. Names may be seen: they give nothing away.
fn folder(file: &Path, report: &mut Report) -> bool {
    const STICKY: u32 = 0o1000;
    let folder = folder_of(file);
    let Ok(metadata) = folder.metadata() else { return true };
    let (shown, mode) = (folder.display(), mode(&metadata));
    if mode & WRITE == 0 || mode & STICKY != 0 {
        return true;
    }
    report.warn(
        &format!(
            "others may put files into `{shown}` (mode {mode:04o}), another database or keyring among them"
        ),
        &format!("chmod go-w {shown}"),
    );
    false
}

/// The configuration file, when the store's password stands in it.
fn configuration(loaded: &Loaded, report: &mut Report) {
    let source = loaded.source("store.url").unwrap_or_default();
    let Some(name) = source.strip_prefix("file ") else { return };
    let Ok(metadata) = Path::new(name).metadata() else { return };
    let mode = mode(&metadata);
    if mode & ANY_RIGHT != 0 {
        report.warn(
            &format!("`{name}` holds the store's password and can be read by others (mode {mode:04o})"),
            &format!("chmod 600 {name}, or move `store` into the variable READONCE_STORE"),
        );
    }
}
