//! One table of checks for every proxy that has a file: what is read once, what is said where an answer is lost or nobody is there, whose
//! address counts, and what is written. What is not installed by `scripts/test` runs with `scripts/test long`.

use super::FORM;
use super::front::Kind;
use super::installation::Installation;
use super::people::{is_for_now, is_page};
use crate::support::{Answer, UNLIMITED};

mod addresses;
mod away;
mod below;
mod lost;
mod once;
mod written;

const PUBLIC: (&str, &str) = ("READONCE_BASE_URL", "https://secrets.example.org");

macro_rules! table {
    ($($(#[$long:meta])? $name:ident: $kind:expr;)+) => {
        $(mod $name {
            use super::Kind;

            #[test]
            $(#[$long])?
            fn a_secret_is_read_once_and_accounts_are_known() {
                super::once::is_read_once($kind);
            }

            #[test]
            $(#[$long])?
            fn a_lost_answer_is_told_as_unknown_and_nothing_is_asked_twice() {
                super::lost::lost_is_unknown($kind);
            }

            #[test]
            $(#[$long])?
            fn nobody_there_is_told_as_certain() {
                super::away::nobody_is_there($kind);
            }

            #[test]
            $(#[$long])?
            fn made_up_addresses_give_no_tries() {
                super::addresses::made_up_addresses($kind);
            }

            #[test]
            $(#[$long])?
            fn it_serves_what_is_below_a_path() {
                super::below::is_served_below_a_path($kind);
            }

            #[test]
            $(#[$long])?
            fn nothing_secret_is_written() {
                super::written::nothing_is_written($kind);
            }
        })+
    };
}

table! {
    nginx: Kind::Nginx;
    compose: Kind::Compose;
    caddy: Kind::Caddy;
    haproxy: Kind::Haproxy;
    #[ignore = "scripts/test long"]
    apache: Kind::Apache;
    #[ignore = "scripts/test long"]
    varnish: Kind::Varnish;
    #[ignore = "scripts/test long"]
    squid: Kind::Squid;
    #[ignore = "scripts/test long"]
    lighttpd: Kind::Lighttpd;
}

impl Kind {
    /// Whether it has JSON of ours for programs. Squid has pages only.
    fn speaks_json(self) -> bool {
        self != Self::Squid
    }

    /// Whether it tells a connection that was refused from an answer that was lost. Squid says of both that the outcome is unknown.
    fn knows_that_nobody_is_there(self) -> bool {
        self != Self::Squid
    }

    /// Whether what it answers itself has our header lines.
    fn says_when_to_return(self) -> bool {
        !matches!(self, Self::Squid | Self::Lighttpd)
    }

    /// Whether its file has a part without TLS, that redirects.
    fn has_clear_port(self) -> bool {
        matches!(self, Self::Nginx | Self::Caddy | Self::Haproxy | Self::Apache)
    }

    /// Whether nothing of a body goes on before all of it has come: nginx keeps it in memory.
    fn waits_for_the_whole_body(self) -> bool {
        matches!(self, Self::Nginx | Self::Compose)
    }

    /// Whether it writes a line about each request.
    fn keeps_a_log_of_requests(self) -> bool {
        !matches!(self, Self::Varnish | Self::Lighttpd)
    }
}

fn installation(more: &[(&str, &str)]) -> Installation {
    Installation::new(&[UNLIMITED, &[PUBLIC], more].concat())
}

/// A proxy's own answer to a program.
#[track_caller]
fn is_told(kind: Kind, answer: &Answer, message: &str, page: &str) {
    assert!([500, 502, 503].contains(&answer.status), "{}", answer.text());
    if kind.speaks_json() {
        assert!(answer.member("message").starts_with(message), "{}", answer.text());
    } else {
        is_page(answer, answer.status, page);
    }
    if kind.says_when_to_return() {
        is_for_now(answer);
    }
}
