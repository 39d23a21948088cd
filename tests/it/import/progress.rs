//! How far it is, for people at a terminal.

use super::old::{OldServer, Recorded};
use crate::support::{Home, Ran};

#[test]
fn a_bar_is_shown_on_a_terminal_and_nowhere_else() {
    let old = OldServer::of(Recorded::one());
    let home = Home::new();
    let piped = old.import_into(&home, &["--dry-run"]).succeeded();
    assert!(!piped.stderr.contains("importing"), "{piped:?}");
    let program = env!("CARGO_BIN_EXE_readonce");
    let command = format!("{program} import {} --secret-file secret", old.url());
    let ran = Ran::of(home.shell(&format!("script -qec \"{command}\" /dev/null"))).succeeded();
    assert!(ran.stdout.contains("importing [") && ran.stdout.contains("100 %"), "{ran:?}");
    assert!(ran.stdout.contains("secrets: 11 taken over"), "{ran:?}");
}
