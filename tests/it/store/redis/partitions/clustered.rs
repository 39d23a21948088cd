//! A cluster of three masters with a replica each, one master of which is alone on its side.

use readonce::domain::SlotTag;

use super::network::Network;
use super::table::{Least, Row};
use super::trial::Parted;
use crate::store::sample::tag;
use crate::support::eventually;
use crate::support::redis::Server;
use crate::support::redis_group::{Cluster, text};

/// `cluster-node-timeout`, in milliseconds.
const NODE_TIMEOUT: &str = "2000";
const MASTERS: usize = 3;

pub(super) struct Clustered {
    cluster: Cluster,
    /// Of a slot of the old master's, which is the first.
    tag: SlotTag,
}

impl Clustered {
    pub(super) async fn start(network: &Network, row: &Row) -> Self {
        let least = if row.least == Least::None { "0" } else { "1" };
        let options = [
            &["--save", "", "--appendonly", "no", "--repl-diskless-sync-delay", "0"][..],
            &["--repl-ping-replica-period", "1", "--min-replicas-to-write", least],
            &["--cluster-enabled", "yes", "--cluster-config-file", "nodes.conf"],
            &["--cluster-node-timeout", NODE_TIMEOUT, "--cluster-allow-replica-migration", "no"],
        ]
        .concat();
        let mut nodes = Vec::new();
        for index in 0..2 * MASTERS {
            let place = if index == 0 { &network.old.place } else { &network.new.place };
            let port = 7001 + u16::try_from(index).unwrap();
            nodes.push(Server::at(place, port, &options, None).await);
        }
        let cluster = Cluster::of(nodes, MASTERS).await;
        loop {
            let tag = tag();
            if cluster.owner(&format!("{{{}}}", tag.as_str())).await.0 == 0 {
                return Self { cluster, tag };
            }
        }
    }

    fn old(&self) -> &Server {
        &self.cluster.nodes[0]
    }

    /// Its replica.
    fn successor(&self) -> &Server {
        &self.cluster.nodes[MASTERS]
    }
}

async fn is_whole(node: &Server) -> bool {
    text(node.call(&["CLUSTER", "INFO"]).await).contains("cluster_state:ok")
}

impl Parted for Clustered {
    fn url(&self) -> String {
        self.cluster.url()
    }

    fn tag(&self) -> SlotTag {
        self.tag
    }

    async fn copied(&self) {
        let keys = self.old().keys().await.len();
        eventually("the replica has it all", || async {
            (self.successor().keys().await.len() == keys).then_some(())
        })
        .await;
    }

    async fn taken_over(&self) {
        eventually("its replica takes over", || async {
            let is_master = self.successor().info("replication").await.contains("role:master");
            (is_master && is_whole(&self.cluster.nodes[1]).await).then_some(())
        })
        .await;
    }

    async fn given_up(&self) {
        eventually("the old master knows that it is alone", || async {
            (!is_whole(self.old()).await).then_some(())
        })
        .await;
    }

    async fn healed(&self) {
        eventually("the old master follows", || async {
            let follows = self.old().info("replication").await.contains("master_link_status:up");
            let confirms = self.successor().info("replication").await.contains("state=online");
            let mut whole = true;
            for node in &self.cluster.nodes {
                whole &= is_whole(node).await;
            }
            (follows && confirms && whole).then_some(())
        })
        .await;
    }
}
