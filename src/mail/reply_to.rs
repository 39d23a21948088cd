//! Whether replies to an email go to whoever shared.
//!
//! The trap: a header that is only kind can keep the email from arriving. An address that is not ASCII makes the whole
//! message one for SMTPUTF8, which a server further on may not take; and an address that is foreign to both sender and
//! recipient, who are of one domain, is what fraud looks like (ADR 0067).

use lettre::Address;

use super::address::mailable;
use crate::domain::{EmailAddress, ReplyTo};

/// The address for `Reply-To`; `None` is no such header, and replies go to the sender.
pub(super) fn reply_to(
    setting: ReplyTo,
    from: &Address,
    to: &Address,
    sharer: &EmailAddress,
) -> Option<Address> {
    // Where the recipient needs SMTPUTF8, nothing further on can do without it.
    let sharer = mailable(sharer, !to.user().is_ascii()).ok()?;
    let at_home = same_domain(&sharer, from);
    let wanted = match setting {
        ReplyTo::Never => false,
        ReplyTo::SameDomain => at_home,
        ReplyTo::Sharer => at_home || !same_domain(to, from),
    };
    wanted.then_some(sharer)
}

/// Whether two addresses are of one domain as registries give them away, `mail.example.org` and `example.org`.
fn same_domain(one: &Address, other: &Address) -> bool {
    let [one, other] = [one, other].map(|address| address.domain().to_ascii_lowercase());
    let registered = |domain| psl::domain_str(domain).unwrap_or(domain);
    registered(one.as_str()) == registered(other.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replies_go_to_sharers_where_that_does_no_harm() {
        let from: Address = "secrets@mail.example.co.uk".parse().unwrap();
        for (setting, to, sharer, said) in [
            (ReplyTo::Never, "you@example.net", "anna@example.co.uk", false),
            (ReplyTo::SameDomain, "you@example.net", "anna@EXAMPLE.co.uk", true),
            (ReplyTo::SameDomain, "you@example.co.uk", "anna@example.co.uk", true),
            (ReplyTo::SameDomain, "you@example.net", "anna@example.org", false),
            (ReplyTo::SameDomain, "you@example.net", "anna@other.co.uk", false),
            (ReplyTo::Sharer, "you@example.net", "anna@example.org", true),
            // What rspamd calls SPOOF_REPLYTO, and puts among the spam.
            (ReplyTo::Sharer, "you@example.co.uk", "anna@example.org", false),
            (ReplyTo::Sharer, "you@example.co.uk", "anna@dept.example.co.uk", true),
            // Needs SMTPUTF8, or needs it anyway.
            (ReplyTo::Sharer, "you@example.net", "änna@example.org", false),
            (ReplyTo::SameDomain, "you@example.net", "änna@example.co.uk", false),
            (ReplyTo::Sharer, "yöu@example.net", "änna@example.org", true),
            (ReplyTo::Sharer, "you@example.net", "anna@exämple.org", true),
        ] {
            let (to, sharer) = (EmailAddress::parse(to).unwrap(), EmailAddress::parse(sharer).unwrap());
            let to = mailable(&to, true).unwrap();
            assert_eq!(reply_to(setting, &from, &to, &sharer).is_some(), said, "{setting:?} {to}");
        }
    }
}
