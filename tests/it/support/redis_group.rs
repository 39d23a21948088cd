//! Groups of servers: a cluster, and a master with its replica under Sentinels.

use std::time::Duration;

use redis::Value;

use super::certificates::Authority;
use super::eventually;
use super::ports::free_port;
use super::redis::Server;

/// A cluster: masters first, then as many replicas, the n-th of the n-th master.
pub(crate) struct Cluster {
    pub(crate) nodes: Vec<Server>,
    masters: usize,
}

impl Cluster {
    /// Three masters, and a replica for each if wanted.
    pub(crate) async fn start(replicas: bool) -> Self {
        let masters = 3;
        let count = if replicas { 2 * masters } else { masters };
        let mut nodes = Vec::new();
        for _ in 0..count {
            nodes.push(Self::node(replicas).await);
        }
        Self::of(nodes, masters).await
    }

    /// Of servers that run and know nothing of each other: so many masters, and replicas of them in turn.
    pub(crate) async fn of(nodes: Vec<Server>, masters: usize) -> Self {
        let count = nodes.len();
        for (index, node) in nodes.iter().enumerate() {
            node.call(&["CLUSTER", "SET-CONFIG-EPOCH", &(index + 1).to_string()]).await;
            if index < masters {
                let bounds = [index * 16384 / masters, (index + 1) * 16384 / masters - 1];
                let [first, last] = bounds.map(|slot| slot.to_string());
                node.call(&["CLUSTER", "ADDSLOTSRANGE", &first, &last]).await;
            }
        }
        let cluster = Self { nodes, masters };
        for node in &cluster.nodes[1..] {
            cluster.introduce(node).await;
        }
        cluster.agrees().await;
        for index in masters..count {
            let master = cluster.id(index - masters).await;
            cluster.nodes[index].call(&["CLUSTER", "REPLICATE", &master]).await;
        }
        for index in masters..count {
            let node = &cluster.nodes[index];
            eventually("the replica follows", || async {
                node.info("replication").await.contains("master_link_status:up").then_some(())
            })
            .await;
        }
        for master in &cluster.nodes[..count - masters] {
            in_touch(master).await;
        }
        cluster.agrees().await;
        cluster
    }

    /// Without replicas nobody takes over from a node that is only slow, so that it is waited for longer.
    async fn node(replicas: bool) -> Server {
        let patience = if replicas { "2000" } else { "6000" };
        let bus = free_port().to_string();
        let options = [
            "--save",
            "",
            "--appendonly",
            "no",
            "--cluster-enabled",
            "yes",
            "--cluster-port",
            &bus,
            "--cluster-node-timeout",
            patience,
            "--cluster-allow-replica-migration",
            "no",
            "--cluster-config-file",
            "nodes.conf",
            "--repl-diskless-sync-delay",
            "0",
            "--repl-ping-replica-period",
            "1",
        ];
        Server::with(&options).await
    }

    /// A further master without slots.
    pub(crate) async fn grow(&mut self) -> usize {
        let node = Self::node(self.nodes.len() > self.masters).await;
        let epoch = (self.nodes.len() + 1).to_string();
        node.call(&["CLUSTER", "SET-CONFIG-EPOCH", &epoch]).await;
        self.introduce(&node).await;
        self.nodes.push(node);
        self.agrees().await;
        self.nodes.len() - 1
    }

    async fn introduce(&self, node: &Server) {
        let bus = Self::own_line(node).await;
        let bus = bus.split(['@', ',', ' ']).nth(2).unwrap().to_owned();
        let (address, port) = (node.address().to_string(), node.port().to_string());
        self.nodes[0].call(&["CLUSTER", "MEET", &address, &port, &bus]).await;
    }

    /// The line of `CLUSTER NODES` about the node itself.
    async fn own_line(node: &Server) -> String {
        let text = text(node.call(&["CLUSTER", "NODES"]).await);
        text.lines().find(|line| line.contains("myself")).unwrap().to_owned()
    }

