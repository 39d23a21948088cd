//! Root, in a folder that is somebody else's, acts as that somebody.
//!
//! Who owns a folder can put a link, another file or a journal under every name in it, at every moment, while root works
//! there. Each such trap is harmless to whom the folder belongs to: it gets them nowhere that they could not go by themselves.
//! So root does not look for traps, it takes off its rights (ADR 0051); what it makes then is the owner's from the first
//! moment on.
//!
//! The trap: rights are a thread's in Linux. That is meant here: threads that are started meanwhile, such as those of a
//! database, keep the owner's for good, and this one has its own again afterwards.

use std::collections::VecDeque;
use std::ffi::OsString;
use std::fs::{self, Metadata};
use std::io::ErrorKind;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Component, Path, PathBuf};

use rustix::process::{Gid, Uid, getegid, geteuid, getgroups};
use rustix::thread::{
    CapabilitySet, capabilities, set_capabilities, set_thread_groups, set_thread_res_gid, set_thread_res_uid,
};

/// The group of files whose owner has none but root's: `nogroup`, which owns nothing.
const NO_GROUP: u32 = 65_534;

/// As many links as the kernel follows.
const MOST_LINKS: usize = 40;

/// Does some work on what `path` names; run by root, as the owner of the first folder or link on the way there that is not
/// root's. Where all of them are root's, and for everybody else, it is just done. So it is where root may not become
/// somebody else, as in some containers: such a root has no rights to lend.
pub fn as_owner<T>(path: &Path, work: impl FnOnce() -> T) -> T {
    let stranger = if geteuid().is_root() { Stranger::on_the_way_to(path) } else { None };
    let _acting = stranger.and_then(|stranger| Acting::as_stranger(&stranger));
    work()
}

/// Who decides what a path leads to, besides root.
struct Stranger {
    uid: Uid,
    gid: Gid,
    /// What is theirs, named without links; everything above it is root's.
    theirs: PathBuf,
}

impl Stranger {
    fn of(metadata: &Metadata, theirs: PathBuf) -> Option<Self> {
        let gid = if metadata.gid() == 0 { NO_GROUP } else { metadata.gid() };
        (metadata.uid() != 0).then(|| Self {
            uid: Uid::from_raw(metadata.uid()),
            gid: Gid::from_raw(gid),
            theirs,
        })
    }

    /// Goes the way that the kernel goes. Nobody but root can change what has been passed: it ends at the first thing that
    /// is somebody's.
    fn on_the_way_to(path: &Path) -> Option<Self> {
        let mut here = PathBuf::from("/");
        let mut left = names(&std::path::absolute(path).ok()?);
        let mut links = 0;
        while let Some(name) = left.pop_front() {
            if name == ".." {
                here.pop();
                continue;
            }
            let next = here.join(name);
            // What is not there root makes, and it is root's.
            let found = fs::symlink_metadata(&next).ok()?;
            if found.is_symlink() {
                let target = fs::read_link(&next).ok()?;
                if found.uid() != 0 || links == MOST_LINKS {
                    return Self::of(&found, next);
                }
                links += 1;
                if target.is_absolute() {
                    here = PathBuf::from("/");
                }
                let mut further = names(&target);
                further.append(&mut left);
                left = further;
            } else if found.is_dir() {
                if found.uid() != 0 {
                    return Self::of(&found, next);
                }
                here = next;
            } else {
                return None; // in a folder of root's, so root put it there, whoever it was given to
            }
        }
        None
    }
}

/// The names of a path, from the outermost on.
fn names(path: &Path) -> VecDeque<OsString> {
    let name = |part: Component<'_>| match part {
        Component::Normal(_) | Component::ParentDir => Some(part.as_os_str().to_owned()),
        _ => None,
    };
    path.components().filter_map(name).collect()
}

/// This thread has another's rights, until it is dropped.
struct Acting {
    gid: Gid,
    groups: Vec<Gid>,
}

