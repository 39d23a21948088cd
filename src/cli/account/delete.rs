//! `readonce account delete`: an account that ends, and with `--burn` what it shared and nobody has read.

use anyhow::{Context as _, bail};

use super::{no_such, said};
use crate::cli::say::tell;
use crate::service::Service;

pub(super) async fn run(service: &Service, email: &str, burn: bool) -> anyhow::Result<()> {
    if burn {
        self::burn(service, email).await?;
    }
    said(service.accounts().delete(email).await?, email, "deleted")
}

/// Destroys what it shared. Disabled before, so that nothing is shared meanwhile; when it fails the account is still there, and
/// the same call goes on.
async fn burn(service: &Service, email: &str) -> anyhow::Result<()> {
    let Some(account) = service.accounts().find(email).await? else { return no_such(email) };
    service.accounts().disable(email).await?;
    let burned = service.secrets().burn_all_of(&account.email).await.with_context(|| {
        format!(
            "not all of its secrets could be destroyed\nhint: on Redis its user needs `+scan` for as long (docs/accounts.md); \
             the account is disabled and still there, and `readonce account delete --burn \
             {email}` goes on"
        )
    })?;
    if burned.kept > 0 {
        bail!(
            "{} of its secrets cannot be destroyed: they were sealed under a key that is not in the keyring\nhint: put that key back and \
             run this again; the account is disabled and still there",
            burned.kept
        );
    }
    match burned.burned {
        1 => tell!("destroyed one unread secret of {email}"),
        burned => tell!("destroyed {burned} unread secrets of {email}"),
    }
    Ok(())
}
