//! Where root keys come from: the variable `READONCE_KEYRING`, or the keyring file, which a running server reads again.

use std::fs::File;
use std::io::{self, ErrorKind, Read as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context as _;
use zeroize::Zeroizing;

use super::what_and_hint;
use crate::fs;
use crate::service::{KeySource, KeySourceError};
use crate::vault::Keyring;

const VARIABLE: &str = "READONCE_KEYRING";
/// Where systemd puts what `LoadCredential=` names: a folder that only the service's user can enter.
const CREDENTIALS: &str = "CREDENTIALS_DIRECTORY";

/// The keyring file, to be read again.
#[derive(Debug)]
struct Source(PathBuf);

impl KeySource for Source {
    fn load(&self) -> Result<Keyring, KeySourceError> {
        let path = &self.0;
        let ring = read(path).and_then(|ring| {
            ring.with_context(|| {
                format!("the keyring `{}` is not there any more\nhint: put it back", path.display())
            })
        });
        ring.map_err(|error| {
            let (what, hint) = what_and_hint(&error);
            KeySourceError { what, hint: hint.unwrap_or_default() }
        })
    }
}

/// What a running server reads again; `None` when the variable holds the keys, as nobody can change that.
pub(super) fn source(file: &Path) -> Option<Arc<dyn KeySource>> {
    (!in_variable()).then(|| Arc::new(Source(file.to_owned())) as Arc<dyn KeySource>)
}

/// Whether the variable holds the keys, and the file is of no account.
pub(super) fn in_variable() -> bool {
    std::env::var_os(VARIABLE).is_some()
}

/// The keyring, `None` when there is neither variable nor file.
pub(super) fn find(file: &Path) -> anyhow::Result<Option<Keyring>> {
    if let Ok(text) = std::env::var(VARIABLE).map(Zeroizing::new) {
        let ring = Keyring::parse(&text).with_context(|| format!("`{VARIABLE}` does not hold a keyring"))?;
        return Ok(Some(ring));
    }
    read(file)
}

/// Makes sure of a keyring that was found: whoever wrote it may have been killed before it was sure to outlast a power loss,
/// and what is sealed under it from now on opens with nothing else.
pub(super) fn keep(path: &Path) -> anyhow::Result<()> {
    if in_variable() {
        return Ok(());
    }
    fs::as_owner(path, || fs::keep(&path.canonicalize()?))
        .with_context(|| format!("the keyring `{}` cannot be synced to the disk", path.display()))
}

/// Where [`find`] searches, for messages.
pub(super) fn location(file: &Path) -> String {
    if in_variable() { VARIABLE.to_owned() } else { file.display().to_string() }
}

/// The keyring of a file, `None` when there is no such file.
pub(super) fn read(path: &Path) -> anyhow::Result<Option<Keyring>> {
    let mut file = match fs::as_owner(path, || File::open(path)) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => {
            return Err(error).with_context(|| {
                format!(
                    "cannot read the keyring `{}`\nhint: it has to belong to the user that the server runs as",
                    path.display()
                )
            });
        }
    };
    let mode = fs::mode(&file.metadata()?);
    if mode & forbidden(path) != 0 {
        return Err(readable(path, mode));
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

/// The rights that nobody but the owner may have. systemd lets the service's user in by an access list, whose mask shows as the group's
/// right to read (0440), though no group has it.
fn forbidden(path: &Path) -> u32 {
    let folder = std::env::var_os(CREDENTIALS).map(PathBuf::from);
    let credential = folder.is_some_and(|folder| folder.is_absolute() && path.starts_with(folder));
    if credential { 0o037 } else { fs::ANY_RIGHT }
}

fn readable(path: &Path, mode: u32) -> anyhow::Error {
    anyhow::anyhow!(
        "the keyring `{0}` can be read by others (mode {mode:04o})\nhint: chmod 600 {0}, and think about who may have read it; \
         a Docker secret takes `uid` and `mode: 0400` in its long form (docs/keys.md); \
         where that changes nothing, its file system keeps no modes: set `keyring_file` to a place on another one, put the key \
         into READONCE_KEYRING, or mount it with modes (docs/troubleshooting.md)",
        path.display()
    )
}

/// Writes a new keyring file and its folder; the keyring that is there when another process was quicker.
pub(super) fn create(path: &Path, ring: Keyring) -> anyhow::Result<Keyring> {
    let made = fs::as_owner(path, || {
        fs::make_folder_of(path)?;
        fs::create_private(path, ring.to_text().as_bytes())
    });
    match made {
        Ok(()) => Ok(ring),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            read(path)?.context("the keyring was there and is gone again")
        }
        Err(error) => Err(not_written(path, error)),
    }
}

/// Puts another ring into the file.
pub(super) fn replace(path: &Path, ring: &Keyring) -> anyhow::Result<()> {
    fs::as_owner(path, || fs::replace_private(path, ring.to_text().as_bytes()))
        .map_err(|error| not_written(path, error))
}

fn not_written(path: &Path, error: io::Error) -> anyhow::Error {
    match error.get_ref().and_then(|cause| cause.downcast_ref()) {
        Some(fs::NotPrivate { mode }) => readable(path, *mode),
        None => anyhow::Error::new(error).context(format!("cannot write the keyring `{}`", path.display())),
    }
}
