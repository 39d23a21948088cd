//! Path helpers: parent folders and suffixed names.

use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

/// The folder that contains a file; of a bare name the current one.
#[must_use]
pub fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// The path with `suffix` behind its name.
#[must_use]
pub fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(suffix);
    name.into()
}

/// Where this process writes what shall become `path`: in the same folder, so that a rename is one step.
#[must_use]
pub fn temporary(path: &Path) -> PathBuf {
    with_suffix(path, &format!(".{}.new", std::process::id()))
}

/// Device and inode: the file itself, whatever its name.
pub type FileId = (u64, u64);

/// Which file a name leads to, links followed; `None` when there is none.
#[must_use]
pub fn file_id(path: &Path) -> Option<FileId> {
    fs::metadata(path).ok().map(|file| (file.dev(), file.ino()))
}

/// Whether both names lead to one file that is there.
#[must_use]
pub fn is_same_file(one: &Path, other: &Path) -> bool {
    file_id(one).is_some_and(|id| Some(id) == file_id(other))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bare_name_lies_in_the_current_folder() {
        assert_eq!(folder_of(Path::new("x.db")), Path::new("."));
        assert_eq!(folder_of(Path::new("data/x.db")), Path::new("data"));
        assert_eq!(folder_of(Path::new("/")), Path::new("."));
    }

    #[test]
    fn a_suffix_goes_behind_the_whole_name() {
        assert_eq!(with_suffix(Path::new("data/x.db"), "-wal"), Path::new("data/x.db-wal"));
        assert_eq!(folder_of(&temporary(Path::new("data/x.db"))), Path::new("data"));
    }

    #[test]
    fn a_file_is_the_same_under_each_of_its_names() {
        let folder = tempfile::tempdir().unwrap();
        let [file, link, other] = ["file", "link", "other"].map(|name| folder.path().join(name));
        assert!(!is_same_file(&file, &file), "there is none");
        fs::write(&file, "").unwrap();
        fs::write(&other, "").unwrap();
        fs::hard_link(&file, &link).unwrap();
        assert!(is_same_file(&file, &link) && !is_same_file(&file, &other));
    }
}
