//! Letters to recipients: written when a secret is shared, sent when the mail server takes them.
//!
//! A share never waits for a mail server. Its letter lies sealed in the store before it is acknowledged, and whichever
//! instance gets to it first sends it. The trap for newcomers: nothing about a letter is logged but its id and the kind of trouble.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::Notify;

use super::{Error, Service};
use crate::domain::Timestamp;
use crate::mail::Mailer;
use crate::store::OutboxDepth;

mod content;
mod deliver;
mod operate;

pub(super) use content::Content;

/// What it takes to send letters.
#[derive(Debug)]
pub(super) struct Post {
    mailer: Arc<dyn Mailer>,
    /// A letter was put into the outbox here.
    wake: Notify,
    /// When the outbox was looked into last, and how full it was.
    seen: Mutex<(Timestamp, OutboxDepth)>,
}

impl Post {
    /// Tells the delivery of a new letter.
    pub(super) fn wake(&self) {
        self.wake.notify_one();
    }

    fn seen(&self) -> (Timestamp, OutboxDepth) {
        *self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn see(&self, now: Timestamp, depth: OutboxDepth) {
        *self.seen.lock().unwrap_or_else(PoisonError::into_inner) = (now, depth);
    }
}

impl Service {
    /// Has letters sent by `mailer`. Without one, a share with a recipient is refused.
    #[must_use]
    pub fn with_mailer(mut self, mailer: Arc<dyn Mailer>) -> Self {
        let (wake, seen) = (Notify::new(), Mutex::default());
        self.post = Some(Post { mailer, wake, seen });
        self
    }

    /// What it takes to send letters, or the error a caller gets where there is no mail.
    pub(super) fn post(&self) -> Result<&Post, Error> {
        self.post.as_ref().ok_or(Error::NoMail)
    }
}