    /// Waits until every node knows every node and holds the cluster for whole. Nodes that were introduced and did not
    /// shake hands in time have forgotten it, so they are introduced again.
    async fn agrees(&self) {
        let known = format!("cluster_known_nodes:{}\r", self.nodes.len());
        eventually("the cluster is whole", || async {
            let mut whole = true;
            for node in &self.nodes {
                let info = text(node.try_call(&["CLUSTER", "INFO"]).await.ok()?);
                let knows_all = info.contains(&known);
                if !knows_all {
                    self.introduce(node).await;
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
                whole &= knows_all && info.contains("cluster_state:ok");
            }
            whole.then_some(())
        })
        .await;
    }

    /// A URL that names the masters.
    pub(crate) fn url(&self) -> String {
        format!("redis-cluster://{}", hosts(&self.nodes[..self.masters]))
    }

    /// A node's id.
    pub(crate) async fn id(&self, index: usize) -> String {
        text(self.nodes[index].call(&["CLUSTER", "MYID"]).await)
    }

    /// Which master has the slot of a key.
    pub(crate) async fn owner(&self, key: &str) -> (usize, u16) {
        let Value::Int(slot) = self.nodes[0].call(&["CLUSTER", "KEYSLOT", key]).await else {
            panic!("a slot is a number")
        };
        let slot = usize::try_from(slot).unwrap();
        let owner = (0..self.masters).find(|index| slot < (index + 1) * 16384 / self.masters).unwrap();
        (owner, u16::try_from(slot).unwrap())
    }
}

/// A master with one replica, and three sentinels that watch it under the name `main`.
pub(crate) struct Watched {
    pub(crate) master: Server,
    pub(crate) replica: Server,
    pub(crate) sentinels: Vec<Server>,
    /// The scheme of the store's address, and who uses it.
    address: (&'static str, &'static str),
}

/// For the servers of a secured group themselves, its sentinels, and the test.
const ADMIN: &str = "--user admin on >adm1n ~* &* +@all --user default off --masteruser admin --masterauth adm1n \
                     --tls-replication yes";

impl Watched {
    pub(crate) async fn start() -> Self {
        let master = Server::start().await;
        let replica = replica_of(&master).await;
        let mut sentinels = Vec::new();
        for _ in 0..3 {
            sentinels.push(Server::sentinel(&watch(&master)).await);
        }
        Self { master, replica, sentinels, address: ("redis-sentinel", "") }.agreed().await
    }

    /// Over TLS only. On the servers, nobody may do anything but the user `readonce`, under this rule, and an administrator;
    /// sentinels ask nobody who they are.
    pub(crate) async fn secured(authority: &Authority, rule: &str) -> Self {
        let options = format!("--user readonce on >s3cret@home {rule} {ADMIN} --repl-diskless-sync-delay 0");
        let options: Vec<&str> = options.split(' ').collect();
        let login = "admin:adm1n@";
        let master = Server::secured(authority, login, &options).await;
        let port = master.port().to_string();
        let following = [&options[..], &["--replicaof", "127.0.0.1", &port]].concat();
        let replica = Server::secured(authority, login, &following).await;
        follows(&replica, &master).await;
        let configuration =
            format!("{}sentinel auth-user main admin\nsentinel auth-pass main adm1n\n", watch(&master));
        let mut sentinels = Vec::new();
        for _ in 0..3 {
            sentinels.push(Server::secured_sentinel(authority, &configuration).await);
        }
        let address = ("rediss-sentinel", "readonce:s3cret%40home@");
        Self { master, replica, sentinels, address }.agreed().await
    }

    /// Waits until each sentinel knows all the others.
    async fn agreed(self) -> Self {
        for sentinel in &self.sentinels {
            eventually("the sentinel knows the others", || async {
                let known = sentinel.info("sentinel").await;
                known.contains("slaves=1,sentinels=3").then_some(())
            })
            .await;
        }
        self
    }

    pub(crate) fn url(&self) -> String {
        let (scheme, user) = self.address;
        format!("{scheme}://{user}{}/main", hosts(&self.sentinels))
    }
}

/// Where these are, as an address of a store names them.
pub(crate) fn hosts(servers: &[Server]) -> String {
    let hosts: Vec<_> =
        servers.iter().map(|server| format!("{}:{}", server.address(), server.port())).collect();
    hosts.join(",")
}

/// What tells a sentinel to watch this server.
fn watch(master: &Server) -> String {
    format!(
        "sentinel monitor main 127.0.0.1 {} 2\nsentinel down-after-milliseconds main 1000\n\
         sentinel failover-timeout main 5000\n",
        master.port()
    )
}

/// A replica that has caught up.
pub(crate) async fn replica_of(master: &Server) -> Server {
    let port = master.port().to_string();
    let replica =
        Server::with(&["--save", "", "--appendonly", "no", "--replicaof", "127.0.0.1", &port]).await;
    follows(&replica, master).await;
    replica
}

/// Waits until a replica has caught up with its master.
pub(crate) async fn follows(replica: &Server, master: &Server) {
    eventually("the replica follows", || async {
        replica.info("replication").await.contains("master_link_status:up").then_some(())
    })
    .await;
    in_touch(master).await;
}

/// Waits until a replica has confirmed something to its master: only then has it read its first copy to the end.
async fn in_touch(master: &Server) {
    eventually("the replica confirms", || async {
        let replication = master.info("replication").await;
        let (_, offset) = replication.split_once("state=online,offset=")?;
        (!offset.starts_with("0,")).then_some(())
    })
    .await;
}

/// The text of an answer.
pub(crate) fn text(value: Value) -> String {
    match value {
        Value::BulkString(bytes) => String::from_utf8(bytes).unwrap(),
        Value::SimpleString(text) | Value::VerbatimString { text, .. } => text,
        other => panic!("no text: {other:?}"),
    }
}
