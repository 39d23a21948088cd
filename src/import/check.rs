//! Check of the old server's secrets, before anything is written.
//!
//! Up to v0.23 nothing tells which secret it is: it is tried until it opens one value. From v0.24 on values are authenticated and may
//! name their secret, and v0.26 stores a verifier; so all of them are looked at, as one of several secrets may be missing.

use super::Error;
use super::old_secret::{OldSecret, Sealed};
use super::secrets::originals;
use super::source::{HashReply, Layout, Old, RecordKind};
use crate::vault::{Cipher, UpstreamSecret, UpstreamSecrets};

/// The most values that are tried: that takes seconds, all of them might take minutes.
const MAX_TRIES: u64 = 1000;

/// What the check found.
#[derive(Debug)]
pub struct Checked {
    /// The secret that v0.23 had, under which protected secrets of that time open: the one that opened others of it.
    pub site: UpstreamSecret,
    /// Whether that is known. If not, there was nothing to try it on.
    pub is_certain: bool,
}

/// Counts of what was looked at.
#[derive(Default)]
struct Looked<'a> {
    /// Values of v0.23 that did not open.
    old: u64,
    /// The secret that opened one of them.
    site: Option<&'a UpstreamSecret>,
    /// Protected ones of v0.23, on which nothing can be tried.
    protected: u64,
    /// Values of v0.24 or later that name no secret and did not open.
    unnamed: u64,
    /// The secret that opened one of them.
    oldest: Option<&'a UpstreamSecret>,
    /// Values of v0.24 or later that name a secret that was given.
    named: u64,
    /// And those that name another one.
    missing: u64,
}

/// Checks the secrets; `leave` takes the store for whole if what some of its values were sealed under is missing.
pub(super) async fn secrets(old: &Old, secrets: &UpstreamSecrets, leave: bool) -> Result<Checked, Error> {
    let verifier = old.secret_verifier().await?;
    let is_verified = verifier.as_deref().is_some_and(|stored| secrets.has_verifier(stored));
    if verifier.is_some() && !is_verified {
        return Err(Error::OtherVerifier);
    }
    let mut looked = Looked::default();
    let Some(mut scan) = old.scan(RecordKind::Secret) else {
        return Ok(looked.verdict(secrets, is_verified));
    };
    'all: while let Some(identifiers) = scan.next().await? {
        let names: Vec<&str> = identifiers.iter().map(String::as_str).collect();
        let found = old.hashes(RecordKind::Secret, &names).await?;
        let originals = originals(old, &names, &found).await?;
        for ((name, found), original) in names.iter().zip(&found).zip(&originals) {
            let Some(hash) = found.hash() else { continue };
            let original = original.as_ref().and_then(HashReply::hash);
            let Ok(secret) = OldSecret::read(name, old.layout(), hash, original) else { continue };
            looked.look(&secret, secrets);
            let is_told = looked.site.is_some() || looked.old == MAX_TRIES;
            if is_told && old.layout() == Layout::Databases {
                break 'all;
            }
        }
    }
    let fails = |opened: Option<&UpstreamSecret>, failed| if opened.is_none() { failed } else { 0 };
    let failed = fails(looked.site, looked.old) + fails(looked.oldest, looked.unnamed);
    let opens = is_verified || looked.site.is_some() || looked.oldest.is_some() || looked.named > 0;
    match failed + looked.missing {
        0 => {}
        unopened if opens => {
            if !leave {
                return Err(Error::MissingSecret { unopened });
            }
        }
        looked => return Err(Error::WrongSecret { looked }),
    }
    Ok(looked.verdict(secrets, is_verified))
}

impl<'a> Looked<'a> {
    fn look(&mut self, secret: &OldSecret<'_>, secrets: &'a UpstreamSecrets) {
        match &secret.sealed {
            Sealed::Old { .. } if !secret.passphrase.is_empty() => self.protected += 1,
            Sealed::Old { cipher, .. } => {
                if *cipher == Cipher::LinkAndSecret && self.site.is_none() && self.old < MAX_TRIES {
                    self.site = secrets.iter().find(|one| secret.opens_under(one));
                    self.old += u64::from(self.site.is_none());
                }
            }
            Sealed::Value(value) => match secrets.lacks(value) {
                Some(true) => self.missing += 1,
                Some(false) => self.named += 1,
                None if self.oldest.is_none() && self.unnamed < MAX_TRIES => {
                    self.oldest = secrets.of(value, secret.key.expose());
                    self.unnamed += u64::from(self.oldest.is_none());
                }
                None => {}
            },
        }
    }

    /// The oldest of the secrets is the one that v0.23 had, if nothing tells it; and by the call's help it is given last.
    fn verdict(&self, secrets: &UpstreamSecrets, is_verified: bool) -> Checked {
        let mut given = secrets.iter();
        let last = given.next_back();
        let is_only = given.next().is_none() && (is_verified || self.named > 0);
        let site = self.site.or(self.oldest).or(last).cloned();
        Checked {
            site: site.unwrap_or_else(|| UpstreamSecret::new(zeroize::Zeroizing::default())),
            is_certain: self.site.is_some() || self.oldest.is_some() || is_only || self.protected == 0,
        }
    }
}
