//! `readonce import`: imports from an upstream server's Redis (docs/moving-from-onetimesecret.md).

use std::fmt::Write as _;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, bail};
use clap::{Args, ValueEnum};
use zeroize::Zeroizing;

use super::bootstrap::{Opened, open};
use super::say::{self, tell};
use super::variable::{self, VariableError};
use super::{clock, progress, warn};
use crate::config::Loaded;
use crate::domain::address::{RedisUrl, Topology};
use crate::domain::text::STRAY_END_HINT;
use crate::domain::{Clock as _, SystemClock};
use crate::import::{Import, Old, Only, Report};
use crate::store::redis::{TlsFiles, foreign};
use crate::vault::{HashPool, Keyring, UpstreamSecret, Vault};

/// What scripts go by, shown by `--help`.
pub(super) const EXIT_CODES: &str = "Exit code:
  0  everything was taken over, or skipped because nothing is lost by it
  1  something was not taken over, and the report says why; or it could not be done
  2  a wrong call";

#[derive(Args, Debug)]
pub(super) struct Arguments {
    /// The old server's Redis, such as `redis://HOST:6379`; it is only read. With a password in it, every user of this machine
    /// can read that here, and the shell keeps it: prefer --source-file or --source-env
    #[arg(value_name = "SOURCE_URL", conflicts_with_all = ["source_file", "source_env"])]
    source: Option<String>,
    /// A file with its address, such as `redis://:PASSWORD@HOST:6379`; `-` is stdin
    #[arg(long, value_name = "FILE", conflicts_with = "source_env")]
    source_file: Option<PathBuf>,
    /// The environment variable that holds its address
    #[arg(long, value_name = "NAME")]
    source_env: Option<String>,
    /// A file with the old server's secret (`SECRET`, or `site: secret:`); an empty one when it had none
    #[arg(long, value_name = "FILE", conflicts_with = "secret_env")]
    secret_file: Option<PathBuf>,
    /// The environment variable that holds it
    #[arg(long, value_name = "NAME")]
    secret_env: Option<String>,
    /// Read and check everything, and write nothing
    #[arg(long)]
    dry_run: bool,
    /// Take over one part alone
    #[arg(long, value_name = "PART")]
    only: Option<Part>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Part {
    /// Accounts, their tokens and lists of recent shares
    Accounts,
    /// Secrets that can be read, with their receipts
    Secrets,
    /// Receipts of secrets that have ended
    Metadata,
}

impl From<Part> for Only {
    fn from(part: Part) -> Self {
        match part {
            Part::Accounts => Self::Accounts,
            Part::Secrets => Self::Secrets,
            Part::Metadata => Self::Metadata,
        }
    }
}

pub(super) fn run(loaded: &Loaded, arguments: &Arguments) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    warn(loaded);
    clock::now()?; // or everything had expired, or lived for ever
    let url = RedisUrl::parse(&source(arguments)?).context("the source cannot be used")?;
    if arguments.source.is_some() && url.credentials().is_some() {
        tell!(
            "warning: the old server's password is on the command line, where every user of this machine can read it\n\
             hint: --source-file, or --source-env"
        );
    }
    if !matches!(url.topology(), Topology::Single(_)) {
        bail!(
            "the source is not one server\nhint: `redis://[USER:PASSWORD@]HOST:PORT`; an upstream server has one"
        );
    }
    let only = arguments.only.map(Only::from);
    let needs_secret = only.is_none_or(|only| only == Only::Secrets);
    let secret = secret(arguments, needs_secret)?;
    let tls = &loaded.settings.redis;
    let tls = TlsFiles { ca: tls.ca_file.clone(), cert: tls.cert_file.clone(), key: tls.key_file.clone() };
    let source = foreign(url, &tls)?;
    let old = runtime.block_on(Old::open(&source))?;
    let is_checked = !needs_secret || runtime.block_on(Import::check_secret(&old, &secret))?;
    // Only now: with a wrong secret, nothing is made and nothing written.
    let opened = if arguments.dry_run { None } else { Some(runtime.block_on(target(loaded))?) };
    let import = Import {
        store: opened.as_ref().map(|opened| Arc::clone(&opened.store)),
        vault: match &opened {
            Some(opened) => Arc::clone(&opened.vault),
            None => Arc::new(Vault::new(Keyring::generate(SystemClock.now()), HashPool::new(12))),
        },
        secret,
        plans: loaded.settings.plans.keys().cloned().collect(),
        clock: Arc::new(SystemClock),
    };
    let ran = progress::with_bar("importing", |progress| runtime.block_on(import.run(&old, only, progress)));
    if let Some(opened) = &opened {
        runtime.block_on(opened.service.maintenance().close());
    }
    let report = ran?;
    say::result(&text(&report, arguments.dry_run))?;
    advise(&report, is_checked);
    match report.lost() {
        0 => Ok(()),
        1 => bail!(
            "one record was not taken over\nhint: the report says why; run the import again when that is mended"
        ),
        lost => bail!(
            "{lost} records were not taken over\nhint: the report says why; run the import again when that is mended"
        ),
    }
}

