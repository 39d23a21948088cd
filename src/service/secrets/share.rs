//! Share: a value becomes a sealed secret, a link and a receipt.

use super::Secrets;
use crate::domain::key::generate_pair;
use crate::domain::receipt::NewEntry;
use crate::domain::{
    AuditKind, EmailAddress, Locale, Passphrase, Plaintext, PresentedPassphrase, ReceiptKey, SecretKey,
    State, StoredReceipt,
};
use crate::service::outbox::{Content, NoticeContent};
use crate::service::{Caller, CreatePermit, Error, deadline};
use crate::store::{self, NewNotice, NewNotification, NewSecret, Put};
use crate::vault::{notice_id, notification_id, receipt_id, secret_id};

/// What a caller asks to be shared (v1-contract.md §5.2). No `Debug`: nothing of it belongs into a log.
pub struct ShareRequest {
    /// The value.
    pub secret: Plaintext,
    /// How.
    pub options: ShareOptions,
}

/// How a value is to be shared, be it the caller's or one made up here. No `Debug` either.
pub struct ShareOptions {
    /// The passphrase as presented.
    pub passphrase: PresentedPassphrase,
    /// The lifetime asked for, seconds; `None` for the default.
    pub ttl: Option<i64>,
    /// Addresses to send the link to; only the first is used.
    pub recipients: Vec<String>,
    /// The host the link shall have; empty for the server's own.
    pub share_domain: String,
    /// The language of the email to the recipient, when the request says one.
    pub locale: Option<Locale>,
}

/// A stored secret's keys and receipt.
#[derive(Debug)]
pub struct Shared {
    /// The key in the link.
    pub secret_key: SecretKey,
    /// The sharer's key.
    pub receipt_key: ReceiptKey,
    /// The receipt as stored.
    pub receipt: StoredReceipt,
}

impl Secrets {
    /// Whether a recipient can be sent the link.
    #[must_use]
    pub fn sends_mail(&self) -> bool {
        self.wake.is_some()
    }

    /// Stores a secret. When this returns, it is there to be read, or the caller is told why not.
    ///
    /// Checks come in the order of v1-contract.md §5.9.
    pub async fn share(&self, permit: &CreatePermit, request: ShareRequest) -> Result<Shared, Error> {
        let is_mailed = addresses(&request.options.recipients).next().is_some();
        let shared = deadline::for_write(self.check_and_store(permit, request)).await;
        shared.map_err(|error| if is_mailed { perhaps_mailed(error) } else { not_shared(error) })
    }

    async fn check_and_store(&self, permit: &CreatePermit, request: ShareRequest) -> Result<Shared, Error> {
        let caller = permit.caller();
        let ShareRequest { secret, options } = request;
        let max = self.policy.max_size_for(caller.account());
        if secret.len() > max {
            return Err(Error::TooBig { max });
        }
        let recipient = self.recipient(caller, &options.recipients)?;
        let share_domain = self.policy.share_domain(caller, &options.share_domain)?;
        let rule = self.policy.passphrase_rule_for(caller.account());
        let passphrase = rule.judge(options.passphrase).map_err(Error::BadPassphrase)?;
        if secret.is_empty() {
            return Err(Error::Empty);
        }
        self.limits.spare_disk(caller, secret.len()).await?;
        let ttl = self.policy.ttl_for(caller.account()).clamp(options.ttl);
        if recipient.is_some() {
            self.limits.count_notification(caller)?;
        }
        let now = self.clock.now();
        loop {
            let (secret_key, receipt_key) = generate_pair();
            let (sid, mid) = (secret_id(&secret_key), receipt_id(&receipt_key));
            let receipt = StoredReceipt {
                tag: secret_key.tag(),
                sid,
                mid,
                state: State::New,
                created: now,
                updated: now,
                ttl: ttl.seconds(),
                owner: caller.account().map(|account| account.email.as_str().to_owned()),
                recipient: recipient.as_ref().map(EmailAddress::obfuscated).unwrap_or_default(),
                share_domain: share_domain.clone(),
                protected: passphrase.is_some(),
                sealed: self.vault.seal_link(&receipt_key, mid, &secret_key, sid),
            };
            let shared = Shared { secret_key, receipt_key, receipt };
            // A request cut off from here on leaves its room taken: its secret may be stored.
            self.limits.take_room(caller, &shared.receipt, secret.len())?;
            let notification =
                recipient.as_ref().and_then(|to| self.notification(caller, &shared, to, options.locale));
            let put = self.seal_and_put(caller, &shared, &secret, passphrase.as_ref(), notification).await;
            if !may_be_stored(&put) {
                self.limits.free_room(&shared.receipt);
            }
            match put? {
                Put::Stored => {
                    self.note_of(AuditKind::Shared, sid, caller);
                    if let (Some(_), Some(wake)) = (&recipient, &self.wake) {
                        wake.notify_one();
                    }
                    return Ok(shared);
                }
                Put::Conflict => {} // 144 bits met: draw again
            }
        }
    }

