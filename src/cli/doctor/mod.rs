//! `readonce doctor`: looks at everything a server will rely on, and says what is wrong and what to do.
//!
//! A line a check: `ok`, `note`, `warn` or `FAIL`; all but the first with a hint. It makes nothing and repairs nothing: a
//! database that is not there stays so, and rights that are too wide are told, not narrowed. The one thing it writes is
//! the mark by which a store shows that it can be written to; and it sends a letter, if it is told to whom.

use anyhow::bail;
use clap::Args;

use self::report::Report;
use crate::config::Loaded;
use crate::domain::{Clock as _, SystemClock};

mod clock;
mod files;
mod keyring;
mod mail;
mod proxies;
mod report;
mod store;

/// What scripts go by, shown by `--help`.
pub(super) const EXIT_CODES: &str = "Exit code:
  0  nothing failed; notes and warnings may have been told
  1  a check failed, or the configuration cannot be used
  2  a wrong call";

/// What may be asked for besides.
#[derive(Args, Debug)]
pub(super) struct Arguments {
    /// Also send a test letter to this address
    #[arg(long, value_name = "ADDRESS")]
    mail_to: Option<String>,
}

/// Runs every check.
pub(super) fn run(loaded: &Loaded, arguments: &Arguments) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let settings = &loaded.settings;
    let mut report = Report::default();
    report.ok("configuration: every setting is known and valid");
    for warning in &loaded.warnings {
        report.warn(warning, "`readonce config show` tells every setting in force and where it comes from");
    }
    if loaded.insecure_test {
        report.warn(
            "`READONCE_INSECURE_TEST` is set: passphrases may be hashed too cheaply",
            "it is for tests only; unset it",
        );
    }
    proxies::look(settings, &mut report);
    files::look(loaded, &mut report);
    let ring = keyring::look(settings, &mut report);
    clock::look(SystemClock.now(), &clock::traces(settings, ring.as_ref()), &mut report);
    runtime.block_on(async {
        store::look(settings, ring, &mut report).await;
        mail::look(settings, arguments.mail_to.as_deref(), &mut report).await;
    });
    match report.failures() {
        0 => Ok(()),
        1 => bail!("one check failed"),
        failures => bail!("{failures} checks failed"),
    }
}
