//! Programs of Debian's packages, as Debian sets them up, in a root of their own (`debian.sh` beside this file).

use std::fs::{self, File};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

use super::skipped;

/// A script and all that it started. Dropped, it has ended.
pub(crate) struct Debian {
    process: Child,
    shared: TempDir,
}

impl Debian {
    /// Runs a script beside the packages that `scripts/test` installed under this name; `None`, and a word about it, where
    /// nothing may be mounted.
    pub(crate) fn run(name: &str, script: &str, arguments: &[&str]) -> Option<Self> {
        let may = Command::new("unshare").args(["--mount", "--pid", "--fork", "true"]).output().unwrap();
        if !may.status.success() {
            skipped(&format!("no root of its own for {name}: {}", String::from_utf8_lossy(&may.stderr)));
            return None;
        }
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let packages = root.join("target/tools").join(name);
        assert!(
            packages.join("installed").exists(),
            "no {name}\nhint: scripts/test says how it is installed"
        );
        let shared = tempfile::tempdir().unwrap();
        let said = File::create(shared.path().join("said")).unwrap();
        let process = Command::new(root.join("tests/it/support/debian.sh"))
            .arg("run")
            .args([packages.as_path(), shared.path()])
            .args([script, name])
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(said.try_clone().unwrap())
            .stderr(said)
            .spawn()
            .unwrap();
        Some(Self { process, shared })
    }

    /// The folder that is its `/mnt`.
    pub(crate) fn shared(&self) -> &Path {
        self.shared.path()
    }

    /// A file of that folder; empty as long as it is not there. `said` is what the script said.
    pub(crate) fn file(&self, name: &str) -> String {
        let bytes = fs::read(self.shared().join(name)).unwrap_or_default();
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

impl Drop for Debian {
    fn drop(&mut self) {
        drop(self.process.stdin.take()); // which ends it
        drop(self.process.wait());
        if std::thread::panicking() {
            eprintln!("--- what was said beside Debian's packages\n{}", self.file("said"));
        }
    }
}
