//! Ownership of new files and folders. Commands run as root beside a server that is not, so what root makes in the server's
//! folder becomes the server's: root must not lock the server out of its own database.
//!
//! The trap: root may not trust the owner of such a folder, who can replace any file by a link at any moment. So nothing is
//! chowned by its name, only by its open descriptor; and a link is not followed to open it.

use std::fs::{self, DirBuilder, File, Metadata};
use std::io::{self, ErrorKind};
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, fchown};
use std::path::Path;

use rustix::fs::{Mode, OFlags, open};
use rustix::process::geteuid;

use super::path::folder_of;

/// Makes a folder and those above it, for the owner only (0700); `true` when it was not there. What root makes belongs to
/// whom the folder above belongs to.
pub fn make_folder(folder: &Path) -> io::Result<bool> {
    if folder.is_dir() {
        return Ok(false);
    }
    let above = folder_of(folder);
    if above != folder {
        make_folder(above)?;
    }
    match DirBuilder::new().mode(0o700).create(folder) {
        // Another process was quicker.
        Err(error) if error.kind() == ErrorKind::AlreadyExists && folder.is_dir() => Ok(false),
        made => {
            made?;
            hand_over(folder, &open_itself(folder)?)?;
            Ok(true)
        }
    }
}

/// The same for the folder `file` shall lie in.
pub fn make_folder_of(file: &Path) -> io::Result<bool> {
    make_folder(folder_of(file))
}

/// Gives what root just made at `path` to the owner of its folder. What somebody else made stays theirs, and so does
/// what a root made that may not give it away, as in some containers.
pub fn hand_over(path: &Path, made: &File) -> io::Result<()> {
    if !geteuid().is_root() {
        return Ok(());
    }
    match give(&fs::metadata(folder_of(path))?, made) {
        Err(error) if matches!(error.kind(), ErrorKind::PermissionDenied | ErrorKind::InvalidInput) => Ok(()),
        given => given,
    }
}

/// Has the file at `path` belong to whom `like` belongs to.
pub fn give_to_owner_of(like: &Path, path: &Path) -> io::Result<()> {
    give(&fs::metadata(like)?, &open_itself(path)?)
}

/// Has an open file belong to whom `like` belongs to.
pub(super) fn give(like: &Metadata, made: &File) -> io::Result<()> {
    if made.metadata()?.uid() == like.uid() {
        return Ok(());
    }
    fchown(made, Some(like.uid()), Some(like.gid()))
}

/// Opens what is there under this name, and not what a link leads to.
fn open_itself(path: &Path) -> io::Result<File> {
    Ok(open(path, OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::CLOEXEC, Mode::empty())?.into())
}
