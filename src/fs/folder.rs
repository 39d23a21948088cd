//! Folders: made for their owner only, and there after a power loss.

use std::fs::DirBuilder;
use std::io::{self, ErrorKind};
use std::os::unix::fs::DirBuilderExt as _;
use std::path::Path;

use super::draft::keep_name;
use super::path::folder_of;

/// Makes a folder and those above it, for the owner only (0700), durably; `true` when it was not there. One that is there may
/// have been made by a process that was killed before its name was sure.
pub fn make_folder(folder: &Path) -> io::Result<bool> {
    if folder.is_dir() {
        return keep_name(folder).map(|()| false);
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
            // What is synced in it later has no name without this one.
            keep_name(folder).map(|()| true)
        }
    }
}

/// The same for the folder `file` shall lie in.
pub fn make_folder_of(file: &Path) -> io::Result<bool> {
    make_folder(folder_of(file))
}
