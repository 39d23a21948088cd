//! Networks that split: an old master that one instance still reaches, while on the other side another one takes over.
//!
//! Each side is a network namespace of its own, and a pair of virtual cards is the line between them. It is cut by sending frames to
//! a station that is not there: nobody is told, no connection ends, and after healing what was sent is sent again by the kernel. A
//! relay before each node would do without rights, and be untrue: it acknowledges what it holds back, so that no deadline of a socket
//! is ever met, and nobody can be told apart by whom it comes from. So these tests need root; elsewhere they are skipped.
//!
//! `network` makes the two sides, `watched` and `clustered` put servers on them, `trial` plays what two instances do before, during
//! and after the cut and counts, `table` reads what docs/redis.md says of it.

mod clustered;
mod network;
mod table;
mod trial;
mod watched;

use readonce::store::redis::Confirm;

use self::clustered::Clustered;
use self::network::Network;
use self::table::{Least, OldMaster, Row, rows};
use self::trial::Counts;
use self::watched::Watched;
use crate::support::{in_threads, skipped};

/// So many at once: each starts six servers, and most of its time it waits.
const AT_ONCE: usize = 4;

fn play(row: &Row) -> Counts {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let network = Network::new().unwrap();
        match row.old_master {
            OldMaster::OfACluster => trial::play(&Clustered::start(&network, row).await, &network, row).await,
            _ => trial::play(&Watched::start(&network, row).await, &network, row).await,
        }
    })
}

/// All rows of the table, each yes and no of them.
#[test]
#[ignore = "takes minutes; `scripts/test long`"]
fn the_table_of_what_a_split_network_undoes_is_what_happens() {
    if let Err(why) = Network::new() {
        return skipped(&why);
    }
    let rows = rows();
    let mut wrong = Vec::new();
    for some in rows.chunks(AT_ONCE) {
        for (row, counts) in some.iter().zip(in_threads(some, play)) {
            eprintln!("{row}\n    {counts}");
            let seen = counts.outcome();
            if seen != row.says {
                wrong.push(format!("{row}\n  seen {seen:?}, in {counts}"));
            }
        }
    }
    assert!(wrong.is_empty(), "docs/redis.md says otherwise:\n{}", wrong.join("\n"));
}

/// The promise: what all replicas confirm is neither lost nor given out twice. And that this trial sees both where nobody confirms.
#[test]
fn what_all_replicas_confirmed_outlives_a_split_and_what_none_did_not() {
    if let Err(why) = Network::new() {
        return skipped(&why);
    }
    let rows = rows();
    let [none, all] = [Confirm::None, Confirm::Replicas(2)].map(|confirm| {
        let cell = (OldMaster::Alone, confirm, Least::None);
        rows.iter().find(|row| (row.old_master, row.confirm, row.least) == cell).unwrap()
    });
    let counts = in_threads([none, all], play);
    for counts in &counts {
        eprintln!("{counts}");
    }
    let [undone, kept] = [counts[0].outcome(), counts[1].outcome()];
    assert!(undone.twice_old_first && undone.twice_new_first && undone.lost, "{}", counts[0]);
    assert!(!kept.twice_old_first && !kept.twice_new_first && !kept.lost, "{}", counts[1]);
}
