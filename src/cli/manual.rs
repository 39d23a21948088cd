//! `readonce completions` and `readonce man`: shell completions and the man page, generated from the command's definition,
//! so that neither can name what the command does not have. The Debian package ships what these two write.

use std::path::PathBuf;

use anyhow::Context as _;
use clap::{Args, Command};

use super::say;

#[derive(Args, Debug)]
pub(super) struct Shell {
    /// The shell to complete in
    shell: clap_complete::Shell,
}

#[derive(Args, Debug)]
pub(super) struct Folder {
    /// The folder to write into; it has to be there
    folder: PathBuf,
}

pub(super) fn completions(mut command: Command, shell: &Shell) -> anyhow::Result<()> {
    let name = command.get_name().to_owned();
    let mut script = Vec::new();
    clap_complete::generate(shell.shell, &mut command, name, &mut script);
    say::result(&String::from_utf8(script)?)
}

/// One page for the command and one for each command below it.
pub(super) fn pages(command: Command, folder: &Folder) -> anyhow::Result<()> {
    clap_mangen::generate_to(command, &folder.folder).with_context(|| {
        format!(
            "cannot write manual pages into `{}`\nhint: is that a folder you may write to?",
            folder.folder.display()
        )
    })
}
