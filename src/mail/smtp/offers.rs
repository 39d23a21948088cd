//! What a server offers in its reply to `EHLO` (RFC 5321 §4.1.1.1), as far as it is used.

use super::reply::Reply;

/// Offers of a server.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Offers {
    /// Addresses and headers in other letters than ASCII ones (RFC 6531).
    pub(super) utf8: bool,
    /// TLS from the next command on (RFC 3207).
    pub(super) starttls: bool,
    /// `AUTH PLAIN` (RFC 4616).
    pub(super) plain: bool,
    /// `AUTH LOGIN`.
    pub(super) login: bool,
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
                    for mechanism in words {
                        offers.plain |= mechanism == "PLAIN";
                        offers.login |= mechanism == "LOGIN";
                    }
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
        let all = Offers { utf8: true, starttls: true, plain: true, login: true };
        assert_eq!(of(&["mail", "auth CRAM-MD5 login Plain", "StartTLS", "SMTPUTF8"]), all);
        let plain = Offers { plain: true, ..Offers::default() };
        assert_eq!(of(&["mail", "AUTH PLAIN", "AUTHLOGIN"]), plain);
    }
}
