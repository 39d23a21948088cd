//! The command line. Results go to stdout, everything said to a person goes to stderr; errors say what, why, and a `hint:`.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::bail;
use clap::{Args, CommandFactory as _, FromArgMatches as _, Parser, Subcommand};

use crate::config::{self, Flags, Loaded};
use say::tell;

mod account;
mod audit;
mod backup;
mod bootstrap;
mod client;
mod clock;
mod doctor;
#[cfg(feature = "import")]
mod import;
mod key;
mod keyring_file;
mod local;
mod logo;
mod mail;
mod mailer;
mod manual;
mod metrics;
mod process;
mod progress;
mod provider;
mod restore;
mod say;
mod serve;
mod store;
mod trail;
mod upgrade;
mod variable;

/// A self-hosted one-time-secret server that speaks the Onetime Secret v1 and v2 APIs.
#[derive(Debug, Parser)]
#[command(name = "readonce", version, about, disable_help_subcommand = true)]
struct Cli {
    #[command(flatten)]
    settings: SettingFlags,
    #[command(subcommand)]
    command: Command,
}

/// Settings that a flag may give; each also has a variable and a line in the configuration file.
#[derive(Args, Debug)]
struct SettingFlags {
    /// Address and port to listen on; port 0 takes a free one
    #[arg(long, global = true, value_name = "ADDRESS:PORT")]
    listen: Option<String>,
    /// The server's public address, as links shall show it; a path is allowed
    #[arg(long, global = true, value_name = "URL")]
    base_url: Option<String>,
    /// Where secrets are kept, such as sqlite:./data/readonce.db
    #[arg(long, global = true, value_name = "URL")]
    store: Option<String>,
    /// The file with the root keys
    #[arg(long, global = true, value_name = "FILE")]
    keyring: Option<String>,
    /// A label for this installation's region, such as eu
    #[arg(long, global = true, value_name = "NAME")]
    region: Option<String>,
    /// The configuration file; ./readonce.toml is read when it is there
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the server; needs nothing, and makes what it needs in ./data
    Serve,
    /// Accounts and their API tokens
    #[command(subcommand)]
    Account(account::Command),
    /// The keyring: root keys that seal what the store keeps
    #[command(subcommand)]
    Key(key::Command),
    /// Emails to recipients that have not been sent
    #[command(subcommand)]
    Mail(mail::Command),
    /// The audit trail
    #[command(subcommand)]
    Audit(audit::Command),
    /// The configuration
    #[command(subcommand)]
    Config(ConfigCommand),
    /// Look at configuration, keyring and store; say what is wrong and what to do
    #[command(after_help = doctor::EXIT_CODES)]
    Doctor(doctor::Arguments),
    /// Copy the store into one file, while servers work on it (SQLite)
    Backup(backup::Arguments),
    /// Put a backup in the store's place; what was read since stays read (SQLite)
    Restore(restore::Arguments),
    /// Move in from an upstream server (v0.18 to v0.26): accounts, open secrets, receipts
    #[cfg(feature = "import")]
    #[command(after_help = import::EXIT_CODES)]
    Import(import::Arguments),
    #[command(flatten)]
    Client(Box<client::Command>),
    /// Print completions for a shell
    Completions(manual::Shell),
    /// Write the manual pages into a folder
    Man(manual::Folder),
}

#[derive(Debug, Subcommand)]
enum ConfigCommand {
    /// Show every setting in force and where it comes from, passwords redacted
    Show,
}

/// Runs the command line. The exit code is 0 for success, 1 for failure, 2 for a wrong call; the client has more codes.
#[must_use]
pub fn run() -> ExitCode {
    process::harden();
    let code = match dispatch(parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // What, why, and last of all what to do.
            let text = error.to_string();
            let (what, hint) = split_hint(&text);
            tell!("error: {what}");
            for cause in causes(&error) {
                tell!("  because: {cause}");
            }
            if let Some(hint) = hint {
                tell!("hint: {hint}");
            }
            client::exit_code(&error)
        }
    };
    say::flush();
    code
}

