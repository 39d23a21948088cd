//! What a server offers in its reply to `EHLO` (RFC 5321 §4.1.1.1), as far as it is used.

use super::reply::Reply;

/// Offers of a server.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Offers {
    /// Addresses and headers in other letters than ASCII ones (RFC 6531).
    pub(super) utf8: bool,
    /// TLS from the next command on (RFC 3207).
    pub(super) starttls: bool,
    /// The way to log in, of those that are known here.
    pub(super) login: Option<Mechanism>,
}

/// A way to log in by password. The better one is the greater.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Mechanism {
    /// `AUTH LOGIN`, which no RFC describes.
    Login,
    /// `AUTH PLAIN` (RFC 4616).
    Plain,
}

impl Offers {
    /// Of the reply to `EHLO`, whose first line is a greeting.
    pub(super) fn of(reply: &Reply) -> Self {
        let mut offers = Self::default();
        for line in reply.lines.iter().skip(1) {
            let mut words = line.split_ascii_whitespace().map(str::to_ascii_uppercase);
            match words.next().as_deref() {
                Some("SMTPUTF8") => offers.utf8 = true,
                Some("STARTTLS") => offers.starttls = true,
                Some("AUTH") => {
                    let known = words.filter_map(|word| match word.as_str() {
                        "PLAIN" => Some(Mechanism::Plain),
                        "LOGIN" => Some(Mechanism::Login),
                        _ => None,
                    });
                    offers.login = known.max().max(offers.login);
                }
                _ => {}
            }
        }
        offers
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offers_are_read_in_any_case_and_order() {
        let of = |lines: &[&str]| {
            Offers::of(&Reply { code: 250, lines: lines.iter().map(|line| (*line).to_owned()).collect() })
        };
        assert_eq!(of(&["SMTPUTF8 is a strange name", "SIZE 1", "X-STARTTLS"]), Offers::default());
        let all = Offers { utf8: true, starttls: true, login: Some(Mechanism::Plain) };
        assert_eq!(of(&["mail", "auth CRAM-MD5 login Plain", "StartTLS", "SMTPUTF8"]), all);
        let login = Offers { login: Some(Mechanism::Login), ..Offers::default() };
        assert_eq!(of(&["mail", "AUTH NTLM LOGIN", "AUTHPLAIN"]), login);
    }
}
