//! `[smtp]`: mail.

use std::fmt;
use std::net::IpAddr;
use std::path::PathBuf;

use serde::Deserialize;
use zeroize::Zeroizing;

use super::Error;
use super::check::Check;
use super::secret_url::{Parts, redacted};
use super::text::{self, FromText, Refusal};
use crate::domain::EmailAddress;

/// How letters are sent.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Smtp {
    /// The mail server; `None` means no mail.
    #[serde(deserialize_with = "text::optional")]
    pub url: Option<SmtpUrl>,
    /// The address letters come from; there whenever `url` is.
    #[serde(deserialize_with = "text::optional")]
    pub from: Option<EmailAddress>,
    /// Certificates to check the server's against; `None` means the system's.
    #[serde(deserialize_with = "text::optional")]
    pub ca_file: Option<PathBuf>,
    /// Letters that one account may send per hour.
    pub per_hour: u32,
}

impl Smtp {
    pub(super) fn check(&self, check: &Check<'_>) -> Result<(), Error> {
        // 0 is "no limit" elsewhere and "no letters" to others; so it is neither.
        check.at_least("smtp.per_hour", self.per_hour, 1)?;
        if self.url.is_some() && self.from.is_none() {
            let problem = "empty, but `smtp.url` is set\nhint: set the address that letters come from";
            return Err(Error::about("smtp.from", problem, &check.origin("smtp.url")));
        }
        let name = self.from.as_ref().and_then(|from| from.as_str().split('@').next()).unwrap_or_default();
        if !name.is_ascii() {
            let problem = "most mail servers take no sender with such letters before the `@`\n\
                           hint: use ASCII there; the domain may be an international one";
            return Err(Error::about("smtp.from", problem, &check.origin("smtp.from")));
        }
        Ok(())
    }
}

/// The address of a mail server; it may hold a password.
#[derive(Clone, PartialEq, Eq)]
pub struct SmtpUrl {
    scheme: SmtpScheme,
    host: String,
    port: u16,
    login: Option<SmtpLogin>,
    text: String,
}

/// How a mail server is talked to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SmtpScheme {
    /// `smtp://`, in the clear.
    Plain,
    /// `smtp+starttls://`: in the clear up to STARTTLS, and not a word further without it.
    StartTls,
    /// `smtps://`: TLS from the first byte.
    Tls,
}

/// A user of the mail server.
#[derive(Clone, PartialEq, Eq)]
pub struct SmtpLogin {
    /// The name.
    pub user: Zeroizing<String>,
    /// The password.
    pub password: Zeroizing<String>,
}

impl SmtpUrl {
    /// How to talk to it.
    #[must_use]
    pub fn scheme(&self) -> SmtpScheme {
        self.scheme
    }

    /// Its name or address, an IPv6 one without brackets.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Its port: 25, 587 and 465 where none is named.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Whom to log in as; `None` is nobody.
    #[must_use]
    pub fn login(&self) -> Option<&SmtpLogin> {
        self.login.as_ref()
    }

    /// The address as it may be shown.
    #[must_use]
    pub fn redacted(&self) -> String {
        redacted(&self.text)
    }
}

impl fmt::Debug for SmtpUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SmtpUrl({})", self.redacted())
    }
}

impl FromText for SmtpUrl {
    fn from_text(text: &str) -> Result<Self, Refusal> {
        let (scheme, rest) = text.split_once("://").ok_or_else(wanted)?;
        let (scheme, default_port) = match scheme {
            "smtp" => (SmtpScheme::Plain, 25),
            "smtp+starttls" => (SmtpScheme::StartTls, 587),
            "smtps" => (SmtpScheme::Tls, 465),
            _ => return Err(wanted()),
        };
        let parts = Parts::of(rest)?;
        if parts.count_hosts() != Some(1) || !parts.path.is_empty() {
            return Err(wanted());
        }
        let (host, port) = host_and_port(parts.hosts, default_port)?;
        let login = (!parts.userinfo.is_empty()).then(|| login(parts.userinfo)).transpose()?;
        if login.is_some() && scheme == SmtpScheme::Plain && !is_this_machine(&host) {
            return Err(Refusal::new("a password would cross the network in the clear")
                .hint("use `smtp+starttls://` or `smtps://`, or leave user and password out"));
        }
        Ok(Self { scheme, host, port, login, text: text.to_owned() })
    }
}

