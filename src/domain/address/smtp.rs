//! Mail server addresses (`smtp://`, `smtp+starttls://`, `smtps://`).

use std::fmt;

use super::grammar::{Parts, host_and_port};
use super::{AddressError, Credentials, HostPort};

/// The address of a mail server; it may hold a password.
#[derive(Clone, PartialEq, Eq)]
pub struct SmtpUrl {
    security: SmtpSecurity,
    server: HostPort,
    login: Option<Credentials>,
    redacted: String,
}

/// How a connection to a mail server is kept from others. Never "TLS if there is any": who stands in between would say
/// that there is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SmtpSecurity {
    /// `smtp://`, in the clear.
    None,
    /// `smtp+starttls://`: in the clear up to STARTTLS, and not a word further without it.
    StartTlsRequired,
    /// `smtps://`: TLS from the first byte.
    Tls,
}

impl SmtpUrl {
    /// Reads `SCHEME://[USER:PASSWORD@]HOST[:PORT]`. A password goes to another machine over TLS only.
    pub fn parse(text: &str) -> Result<Self, AddressError> {
        let (scheme, rest) = text.split_once("://").ok_or(AddressError::MailServer)?;
        let (security, default_port) = match scheme {
            "smtp" => (SmtpSecurity::None, 25),
            "smtp+starttls" => (SmtpSecurity::StartTlsRequired, 587),
            "smtps" => (SmtpSecurity::Tls, 465),
            _ => return Err(AddressError::MailServer),
        };
        let parts = Parts::of(rest)?;
        if !["", "/"].contains(&parts.path) {
            return Err(AddressError::MailServer);
        }
        let (host, port) = host_and_port(parts.hosts)?;
        let login = parts.userinfo.map(login).transpose()?;
        if login.is_some() && security == SmtpSecurity::None && !host.is_loopback() {
            return Err(AddressError::InTheClear);
        }
        let server = HostPort { host: host.bare(), port: port.unwrap_or(default_port) };
        Ok(Self { security, server, login, redacted: parts.redacted(scheme) })
    }

    /// How to talk to it.
    #[must_use]
    pub fn security(&self) -> SmtpSecurity {
        self.security
    }

    /// Where it is; the port is 25, 587 or 465 where none is named.
    #[must_use]
    pub fn server(&self) -> &HostPort {
        &self.server
    }

    /// The credentials; `None`: no log-in.
    #[must_use]
    pub fn login(&self) -> Option<&Credentials> {
        self.login.as_ref()
    }

    /// The address as it may be shown: as it was written, without its password.
    #[must_use]
    pub fn redacted(&self) -> &str {
        &self.redacted
    }
}

fn login(userinfo: &str) -> Result<Credentials, AddressError> {
    let login = Credentials::of(userinfo)?;
    if login.user.is_empty() || login.password.is_empty() {
        return Err(AddressError::Login);
    }
    // It would end the command it is sent in.
    if login.user.chars().chain(login.password.chars()).any(char::is_control) {
        return Err(AddressError::Encoding);
    }
    Ok(login)
}

impl fmt::Debug for SmtpUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SmtpUrl({})", self.redacted)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_documented_forms_are_read() {
        use SmtpSecurity::{None, StartTlsRequired, Tls};
        for (text, security, host, port) in [
            ("smtp://localhost", None, "localhost", 25),
            ("smtp://mail.example:2525", None, "mail.example", 2525),
            ("smtp://u:p@127.0.0.1", None, "127.0.0.1", 25),
            ("smtp://u:p@[::1]:26", None, "::1", 26),
            ("smtp+starttls://u:p@mail.example", StartTlsRequired, "mail.example", 587),
            ("smtps://u:p%2F@mail.example", Tls, "mail.example", 465),
            ("smtps://pöst.example:1/", Tls, "xn--pst-sna.example", 1),
        ] {
            let url = SmtpUrl::parse(text).unwrap();
            let server = url.server();
            assert_eq!((url.security(), server.host.as_str(), server.port), (security, host, port), "{text}");
            assert_eq!(url.login().is_some(), text.contains('@'), "{text}");
        }
    }

    #[test]
    fn user_and_password_are_decoded() {
        let url = SmtpUrl::parse("smtps://a%40b.example:p%2F%25+%C3%BC:x@mail.example").unwrap();
        let login = url.login().unwrap();
        assert_eq!((login.user.as_str(), login.password.as_str()), ("a@b.example", "p/%+ü:x"));
    }

    #[test]
    fn other_forms_are_refused_without_a_word_of_them() {
        for text in [
            "hunter2",
            "http://u:hunter2@h",
            "smtp://",
            "smtps://u:hunter2@a,b",
            "smtps://u:hunter2@h/x",
            "smtps://u:hunter2@h?tls=none",
            "smtps://hunter2@h",
            "smtps://:hunter2@h",
            "smtps://hunter2:@h",
            "smtps://u:hunter2%0d%0a@h",
            "smtps://u:hunter2%@h",
            "smtps://u:hunter2%zz@h",
            "smtps://u:hunter2%ff@h",
            "smtps://u:hunter2@h:0",
            "smtps://u:hunter2@[h]",
            "smtp://u:hunter2@mail.example",
            "smtp://u:hunter2@10.0.0.1",
        ] {
            let refusal = SmtpUrl::parse(text).map(drop).unwrap_err();
            assert!(!format!("{refusal} {refusal:?}").contains("hunter2"), "{text}: {refusal}");
        }
    }

    #[test]
    fn debug_shows_no_password() {
        let url = SmtpUrl::parse("smtps://user:hunter2@host").unwrap();
        assert_eq!(format!("{url:?}"), "SmtpUrl(smtps://user:[redacted]@host)");
        assert_eq!(format!("{:?}", url.login().unwrap()), "Credentials[..]");
    }
}
