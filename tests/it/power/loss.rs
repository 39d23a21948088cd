//! What is on a disk after the power is gone: what was synced, and of everything else this or that.

use std::collections::{BTreeMap, HashMap};
use std::fs::{self, DirBuilder, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::Path;

use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};

use super::disk::{self, Content, Disk, File, Node, PAGE};
use super::versions::Versions;

/// How much of what was not synced is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Spared {
    Nothing,
    Everything,
    /// Each change of names or none, and of each page any content that it had.
    Any,
    /// The same for each sector of 512 bytes.
    Torn,
    /// The same, and where a file became longer and nothing was written yet, what was on the disk before.
    TornOverOldBytes,
}

pub(super) const ALL: [Spared; 5] =
    [Spared::Nothing, Spared::Everything, Spared::Any, Spared::Torn, Spared::TornOverOldBytes];

/// What a disk that is not new has where nobody wrote.
const OLD: u8 = 0xa5;

/// A disk after a power loss.
#[derive(Debug)]
pub(super) struct Loss<'a> {
    disk: &'a Disk,
    spared: Spared,
    random: StdRng,
}

impl<'a> Loss<'a> {
    pub(super) fn of(disk: &'a Disk, spared: Spared, seed: u64) -> Self {
        Self { disk, spared, random: StdRng::seed_from_u64(seed) }
    }

    /// Writes what is left into an empty folder.
    pub(super) fn write_into(mut self, folder: &Path) {
        self.write(disk::ROOT, folder, &mut HashMap::new());
    }

    fn write(&mut self, node: Node, folder: &Path, written: &mut HashMap<Node, std::path::PathBuf>) {
        for (name, node) in self.names(node) {
            let path = folder.join(name);
            match self.disk.content(node) {
                Content::Folder(_) => {
                    DirBuilder::new().mode(0o700).create(&path).unwrap();
                    self.write(node, &path, written);
                }
                Content::File(_) if written.contains_key(&node) => {
                    fs::hard_link(&written[&node], path).unwrap();
                }
                Content::File(file) => {
                    let bytes = self.bytes(file);
                    let mut file =
                        OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path).unwrap();
                    file.write_all(&bytes).unwrap();
                    written.insert(node, path);
                }
            }
        }
    }

    /// In no order of their own: what is made first in a file system is of no account.
    fn names(&mut self, node: Node) -> BTreeMap<String, Node> {
        let Content::Folder(folder) = self.disk.content(node) else {
            panic!("a file in the place of a folder")
        };
        let mut names = folder.sure.clone();
        for change in &folder.since {
            if self.is_spared() {
                disk::apply(&mut names, change);
            }
        }
        names
    }

    fn is_spared(&mut self) -> bool {
        match self.spared {
            Spared::Nothing => false,
            Spared::Everything => true,
            _ => self.random.random_bool(0.5),
        }
    }

    fn bytes(&mut self, file: &File) -> Vec<u8> {
        let length = usize::try_from(*self.one_of(&file.length)).unwrap();
        let old = if self.spared == Spared::TornOverOldBytes { OLD } else { 0 };
        let mut bytes = vec![old; length.next_multiple_of(PAGE)];
        for (place, page) in &file.pages {
            let from = usize::try_from(*place).unwrap() * PAGE;
            let Some(into) = bytes.get_mut(from..from + PAGE) else { break };
            let sector = match self.spared {
                Spared::Torn | Spared::TornOverOldBytes => 512,
                _ => PAGE,
            };
            for (number, into) in into.chunks_mut(sector).enumerate() {
                if let Some(content) = self.one_of(page) {
                    into.copy_from_slice(&content[number * sector..][..into.len()]);
                }
            }
        }
        bytes.truncate(length);
        bytes
    }

    fn one_of<'v, T: Clone>(&mut self, versions: &'v Versions<T>) -> &'v T {
        let mut all = versions.all();
        let place = match self.spared {
            Spared::Nothing => 0,
            Spared::Everything => all.len() - 1,
            _ => self.random.random_range(0..all.len()),
        };
        all.nth(place).expect("one of them")
    }
}