    async fn seal_and_put(
        &self,
        caller: &Caller,
        Shared { secret_key, receipt_key, receipt }: &Shared,
        value: &Plaintext,
        passphrase: Option<&Passphrase>,
        notification: Option<NewNotification>,
    ) -> Result<Put, Error> {
        let (created, expires) = (receipt.created, receipt.secret_expires());
        let envelope =
            self.vault.seal(secret_key, value, passphrase, created, expires, caller.network).await?;
        let entry = caller.signed_in.as_ref().and_then(|signed_in| {
            // What only a token opens is of no use to a session.
            let (owner, token) = (signed_in.account.id, signed_in.token.as_ref()?);
            Some(NewEntry { owner, sealed: self.vault.seal_entry(&owner, token, receipt_key) })
        });
        let notices = self.notices(caller, receipt_key, receipt);
        let (receipt, owner) = (receipt.clone(), caller.account().map(|account| account.id));
        let secret = NewSecret { envelope, receipt, owner, entry, notification, notices };
        Ok(self.store.put(secret).await?)
    }

    /// The notification that brings the link to `to`, sealed. Its language is the request's, or the account's, or the server's.
    fn notification(
        &self,
        caller: &Caller,
        shared: &Shared,
        to: &EmailAddress,
        asked: Option<Locale>,
    ) -> Option<NewNotification> {
        let account = caller.account()?;
        let Shared { secret_key, receipt, .. } = shared;
        let content = Content {
            to: to.clone(),
            sharer: account.email.clone(),
            key: secret_key.clone(),
            share_domain: receipt.share_domain.clone(),
            expires: receipt.secret_expires(),
            protected: receipt.protected,
            locale: asked.or(account.locale).unwrap_or(self.policy.locale),
        };
        let id = notification_id(receipt.tag, receipt.mid);
        Some(NewNotification { id, sealed: self.vault.seal_notification(&id, &content.to_bytes()) })
    }

    /// What the sharer's account is to be told of the secret's end, sealed; nothing without mail.
    fn notices(&self, caller: &Caller, key: &ReceiptKey, receipt: &StoredReceipt) -> Vec<NewNotice> {
        let account = caller.account().filter(|account| !account.notify.is_empty() && self.sends_mail());
        let Some(account) = account else { return Vec::new() };
        // As many as a `shortid` of v2 shows.
        let receipt_begins = key.expose().get(..8).unwrap_or(key.short()).to_owned();
        let content = NoticeContent { account: account.id, ends: account.notify, receipt: receipt_begins };
        let id = notice_id(receipt.tag, receipt.mid, b"mail");
        vec![NewNotice { id, sealed: self.vault.seal_notice(&id, &content.to_bytes()) }]
    }

    /// The address mail will go to, if one was given (v1-contract.md §5.5).
    fn recipient(&self, caller: &Caller, given: &[String]) -> Result<Option<EmailAddress>, Error> {
        let mut addresses = addresses(given);
        let Some(first) = addresses.next() else { return Ok(None) };
        if caller.account().is_none() {
            return Err(Error::MailNeedsAccount);
        }
        for text in std::iter::once(first).chain(addresses) {
            if EmailAddress::parse(text).is_none() {
                return Err(Error::Undeliverable(text.to_owned()));
            }
        }
        match &self.wake {
            Some(_) => Ok(EmailAddress::parse(first)),
            None => Err(Error::NoMail),
        }
    }
}

/// Whether the store has the secret, or may have it.
fn may_be_stored(put: &Result<Put, Error>) -> bool {
    matches!(put, Ok(Put::Stored) | Err(Error::OutcomeUnknown(_) | Error::Unconfirmed))
}

/// What was given that is meant as an address. JavaScript clients send the word for an unset parameter; no address can read so.
fn addresses(given: &[String]) -> impl Iterator<Item = &str> {
    given.iter().map(|text| text.trim()).filter(|text| !["", "undefined"].contains(text))
}

/// A notification has the key, and is stored in the same step: shared again, its recipient may get two links.
fn perhaps_mailed(error: Error) -> Error {
    match error {
        Error::OutcomeUnknown(cause) => Error::PerhapsMailed(cause),
        Error::Unconfirmed => Error::PerhapsMailed(store::Error::Unconfirmed),
        error => error,
    }
}

/// Whether it was stored or not, nobody has its keys: for the caller it was not shared, and sharing again is safe.
fn not_shared(error: Error) -> Error {
    match error {
        Error::OutcomeUnknown(cause) => Error::Unavailable(cause),
        error => error,
    }
}
