//! The second implementation of the stored formats (`tests/decoder`, written from `docs/dev/crypto.md` alone): it finds the page's vectors
//! right, no byte of them can change unnoticed, and it opens what running servers have sealed.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::support::Ran;

mod vectors;
mod worlds;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// `decode.py ARGUMENTS…`
fn decode(arguments: &[&Path]) -> Ran {
    let mut command = Command::new("python3");
    command.env("PYTHONDONTWRITEBYTECODE", "1").env("PYTHONPATH", format!("{ROOT}/target/tools/decoder"));
    command.arg(format!("{ROOT}/tests/decoder/decode.py")).args(arguments);
    let ran = Ran::of(command);
    assert!(
        !ran.stderr.contains("ModuleNotFoundError"),
        "hint: scripts/test installs what it imports: {ran:?}"
    );
    ran
}

fn page() -> String {
    fs::read_to_string(format!("{ROOT}/docs/dev/crypto.md")).unwrap()
}
