//! How a client gets to a server: straight or with TLS, and from which address of its own.

use std::io::{self, Read, Write};
use std::net::{IpAddr, SocketAddr, TcpStream};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use rustix::net::{AddressFamily, SocketType, bind, connect, socket};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

/// No answer of the server may take longer.
pub(super) const PATIENCE: Duration = Duration::from_secs(20);

/// Where to, and how.
#[derive(Clone)]
pub(crate) struct Way {
    to: SocketAddr,
    from: Option<IpAddr>,
    tls: Option<(Arc<ClientConfig>, ServerName<'static>)>,
    host: String,
}

impl Way {
    pub(crate) fn to(address: SocketAddr) -> Self {
        Self { to: address, from: None, tls: None, host: address.to_string() }
    }

    /// From another address of this machine, as another client would: all of 127.0.0.0/8 is ours.
    pub(crate) fn from(mut self, address: impl Into<IpAddr>) -> Self {
        self.from = Some(address.into());
        self
    }

    /// Asks for a host by its name, which need not be the address's.
    pub(crate) fn host(mut self, name: &str) -> Self {
        name.clone_into(&mut self.host);
        self
    }

    /// Speaks TLS with that host, trusting the authority of this file only.
    pub(crate) fn tls(mut self, name: &str, authority: &Path) -> Self {
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from_pem_file(authority).unwrap()).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
        let config = config.unwrap().with_root_certificates(roots).with_no_client_auth();
        self.tls = Some((Arc::new(config), ServerName::try_from(name.to_owned()).unwrap()));
        self.host(name)
    }

    /// What goes into `Host`.
    pub(super) fn name(&self) -> &str {
        &self.host
    }

    pub(super) fn open(&self) -> io::Result<Stream> {
        let tcp = match self.from {
            None => TcpStream::connect_timeout(&self.to, PATIENCE)?,
            Some(from) => {
                let own = socket(AddressFamily::INET, SocketType::STREAM, None)?;
                bind(&own, &SocketAddr::from((from, 0)))?;
                connect(&own, &self.to)?;
                TcpStream::from(own)
            }
        };
        tcp.set_read_timeout(Some(PATIENCE))?;
        tcp.set_write_timeout(Some(PATIENCE))?;
        tcp.set_nodelay(true)?;
        Ok(match &self.tls {
            None => Stream::Plain(tcp),
            Some((config, name)) => {
                let connection = ClientConnection::new(Arc::clone(config), name.clone());
                Stream::Tls(Box::new(StreamOwned::new(connection.map_err(io::Error::other)?, tcp)))
            }
        })
    }
}

/// A connection that is made.
pub(super) enum Stream {
    Plain(TcpStream),
    Tls(Box<StreamOwned<ClientConnection, TcpStream>>),
}

impl Stream {
    pub(super) fn tcp(&self) -> &TcpStream {
        match self {
            Self::Plain(tcp) => tcp,
            Self::Tls(tls) => &tls.sock,
        }
    }
}

impl Read for Stream {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Plain(tcp) => tcp.read(buffer),
            Self::Tls(tls) => tls.read(buffer),
        }
    }
}

impl Write for Stream {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Plain(tcp) => tcp.write(bytes),
            Self::Tls(tls) => tls.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Plain(tcp) => tcp.flush(),
            Self::Tls(tls) => tls.flush(),
        }
    }
}