fn wanted() -> Refusal {
    Refusal::new("expected the address of a mail server")
        .hint("`smtp://`, `smtp+starttls://` or `smtps://`, then `USER:PASSWORD@HOST:PORT`")
}

/// `HOST`, `HOST:PORT`, `[IPV6]` or `[IPV6]:PORT`.
fn host_and_port(text: &str, default_port: u16) -> Result<(String, u16), Refusal> {
    let (host, port) = match text.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => (host, port.parse().map_err(|_| wanted())?),
        _ => (text, default_port),
    };
    let host = match host.strip_prefix('[').and_then(|host| host.strip_suffix(']')) {
        Some(literal) => literal.parse::<IpAddr>().map_err(|_| wanted())?.to_string(),
        None => idna::domain_to_ascii(host).map_err(|_| wanted())?,
    };
    if port == 0 || host.is_empty() || host.parse::<IpAddr>().is_err() && host.contains([':', '[', ']']) {
        return Err(wanted());
    }
    Ok((host, port))
}

fn login(userinfo: &str) -> Result<SmtpLogin, Refusal> {
    let (user, password) = userinfo.split_once(':').unwrap_or((userinfo, ""));
    if user.is_empty() || password.is_empty() {
        return Err(
            Refusal::new("expected a user and a password").hint("`USER:PASSWORD@HOST`, or only the host")
        );
    }
    Ok(SmtpLogin { user: decoded(user)?, password: decoded(password)? })
}

/// Percent-decoded. A control character would end the command it is sent in.
fn decoded(text: &str) -> Result<Zeroizing<String>, Refusal> {
    let bad =
        || Refusal::new("user or password is not percent-encoded UTF-8").hint("write a `%` itself as `%25`");
    let escapes_are_whole = text
        .split('%')
        .skip(1)
        .all(|rest| rest.len() >= 2 && rest.as_bytes()[..2].iter().all(u8::is_ascii_hexdigit));
    if !escapes_are_whole {
        return Err(bad());
    }
    let text = percent_encoding::percent_decode_str(text).decode_utf8().map_err(|_| bad())?.into_owned();
    let text = Zeroizing::new(text);
    if text.chars().any(char::is_control) { Err(bad()) } else { Ok(text) }
}

fn is_this_machine(host: &str) -> bool {
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_documented_forms_are_read() {
        use SmtpScheme::{Plain, StartTls, Tls};
        for (text, scheme, host, port) in [
            ("smtp://localhost", Plain, "localhost", 25),
            ("smtp://mail.example:2525", Plain, "mail.example", 2525),
            ("smtp://u:p@127.0.0.1", Plain, "127.0.0.1", 25),
            ("smtp://u:p@[::1]:26", Plain, "::1", 26),
            ("smtp+starttls://u:p@mail.example", StartTls, "mail.example", 587),
            ("smtps://u:p%2F@mail.example", Tls, "mail.example", 465),
            ("smtps://pöst.example:1/", Tls, "xn--pst-sna.example", 1),
        ] {
            let url = SmtpUrl::from_text(text).unwrap();
            assert_eq!((url.scheme(), url.host(), url.port()), (scheme, host, port), "{text}");
            assert_eq!(url.login().is_some(), text.contains('@'), "{text}");
        }
    }

    #[test]
    fn user_and_password_are_decoded() {
        let url = SmtpUrl::from_text("smtps://a%40b.example:p%2F%25+%C3%BC:x@mail.example").unwrap();
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
            let refusal = SmtpUrl::from_text(text).map(drop).unwrap_err().to_string();
            assert!(!refusal.contains("hunter2"), "{text}: {refusal}");
        }
    }

    #[test]
    fn debug_shows_no_password() {
        let url = SmtpUrl::from_text("smtps://user:hunter2@host").unwrap();
        assert_eq!(format!("{url:?}"), "SmtpUrl(smtps://user:[redacted]@host)");
    }
}
