//! A socket in the file system: made under another name, and put in its place when there is somebody to answer.
//!
//! So what is in its place either answers or is left over from a server that was killed, and only that is replaced. Two servers that
//! start at once take turns by a lock on the folder. Run by root in a folder that is another's, all of it is done as that one (ADR 0051):
//! the names in there are theirs, and so may be what they lead to.

use std::fs::Permissions;
use std::io::{self, ErrorKind};
use std::os::unix::fs::{FileTypeExt as _, PermissionsExt as _};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};

use rustix::fs::{AtFlags, CWD, Gid, chownat};
use tokio::net::{UnixListener, UnixSocket};

use crate::fs::{FileId, as_owner, file_id, lock_folder_of, temporary};

/// Who may connect to a socket in the file system.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SocketAccess {
    /// Its mode, such as 0o660.
    pub mode: u32,
    /// Its group, when it is not to be that of the process.
    pub group: Option<u32>,
}

/// A socket that is bound, and to which nobody can connect yet.
#[derive(Debug)]
pub struct BoundFile {
    socket: UnixSocket,
    draft: SocketFile,
    path: PathBuf,
}

/// The name of a socket, which goes with it.
#[derive(Debug)]
pub struct SocketFile {
    path: PathBuf,
    id: Option<FileId>,
}

impl BoundFile {
    /// Makes a socket for this path, unless somebody answers there or something else is there.
    pub(super) fn at(path: &Path, access: SocketAccess) -> io::Result<Self> {
        as_owner(path, || {
            let path = std::path::absolute(path)?;
            must_be_free(&path)?;
            let draft = temporary(&path);
            drop(std::fs::remove_file(&draft)); // of a process that had this one's number
            let socket = UnixSocket::new_stream()?;
            socket.bind(&draft)?;
            let draft = SocketFile { id: file_id(&draft), path: draft };
            if let Some(group) = access.group {
                chownat(CWD, &draft.path, None, Some(Gid::from_raw(group)), AtFlags::SYMLINK_NOFOLLOW)?;
            }
            std::fs::set_permissions(&draft.path, Permissions::from_mode(access.mode))?;
            Ok(Self { socket, draft, path })
        })
    }

    /// Where it will be.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Listens, and puts it in its place.
    pub(super) fn listen(self, queue: u32) -> io::Result<(UnixListener, SocketFile)> {
        let Self { socket, mut draft, path } = self;
        let listener = socket.listen(queue)?;
        as_owner(&path, || {
            let _turn = lock_folder_of(&path)?;
            must_be_free(&path)?;
            std::fs::rename(&draft.path, &path)
        })?;
        draft.path = path;
        Ok((listener, draft))
    }
}

/// Nothing is there, or a socket at which nobody answers.
fn must_be_free(path: &Path) -> io::Result<()> {
    let metadata = match path.symlink_metadata() {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        other => other?,
    };
    if !metadata.file_type().is_socket() {
        return Err(io::Error::new(ErrorKind::AlreadyExists, "something that is no socket is there"));
    }
    match UnixStream::connect(path) {
        Err(error) if error.kind() == ErrorKind::ConnectionRefused => Ok(()),
        Ok(_) => Err(io::Error::new(ErrorKind::AddrInUse, "another program answers there")),
        // Its queue is full: somebody is there, and slow.
        Err(error) if error.kind() == ErrorKind::WouldBlock => {
            Err(io::Error::new(ErrorKind::AddrInUse, "another program listens there"))
        }
        Err(error) => Err(error),
    }
}

impl Drop for SocketFile {
    /// Takes the name away, if it still leads to this socket.
    fn drop(&mut self) {
        as_owner(&self.path, || {
            if self.id.is_some() && file_id(&self.path) == self.id {
                drop(std::fs::remove_file(&self.path));
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ACCESS: SocketAccess = SocketAccess { mode: 0o660, group: None };

    #[tokio::test]
    async fn it_is_there_while_somebody_answers() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.sock");
        let bound = BoundFile::at(&path, ACCESS).unwrap();
        assert!(!path.exists(), "nobody answers yet");
        let (listener, file) = bound.listen(8).unwrap();
        assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o660);
        UnixStream::connect(&path).unwrap();
        assert_eq!(BoundFile::at(&path, ACCESS).unwrap_err().kind(), ErrorKind::AddrInUse);
        drop(listener);
        drop(file);
        assert_eq!(folder.path().read_dir().unwrap().count(), 0);
    }

    #[tokio::test]
    async fn only_what_nobody_answers_at_is_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.sock");
        drop(std::os::unix::net::UnixListener::bind(&path).unwrap()); // as after `kill -9`
        let (one, other) = (BoundFile::at(&path, ACCESS).unwrap(), path.with_extension("other"));
        // Another server, which looked at the same time and was quicker.
        let quicker = std::os::unix::net::UnixListener::bind(&other).unwrap();
        std::fs::rename(&other, &path).unwrap();
        assert_eq!(one.listen(8).unwrap_err().kind(), ErrorKind::AddrInUse);
        drop(quicker);
        let (_listener, file) = BoundFile::at(&path, ACCESS).unwrap().listen(8).unwrap();
        let theirs = std::os::unix::net::UnixListener::bind(&other).unwrap();
        std::fs::rename(&other, &path).unwrap();
        drop(file);
        assert!(path.exists(), "that was somebody else's");
        drop(theirs);
    }

    #[tokio::test]
    async fn no_link_is_followed_and_no_file_is_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let (path, target) = (folder.path().join("x.sock"), folder.path().join("target"));
        for there in [true, false] {
            if there {
                std::fs::write(&target, "kept").unwrap();
            }
            std::os::unix::fs::symlink(&target, &path).unwrap();
            assert_eq!(BoundFile::at(&path, ACCESS).unwrap_err().kind(), ErrorKind::AlreadyExists);
            std::fs::remove_file(&path).unwrap();
            drop(std::fs::remove_file(&target));
        }
        std::fs::write(&path, "kept").unwrap();
        assert_eq!(BoundFile::at(&path, ACCESS).unwrap_err().kind(), ErrorKind::AlreadyExists);
        assert_eq!(std::fs::read(&path).unwrap(), b"kept");
    }
}