/// The store and the keyring that take it over, made if need be.
async fn target(loaded: &Loaded) -> anyhow::Result<Opened> {
    let opened = open(loaded).await?;
    for sentence in &opened.made {
        tell!("{sentence}");
    }
    Ok(opened)
}

fn secret(arguments: &Arguments, is_needed: bool) -> anyhow::Result<UpstreamSecret> {
    let text = match (&arguments.secret_file, &arguments.secret_env) {
        (Some(file), _) => read(file, "secret")?,
        (None, Some(name)) => from_variable(
            name,
            "`--secret-file FILE` reads a file, an empty one for a server without a secret",
        )?,
        (None, None) if is_needed => bail!(
            "secrets cannot be opened without the old server's secret\nhint: `--secret-file FILE` or `--secret-env NAME`, with \
             `SECRET` of the old server's environment or `site: secret:` of its etc/config.yaml; `--only accounts` and \
             `--only metadata` need none"
        ),
        (None, None) => Zeroizing::default(),
    };
    Ok(UpstreamSecret::new(text))
}

/// The old server's address, from wherever the call says.
fn source(arguments: &Arguments) -> anyhow::Result<Zeroizing<String>> {
    match (&arguments.source, &arguments.source_file, &arguments.source_env) {
        (Some(address), ..) => Ok(Zeroizing::new(address.clone())),
        (None, Some(file), _) => read(file, "address"),
        (None, None, Some(name)) => from_variable(name, "`--source-file FILE` reads a file"),
        (None, None, None) => bail!(
            "nothing says where the old server's Redis is\nhint: `--source-file FILE` or `--source-env NAME`, with \
             `redis://:PASSWORD@HOST:6379`; one without a password may be on the command line"
        ),
    }
}

/// What a variable holds, as it is: one that is empty, or has a blank or a line end around it, is not what was meant.
fn from_variable(name: &str, otherwise: &str) -> anyhow::Result<Zeroizing<String>> {
    match variable::read(name) {
        Ok(Some(text)) => Ok(Zeroizing::new(text)),
        Ok(None) | Err(VariableError::NotUtf8) => {
            bail!("the variable `{name}` is not set, or is no text\nhint: {otherwise}")
        }
        Err(error @ VariableError::Empty) => bail!("the variable `{name}` {error}\nhint: {otherwise}"),
        Err(error @ VariableError::Stray(_)) => {
            bail!("the variable `{name}` {error}\nhint: {STRAY_END_HINT}")
        }
    }
}

/// The file's text without the end of its line; `-` is stdin.
fn read(file: &Path, what: &str) -> anyhow::Result<Zeroizing<String>> {
    let text =
        if file == Path::new("-") { io::read_to_string(io::stdin()) } else { std::fs::read_to_string(file) };
    let text = text.map(Zeroizing::new).with_context(|| {
        let file = file.display();
        format!("the {what} cannot be read from `{file}`\nhint: the file holds the old server's {what} as text, and nothing else")
    })?;
    Ok(Zeroizing::new(text.trim_end_matches(['\r', '\n']).to_owned()))
}

/// The report, a line a count.
fn text(report: &Report, dry_run: bool) -> String {
    let mut text = String::new();
    let taken = if dry_run { "to be taken over" } else { "taken over" };
    for (what, tally) in report.tallies() {
        let _ = writeln!(text, "{what}: {} {taken}, {} here already", tally.taken, tally.there);
        for (why, count) in &tally.skipped {
            let kind = if why.is_harmless() { "skipped" } else { "NOT TAKEN OVER" };
            let _ = writeln!(text, "  {kind} {count}: {}", why.reason());
        }
    }
    if report.legacy > 0 {
        let _ = writeln!(text, "protected secrets, still sealed as the old server did: {}", report.legacy);
    }
    text
}

/// What an operator should know of what was done.
fn advise(report: &Report, is_checked: bool) {
    if !is_checked {
        tell!(
            "warning: there was no secret without a passphrase to check the old server's secret with\nhint: if it is wrong, \
             protected secrets do not open here"
        );
    }
    for (plan, accounts) in &report.unknown_plans {
        tell!(
            "note: {accounts} accounts have the plan `{plan}`, which is not configured\nhint: they are treated as `default` until \
             there is a `[plans.{plan}]`"
        );
    }
    if report.unverified > 0 {
        tell!(
            "note: {} accounts were never verified there; their tokens work here as they did",
            report.unverified
        );
    }
    if report.without_token > 0 {
        tell!(
            "note: {} accounts had no API token\nhint: `readonce account token EMAIL` makes one",
            report.without_token
        );
    }
}
