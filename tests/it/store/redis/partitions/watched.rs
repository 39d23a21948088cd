//! A master with two replicas and three sentinels, of which the master and one sentinel are on one side, two sentinels on the other.

use readonce::domain::SlotTag;

use super::network::Network;
use super::table::{Least, OldMaster, Row};
use super::trial::Parted;
use crate::store::sample::tag;
use crate::support::eventually;
use crate::support::redis::Server;
use crate::support::redis_group::{follows, hosts};

/// `min-replicas-max-lag` and Sentinel's `down-after-milliseconds`, in seconds. Another master is there some two seconds after the
/// second.
fn patience(least: Least) -> (u32, u32) {
    match least {
        Least::None | Least::LongLag => (15, 1),
        Least::ShortLag => (2, 8),
    }
}

pub(super) struct Watched {
    master: Server,
    /// On its side first.
    replicas: Vec<Server>,
    /// How many of them are on its side.
    near: usize,
    sentinels: Vec<Server>,
}

impl Watched {
    pub(super) async fn start(network: &Network, row: &Row) -> Self {
        let (old, new) = (&network.old.place, &network.new.place);
        let (lag, down_after) = patience(row.least);
        let (least, lag) = (if row.least == Least::None { "0" } else { "1" }, lag.to_string());
        let options = [
            &["--save", "", "--appendonly", "no", "--repl-diskless-sync-delay", "0"][..],
            &["--repl-ping-replica-period", "1"],
            &["--min-replicas-to-write", least, "--min-replicas-max-lag", &lag],
        ]
        .concat();
        let master = Server::at(old, 7001, &options, None).await;
        let (address, port) = (master.address().to_string(), master.port().to_string());
        let following = [&options[..], &["--replicaof", &address, &port]].concat();
        let near = usize::from(row.old_master == OldMaster::WithReplica);
        let mut replicas = Vec::new();
        for (port, place) in [7002, 7003].into_iter().zip([if near == 1 { old } else { new }, new]) {
            let replica = Server::at(place, port, &following, None).await;
            follows(&replica, &master).await;
            replicas.push(replica);
        }
        let configuration = format!(
            "sentinel monitor main {address} {port} 2\nsentinel down-after-milliseconds main {}\n\
             sentinel failover-timeout main 5000\n",
            down_after * 1000
        );
        let mut sentinels = Vec::new();
        for (port, place) in [7101, 7102, 7103].into_iter().zip([old, new, new]) {
            let sentinel = Server::at(place, port, &[], Some(&configuration)).await;
            // How often it tells the others what it knows, and how soon it gives a silent connection up: no more than that is hurried.
            let hurry = ["SENTINEL", "DEBUG", "publish-period", "300", "min-link-reconnect-period", "1000"];
            sentinel.call(&hurry).await;
            sentinels.push(sentinel);
        }
        for sentinel in &sentinels {
            eventually("the sentinel knows the others", || async {
                sentinel.info("sentinel").await.contains("slaves=2,sentinels=3").then_some(())
            })
            .await;
        }
        Self { master, replicas, near, sentinels }
    }
}

/// What `INFO` says of replication under a name.
async fn replication(server: &Server, name: &str) -> Option<String> {
    let text = server.info("replication").await;
    text.lines()
        .find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))
        .map(|value| value.trim().to_owned())
}

impl Parted for Watched {
    fn url(&self) -> String {
        format!("redis-sentinel://{}/main", hosts(&self.sentinels))
    }

    fn tag(&self) -> SlotTag {
        tag()
    }

    async fn copied(&self) {
        let offset = replication(&self.master, "master_repl_offset").await.unwrap().parse::<u64>().unwrap();
        for replica in &self.replicas {
            eventually("the replica has it all", || async {
                let has = replication(replica, "slave_repl_offset").await?.parse::<u64>().unwrap();
                (has >= offset).then_some(())
            })
            .await;
        }
    }

    async fn taken_over(&self) {
        eventually("a replica on the other side takes over, and the other follows it", || async {
            for replica in &self.replicas[self.near..] {
                let text = replica.info("replication").await;
                if text.contains("role:master") && (self.near > 0 || text.contains("state=online")) {
                    return Some(());
                }
            }
            None
        })
        .await;
    }

    async fn given_up(&self) {
        let Some(good) = replication(&self.master, "min_slaves_good_slaves").await else { return };
        if self.near > 0 {
            assert!(good != "0", "its replica is there");
            return;
        }
        eventually("the old master no longer counts on its replicas", || async {
            (replication(&self.master, "min_slaves_good_slaves").await? == "0").then_some(())
        })
        .await;
    }

    async fn healed(&self) {
        eventually("there is one master with two replicas", || async {
            let mut masters = 0;
            for server in self.replicas.iter().chain([&self.master]) {
                let role = replication(server, "role").await?;
                let is_up = replication(server, "master_link_status").await.is_some_and(|link| link == "up");
                masters += usize::from(role == "master");
                if role == "master" && replication(server, "connected_slaves").await? != "2"
                    || role != "master" && !is_up
                {
                    return None;
                }
            }
            (masters == 1).then_some(())
        })
        .await;
    }
}
