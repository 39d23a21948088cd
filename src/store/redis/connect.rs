//! Connecting to Redis: a single server, the master of a Sentinel group, or a cluster; in the clear or over TLS.
//!
//! The trap: every default of the client library is overridden here. A cluster client retries by default, a timeout is
//! 500 ms by default, and a half-open connection lives for ever without keep-alive.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use redis::aio::MultiplexedConnection;
use redis::cluster::{ClusterClient, ClusterClientBuilder};
use redis::cluster_async::ClusterConnection;
use redis::io::tcp::{TcpSettings, socket2::TcpKeepalive};
use redis::sentinel::{SentinelClient, SentinelClientBuilder, SentinelServerType};
use redis::{
    AsyncConnectionConfig, Client, ConnectionAddr, ConnectionInfo, ErrorKind, IntoConnectionInfo as _,
    ProtocolVersion, PushInfo, PushKind, RedisConnectionInfo, RedisResult, ServerErrorKind, TlsCertificates,
    TlsMode,
};

use super::errors::Deployment;
use crate::domain::address::{Credentials, HostPort, RedisUrl, Topology};

/// To have a connection, TLS and greeting included.
pub(super) const CONNECT: Duration = Duration::from_secs(1);
/// To have an answer, waiting for a connection and sending again included.
pub(super) const OPERATION: Duration = Duration::from_secs(2);

/// A connection; clones share it.
#[derive(Clone)]
pub(super) enum Wire {
    Node(MultiplexedConnection),
    Cluster(ClusterConnection),
}

/// Knows how to connect, and to what.
pub(super) struct Connector {
    url: RedisUrl,
    certificates: Option<TlsCertificates>,
    means: Means,
}

enum Means {
    Single(Box<Client>),
    /// Asked anew for each connection, by a client of its own: a shared one asks for one connection after the other, and a sentinel
    /// that says nothing holds each up for a second.
    Sentinels {
        addresses: Vec<HostPort>,
        master: String,
    },
    Cluster(Box<ClusterClient>),
}

impl Connector {
    /// Checks what can be checked without connecting.
    pub(super) fn new(url: RedisUrl, certificates: Option<TlsCertificates>) -> RedisResult<Self> {
        if url.is_tls() {
            // The first one wins; whoever installed another has chosen it.
            let _ = rustls::crypto::ring::default_provider().install_default();
        }
        let means = match url.topology() {
            Topology::Single(address) => {
                Means::Single(Box::new(client(&url, address, certificates.as_ref(), ProtocolVersion::RESP3)?))
            }
            Topology::Sentinel { sentinels, master } => {
                sentinel(&url, sentinels, master, certificates.as_ref())?;
                Means::Sentinels { addresses: sentinels.clone(), master: master.clone() }
            }
            Topology::Cluster(nodes) => {
                Means::Cluster(Box::new(cluster(&url, nodes, certificates.as_ref())?))
            }
        };
        Ok(Self { url, certificates, means })
    }

    /// A connector to one node of the same store, where a cluster has redirected to.
    pub(super) fn node(&self, address: &HostPort) -> RedisResult<Self> {
        let means = Means::Single(Box::new(client(
            &self.url,
            address,
            self.certificates.as_ref(),
            ProtocolVersion::RESP3,
        )?));
        Ok(Self { url: self.url.clone(), certificates: self.certificates.clone(), means })
    }

    pub(super) fn deployment(&self) -> Deployment {
        match self.means {
            Means::Single(_) => Deployment::Single,
            Means::Sentinels { .. } => Deployment::Sentinel,
            Means::Cluster(_) => Deployment::Cluster,
        }
    }

    /// Where this leads, without the password.
    pub(super) fn url(&self) -> &RedisUrl {
        &self.url
    }