impl Acting {
    fn as_stranger(stranger: &Stranger) -> Option<Self> {
        let root = Self { gid: getegid(), groups: getgroups().ok()? };
        set_thread_groups(&[]).ok()?;
        // From here on, a failure undoes what was done, by `drop`.
        set_thread_res_gid(None, stranger.gid, None).ok()?;
        set_thread_res_uid(None, stranger.uid, None).ok()?;
        // systemd keeps the folders of its dynamic users behind one that only root may enter. Who may pass everywhere, and
        // read, can still write nowhere that the owner could not.
        let shut_out = |error: std::io::Error| error.kind() == ErrorKind::PermissionDenied;
        if fs::symlink_metadata(&stranger.theirs).is_err_and(shut_out) {
            may_pass();
        }
        Some(root)
    }
}

/// Takes back root's right to enter every folder. Where it has none, the owner is told that they may not.
fn may_pass() {
    let _ = capabilities(None).and_then(|mut own| {
        own.effective = own.permitted & CapabilitySet::DAC_READ_SEARCH;
        set_capabilities(None, own)
    });
}

impl Drop for Acting {
    fn drop(&mut self) {
        // A failure leaves fewer rights, never more: what then cannot be done is said where it is done.
        let _ = set_thread_res_uid(None, Uid::ROOT, None);
        let _ = set_thread_res_gid(None, self.gid, None);
        let _ = set_thread_groups(&self.groups);
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::{chown, symlink};

    use super::*;

    const USER: u32 = 61_235;

    fn acts_as(path: &Path) -> Option<u32> {
        Stranger::on_the_way_to(path).map(|stranger| stranger.uid.as_raw())
    }

    #[test]
    fn the_first_folder_or_link_that_is_not_roots_decides() {
        if !geteuid().is_root() {
            eprintln!("skipped: only root can give files away");
            return;
        }
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        for name in ["roots", "theirs", "theirs/inner"] {
            fs::create_dir(at(name)).unwrap();
        }
        fs::write(at("roots/file"), "").unwrap();
        for name in ["theirs", "roots/file"] {
            chown(at(name), Some(USER), None).unwrap();
        }
        symlink("theirs/inner", at("root-put-it")).unwrap();
        symlink("roots", at("user-put-it")).unwrap();
        std::os::unix::fs::lchown(at("user-put-it"), Some(USER), None).unwrap();
        symlink("round", at("round")).unwrap();
        for (name, user) in [
            ("roots/x.db", None),
            ("not/there/x.db", None),
            ("roots/file", None),
            ("theirs/x.db", Some(USER)),
            ("theirs/inner/x.db", Some(USER)),
            ("theirs/../roots/x.db", Some(USER)),
            ("root-put-it/x.db", Some(USER)),
            ("user-put-it/x.db", Some(USER)),
            ("round/x.db", None),
        ] {
            assert_eq!(acts_as(&at(name)), user, "{name}");
        }
    }

    #[test]
    fn root_has_its_rights_again_afterwards_and_threads_started_meanwhile_never() {
        if !geteuid().is_root() {
            eprintln!("skipped: only root can become somebody else");
            return;
        }
        let folder = tempfile::tempdir().unwrap(); // 0700 and root's: the way is shut
        let theirs = folder.path().join("theirs");
        fs::create_dir(&theirs).unwrap();
        chown(&theirs, Some(USER), Some(0)).unwrap();
        let before = (getgroups().unwrap(), capabilities(None).unwrap());
        let started = as_owner(&theirs.join("x"), || {
            fs::write(theirs.join("x"), "made").unwrap();
            assert!(fs::write(folder.path().join("y"), "").is_err(), "it may read there, not write");
            std::thread::spawn(|| (geteuid().as_raw(), getegid().as_raw(), getgroups().unwrap()))
        });
        let made = fs::metadata(theirs.join("x")).unwrap();
        assert_eq!((made.uid(), made.gid()), (USER, NO_GROUP), "root's group is never lent");
        assert_eq!(started.join().unwrap(), (USER, NO_GROUP, vec![]));
        assert_eq!((geteuid().as_raw(), getegid().as_raw()), (0, 0));
        assert_eq!((getgroups().unwrap(), capabilities(None).unwrap()), before);
        fs::write(folder.path().join("y"), "").unwrap();
    }
}
