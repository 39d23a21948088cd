//! TLS certificates for Redis, from the files of `redis.ca_file`, `redis.cert_file` and `redis.key_file`.
//!
//! Without a CA file the system's certificates are trusted; with one, nothing else is.

use std::path::{Path, PathBuf};

use redis::{ClientTlsConfig, TlsCertificates};

/// PEM files; none by default.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TlsFiles {
    /// The authorities to trust instead of the system's.
    pub ca: Option<PathBuf>,
    /// Our certificate, for servers that ask for one.
    pub cert: Option<PathBuf>,
    /// Its key.
    pub key: Option<PathBuf>,
}

/// Why certificates could not be had.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// One of the pair is missing.
    #[error("`redis.cert_file` and `redis.key_file` belong together\nhint: set both or none")]
    HalfPair,
    /// A file.
    #[error("`{path}` cannot be read")]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
}

impl TlsFiles {
    /// Reads the files; `None` when none are named.
    pub(super) fn load(&self) -> Result<Option<TlsCertificates>, TlsError> {
        let client_tls = match (&self.cert, &self.key) {
            (Some(cert), Some(key)) => {
                Some(ClientTlsConfig { client_cert: read(cert)?, client_key: read(key)? })
            }
            (None, None) => None,
            _ => return Err(TlsError::HalfPair),
        };
        let root_cert = self.ca.as_deref().map(read).transpose()?;
        let any = client_tls.is_some() || root_cert.is_some();
        Ok(any.then_some(TlsCertificates { client_tls, root_cert }))
    }
}

fn read(path: &Path) -> Result<Vec<u8>, TlsError> {
    std::fs::read(path).map_err(|source| TlsError::File { path: path.to_owned(), source })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_a_pair_and_a_missing_file_are_refused() {
        let cert = Some(PathBuf::from("Cargo.toml"));
        assert!(matches!(TlsFiles { cert, ..TlsFiles::default() }.load(), Err(TlsError::HalfPair)));
        let ca = Some(PathBuf::from("no/such/file.pem"));
        let error = TlsFiles { ca, ..TlsFiles::default() }.load().unwrap_err();
        assert_eq!(error.to_string(), "`no/such/file.pem` cannot be read");
        assert!(TlsFiles::default().load().unwrap().is_none());
    }
}
