//! The audit trail of a process: opened at its start, told what the process does, and noted in the store at its end.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use sha2::{Digest as _, Sha256};

use super::say::tell;
use super::store;
use crate::audit::{Target, Trail};
use crate::config::Loaded;
use crate::domain::{AuditEvent, AuditKind, Clock as _, SystemClock};
use crate::vault::{HashPool, Keyring, Vault};

/// How long the last lines may take.
const LAST_LINES: Duration = Duration::from_secs(1);

/// The trail of a server, or of a command that writes: what a command prints on standard output is its result and nothing else.
pub(super) fn begin(loaded: &Loaded, vault: &Arc<Vault>, serves: bool) -> anyhow::Result<Option<Trail>> {
    let target = loaded.settings.audit.to.clone().filter(|target| serves || *target != Target::Stdout);
    let Some(target) = target else { return Ok(None) };
    let shown = target.to_string();
    let trail = Trail::start(target, Arc::clone(vault)).with_context(|| {
        format!("the audit trail cannot be written to `{shown}`\nhint: `audit.to` names it; its folder has to be there")
    })?;
    let settings = Sha256::digest(loaded.show()).into();
    trail.note(AuditEvent::new(AuditKind::Started { settings }, SystemClock.now()));
    Ok(Some(trail))
}

/// Notes that a database was put back, which no service is open on. It is put back, whatever becomes of the line.
pub(super) fn restored(loaded: &Loaded, ring: Keyring) {
    if let Err(error) = note_restored(loaded, ring) {
        let (what, hint) = super::what_and_hint(&error);
        tell!("warning: the audit trail does not tell of it: {what}");
        if let Some(hint) = hint {
            tell!("hint: {hint}");
        }
    }
}

fn note_restored(loaded: &Loaded, ring: Keyring) -> anyhow::Result<()> {
    let vault = Arc::new(Vault::new(ring, HashPool::new(10)));
    let Some(trail) = begin(loaded, &vault, false)? else { return Ok(()) };
    trail.note(AuditEvent::new(AuditKind::Restored, SystemClock.now()));
    trail.flush(LAST_LINES);
    let Some(head) = trail.head() else { return Ok(()) };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let store = store::open_as_it_is(&loaded.settings).await?;
        let noted = store.note_audit_head(head).await;
        store.close().await;
        Ok(noted?)
    })
}
