//! The table of docs/redis.md that says what a split network undoes, read row by row.

use std::fmt;
use std::path::Path;

use readonce::store::redis::Confirm;

/// The columns, as they stand there.
const HEAD: [&str; 8] = [
    "with the old master",
    "`redis.confirm`",
    "`min-replicas-to-write`",
    "ended there, given out here",
    "ended here, given out there",
    "acknowledged shares lost",
    "there it serves",
    "here it serves",
];

/// Who is on the old master's side.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum OldMaster {
    /// Nobody.
    Alone,
    /// One of its two replicas.
    WithReplica,
    /// Nobody, and it is one of three masters of a cluster, with one replica.
    OfACluster,
}

/// How servers are told about replicas that do not answer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Least {
    /// `min-replicas-to-write 0`.
    None,
    /// 1, and the lag that is allowed is longer than Sentinel waits.
    LongLag,
    /// 1, and Sentinel waits longer.
    ShortLag,
}

/// For how long a side does what it is asked.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Serves {
    /// Not at all.
    No,
    /// When the network splits, and no longer at its end.
    AtFirst,
    /// All the time.
    Yes,
}

/// What comes of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Outcome {
    /// A value that was read or burned on the old master's side was given out on the other.
    pub(super) twice_old_first: bool,
    /// The other way round.
    pub(super) twice_new_first: bool,
    /// A share that the old master's side acknowledged is not there afterwards.
    pub(super) lost: bool,
    pub(super) old_side: Serves,
    pub(super) new_side: Serves,
}

/// A row.
#[derive(Clone, Debug)]
pub(super) struct Row {
    text: String,
    pub(super) old_master: OldMaster,
    pub(super) confirm: Confirm,
    pub(super) least: Least,
    pub(super) says: Outcome,
}

impl Row {
    fn read(line: &str) -> Self {
        let [with, confirm, least, old_first, new_first, lost, there, here] = cells(line);
        let yes = |cell: &str| match cell {
            "**yes**" => true,
            "no" => false,
            other => panic!("neither yes nor no: `{other}` in {line}"),
        };
        let serves = |cell: &str| match cell {
            "yes" => Serves::Yes,
            "at first" => Serves::AtFirst,
            "no" => Serves::No,
            other => panic!("how long it serves: `{other}` in {line}"),
        };
        Self {
            text: line.to_owned(),
            old_master: match with {
                "nobody" => OldMaster::Alone,
                "a replica" => OldMaster::WithReplica,
                "nobody, in a Cluster" => OldMaster::OfACluster,
                other => panic!("who: `{other}`"),
            },
            confirm: Confirm::parse(confirm.trim_matches('`')).unwrap(),
            least: match least {
                "0" => Least::None,
                "1" => Least::LongLag,
                "1, lag shorter" => Least::ShortLag,
                other => panic!("how many: `{other}`"),
            },
            says: Outcome {
                twice_old_first: yes(old_first),
                twice_new_first: yes(new_first),
                lost: yes(lost),
                old_side: serves(there),
                new_side: serves(here),
            },
        }
    }
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// Every row, of every case.
pub(super) fn rows() -> Vec<Row> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/redis.md");
    let text = std::fs::read_to_string(path).unwrap();
    let is_head = |line: &&str| line.starts_with(&format!("| {} |", HEAD[0]));
    let mut lines = text.lines().skip_while(|line| !is_head(line));
    assert_eq!(cells(lines.next().expect("a table of what a split network undoes")), HEAD);
    let rows: Vec<_> = lines.skip(1).take_while(|line| line.starts_with('|')).map(Row::read).collect();
    // None may be left out.
    for old_master in [OldMaster::Alone, OldMaster::WithReplica] {
        for confirm in [Confirm::None, Confirm::Replicas(1), Confirm::Replicas(2)] {
            for least in [Least::None, Least::LongLag] {
                let is_it =
                    |row: &&Row| (row.old_master, row.confirm, row.least) == (old_master, confirm, least);
                assert_eq!(rows.iter().filter(is_it).count(), 1, "{old_master:?} {confirm:?} {least:?}");
            }
        }
    }
    rows
}

fn cells(line: &str) -> [&str; 8] {
    let cells: Vec<_> = line.trim().trim_matches('|').split('|').map(str::trim).collect();
    cells.try_into().unwrap_or_else(|cells| panic!("not eight: {cells:?}"))
}
