//! A disk as POSIX promises it, and no better: the content of a file is sure after a sync of the file, its name after a sync of
//! its folder, and of everything else each part may be there or not.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::calls::{Deed, Step};
use super::versions::Versions;

mod changes;

/// What a kernel writes at once.
pub(super) const PAGE: usize = 4096;

/// A page's content; `None` where nothing was ever written.
pub(super) type Page = Option<Arc<[u8]>>;

/// A file or folder, whatever its names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Node(usize);

#[derive(Clone, Debug)]
pub(super) enum Content {
    File(File),
    Folder(Folder),
}

#[derive(Clone, Debug)]
pub(super) struct File {
    pub(super) length: Versions<u64>,
    pub(super) pages: BTreeMap<u64, Versions<Page>>,
}

/// Names, as they are sure to be, and the changes since, each whole or not at all.
#[derive(Clone, Debug, Default)]
pub(super) struct Folder {
    pub(super) sure: BTreeMap<String, Node>,
    pub(super) since: Vec<Change>,
    now: BTreeMap<String, Node>,
    first: usize,
}

/// What names lead to from now on.
pub(super) type Change = Vec<(String, Option<Node>)>;

/// What a sync that has begun will have made sure.
#[derive(Clone, Debug)]
enum Covered {
    File { node: Node, length: usize, pages: Vec<(u64, usize)> },
    Folder { node: Node, changes: usize },
}

#[derive(Clone, Debug)]
pub(super) struct Disk {
    root: PathBuf,
    nodes: Vec<Content>,
    /// What had a name that it has no more, and may still be open.
    gone: HashMap<PathBuf, Node>,
    syncing: HashMap<usize, Covered>,
}

/// The root.
pub(super) const ROOT: Node = Node(0);

impl Disk {
    /// What is below `root` now, all of it sure.
    pub(super) fn of(root: &Path) -> Self {
        let root = root.canonicalize().unwrap();
        let mut disk = Self {
            root: root.clone(),
            nodes: vec![Content::Folder(Folder::default())],
            gone: HashMap::new(),
            syncing: HashMap::new(),
        };
        disk.read(&root, ROOT, &mut HashMap::new());
        disk
    }

