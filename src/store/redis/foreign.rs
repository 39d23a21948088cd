//! Connections to another server's Redis, for `readonce import`. They are made here, beside all that knows TLS and credentials.

use std::sync::Arc;
use std::time::Duration;

use redis::aio::MultiplexedConnection;
use redis::{AsyncConnectionConfig, ErrorKind, ProtocolVersion, RedisResult};

use super::connect;
use super::tls::{TlsError, TlsFiles};
use crate::domain::address::{RedisUrl, Topology};

/// How long an answer may take: a pipeline of large values over a slow line.
const TIMEOUT: Duration = Duration::from_secs(30);
/// For connecting: only an operator waits for it.
const CONNECT: Duration = Duration::from_secs(5);

/// Another server's Redis.
#[derive(Clone, Debug)]
pub struct Foreign {
    url: Arc<RedisUrl>,
    certificates: Option<redis::TlsCertificates>,
}

/// Names another server's Redis; connects to nothing yet.
pub fn foreign(url: RedisUrl, tls: &TlsFiles) -> Result<Foreign, TlsError> {
    Ok(Foreign { url: Arc::new(url), certificates: tls.load()? })
}

impl Foreign {
    /// The URL, which shows no password.
    #[must_use]
    pub fn url(&self) -> &RedisUrl {
        &self.url
    }

    /// A connection to one of its databases. In the older protocol, which every server of that age speaks.
    pub async fn connect(&self, database: u32) -> RedisResult<MultiplexedConnection> {
        let Topology::Single(address) = self.url.topology() else {
            return Err((ErrorKind::InvalidClientConfig, "not the URL of one server").into());
        };
        let url = RedisUrl::clone(&self.url).at_database(database);
        let client = connect::client(&url, address, self.certificates.as_ref(), ProtocolVersion::RESP2)?;
        let config = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(CONNECT))
            .set_response_timeout(Some(TIMEOUT));
        client.get_multiplexed_async_connection_with_config(&config).await
    }
}
