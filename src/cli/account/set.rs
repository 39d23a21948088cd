//! `readonce account set`: of which ends of its secrets an account is told.

use super::no_such;
use crate::cli::say::tell;
use crate::domain::SecretEnds;
use crate::service::Service;

pub(super) async fn run(
    service: &Service,
    email: &str,
    notify: SecretEnds,
    mails: bool,
) -> anyhow::Result<()> {
    let Some(account) = service.accounts().find(email).await? else { return no_such(email) };
    if !service.accounts().set_notify(&account.id, notify).await? {
        return no_such(email);
    }
    let address = account.email.as_str();
    if notify.is_empty() {
        tell!("{address} is told nothing of what it shares from now on");
        return Ok(());
    }
    tell!("{address} is told by email when what it shares from now on has ended ({notify})");
    if !mails {
        tell!(
            "warning: no mail is sent here\nhint: set `smtp.url` and `smtp.from`; until then nothing shared is told of"
        );
    }
    Ok(())
}
