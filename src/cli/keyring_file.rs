//! Where root keys come from: the variable `READONCE_KEYRING`, or the keyring file.

use std::fs;
use std::io::{ErrorKind, Read as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use anyhow::{Context as _, bail};
use zeroize::Zeroizing;

use super::files;
use crate::vault::Keyring;

const VARIABLE: &str = "READONCE_KEYRING";

/// The keyring, `None` when there is neither variable nor file.
pub(super) fn find(file: &Path) -> anyhow::Result<Option<Keyring>> {
    if let Ok(text) = std::env::var(VARIABLE).map(Zeroizing::new) {
        let ring = Keyring::parse(&text).with_context(|| format!("`{VARIABLE}` does not hold a keyring"))?;
        return Ok(Some(ring));
    }
    read(file)
}

/// Where [`find`] looks, for messages.
pub(super) fn place(file: &Path) -> String {
    match std::env::var_os(VARIABLE) {
        Some(_) => VARIABLE.to_owned(),
        None => file.display().to_string(),
    }
}

/// The keyring of a file, `None` when there is no such file.
pub(super) fn read(path: &Path) -> anyhow::Result<Option<Keyring>> {
    let mut file = match fs::File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => {
            return Err(error).with_context(|| format!("cannot read the keyring `{}`", path.display()));
        }
    };
    let mode = file.metadata()?.permissions().mode() & 0o777;
    if mode & 0o077 != 0 {
        bail!(
            "the keyring `{0}` can be read by others (mode {mode:04o})\nhint: chmod 600 {0}, and think about who may have \
             read it",
            path.display()
        );
    }
    let mut text = Zeroizing::new(String::new());
    file.read_to_string(&mut text)
        .with_context(|| format!("cannot read the keyring `{}`", path.display()))?;
    let ring = Keyring::parse(&text).with_context(|| {
        format!(
            "`{}` is no keyring\nhint: a keyring has one line of `readonce key generate` per key",
            path.display()
        )
    })?;
    Ok(Some(ring))
}

/// Writes a new keyring file; the one that is there when another process was quicker.
pub(super) fn create(path: &Path, ring: Keyring) -> anyhow::Result<Keyring> {
    match files::create_private(path, ring.to_text().as_bytes()) {
        Ok(()) => Ok(ring),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            read(path)?.context("the keyring was there and is gone again")
        }
        Err(error) => Err(error).with_context(|| format!("cannot write the keyring `{}`", path.display())),
    }
}

/// Puts another ring into the file.
pub(super) fn replace(path: &Path, ring: &Keyring) -> anyhow::Result<()> {
    files::replace_private(path, ring.to_text().as_bytes())
        .with_context(|| format!("cannot write the keyring `{}`", path.display()))
}
