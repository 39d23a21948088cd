//! The client: `readonce share`, `get` and the others, for any v1 server.
//!
//! One file per verb; below them [`server`] sends requests with the right credentials, [`answer`] maps responses to
//! errors, and [`wire`] parses them. The trap: a secret is given out once, so whatever can fail without asking the
//! server (a key that is none, an output that takes nothing) has to fail before it is asked, and what asked is never
//! repeated by itself.

use clap::Subcommand;
use clap::builder::TypedValueParser as _;

pub(super) use error::exit_code;

mod address;
pub(in crate::cli) mod agent;
mod answer;
mod burn;
mod certificate_fault;
mod certificates;
mod created;
mod credentials;
mod error;
mod fetch;
mod form;
mod generate;
mod get;
mod hidden;
mod input;
mod link;
mod options;
mod passphrase;
mod prompt;
mod proxy;
mod receipt;
mod recent;
mod server;
mod share;
mod sink;
mod status;
mod target;
pub(super) mod ttl;
mod variables;
mod wire;

/// What scripts go by, shown by `--help`.
const EXIT_CODES: &str = "\
Exit code:
  0  done
  1  failure, such as an output that cannot be written
  2  a wrong call
  3  gone: unknown, read, burned or expired; or a wrong passphrase, which the server tells apart for burn only
  4  wrong passphrase
  5  refused: credentials, limits, or something the server does not take
  6  unreachable, or unavailable by its own word; nothing has happened
  7  asked, and the outcome is unknown: it may have happened";

/// The same for `receipt`, which can wait.
const EXIT_CODES_OF_WAITING: &str = "\
Exit code:
  0  done; with --wait: it was read
  1  failure, such as an output that cannot be written
  2  a wrong call
  3  gone: there is no such receipt, or no longer
  5  refused: credentials, limits, or something the server does not take
  6  unreachable or unavailable
  8  with --wait: burned before it was read
  9  with --wait: expired before it was read
  10  with --timeout: still unread";

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Share a secret, and print the link that reads it once
    #[command(after_help = EXIT_CODES)]
    Share(share::Arguments),
    /// Let the server make up a password and share it
    #[command(after_help = EXIT_CODES)]
    Generate(generate::Arguments),
    /// Read a secret, which is gone then, and write it out byte for byte
    #[command(after_help = EXIT_CODES)]
    Get(get::Arguments),
    /// Show what became of a secret, or wait until it is read
    #[command(after_help = EXIT_CODES_OF_WAITING)]
    Receipt(receipt::Arguments),
    /// Destroy a secret unread
    #[command(after_help = EXIT_CODES)]
    Burn(burn::Arguments),
    /// List what the account shared lately
    #[command(after_help = EXIT_CODES)]
    Recent(recent::Arguments),
    /// Ask a v1 server whether it is up
    Status(status::Arguments),
}

/// Runs a verb.
pub(super) fn run(command: Command) -> anyhow::Result<()> {
    match command {
        Command::Share(arguments) => share::run(&arguments),
        Command::Generate(arguments) => generate::run(&arguments),
        Command::Get(arguments) => get::run(&arguments),
        Command::Receipt(arguments) => receipt::run(&arguments),
        Command::Burn(arguments) => burn::run(&arguments),
        Command::Recent(arguments) => recent::run(&arguments),
        Command::Status(arguments) => status::run(arguments),
    }
}

/// Keeps the server's settings out of the client's help, and refuses them there: `--store` does nothing for a client, and
/// whoever gives it expects something. `status` always took them, and still does.
pub(super) fn without_server_settings(mut whole: clap::Command) -> clap::Command {
    let settings: Vec<_> = whole.get_arguments().filter(|arg| arg.is_global_set()).cloned().collect();
    for verb in ["share", "generate", "get", "receipt", "burn", "recent", "status"] {
        whole = whole.mut_subcommand(verb, |mut command| {
            for setting in &settings {
                let mut hidden = setting.clone().global(false).hide(true);
                if verb != "status" {
                    hidden = hidden.value_parser(clap::builder::StringValueParser::new().try_map(refused));
                }
                command = command.arg(hidden);
            }
            command
        });
    }
    whole
}

fn refused(_: String) -> Result<String, &'static str> {
    Err("this is a setting of the server; the client has --url")
}
