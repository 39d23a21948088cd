//! SMTP delivery with lettre, to the operator's own mail server, which relays from there.
//!
//! The trap: of lettre only single connections are used, not its pool. The pool takes back a connection whose mail
//! transaction was cut off by a deadline, and the replies to it would be read as those to the next email.

mod connection;
mod failure;
mod guard;
mod idle;
mod settings;

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use tokio::time::timeout;

use super::compose::{ComposedEmail, Sender};
use super::{Email, Mailer, SendError};
use crate::domain::{Clock, EmailAddress, Failure, Locale};
use connection::{Connection, Server};
use idle::IdleConnections;

pub use settings::{Deadlines, SetupError, SmtpSettings};

/// Sends emails by SMTP. Idle connections are reused; concurrent emails have one each.
pub struct SmtpMailer {
    server: Server,
    sender: Sender,
    deadlines: Deadlines,
    idle: Arc<IdleConnections>,
    clock: Arc<dyn Clock>,
}

impl SmtpMailer {
    /// A mailer for this server. Does not connect yet; reads the system's certificates, unless others are given.
    pub fn new(settings: SmtpSettings, clock: Arc<dyn Clock>) -> Result<Self, SetupError> {
        let server = Server::new(&settings)?;
        let sender = Sender { from: settings.from, host: settings.public_host };
        let idle = Arc::new(IdleConnections::new(settings.deadlines.idle));
        Ok(Self { server, sender, deadlines: settings.deadlines, idle, clock })
    }

    /// Connects, composes for what the server supports, and sends, all within the deadline.
    async fn deliver(
        &self,
        compose: impl FnOnce(bool) -> Result<ComposedEmail, SendError> + Send,
    ) -> Result<(), SendError> {
        let work = async {
            let mut connection = self.connection().await?;
            let composed = compose(connection.takes_utf8())?;
            let sent = connection.send(&composed).await;
            match &sent {
                Ok(()) => self.idle.keep(connection),
                // Only after a refusal are client and server still in step: QUIT. Otherwise just close.
                Err(error) if matches!(error.failure, Failure::Deferred(_) | Failure::Refused(_)) => {
                    tokio::spawn(connection.quit());
                }
                Err(_) => {}
            }
            sent
        };
        timeout(self.deadlines.email, work)
            .await
            .unwrap_or_else(|elapsed| Err(SendError::new(Failure::Silent, elapsed)))
    }

    /// An idle connection if it still answers, else a new one.
    async fn connection(&self) -> Result<Connection, SendError> {
        if let Some(mut kept) = self.idle.take()
            && kept.answers().await
        {
            return Ok(kept);
        }
        self.server.connect().await
    }
}

#[async_trait]
impl Mailer for SmtpMailer {
    async fn send(&self, email: &Email) -> Result<(), SendError> {
        self.deliver(|utf8| self.sender.compose(email, self.clock.now(), utf8)).await
    }

    async fn send_test(&self, to: &EmailAddress, locale: Locale) -> Result<(), SendError> {
        self.deliver(|utf8| self.sender.compose_test(to, locale, self.clock.now(), utf8)).await
    }
}

impl fmt::Debug for SmtpMailer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SmtpMailer({:?})", self.server)
    }
}
