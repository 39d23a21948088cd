//! SMTP delivery to the operator's own mail server, which relays from there.
//!
//! ```text
//! idle ──► connection ──► wire (commands, replies) ──► reply, failure      tls, offers
//! ```
//!
//! The trap: a connection whose mail transaction was cut off by a deadline is never used again, because the reply to it
//! would be read as that to the next email. And no server likes connections that never end, so each brings a few emails.

mod connection;
mod failure;
mod idle;
mod offers;
mod reply;
mod settings;
mod tls;
mod wire;

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use tokio::time::timeout;

use super::compose::{ComposedEmail, Sender};
use super::{Email, Mailer, NoticeEmail, SendError};
use crate::domain::{Clock, EmailAddress, Failure, Locale};
use connection::{Connection, Server};
use idle::IdleConnections;

pub use failure::{Refusal, Stage};
pub use reply::Reply;
pub use settings::{Deadlines, SetupError, SmtpSettings};

/// The most emails that one connection brings. Exim keeps the eleventh for its queue runner, others slow down.
const EMAILS_A_CONNECTION: u32 = 10;

/// Sends emails by SMTP. Idle connections are reused; concurrent emails have one each.
pub struct SmtpMailer {
    server: Arc<Server>,
    sender: Sender,
    deadlines: Deadlines,
    idle: Arc<IdleConnections>,
    clock: Arc<dyn Clock>,
}

impl SmtpMailer {
    /// A mailer for this server. Does not connect yet; reads the system's certificates, unless others are given.
    pub fn new(settings: SmtpSettings, clock: Arc<dyn Clock>) -> Result<Self, SetupError> {
        let server = Arc::new(Server::new(&settings)?);
        let sender = Sender { from: settings.from, reply_to: settings.reply_to, host: settings.public_host };
        let idle = Arc::new(IdleConnections::new(settings.deadlines.idle));
        Ok(Self { server, sender, deadlines: settings.deadlines, idle, clock })
    }

    /// Connects, composes for what the server supports, and sends, all within the deadline.
    async fn deliver(
        &self,
        compose: impl Fn(bool) -> Result<ComposedEmail, SendError> + Send + Sync,
    ) -> Result<(), SendError> {
        let work = async {
            let (mut connection, composed) = self.begin(&compose).await?;
            let sent = connection.finish(&composed).await;
            if sent.is_ok() && connection.emails < EMAILS_A_CONNECTION {
                self.idle.keep(connection, &self.server);
            } else {
                self.server.close(connection);
            }
            sent
        };
        timeout(self.deadlines.email, work)
            .await
            .unwrap_or_else(|elapsed| Err(SendError::new(Failure::Silent, elapsed)))
    }

    /// A connection on which the transaction has begun: an idle one if its server still takes it, else a new one.
    async fn begin(
        &self,
        compose: impl Fn(bool) -> Result<ComposedEmail, SendError>,
    ) -> Result<(Connection, ComposedEmail), SendError> {
        if let Some(mut kept) = self.idle.take() {
            let answers = kept.since.elapsed() < self.deadlines.unasked || kept.answers().await;
            if answers {
                match self.begin_on(kept, &compose).await {
                    // Nothing was said of the email yet: the server has had enough of the connection.
                    Err(SendError { failure: Failure::Silent | Failure::Busy(421), .. }) => {}
                    begun => return begun,
                }
            } else {
                self.server.close(kept);
            }
        }
        self.begin_on(self.server.connect().await?, &compose).await
    }

    async fn begin_on(
        &self,
        mut connection: Connection,
        compose: impl Fn(bool) -> Result<ComposedEmail, SendError>,
    ) -> Result<(Connection, ComposedEmail), SendError> {
        let begun = match compose(connection.takes_utf8) {
            Ok(composed) => connection.begin(&composed).await.map(|()| composed),
            Err(error) => Err(error),
        };
        match begun {
            Ok(composed) => Ok((connection, composed)),
            Err(error) => {
                self.server.close(connection);
                Err(error)
            }
        }
    }
}

#[async_trait]
impl Mailer for SmtpMailer {
    async fn send(&self, email: &Email) -> Result<(), SendError> {
        self.deliver(|utf8| self.sender.compose(email, self.clock.now(), utf8)).await
    }

    async fn send_notice(&self, email: &NoticeEmail) -> Result<(), SendError> {
        self.deliver(|utf8| self.sender.compose_notice(email, self.clock.now(), utf8)).await
    }

    async fn send_test(&self, to: &EmailAddress, home: &str, locale: Locale) -> Result<(), SendError> {
        let compose = |utf8| self.sender.compose_test(to, home, locale, self.clock.now(), utf8);
        let sent = self.deliver(compose).await;
        self.close().await;
        sent
    }

    async fn close(&self) {
        for connection in self.idle.take_all() {
            self.server.close(connection);
        }
        self.server.closed().await;
    }
}

impl fmt::Debug for SmtpMailer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SmtpMailer({:?})", self.server)
    }
}