    /// Connects. `on_loss` is called when the connection to a single server or a master breaks, also while it is idle;
    /// a cluster's connections mend themselves.
    pub(super) async fn connect(&self, on_loss: impl Fn() + Send + Sync + 'static) -> RedisResult<Wire> {
        match &self.means {
            Means::Single(client) => Self::open(client, on_loss).await,
            Means::Sentinels { addresses, master } => {
                let mut asking = sentinel(&self.url, addresses, master, self.certificates.as_ref())?;
                Self::open(&asking.async_get_client().await?, on_loss).await
            }
            Means::Cluster(client) => client.get_async_connection().await.map(Wire::Cluster),
        }
    }

    /// What sentinels say of the master that they watch, field by field, as the first of them that answers has it; `None` where
    /// there are no sentinels. It takes the command by which the master is found, and so no other right.
    pub(super) async fn watched(&self) -> Option<RedisResult<HashMap<String, String>>> {
        let Means::Sentinels { addresses, master } = &self.means else { return None };
        let limits = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(CONNECT))
            .set_response_timeout(Some(CONNECT));
        let ask = async |sentinel: &HostPort| -> RedisResult<Option<HashMap<String, String>>> {
            let info = address(&self.url, sentinel).into_connection_info()?.set_tcp_settings(tcp());
            let client = built(info, self.certificates.as_ref().filter(|_| self.url.is_tls()))?;
            let mut connection = client.get_multiplexed_async_connection_with_config(&limits).await?;
            let masters: Vec<HashMap<String, String>> =
                redis::cmd("SENTINEL").arg("MASTERS").query_async(&mut connection).await?;
            Ok(masters.into_iter().find(|fields| fields.get("name") == Some(master)))
        };
        let mut failed = (ErrorKind::MasterNameNotFoundBySentinel, "no sentinel knows the master").into();
        for address in addresses {
            match ask(address).await {
                Ok(Some(fields)) => return Some(Ok(fields)),
                Ok(None) => {}
                Err(error) => failed = error,
            }
        }
        Some(Err(failed))
    }

    async fn open(client: &Client, on_loss: impl Fn() + Send + Sync + 'static) -> RedisResult<Wire> {
        let config = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(CONNECT))
            .set_response_timeout(Some(OPERATION))
            .set_push_sender(move |push: PushInfo| -> Result<(), std::convert::Infallible> {
                if push.kind == PushKind::Disconnection {
                    on_loss();
                }
                Ok(())
            });
        client.get_multiplexed_async_connection_with_config(&config).await.map(Wire::Node)
    }
}

impl std::fmt::Debug for Connector {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Connector({})", self.url.redacted())
    }
}

/// Two seconds of silence, then a probe each second: a dead peer is noticed within five. What was sent and is not
/// even acknowledged by the peer's kernel ends the connection as soon.
fn tcp() -> TcpSettings {
    let second = Duration::from_secs(1);
    let keepalive = TcpKeepalive::new().with_time(2 * second).with_interval(second).with_retries(3);
    TcpSettings::default().set_nodelay(true).set_keepalive(keepalive).set_user_timeout(5 * second)
}

fn greeting(url: &RedisUrl, protocol: ProtocolVersion) -> RedisConnectionInfo {
    let mut greeting = RedisConnectionInfo::default()
        .set_protocol(protocol)
        .set_db(i64::from(url.database()))
        .set_skip_set_lib_name(); // a command more to grant, which Redis 7.0 does not even know
    if let Some(Credentials { user, password }) = url.credentials() {
        greeting = greeting.set_password(password.as_str());
        if !user.is_empty() {
            greeting = greeting.set_username(user.as_str());
        }
    }
    greeting
}

fn address(url: &RedisUrl, address: &HostPort) -> ConnectionAddr {
    let HostPort { host, port } = address.clone();
    if url.is_tls() {
        ConnectionAddr::TcpTls { host, port, insecure: false, tls_params: None }
    } else {
        ConnectionAddr::Tcp(host, port)
    }
}

