//! Atomic file writes: written and synced under a temporary name beside the target, then renamed or linked to it.

use std::fs::{self, File, Metadata};
use std::io::{self, ErrorKind, Write as _};
use std::os::unix::fs::{MetadataExt as _, fchown};
use std::path::{Path, PathBuf};

use rustix::fs::{Mode, OFlags, open};

use super::path::{folder_of, temporary};
use super::rights::{create_new, is_private, mode};

/// A private file (0600) that does not have its name yet. Dropped before that, it is gone.
#[derive(Debug)]
pub struct Draft {
    /// What is written to.
    pub file: File,
    temporary: PathBuf,
    path: PathBuf,
}

impl Draft {
    /// Makes an empty one beside `path`.
    pub fn of(path: &Path) -> io::Result<Self> {
        let temporary = temporary(path);
        // Left behind by a process of the same number that was killed.
        drop(fs::remove_file(&temporary));
        Ok(Self { file: create_new(&temporary)?, temporary, path: path.to_owned() })
    }

    /// Refuses to go on where the file did not get the mode that it was made with: before there is anything in it.
    /// The error holds [`NotPrivate`].
    fn check_private(&self) -> io::Result<()> {
        let made = self.file.metadata()?;
        if is_private(&made) { Ok(()) } else { Err(io::Error::other(NotPrivate { mode: mode(&made) })) }
    }

    /// Gives it its name, durably. `AlreadyExists` when that is taken; another error on file systems without links.
    pub fn publish_new(&self) -> io::Result<()> {
        self.file.sync_all()?;
        publish_new(&self.temporary, &self.path)
    }

    /// The same, replacing what has that name.
    pub fn publish_over(&self) -> io::Result<()> {
        self.file.sync_all()?;
        publish_over(&self.temporary, &self.path)
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        drop(fs::remove_file(&self.temporary)); // not there any more when it was published
    }
}

/// A file system that keeps no modes: others may read what is made here to be private.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("others may read it (mode {mode:04o})")]
pub struct NotPrivate {
    /// What the file got instead of 0600.
    pub mode: u32,
}

/// Writes a private file that must not be there yet, durably: it is there whole or not at all. `AlreadyExists` when it is;
/// an error that holds [`NotPrivate`] where files cannot be private.
pub fn create_private(path: &Path, content: &[u8]) -> io::Result<()> {
    let mut draft = Draft::of(path)?;
    draft.check_private()?;
    draft.file.write_all(content)?;
    draft.publish_new()
}

/// Replaces the content of `path` atomically: readers see the old one or the new one. A link is
/// followed, and the owner stays who it was: root must not lock the server out of its keyring.
pub fn replace_private(path: &Path, content: &[u8]) -> io::Result<()> {
    let path = path.canonicalize()?;
    let mut draft = Draft::of(&path)?;
    give(&fs::metadata(&path)?, &draft.file)?;
    draft.check_private()?;
    draft.file.write_all(content)?;
    draft.publish_over()
}

/// Has the file at `path` belong to whom the one at `like` belongs to. By its open descriptor, and not what a link leads to.
pub fn give_to_owner_of(like: &Path, path: &Path) -> io::Result<()> {
    let itself = open(path, OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::CLOEXEC, Mode::empty())?;
    give(&fs::metadata(like)?, &itself.into())
}

fn give(like: &Metadata, made: &File) -> io::Result<()> {
    if made.metadata()?.uid() == like.uid() {
        return Ok(());
    }
    fchown(made, Some(like.uid()), Some(like.gid()))
}

/// Gives a synced file another name, durably and in one step. `AlreadyExists` when that is taken.
pub fn publish_new(made: &Path, path: &Path) -> io::Result<()> {
    fs::hard_link(made, path)?;
    fs::remove_file(made)?;
    sync_folder_of(path)
}

/// The same, replacing what has that name.
pub fn publish_over(made: &Path, path: &Path) -> io::Result<()> {
    fs::rename(made, path)?;
    sync_folder_of(path)
}

/// Has a file's content on the disk.
pub fn sync(path: &Path) -> io::Result<()> {
    File::open(path)?.sync_all()
}

/// Has a file's name on the disk.
pub fn sync_folder_of(path: &Path) -> io::Result<()> {
    sync(folder_of(path))
}

/// The same for a name that somebody else may have given it, who was killed before it was sure. Where names may be made and not
/// be listed, the folder cannot be opened to be synced; and what cannot be written to, or keeps no folders, has nothing to sync.
pub fn keep_name(path: &Path) -> io::Result<()> {
    settled(sync_folder_of(path))
}

/// The same for its content.
pub fn keep(path: &Path) -> io::Result<()> {
    settled(sync(path))?;
    keep_name(path)
}

fn settled(synced: io::Result<()>) -> io::Result<()> {
    match synced {
        Err(error)
            if matches!(
                error.kind(),
                ErrorKind::PermissionDenied
                    | ErrorKind::InvalidInput
                    | ErrorKind::Unsupported
                    | ErrorKind::ReadOnlyFilesystem
            ) =>
        {
            Ok(())
        }
        synced => synced,
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<_> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn a_new_file_is_private_whole_and_over_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keys");
        // Of a process of this number that was killed.
        fs::write(temporary(&path), "half").unwrap();
        create_private(&path, b"first").unwrap();
        assert_eq!(path.metadata().unwrap().permissions().mode() & 0o7777, 0o600);
        assert_eq!(create_private(&path, b"second").unwrap_err().kind(), ErrorKind::AlreadyExists);
        assert_eq!(fs::read(&path).unwrap(), b"first");
        assert_eq!(names(folder.path()), ["keys"]);
    }

    #[test]
    fn what_is_replaced_stays_where_a_link_leads() {
        let folder = tempfile::tempdir().unwrap();
        let [path, link] = ["keys", "link"].map(|name| folder.path().join(name));
        assert_eq!(replace_private(&path, b"x").unwrap_err().kind(), ErrorKind::NotFound);
        fs::write(&path, "first").unwrap();
        std::os::unix::fs::symlink("keys", &link).unwrap();
        replace_private(&link, b"second").unwrap();
        assert!(link.is_symlink());
        assert_eq!(fs::read(&path).unwrap(), b"second");
        assert_eq!(path.metadata().unwrap().permissions().mode() & 0o7777, 0o600);
        assert_eq!(names(folder.path()), ["keys", "link"]);
    }

    #[test]
    fn a_draft_that_is_given_up_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let mut draft = Draft::of(&folder.path().join("value")).unwrap();
        draft.file.write_all(b"half").unwrap();
        drop(draft);
        assert_eq!(names(folder.path()), [""; 0]);
    }
}
