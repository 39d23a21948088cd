//! What a mailer has to be told.

use std::fmt;
use std::time::Duration;

use zeroize::Zeroizing;

use crate::domain::EmailAddress;

/// A mail server and how to talk to it.
pub struct SmtpSettings {
    /// How the connection is kept from others.
    pub security: Security,
    /// The server's name, in ASCII, or its address, an IPv6 one without brackets. With TLS its certificate has to be for this.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// Whom to log in as; `None` is nobody.
    pub login: Option<Login>,
    /// Certificates in PEM that the server's one is checked against; `None` is those the system trusts.
    pub ca: Option<Vec<u8>>,
    /// The address letters come from.
    pub from: EmailAddress,
    /// The host of `base_url`: the sender's name, what the text says the letter comes from, and in `Message-ID`.
    pub public_host: String,
    /// How long things may take.
    pub deadlines: Deadlines,
}

/// How a connection is kept from others. Never "TLS if there is any": who stands in between would say there is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Security {
    /// Not at all.
    None,
    /// STARTTLS, and not a letter without it.
    StartTlsRequired,
    /// TLS from the first byte.
    Tls,
}

/// A user of the mail server.
pub struct Login {
    /// The name.
    pub user: Zeroizing<String>,
    /// The password.
    pub password: Zeroizing<String>,
}

impl fmt::Debug for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Login[..]")
    }
}

/// How long things may take.
#[derive(Clone, Copy, Debug)]
pub struct Deadlines {
    /// Connecting, or one command and its answer.
    pub step: Duration,
    /// A letter, with all its steps. Less than the lease of an entry of the outbox, or two would send it.
    pub letter: Duration,
    /// How long a connection is kept for the next letter. Less than the five minutes for which servers have to wait (RFC 5321
    /// §4.5.3.2.7).
    pub idle: Duration,
}

impl Default for Deadlines {
    fn default() -> Self {
        Self { step: Duration::from_secs(10), letter: Duration::from_secs(30), idle: Duration::from_mins(1) }
    }
}

/// No mailer can be made of the settings.
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
