//! `readonce import`: imports from an upstream server's Redis (docs/moving-from-onetimesecret.md).

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context as _, bail};
use clap::{Args, ValueEnum};

use super::bootstrap::{Opened, open};
use super::say::{self, tell};
use super::{clock, progress, warn};
use crate::config::Loaded;
use crate::domain::address::{RedisUrl, StoreUrl, Topology};
use crate::domain::{AuditKind, Clock as _, SystemClock};
use crate::import::{self, Checked, Import, Old, Only};
use crate::store::redis::{TlsFiles, foreign};
use crate::vault::{HashPool, Keyring, UpstreamSecret, UpstreamSecrets, Vault};

mod given;
mod told;

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
    /// A file with the old server's secret (`SECRET`, or `site: secret:`); an empty one when it had none. After a rotation each of
    /// its secrets by another one, the current one first and the oldest last
    #[arg(long, value_name = "FILE", conflicts_with = "secret_env")]
    secret_file: Vec<PathBuf>,
    /// The environment variable that holds it; after a rotation one for each, as with --secret-file
    #[arg(long, value_name = "NAME")]
    secret_env: Vec<String>,
    /// Leave secrets there that were sealed under a secret of the old server that is not given, and tell how many
    #[arg(long)]
    leave_unopened: bool,
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
    let url = RedisUrl::parse(&given::source(arguments)?).context("the source cannot be used")?;
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
    let secrets = UpstreamSecrets::new(given::secrets(arguments, needs_secret)?);
    let is_shared = is_own_store(&url, loaded);
    let tls = &loaded.settings.redis;
    let tls = TlsFiles { ca: tls.ca_file.clone(), cert: tls.cert_file.clone(), key: tls.key_file.clone() };
    let source = foreign(url, &tls)?;
    let old = runtime.block_on(Old::open(&source))?;
    told::layout(&old);
    let Checked { site, is_certain } = if needs_secret {
        runtime.block_on(Import::check_secrets(&old, &secrets, arguments.leave_unopened))?
    } else {
        Checked { site: UpstreamSecret::default(), is_certain: true }
    };
    // Accounts may be brought while the old server runs; each secret is given out by one of the two servers only.
    let must_be_still = needs_secret && !arguments.dry_run && !is_shared;
    if must_be_still {
        runtime.block_on(old.must_be_still())?;
    }
    // Only now: with a wrong secret, nothing is made and nothing written.
    let opened = if arguments.dry_run { None } else { Some(runtime.block_on(target(loaded))?) };
    let import = Import {
        store: opened.as_ref().map(|opened| Arc::clone(&opened.store)),
        vault: match &opened {
            Some(opened) => Arc::clone(&opened.vault),
            None => Arc::new(Vault::new(Keyring::generate(SystemClock.now()), HashPool::new(12))),
        },
        secrets,
        site,
        plans: loaded.settings.plans.keys().cloned().collect(),
        clock: Arc::new(SystemClock),
    };
    let ran = progress::with_bar("importing", |progress| runtime.block_on(import.run(&old, only, progress)));
    if let Some(opened) = &opened {
        opened.service.maintenance().note(AuditKind::Imported);
        runtime.block_on(opened.service.maintenance().close());
    }
    let report = ran?;
    say::result(&told::report(&old, &report, arguments.dry_run))?;
    told::advise(&report, is_certain);
    if must_be_still && runtime.block_on(old.was_written())? {
        return Err(import::Error::WrittenMeanwhile.into());
    }
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

/// Whether the old server's databases are where this one keeps its own records: then it writes there itself.
fn is_own_store(source: &RedisUrl, loaded: &Loaded) -> bool {
    match &loaded.settings.store.url {
        StoreUrl::Redis(own) => own.topology() == source.topology(),
        StoreUrl::Sqlite(_) => false,
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
