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
    /// Secrets that were given and that values of v0.24 or later name. Only what was sealed since a rotation names one, so v0.23 did
    /// not have them.
    named: Vec<&'a UpstreamSecret>,
    /// And those that name another one.
    missing: u64,
}

/// Checks the secrets; `leave` takes the store for whole if what some of its values were sealed under is missing.
pub(super) async fn secrets(old: &Old, secrets: &UpstreamSecrets, leave: bool) -> Result<Checked, Error> {
    let stored = old.secret_verifier().await?;
    let verified = stored.as_deref().and_then(|stored| secrets.verified_by(stored));
    if stored.is_some() && verified.is_none() {
        return Err(Error::OtherVerifier);
    }
    let mut looked = Looked::default();
    let Some(mut scan) = old.scan(RecordKind::Secret) else {
        return looked.verdict(secrets, verified);
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
    let opens =
        verified.is_some() || looked.site.is_some() || looked.oldest.is_some() || !looked.named.is_empty();
    match failed + looked.missing {
        0 => {}
        unopened if opens => {
            if !leave {
                return Err(Error::MissingSecret { unopened });
            }
        }
        looked => return Err(Error::WrongSecret { looked }),
    }
    looked.verdict(secrets, verified)
}

impl<'a> Looked<'a> {
    fn look(&mut self, secret: &OldSecret<'_>, secrets: &'a UpstreamSecrets) {
        match &secret.sealed {
            Sealed::Old { cipher, .. } if *cipher != Cipher::LinkAndSecret => {}
            Sealed::Old { .. } if !secret.passphrase.is_empty() => self.protected += 1,
            Sealed::Old { .. } => {
                if self.site.is_none() && self.old < MAX_TRIES {
                    self.site = secrets.iter().find(|one| secret.opens_under(one));
                    self.old += u64::from(self.site.is_none());
                }
            }
            Sealed::Value(value) => match secrets.named_by(value) {
                Some(None) => self.missing += 1,
                Some(Some(named)) if self.is_named(named) => {}
                Some(Some(named)) => self.named.push(named),
                None if self.oldest.is_none() && self.unnamed < MAX_TRIES => {
                    self.oldest = secrets.of(value, secret.key.expose());
                    self.unnamed += u64::from(self.oldest.is_none());
                }
                None => {}
            },
        }
    }

    fn is_named(&self, secret: &UpstreamSecret) -> bool {
        self.named.iter().any(|named| std::ptr::eq(*named, secret))
    }

    /// The secret that v0.23 had: what opened values of it, else what the oldest of later values were sealed under, which after a
    /// rotation is what the server began with; else, of those that no rotation brought, what the verifier tells, or the only one. It
    /// is never guessed, as nothing tells afterwards that protected secrets were sealed under a wrong one.
    fn verdict(
        &self,
        secrets: &'a UpstreamSecrets,
        verified: Option<&'a UpstreamSecret>,
    ) -> Result<Checked, Error> {
        let given: Vec<&UpstreamSecret> = secrets.iter().collect();
        let first: Vec<&UpstreamSecret> = given.iter().copied().filter(|one| !self.is_named(one)).collect();
        let oldest = self.oldest.filter(|_| self.old == 0);
        let told = self.site.or(oldest);
        let verified = verified.filter(|one| self.old == 0 && !self.is_named(one));
        let is_only = given.len() == 1;
        let only = match (&given[..], &first[..]) {
            ([only], _) => Some(*only),
            (_, [only]) if self.old == 0 => Some(*only),
            _ => None,
        };
        let site = told.or(verified).or(only);
        if site.is_none() && self.protected > 0 && given.len() > 1 {
            return Err(Error::UnclearSecret { protected: self.protected });
        }
        let is_confirmed = verified.is_some() || !self.named.is_empty();
        Ok(Checked {
            site: site.cloned().unwrap_or_default(),
            is_certain: told.is_some() || (is_only && is_confirmed) || self.protected == 0,
        })
    }
}
