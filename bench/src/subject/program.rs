//! Location of the readonce binary to measure: the release build. A debug build would measure the missing optimiser.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;

use anyhow::{Context as _, ensure};

/// The sources, from where this tool was built.
const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

/// The folder this tool lies in.
pub(crate) fn beside_this() -> anyhow::Result<PathBuf> {
    let this = std::env::current_exe()?;
    Ok(this.parent().context("this program lies nowhere")?.to_owned())
}

/// The program that was asked for, or the release build, made now if it is missing.
pub(crate) fn find(asked: Option<PathBuf>) -> anyhow::Result<PathBuf> {
    if let Some(program) = asked {
        ensure!(program.is_file(), "{} is not there", program.display());
        return Ok(program.canonicalize()?);
    }
    let program = beside_this()?.with_file_name("release").join("readonce");
    if !program.is_file() {
        eprintln!("{} is not there and is built now, which takes minutes", program.display());
        let manifest = Path::new(ROOT).join("Cargo.toml");
        let status = Command::new("cargo")
            .args(["build", "--release", "--locked", "--bin", "readonce", "--manifest-path"])
            .arg(manifest)
            .status()
            .context("cannot run cargo")?;
        ensure!(status.success() && program.is_file(), "readonce was not built\nhint: --readonce FILE");
    }
    if newest(&Path::new(ROOT).join("src")) > program.metadata()?.modified().ok() {
        eprintln!("warning: {} is older than the sources\nhint: cargo build --release", program.display());
    }
    Ok(program)
}

/// When the newest file below a folder was changed; nothing when there are none, as where only programs were copied.
fn newest(folder: &Path) -> Option<SystemTime> {
    let entries = std::fs::read_dir(folder).ok()?;
    entries
        .flatten()
        .filter_map(|entry| {
            let path = entry.path();
            if path.is_dir() { newest(&path) } else { entry.metadata().ok()?.modified().ok() }
        })
        .max()
}
