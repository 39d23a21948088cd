//! File permissions: readable by the owner only.

use std::fs::{File, Metadata, OpenOptions};
use std::io;
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::Path;

/// The mode bits of group and others: any right at all.
pub const ANY_RIGHT: u32 = 0o077;

/// The mode, without the bits that say what kind of file it is.
#[must_use]
pub fn mode(metadata: &Metadata) -> u32 {
    metadata.permissions().mode() & 0o7777
}

/// Whether nobody but the owner has any right to it.
#[must_use]
pub fn is_private(metadata: &Metadata) -> bool {
    mode(metadata) & ANY_RIGHT == 0
}

/// Makes an empty file (0600 from its first moment on, whatever the umask) and opens it to be written. `AlreadyExists` when the
/// name is taken, by a link as well.
pub fn create_new(path: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)
}
