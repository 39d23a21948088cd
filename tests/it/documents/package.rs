//! The Debian package: what its documents lead to is in it.

use std::collections::BTreeSet;
use std::path::{Component, Path, PathBuf};

use super::{documents, read, root};

/// Where the package puts a file of the repository, by its folder or name.
fn packed() -> Vec<(String, String)> {
    let manifest = read("Cargo.toml");
    let assets = manifest.split_once("assets = [\n").unwrap().1.split_once("\n]").unwrap().0;
    assets
        .lines()
        .map(|line| line.split('"').collect::<Vec<_>>())
        .map(|parts| (parts[1].to_owned(), parts[3].to_owned()))
        .collect()
}

/// Whether an asset takes this file in, and keeps it where links expect it: the package's folder is the repository's root.
fn has(assets: &[(String, String)], file: &Path) -> bool {
    assets.iter().any(|(source, target)| {
        let taken = match source.split_once('*') {
            Some((folder, ending)) => {
                file.parent() == Some(Path::new(folder.trim_end_matches('/')))
                    && file.to_str().unwrap().ends_with(ending)
            }
            None => Path::new(source) == file,
        };
        let place = Path::new("usr/share/doc/readonce").join(file.parent().unwrap());
        taken && Path::new(target.trim_end_matches('/')) == place
    })
}

fn is_markdown(name: &str) -> bool {
    Path::new(name).extension().is_some_and(|kind| kind == "md")
}

/// `docs/../deploy/nginx` is `deploy/nginx`.
fn plain(path: &Path) -> PathBuf {
    path.components().fold(PathBuf::new(), |mut plain, part| {
        match part {
            Component::ParentDir => drop(plain.pop()),
            part => plain.push(part),
        }
        plain
    })
}

#[test]
fn what_its_documents_lead_to_is_in_it() {
    let assets = packed();
    let mut followed = 0;
    let mut missing = BTreeSet::new();
    for (name, text) in
        documents().into_iter().filter(|(name, _)| has(&assets, Path::new(name)) && is_markdown(name))
    {
        for target in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let target = target.split('#').next().unwrap();
            if target.is_empty() || target.contains("://") {
                continue;
            }
            let path = plain(&Path::new(&name).parent().unwrap().join(target));
            // For those who work on the source, who have it.
            let of_the_source = ["src", "tests", "bench", "scripts", "CONTRIBUTING.md", "docs/dev"]
                .iter()
                .any(|own| path.starts_with(own));
            if of_the_source {
                continue;
            }
            followed += 1;
            let full = root().join(&path);
            let there = if full.is_dir() {
                std::fs::read_dir(&full)
                    .unwrap()
                    .all(|file| has(&assets, &path.join(file.unwrap().file_name())))
            } else {
                has(&assets, &path)
            };
            if !there {
                missing.insert(format!("{name}: {}", path.display()));
            }
        }
    }
    assert!(followed > 50, "only {followed} links were found");
    assert!(missing.is_empty(), "{missing:#?}");
}
