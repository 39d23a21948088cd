//! Emails by SMTP, with lettre: to the operator's own mail server, which takes them on from there.
//!
//! The trap: of lettre only single connections are used, not its pool. A pool takes back a connection whose email was given up
//! in the middle (a deadline), and the answers to that email would be read as those to the next one.

mod connection;
mod failure;
mod guard;
mod idle;
mod settings;

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use tokio::time::timeout;

use super::compose::{Composed, Sender};
use super::{Email, Mailer, SendError};
use crate::domain::{Clock, EmailAddress, Failure, Locale};
use connection::{Connection, Server};
use idle::Idle;

pub use settings::{Deadlines, SetupError, SmtpSettings};

/// Sends emails by SMTP. One connection is kept for the next email; emails at the same time have one each.
pub struct SmtpMailer {
    server: Server,
    sender: Sender,
    deadlines: Deadlines,
    idle: Arc<Idle>,
    clock: Arc<dyn Clock>,
}

impl SmtpMailer {
    /// A mailer to this server. Connects to nothing yet; reads the system's certificates, unless it is given others.
    pub fn new(settings: SmtpSettings, clock: Arc<dyn Clock>) -> Result<Self, SetupError> {
        let server = Server::new(&settings)?;
        let sender = Sender { from: settings.from, host: settings.public_host };
        let idle = Arc::new(Idle::new(settings.deadlines.idle));
        Ok(Self { server, sender, deadlines: settings.deadlines, idle, clock })
    }

    /// Composes for the server that was reached, and hands it over, all before the deadline.
    async fn deliver(
        &self,
        compose: impl FnOnce(bool) -> Result<Composed, SendError> + Send,
    ) -> Result<(), SendError> {
        let work = async {
            let mut connection = self.connection().await?;
            let composed = compose(connection.takes_utf8())?;
            let handed = connection.hand_over(&composed).await;
            match &handed {
                Ok(()) => self.idle.keep(connection),
                // Only a server that said no is still in step, and is told goodbye.
                Err(error) if matches!(error.failure, Failure::Deferred(_) | Failure::Refused(_)) => {
                    tokio::spawn(connection.quit());
                }
                Err(_) => {}
            }
            handed
        };
        timeout(self.deadlines.email, work)
            .await
            .unwrap_or_else(|elapsed| Err(SendError::new(Failure::Silent, elapsed)))
    }

    /// The one that was kept, if it still answers; a new one otherwise.
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