fn info(url: &RedisUrl, to: &HostPort, protocol: ProtocolVersion) -> RedisResult<ConnectionInfo> {
    let info = address(url, to).into_connection_info()?;
    Ok(info.set_redis_settings(greeting(url, protocol)).set_tcp_settings(tcp()))
}

/// A client of one server.
pub(super) fn client(
    url: &RedisUrl,
    to: &HostPort,
    certificates: Option<&TlsCertificates>,
    protocol: ProtocolVersion,
) -> RedisResult<Client> {
    if url.is_tls() {
        // The first one wins; whoever installed another has chosen it.
        let _ = rustls::crypto::ring::default_provider().install_default();
    }
    built(info(url, to, protocol)?, certificates.filter(|_| url.is_tls()))
}

fn built(info: ConnectionInfo, certificates: Option<&TlsCertificates>) -> RedisResult<Client> {
    match certificates {
        Some(certificates) => Client::build_with_tls(info, certificates.clone()),
        None => Client::open(info),
    }
}

fn cluster(
    url: &RedisUrl,
    nodes: &[HostPort],
    certificates: Option<&TlsCertificates>,
) -> RedisResult<ClusterClient> {
    let nodes =
        nodes.iter().map(|node| info(url, node, ProtocolVersion::RESP3)).collect::<RedisResult<Vec<_>>>()?;
    let mut builder = ClusterClientBuilder::new(nodes)
        // Never above 0: at 1 the client sends a claim again whose answer was lost.
        .retries(0)
        .connection_timeout(CONNECT)
        .response_timeout(OPERATION)
        .overall_response_timeout(Some(OPERATION))
        .use_protocol(ProtocolVersion::RESP3)
        .tcp_settings(tcp());
    if let Some(certificates) = certificates.filter(|_| url.is_tls()) {
        builder = builder.certs(certificates.clone());
    }
    builder.build()
}

/// User and password are those of the master and its replicas; sentinels are asked without.
fn sentinel(
    url: &RedisUrl,
    sentinels: &[HostPort],
    master: &str,
    certificates: Option<&TlsCertificates>,
) -> RedisResult<SentinelClient> {
    let addresses: Vec<_> = sentinels.iter().map(|sentinel| address(url, sentinel)).collect();
    let mut builder = SentinelClientBuilder::new(addresses, master, SentinelServerType::Master)?
        .set_client_to_redis_protocol(ProtocolVersion::RESP3)
        .set_client_to_redis_db(i64::from(url.database()))
        .set_client_to_redis_tcp_settings(tcp())
        .set_client_to_sentinel_tcp_settings(tcp());
    if let Some(Credentials { user, password }) = url.credentials() {
        builder = builder.set_client_to_redis_password(password.as_str());
        if !user.is_empty() {
            builder = builder.set_client_to_redis_username(user.as_str());
        }
    }
    if url.is_tls() {
        builder = builder
            .set_client_to_redis_tls_mode(TlsMode::Secure)
            .set_client_to_sentinel_tls_mode(TlsMode::Secure);
        if let Some(certificates) = certificates {
            builder = builder
                .set_client_to_redis_certificates(certificates.clone())
                .set_client_to_sentinel_certificates(certificates.clone());
        }
    }
    builder.build()
}

/// Whether an error of connecting says that the settings are wrong, not that the store is away.
pub(super) fn is_misconfigured(error: &redis::RedisError) -> bool {
    match error.kind() {
        ErrorKind::AuthenticationFailed | ErrorKind::InvalidClientConfig | ErrorKind::RESP3NotSupported => {
            true
        }
        ErrorKind::Server(kind) => matches!(kind, ServerErrorKind::NoPerm | ServerErrorKind::ResponseError),
        ErrorKind::Extension => matches!(error.code(), Some("WRONGPASS" | "NOAUTH")),
        _ => false,
    }
}

/// Shared by every [`SharedConnection`](super::connection::SharedConnection) that leads to the same place.
pub(super) type SharedConnector = Arc<Connector>;
