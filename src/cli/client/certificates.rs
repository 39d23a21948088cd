//! Custom CA certificates (`--ca-file`), for servers of an internal network.

use std::path::Path;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use ureq::tls::{Certificate, RootCerts};

use super::error::ClientError;

/// The certificates of a PEM file, trusted *in place of* the system's.
pub(super) fn of(path: &Path) -> Result<RootCerts, ClientError> {
    let wrong = |why: String| {
        ClientError::call(format!(
            "the certificates in `{}` cannot be read: {why}\nhint: --ca-file names a PEM file",
            path.display()
        ))
    };
    let pem = std::fs::read(path).map_err(|error| wrong(error.to_string()))?;
    let certificates: Vec<_> = CertificateDer::pem_slice_iter(&pem)
        .map(|one| one.map(|one| Certificate::from_der(&one).to_owned()))
        .collect::<Result<_, _>>()
        .map_err(|error| wrong(error.to_string()))?;
    if certificates.is_empty() {
        return Err(wrong("there are none".into()));
    }
    Ok(RootCerts::new_with_certs(&certificates))
}
