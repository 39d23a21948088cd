//! What the command says of itself, pinned: scripts and people rely on it.

use std::process::Command;

mod keys;

fn said(arguments: &[&str]) -> (i32, String, String) {
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_readonce"));
    let names = std::env::vars().map(|(name, _)| name).filter(|name| name.starts_with("READONCE_"));
    for name in names {
        command.env_remove(name);
    }
    let output = command.args(arguments).current_dir(folder.path()).output().unwrap();
    (
        output.status.code().unwrap(),
        String::from_utf8(output.stdout).unwrap(),
        String::from_utf8(output.stderr).unwrap(),
    )
}

#[test]
fn help_tells_the_commands() {
    let (code, help, _) = said(&["--help"]);
    assert_eq!(code, 0);
    assert_eq!(help, include_str!("help.txt"));
    for (command, expected) in [
        ("account", include_str!("help-account.txt")),
        ("key", include_str!("help-key.txt")),
        ("backup", include_str!("help-backup.txt")),
        ("restore", include_str!("help-restore.txt")),
        ("import", include_str!("help-import.txt")),
    ] {
        assert_eq!(said(&[command, "--help"]).1, expected, "{command}");
    }
}

#[test]
fn a_wrong_call_is_told_apart_from_a_failure() {
    let (code, _, stderr) = said(&["serv"]);
    assert_eq!(code, 2);
    assert!(stderr.contains("serve"), "{stderr}");
    let (code, stdout, stderr) = said(&["account", "create", "no-address"]);
    assert_eq!((code, stdout.as_str()), (1, ""));
    assert!(stderr.ends_with("error: `no-address` is not an e-mail address\n"), "{stderr}");
}

#[test]
fn a_fresh_key_is_one_line_and_touches_nothing() {
    let (code, first, stderr) = said(&["key", "generate"]);
    let (_, second, _) = said(&["key", "generate"]);
    assert_eq!((code, stderr.as_str()), (0, ""));
    assert_ne!(first, second);
    assert!(readonce::vault::Keyring::parse(&first).is_ok());
}
