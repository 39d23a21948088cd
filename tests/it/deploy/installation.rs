//! Instances of the real program on one Redis, at addresses a proxy can be told once and for all.

use std::net::{Ipv4Addr, SocketAddr};
use std::process::Command;

use crate::support::ports::free_port;
use crate::support::redis::Server as Redis;
use crate::support::{Account, Home, Server};

/// One region: a store, a keyring, and whatever instances are started.
pub(super) struct Installation {
    pub(super) home: Home,
    pub(super) redis: Redis,
    variables: Vec<(String, String)>,
    // Dropped last: the store's process is waited for in it.
    _runtime: tokio::runtime::Runtime,
}

impl Installation {
    /// With these variables, besides store, keyring and the proxy's address.
    pub(super) fn new(variables: &[(&str, &str)]) -> Self {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let redis = runtime.block_on(Redis::with(&["--save", ""]));
        let home = Home::new();
        let key = home.run(&["key", "generate"]).succeeded().stdout;
        let always =
            [("READONCE_STORE", redis.url()), ("READONCE_KEYRING", key.trim().to_owned())].into_iter();
        let proxy = ("READONCE_HTTP__TRUSTED_PROXIES", "127.0.0.1".to_owned());
        let own = variables.iter().map(|(name, value)| (*name, (*value).to_owned()));
        let variables =
            always.chain([proxy]).chain(own).map(|(name, value)| (name.to_owned(), value)).collect();
        Self { home, redis, variables, _runtime: runtime }
    }

    /// An instance at an address where nobody listens yet.
    pub(super) fn instance(&self) -> Server {
        loop {
            let address = SocketAddr::from((Ipv4Addr::LOCALHOST, free_port()));
            // Somebody was given the free port meanwhile: the next one, then.
            if let Some(server) = self.try_instance_at(address) {
                return server;
            }
        }
    }

    /// An instance where one has just stopped.
    pub(super) fn instance_at(&self, address: SocketAddr) -> Server {
        self.try_instance_at(address).expect("the address is free again")
    }

    /// `readonce ARGUMENTS…` with the instances' settings.
    pub(super) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = self.home.command(arguments);
        command.envs(self.variables.iter().map(|(name, value)| (name.as_str(), value.as_str())));
        command
    }

    /// An account of all its instances.
    pub(super) fn account(&self, email: &str) -> Account {
        Account::create(self.command(&[]), email)
    }

    fn try_instance_at(&self, address: SocketAddr) -> Option<Server> {
        match Server::start(self.command(&["serve", "--listen", &address.to_string()])) {
            Ok(server) => Some(server),
            Err(ran) if ran.stderr.contains("cannot listen") => None,
            Err(ran) => panic!("the server ended: {ran:?}"),
        }
    }
}
