//! Files and folders that only their owner may read.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use crate::store::sqlite::{folder_of, give, hand_over, make_folder};

/// Makes the folder `file` shall lie in, for the owner only; `true` when it was not there.
pub(super) fn make_folder_of(file: &Path) -> io::Result<bool> {
    make_folder(folder_of(file))
}

/// Writes a file that must not be there yet (0600), durably and in one step: it is there whole or not at all.
/// `AlreadyExists` when it is.
pub(super) fn create_private(path: &Path, content: &[u8]) -> io::Result<()> {
    create(path, content, |_| Ok(()))
}

/// The same for a file of the server's: of root's making, it belongs to whom its folder belongs to.
pub(super) fn create_for_server(path: &Path, content: &[u8]) -> io::Result<()> {
    create(path, content, |made| hand_over(path, made))
}

fn create(path: &Path, content: &[u8], give: impl Fn(&File) -> io::Result<()>) -> io::Result<()> {
    let beside = beside(path);
    let written = write_private(&beside, content, give).and_then(|()| fs::hard_link(&beside, path));
    drop(fs::remove_file(&beside));
    written.and_then(|()| sync_folder_of(path))
}

/// Puts another content in place of `path`, in one step: whoever reads sees the old one or the new one. A link is
/// followed, and the owner stays who it was: root must not lock the server out of its keyring.
pub(super) fn replace_private(path: &Path, content: &[u8]) -> io::Result<()> {
    let path = &path.canonicalize()?;
    let beside = beside(path);
    let like = fs::metadata(path)?;
    let written =
        write_private(&beside, content, |made| give(&like, made)).and_then(|()| fs::rename(&beside, path));
    if written.is_err() {
        drop(fs::remove_file(&beside));
    }
    written.and_then(|()| sync_folder_of(path))
}

/// Holds off every other process that would change files of this folder, for as long as the answer lives: two commands
/// that read, change and write the same file would undo each other's work.
pub(super) fn lock_folder_of(path: &Path) -> io::Result<File> {
    let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let folder = File::open(folder_of(&path))?;
    rustix::fs::flock(&folder, rustix::fs::FlockOperation::LockExclusive)?;
    Ok(folder)
}

fn write_private(path: &Path, content: &[u8], give: impl Fn(&File) -> io::Result<()>) -> io::Result<()> {
    // Left behind by a process of the same number that was killed.
    drop(fs::remove_file(path));
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    give(&file)?;
    file.write_all(content)?;
    file.sync_all()
}

fn beside(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.new", std::process::id()));
    path.with_file_name(name)
}

fn sync_folder_of(path: &Path) -> io::Result<()> {
    File::open(folder_of(path))?.sync_all()
}
