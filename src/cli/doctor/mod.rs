//! `readonce doctor`: checks everything a server relies on, and says what is wrong and what to do.
//!
//! A line a check: `ok`, `note`, `warn` or `FAIL`; all but the first with a hint. It creates nothing and repairs nothing: a
//! database that is not there stays so, and permissions that are too wide are reported, not narrowed. It writes once, the
//! record by which a store shows that it can be written to, and asks a server that runs whether it takes work; with `--mail-to`
//! it sends an email.

use anyhow::bail;
use clap::Args;

use self::report::Report;
use crate::config::Loaded;
use crate::domain::{Clock as _, SystemClock};

mod clock;
mod files;
mod keyring;
mod mail;
mod mail_hint;
mod provider;
mod proxies;
mod report;
mod server;
mod sign_in;
mod store;

/// The exit codes, for `--help`.
pub(super) const EXIT_CODES: &str = "Exit code:
  0  nothing failed; there may be notes and warnings
  1  a check failed, or the configuration cannot be used
  2  a wrong call";

#[derive(Args, Debug)]
pub(super) struct Arguments {
    /// Also send a test email to this address
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
        report.warn(warning, "`readonce config show` shows every setting in force and where it comes from");
    }
    if loaded.insecure_test {
        report.warn(
            "`READONCE_INSECURE_TEST` is set: passphrases may be hashed too cheaply",
            "it is for tests only; unset it",
        );
    }
    proxies::check(settings, &mut report);
    sign_in::check(settings, &mut report);
    files::check(loaded, &mut report);
    let ring = keyring::check(settings, &mut report);
    clock::check(SystemClock.now(), &clock::traces(settings, ring.as_ref()), &mut report);
    let server = server::check(settings, &mut report);
    runtime.block_on(async {
        store::check(settings, ring, server, &mut report).await;
        mail::check(settings, arguments.mail_to.as_deref(), &mut report).await;
        provider::check(settings, &mut report).await;
    });
    match report.failures() {
        0 => Ok(()),
        1 => bail!("one check failed"),
        failures => bail!("{failures} checks failed"),
    }
}