fn parse() -> Cli {
    let matches = client::without_server_settings(Cli::command()).get_matches();
    Cli::from_arg_matches(&matches).unwrap_or_else(|error| error.exit())
}

fn dispatch(Cli { settings, command }: Cli) -> anyhow::Result<()> {
    match command {
        Command::Serve => serve::run(&load(settings)?),
        Command::Account(command) => account::run(&load(settings)?, command),
        // Touches nothing, so it needs no settings either.
        Command::Key(key::Command::Generate) => key::generate(),
        Command::Key(command) => key::run(&load(settings)?, &command),
        Command::Mail(command) => mail::run(&load(settings)?, &command),
        Command::Audit(command) => audit::run(&load(settings)?, &command),
        Command::Config(ConfigCommand::Show) => {
            let loaded = load(settings)?;
            warn(&loaded);
            say::result(&loaded.show())
        }
        Command::Doctor(arguments) => doctor::run(&load(settings)?, &arguments),
        Command::Backup(arguments) => backup::run(&load(settings)?, &arguments),
        Command::Restore(arguments) => restore::run(&load(settings)?, &arguments),
        #[cfg(feature = "import")]
        Command::Import(arguments) => import::run(&load(settings)?, &arguments),
        Command::Client(command) => client::run(*command),
        Command::Completions(shell) => manual::completions(Cli::command(), &shell),
        Command::Man(folder) => manual::pages(Cli::command(), &folder),
    }
}

fn load(flags: SettingFlags) -> anyhow::Result<Loaded> {
    let flags = Flags {
        listen: flags.listen,
        base_url: flags.base_url,
        store: flags.store,
        keyring: flags.keyring,
        region: flags.region,
        config: flags.config,
    };
    Ok(config::load(&flags, config::process_environment()?, &std::env::current_dir()?)?)
}

/// The causes of an error, from the nearest on. Libraries that wrap an error often say the same once more: once will do.
fn causes(error: &anyhow::Error) -> Vec<String> {
    let mut causes: Vec<_> = error.chain().skip(1).map(ToString::to_string).collect();
    causes.dedup();
    causes
}

/// What an error's text says, and the `hint:` behind it.
fn split_hint(text: &str) -> (&str, Option<&str>) {
    text.split_once("\nhint: ").map_or((text, None), |(what, hint)| (what, Some(hint)))
}

/// An error with its causes in one line, and the `hint:` of its text.
fn what_and_hint(error: &anyhow::Error) -> (String, Option<String>) {
    let text = error.to_string();
    let (what, hint) = split_hint(&text);
    let mut text = what.to_owned();
    for cause in error.chain().skip(1).map(ToString::to_string) {
        // Some errors say their cause themselves.
        if !text.ends_with(&cause) {
            text = format!("{text}: {cause}");
        }
    }
    (text, hint.map(str::to_owned))
}

/// Refuses to create a store where an existing one is meant: a call from another folder leaves no trace.
fn need_store(loaded: &Loaded) -> anyhow::Result<()> {
    if let Some(path) = loaded.settings.store.url.sqlite_path()
        && !path.exists()
    {
        bail!(
            "there is no store at `{}`\nhint: run this in the server's folder, or name the server's `--store` or `--config`",
            path.display()
        );
    }
    Ok(())
}

/// Says what an operator should know and no error is.
fn warn(loaded: &Loaded) {
    for warning in &loaded.warnings {
        tell!("warning: {warning}");
    }
}

#[cfg(test)]
mod tests {
    use super::causes;

    #[test]
    fn a_cause_that_says_the_same_as_the_one_before_is_shown_once() {
        let error = anyhow::anyhow!("refused").context("refused").context("no answer").context("no store");
        assert_eq!(causes(&error), ["no answer", "refused"]);
        assert!(causes(&anyhow::anyhow!("alone")).is_empty());
    }
}
