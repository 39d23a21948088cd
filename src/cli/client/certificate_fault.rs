//! What is wrong with a server's certificate, in words, and what helps.

use rustls::CertificateError as Fault;

/// What the verifier calls a certificate that is an authority's, such as `openssl req -x509` makes unless it is told otherwise.
const AUTHORITY: &str = "CaUsedAsEndEntity";

const TRUST: &str = "--ca-file trusts an authority of your own";
const CLOCK: &str = "is the clock of this machine right? Else the server needs a new certificate";

/// The fault that ended a call, if it was the certificate's. It comes as an error of reading or writing.
pub(super) fn of(error: &ureq::Error) -> Option<&Fault> {
    let wrapped = match error {
        ureq::Error::Rustls(error) => Some(error),
        ureq::Error::Io(error) => error.get_ref().and_then(|error| error.downcast_ref()),
        _ => None,
    };
    match wrapped {
        Some(rustls::Error::InvalidCertificate(fault)) => Some(fault),
        _ => None,
    }
}

/// The fault in words, and a hint.
pub(super) fn told(fault: &Fault) -> (&'static str, &'static str) {
    match fault {
        Fault::UnknownIssuer => ("its certificate is of no authority that is trusted here", TRUST),
        Fault::NotValidForName | Fault::NotValidForNameContext { .. } => (
            "its certificate is for another name",
            "--url has to have the name that stands in the certificate",
        ),
        Fault::Expired | Fault::ExpiredContext { .. } => ("its certificate has expired", CLOCK),
        Fault::NotValidYet | Fault::NotValidYetContext { .. } => ("its certificate is not valid yet", CLOCK),
        Fault::Other(other) if other.0.to_string() == AUTHORITY => (
            "its certificate is an authority's, which no server may show",
            "the server needs one of its own; to try things out, `openssl req -x509 … -addext basicConstraints=critical,CA:FALSE`",
        ),
        _ => ("its certificate cannot be trusted", TRUST),
    }
}
