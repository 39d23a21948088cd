//! Settings of the SMTP mailer.

use std::time::Duration;

use crate::domain::address::SmtpUrl;
use crate::domain::{Mailbox, ReplyTo};

/// A mail server and how to connect to it.
pub struct SmtpSettings {
    /// The server, its TLS mode, and the credentials. With TLS its certificate has to be
    /// for the host named here.
    pub url: SmtpUrl,
    /// Certificates in PEM that the server's one is checked against; `None` is those the system trusts.
    pub ca: Option<Vec<u8>>,
    /// The sender; without a name of its own it is called by `public_host`.
    pub from: Mailbox,
    /// Which emails say that replies go to whoever shared.
    pub reply_to: ReplyTo,
    /// The host of `base_url`: named in the text, and part of `Message-ID`.
    pub public_host: String,
    /// Time limits.
    pub deadlines: Deadlines,
}

/// Time limits.
#[derive(Clone, Copy, Debug)]
pub struct Deadlines {
    /// Connecting, or one command and its answer.
    pub step: Duration,
    /// One email, with all its steps. Less than the lease of an outbox entry, or two workers would send it.
    pub email: Duration,
    /// How long an idle connection is kept. Less than the five minutes for which servers have to wait (RFC 5321
    /// §4.5.3.2.7).
    pub idle: Duration,
    /// How long one may have been idle to be used without asking whether the server still answers. Not asked before every
    /// email: servers count what is not mail, and slow down or hang up.
    pub unasked: Duration,
}

impl Default for Deadlines {
    fn default() -> Self {
        Self {
            step: Duration::from_secs(10),
            email: Duration::from_secs(30),
            idle: Duration::from_mins(1),
            unasked: Duration::from_secs(5),
        }
    }
}

/// Why the settings are refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SetupError {
    /// `ca` holds no certificate, or something else.
    #[error(
        "no certificates can be read from it\nhint: `smtp.ca_file` takes the authority's certificate in PEM, `-----BEGIN CERTIFICATE-----`"
    )]
    Ca,
    /// TLS cannot be set up with these certificates.
    #[error("TLS to the mail server cannot be set up: {0}")]
    Tls(String),
}
