//! Email addresses on the wire: the domain in ASCII (A-labels), the local part unchanged.
//!
//! The trap: a local part that is not ASCII can only be sent to a server that offers SMTPUTF8 (RFC 6531); there is no
//! other spelling of it.

use lettre::Address;

use super::SendError;
use crate::domain::{EmailAddress, Failure};

/// The address for SMTP commands and headers; `utf8` is whether the server offers SMTPUTF8. `Unsendable` when it cannot
/// be expressed.
pub(super) fn mailable(address: &EmailAddress, utf8: bool) -> Result<Address, SendError> {
    let (name, domain) = address.as_str().rsplit_once('@').unwrap_or((address.as_str(), ""));
    if !utf8 && !name.is_ascii() {
        let reason = "the name before the `@` needs SMTPUTF8, which the mail server does not offer";
        return Err(SendError::new(Failure::Unsendable, reason));
    }
    let domain = idna::domain_to_ascii_strict(domain)
        .map_err(|_| SendError::new(Failure::Unsendable, "the domain cannot be written in ASCII"))?;
    Address::new(name, domain).map_err(|error| SendError::new(Failure::Unsendable, error))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mailed(address: &str, utf8: bool) -> Option<String> {
        let address = EmailAddress::parse(address).unwrap();
        mailable(&address, utf8).ok().map(|address| address.to_string())
    }

    #[test]
    fn domains_are_written_in_ascii() {
        assert_eq!(mailed("a@bücher.example", false).unwrap(), "a@xn--bcher-kva.example");
        assert_eq!(mailed("a@BÜCHER.example", true).unwrap(), "a@xn--bcher-kva.example");
        assert_eq!(mailed("O'Neil+x@example.org", false).unwrap(), "O'Neil+x@example.org");
    }

    #[test]
    fn names_are_written_as_they_are_or_not_at_all() {
        assert_eq!(mailed("Ünal@bücher.example", true).unwrap(), "Ünal@xn--bcher-kva.example");
        assert_eq!(mailed("Ünal@bücher.example", false), None);
    }

    /// What `EmailAddress` takes can be mailed to: no sharer is shown "shared with" for an address that cannot be mailed to.
    #[test]
    fn every_character_that_addresses_may_have_can_be_mailed() {
        for address in
            ["!#$%&'*+-/=?^_`{|}~.x@a.example", &format!("{}@{}.example", "a".repeat(64), "b".repeat(63))]
        {
            assert!(mailed(address, false).is_some(), "{address}");
        }
    }
}