    fn read(&mut self, folder: &Path, into: Node, known: &mut HashMap<u64, Node>) {
        for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
            let (path, name) = (entry.path(), entry.file_name().into_string().unwrap());
            let number = entry.metadata().unwrap().ino();
            let node = known.get(&number).copied().unwrap_or_else(|| {
                let node = if path.is_dir() {
                    self.add(Content::Folder(Folder::default()))
                } else {
                    let bytes = fs::read(&path).unwrap();
                    let page = |(place, bytes): (usize, &[u8])| {
                        let mut page = vec![0; PAGE];
                        page[..bytes.len()].copy_from_slice(bytes);
                        (place as u64, Versions::sure(Some(page.into())))
                    };
                    let pages = bytes.chunks(PAGE).enumerate().map(page).collect();
                    self.add(Content::File(File { length: Versions::sure(bytes.len() as u64), pages }))
                };
                known.insert(number, node);
                node
            });
            let names = self.folder(into);
            names.sure.insert(name.clone(), node);
            names.now.insert(name, node);
            if path.is_dir() {
                self.read(&path, node, known);
            }
        }
    }

    fn add(&mut self, content: Content) -> Node {
        self.nodes.push(content);
        Node(self.nodes.len() - 1)
    }

    pub(super) fn content(&self, node: Node) -> &Content {
        &self.nodes[node.0]
    }

    fn folder(&mut self, node: Node) -> &mut Folder {
        match &mut self.nodes[node.0] {
            Content::Folder(folder) => folder,
            Content::File(_) => panic!("a file in the place of a folder"),
        }
    }

    fn file(&mut self, node: Node) -> &mut File {
        match &mut self.nodes[node.0] {
            Content::File(file) => file,
            Content::Folder(_) => panic!("a folder in the place of a file"),
        }
    }

    /// Below the root; `None` for what is elsewhere.
    pub(super) fn inside(&self, path: &Path) -> Option<PathBuf> {
        let path = if path.is_absolute() { path.to_owned() } else { self.root.join(path) };
        let below = path.strip_prefix(&self.root).ok()?;
        Some(below.components().filter(|part| part.as_os_str() != ".").collect())
    }

    /// What has this name for a program, or had it last.
    pub(super) fn find(&self, below: &Path) -> Option<Node> {
        let mut node = ROOT;
        for part in below.components() {
            let Content::Folder(folder) = self.content(node) else { return None };
            match folder.now.get(part.as_os_str().to_str().unwrap()) {
                Some(found) => node = *found,
                None => return self.gone.get(below).copied(),
            }
        }
        Some(node)
    }

    /// The folder of a path, and its name there.
    fn named(&self, below: &Path) -> (Node, String) {
        let folder =
            self.find(below.parent().unwrap()).unwrap_or_else(|| panic!("no folder for {}", below.display()));
        (folder, below.file_name().unwrap().to_str().unwrap().to_owned())
    }

    /// A step of the program's: a sync covers what was done when it began, everything else happens when it is over.
    pub(super) fn apply(&mut self, step: &Step) {
        let Step { number, begins, call, .. } = step;
        match &call.deed {
            Deed::Sync { file } if *begins => {
                let found = self.inside(file).map(|below| {
                    self.find(&below)
                        .unwrap_or_else(|| panic!("{} is synced, and nobody made it", file.display()))
                });
                if let Some(node) = found {
                    let covered = self.covered(node);
                    self.syncing.insert(*number, covered);
                }
            }
            Deed::Sync { .. } => {
                if let Some(covered) = self.syncing.remove(number) {
                    self.settle(covered, call.done);
                }
            }
            deed if !*begins && call.done => self.make(deed),
            _ => {}
        }
    }

    fn covered(&mut self, node: Node) -> Covered {
        match &self.nodes[node.0] {
            Content::File(File { length, pages }) => Covered::File {
                node,
                length: length.mark(),
                pages: pages.iter().map(|(place, page)| (*place, page.mark())).collect(),
            },
            Content::Folder(folder) => Covered::Folder { node, changes: folder.first + folder.since.len() },
        }
    }

    fn settle(&mut self, covered: Covered, done: bool) {
        match covered {
            Covered::File { node, length, pages } => {
                let file = self.file(node);
                if done {
                    file.length.settle(length);
                    for (place, mark) in pages {
                        file.pages.get_mut(&place).unwrap().settle(mark);
                    }
                } else {
                    // The length is in the file system's own log, which is kept for the next sync.
                    file.pages.values_mut().for_each(Versions::give_up);
                }
            }
            Covered::Folder { node, changes } => {
                let folder = self.folder(node);
                let synced = if done { changes.saturating_sub(folder.first) } else { 0 };
                for change in folder.since.drain(..synced).collect::<Vec<_>>() {
                    apply(&mut folder.sure, &change);
                }
                folder.first += synced;
            }
        }
    }

    /// What is sure to have this name.
    pub(super) fn find_for_sure(&self, below: &Path) -> Option<Node> {
        below.components().try_fold(ROOT, |node, part| match self.content(node) {
            Content::Folder(folder) => folder.sure.get(part.as_os_str().to_str().unwrap()).copied(),
            Content::File(_) => None,
        })
    }

    pub(super) fn is_content_sure(&self, node: Node) -> bool {
        match self.content(node) {
            Content::File(file) => file.length.is_sure() && file.pages.values().all(Versions::is_sure),
            Content::Folder(_) => true,
        }
    }
}

/// Makes a change of names.
pub(super) fn apply(names: &mut BTreeMap<String, Node>, change: &Change) {
    for (name, node) in change {
        match node {
            Some(node) => names.insert(name.clone(), *node),
            None => names.remove(name),
        };
    }
}
