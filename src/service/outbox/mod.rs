//! The outbox: notifications of recipients, stored when a secret is shared, sent when the mail server takes them; and notices that tell
//! sharers how their secrets ended.
//!
//! A share never waits for a mail server. Its notification lies sealed in the store before the share is acknowledged, and
//! whichever instance leases it first sends it. Nothing of one is logged but its id and the kind of failure.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::Notify;

use super::{Keys, Policy};
use crate::domain::{Clock, Timestamp};
use crate::mail::Mailer;
use crate::metrics::Metrics;
use crate::store::{OutboxDepth, Store};
use crate::vault::Vault;

mod content;
mod deliver;
mod notice_content;
mod notices;
mod operate;
mod schedule;
mod server;

pub(super) use content::Content;
pub(super) use notice_content::NoticeContent;
use notices::NoticeState;
pub use operate::{Listed, ListedNotice};
use server::ServerState;

/// Sends what is in the outbox, and lets operators look into it.
#[derive(Debug)]
pub struct Outbox {
    pub(super) store: Arc<dyn Store>,
    pub(super) vault: Arc<Vault>,
    pub(super) clock: Arc<dyn Clock>,
    /// For where links begin.
    pub(super) policy: Arc<Policy>,
    pub(super) keys: Arc<Keys>,
    pub(super) metrics: Metrics,
    /// `None` where no mail server is configured.
    pub(super) delivery: Option<Delivery>,
}

/// What it takes to send.
#[derive(Debug)]
pub(super) struct Delivery {
    mailer: Arc<dyn Mailer>,
    /// Notified when a notification was stored by this instance.
    wake: Arc<Notify>,
    server: ServerState,
    notices: NoticeState,
    /// When the store was asked last for what is done now and then only.
    looked: Mutex<Timestamp>,
    /// When the depth was asked for last, and what it was.
    depth: Mutex<(Timestamp, OutboxDepth)>,
}

impl Delivery {
    pub(super) fn new(mailer: Arc<dyn Mailer>, wake: Arc<Notify>) -> Self {
        Self {
            mailer,
            wake,
            server: ServerState::default(),
            notices: NoticeState::default(),
            looked: Mutex::default(),
            depth: Mutex::default(),
        }
    }

    /// Whether it is time for what is done now and then only, which is then taken for done.
    fn looks(&self, now: Timestamp) -> bool {
        let mut looked = self.looked.lock().unwrap_or_else(PoisonError::into_inner);
        let is_time = looked.until(now) >= deliver::PAUSE.as_secs();
        if is_time {
            *looked = now;
        }
        is_time
    }

    fn depth(&self) -> (Timestamp, OutboxDepth) {
        *self.depth.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn set_depth(&self, now: Timestamp, depth: OutboxDepth) {
        *self.depth.lock().unwrap_or_else(PoisonError::into_inner) = (now, depth);
    }
}
