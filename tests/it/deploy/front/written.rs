//! What a proxy has written, or holds open: files of its folder, and those elsewhere, with a name or without.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use super::Front;

impl Front {
    /// Every file below its folder, and every file that one of its processes has open. Zeros are left out: a ring of 80 MB is mostly empty.
    pub(in crate::deploy) fn written(&self) -> Vec<(PathBuf, Vec<u8>)> {
        let mut paths = Vec::new();
        walk(self.folder.path(), &mut paths);
        let processes = self.children.iter().map(std::process::Child::id).collect();
        for process in family(processes) {
            let Ok(open) = fs::read_dir(format!("/proc/{process}/fd")) else { continue };
            let files = open.flatten().map(|entry| entry.path());
            paths.extend(files.filter(|path| fs::metadata(path).is_ok_and(|data| data.is_file())));
        }
        let read = paths.into_iter().filter_map(|path| {
            let mut bytes = fs::read(&path).ok()?; // it may have gone meanwhile
            bytes.retain(|byte| *byte != 0);
            Some((path, bytes))
        });
        read.collect()
    }
}

fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let kind = entry.file_type().unwrap();
        if kind.is_dir() {
            walk(&entry.path(), found);
        } else if kind.is_file() {
            found.push(entry.path());
        }
    }
}

/// These processes, and all that they have started.
fn family(mut members: Vec<u32>) -> Vec<u32> {
    let mut parents = BTreeMap::<u32, u32>::new();
    for entry in fs::read_dir("/proc").unwrap().flatten() {
        let Some(process) = entry.file_name().to_str().and_then(|name| name.parse().ok()) else { continue };
        // `PID (NAME) STATE PARENT …`, and a name may have anything in it.
        let stat = fs::read_to_string(entry.path().join("stat")).unwrap_or_default();
        let parent = stat.rsplit(')').next().and_then(|rest| rest.split_whitespace().nth(1)?.parse().ok());
        if let Some(parent) = parent {
            parents.insert(process, parent);
        }
    }
    let mut seen = 0;
    while seen < members.len() {
        let parent = members[seen];
        members.extend(parents.iter().filter(|(_, of)| **of == parent).map(|(process, _)| *process));
        seen += 1;
    }
    members
}
