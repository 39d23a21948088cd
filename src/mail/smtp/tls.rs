//! TLS to the mail server: rustls with ring, and whom it trusts.

use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

use super::failure::{broken, silent};
use super::settings::{SetupError, SmtpSettings};
use super::wire::Stream;
use crate::mail::SendError;

/// What it takes to make a connection one that others cannot read.
pub(super) struct Tls {
    connector: TlsConnector,
    name: ServerName<'static>,
}

impl Tls {
    /// For the server of the settings, whose certificate is checked against `ca`, or against the system's.
    pub(super) fn new(settings: &SmtpSettings) -> Result<Self, SetupError> {
        let unusable = |error: &dyn std::fmt::Display| SetupError::Tls(error.to_string());
        let host = settings.url.server().host.clone();
        let name = ServerName::try_from(host).map_err(|error| unusable(&error))?;
        let roots = settings.ca.as_deref().map_or_else(|| Ok(system_roots()), roots)?;
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| unusable(&error))?
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(Self { connector: TlsConnector::from(Arc::new(config)), name })
    }

    /// Lays TLS over a stream. `Tls` when the server cannot be trusted, or does not speak TLS.
    pub(super) async fn over(
        &self,
        stream: Box<dyn Stream>,
        limit: Duration,
    ) -> Result<Box<dyn Stream>, SendError> {
        let handshake = self.connector.connect(self.name.clone(), stream);
        match timeout(limit, handshake).await.map_err(silent)? {
            Ok(stream) => Ok(Box::new(stream)),
            Err(error) => Err(broken(error)),
        }
    }
}

/// Those of a PEM file. One without a certificate in it would trust nobody.
fn roots(pem: &[u8]) -> Result<RootCertStore, SetupError> {
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(pem) {
        let certificate = certificate.map_err(|_| SetupError::Ca)?;
        roots.add(certificate).map_err(|_| SetupError::Ca)?;
    }
    if roots.is_empty() { Err(SetupError::Ca) } else { Ok(roots) }
}

/// Those that the system trusts, as far as they can be read.
fn system_roots() -> RootCertStore {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    roots
}
