//! What a program does to a disk.

use std::collections::BTreeMap;
use std::path::Path;

use super::{Change, Content, Disk, File, Folder, Node, PAGE};
use crate::power::calls::Deed;
use crate::power::versions::Versions;

impl Disk {
    /// Does what a program had done.
    pub(super) fn make(&mut self, deed: &Deed) {
        match deed {
            Deed::Open { path, creates, empties } => {
                let Some(below) = self.inside(path) else { return };
                let found = self.find(&below).filter(|_| !self.gone.contains_key(&below));
                match found {
                    Some(node) if *empties => self.truncate(node, 0),
                    None if *creates => {
                        self.gone.remove(&below);
                        let node = self
                            .add(Content::File(File { length: Versions::sure(0), pages: BTreeMap::new() }));
                        let (folder, name) = self.named(&below);
                        self.change(folder, vec![(name, Some(node))]);
                    }
                    _ => {}
                }
            }
            Deed::Write { file, at, bytes } => {
                let Some(below) = self.inside(file) else { return };
                let node = self
                    .find(&below)
                    .unwrap_or_else(|| panic!("a write to {}, which nobody made", below.display()));
                // A file that is written from its beginning, in pieces.
                let at = at.unwrap_or(*self.file(node).length.now());
                self.write(node, at, bytes);
            }
            Deed::Length { file, bytes } => {
                let Some(below) = self.inside(file) else { return };
                let node = self
                    .find(&below)
                    .unwrap_or_else(|| panic!("{} is cut, and nobody made it", below.display()));
                self.truncate(node, *bytes);
            }
            Deed::Rename { from, to } => {
                let (Some(from), Some(to)) = (self.inside(from), self.inside(to)) else { return };
                let node = self.find(&from).unwrap();
                let ((folder, old), (other, new)) = (self.named(&from), self.named(&to));
                assert_eq!(folder, other, "{} is renamed into another folder", from.display());
                self.note_gone(&to);
                self.change(folder, vec![(old, None), (new, Some(node))]);
                self.gone.remove(&to);
            }
            Deed::Link { from, to } => {
                let (Some(from), Some(to)) = (self.inside(from), self.inside(to)) else { return };
                let node = self.find(&from).unwrap();
                let (folder, name) = self.named(&to);
                self.change(folder, vec![(name, Some(node))]);
                self.gone.remove(&to);
            }
            Deed::Remove { path } => {
                let Some(below) = self.inside(path) else { return };
                self.note_gone(&below);
                let (folder, name) = self.named(&below);
                self.change(folder, vec![(name, None)]);
            }
            Deed::Folder { path } => {
                let Some(below) = self.inside(path) else { return };
                let node = self.add(Content::Folder(Folder::default()));
                let (folder, name) = self.named(&below);
                self.change(folder, vec![(name, Some(node))]);
            }
            Deed::Unknown(call) => {
                let root = self.root.to_str().unwrap();
                assert!(!call.contains(root), "the model of a disk does not know {call}");
            }
            Deed::Sync { .. } | Deed::Sent(_) | Deed::Received(_) | Deed::Said(_) => {}
        }
    }

    fn note_gone(&mut self, below: &Path) {
        if let Some(node) = self.find(below) {
            self.gone.insert(below.to_owned(), node);
        }
    }

    fn write(&mut self, node: Node, at: u64, bytes: &[u8]) {
        let file = self.file(node);
        let (mut at, mut left) = (at, bytes);
        while !left.is_empty() {
            let (place, from) = (at / PAGE as u64, usize::try_from(at % PAGE as u64).unwrap());
            let (now, later) = left.split_at(left.len().min(PAGE - from));
            let page = file.pages.entry(place).or_insert_with(|| Versions::sure(None));
            let mut changed = page.now().as_deref().map_or_else(|| vec![0; PAGE], <[u8]>::to_vec);
            changed[from..from + now.len()].copy_from_slice(now);
            page.push(Some(changed.into()));
            (at, left) = (at + now.len() as u64, later);
        }
        if at > *file.length.now() {
            file.length.push(at);
        }
    }

    fn truncate(&mut self, node: Node, bytes: u64) {
        let file = self.file(node);
        let (last, kept) = (bytes / PAGE as u64, usize::try_from(bytes % PAGE as u64).unwrap());
        for (place, page) in file.pages.range_mut(last..) {
            if let Some(content) = page.now().clone() {
                let kept = if *place == last { kept } else { 0 };
                let mut cut = content.to_vec();
                cut[kept..].fill(0);
                page.push(Some(cut.into()));
            }
        }
        file.length.push(bytes);
    }

    fn change(&mut self, folder: Node, change: Change) {
        let folder = self.folder(folder);
        for (name, node) in &change {
            match node {
                Some(node) => folder.now.insert(name.clone(), *node),
                None => folder.now.remove(name),
            };
        }
        folder.since.push(change);
    }
}
