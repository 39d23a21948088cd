//! Evaluation of the rounds: medians, and ratios within each round.

use super::super::count;
use super::Operation;
use crate::load::{LoadResult, median};
use crate::report::{Cell, Table, number, optional, text};
use crate::subject::StoreKind;
use crate::subject::baseline::BaselineKind;

/// One piece of load.
#[derive(Clone, Copy, Debug)]
struct Figure {
    round: usize,
    subject: &'static str,
    operation: Operation,
    clients: usize,
    rate: f64,
    p50: f64,
    p99: f64,
    server: f64,
    store: Option<f64>,
}

/// All of them, and the memory at the end of each round.
#[derive(Debug, Default)]
pub(super) struct Figures {
    all: Vec<Figure>,
    memory: Vec<(&'static str, f64)>,
}

impl Figures {
    pub(super) fn add(
        &mut self,
        round: usize,
        subject: &'static str,
        operation: Operation,
        clients: usize,
        ran: &LoadResult,
    ) {
        self.all.push(Figure {
            round,
            subject,
            operation,
            clients,
            rate: ran.rate(),
            p50: ran.percentile(50),
            p99: ran.percentile(99),
            server: ran.server_micros(),
            store: ran.store_micros(),
        });
    }

    pub(super) fn add_memory(&mut self, subject: &'static str, rss: f64) {
        self.memory.push((subject, rss));
    }

    /// A row per subject, operation and number of connections.
    pub(super) fn rates(&self, connections: &[usize]) -> Table {
        let columns = [
            "on",
            "operation",
            "connections",
            "req/s",
            "lowest",
            "highest",
            "/ ping",
            "/ axum echo",
            "/ axum + SET",
            "p50 ms",
            "p99 ms",
            "server µs/req",
            "store µs/req",
        ];
        let mut table = Table::new("Requests per second (medians of rounds; ratios within rounds)", &columns);
        let mut rows: Vec<(&str, Operation)> = Vec::new();
        for figure in &self.all {
            if !rows.contains(&(figure.subject, figure.operation)) {
                rows.push((figure.subject, figure.operation));
            }
        }
        rows.sort_by_key(|(subject, operation)| (*subject, *operation as usize));
        for (subject, operation) in rows {
            for clients in connections {
                table.row(self.row(subject, operation, *clients));
            }
        }
        table
    }

    fn row(&self, subject: &str, operation: Operation, clients: usize) -> Vec<Cell> {
        let of = |subject: &str, operation: Operation| -> Vec<&Figure> {
            let like = |figure: &&Figure| {
                (figure.subject, figure.operation, figure.clients) == (subject, operation, clients)
            };
            self.all.iter().filter(like).collect()
        };
        let own = of(subject, operation);
        let mid = |what: fn(&Figure) -> f64| median(own.iter().map(|figure| what(figure)));
        let ratio = |to: &str, operation: Operation| {
            let others = of(to, operation);
            median(own.iter().filter_map(|figure| {
                let other = others.iter().find(|other| other.round == figure.round)?;
                Some(figure.rate / other.rate)
            }))
        };
        let store: Option<Vec<f64>> = own.iter().map(|figure| figure.store).collect();
        vec![
            text(subject),
            text(operation.name()),
            number(count(clients), 0),
            number(mid(|figure| figure.rate), 0),
            number(own.iter().map(|figure| figure.rate).fold(f64::INFINITY, f64::min), 0),
            number(own.iter().map(|figure| figure.rate).fold(0.0, f64::max), 0),
            number(ratio(subject, Operation::Ping), 3),
            number(ratio(BaselineKind::Echo.name(), Operation::Baseline), 3),
            number(ratio(BaselineKind::Set.name(), Operation::Baseline), 3),
            number(mid(|figure| figure.p50), 2),
            number(mid(|figure| figure.p99), 2),
            number(mid(|figure| figure.server), 1),
            optional(store.map(median), 1),
        ]
    }

    /// This program beside the other one: medians, and the ratios of each round with their spread.
    pub(super) fn versus(&self, stores: &[StoreKind], connections: &[usize]) -> Table {
        let columns = [
            "on",
            "operation",
            "connections",
            "req/s",
            "the other's",
            "ratio",
            "lowest",
            "highest",
            "server µs/req",
            "the other's ",
            "ratio ",
            "lowest ",
            "highest ",
            "p99 ms",
            "the other's  ",
        ];
        let mut table = Table::new("Beside the other program (medians; ratios within rounds)", &columns);
        for kind in stores {
            for operation in [Operation::Ping, Operation::Share, Operation::Metadata, Operation::Read] {
                for clients in connections {
                    let of = |subject: &str| -> Vec<&Figure> {
                        let like = |figure: &&Figure| {
                            (figure.subject, figure.operation, figure.clients)
                                == (subject, operation, *clients)
                        };
                        self.all.iter().filter(like).collect()
                    };
                    let (this, other) = (of(kind.name()), of(kind.versus()));
                    let mut row = vec![text(kind.name()), text(operation.name()), number(count(*clients), 0)];
                    row.extend(compared(&this, &other, |figure| figure.rate, 0));
                    row.extend(compared(&this, &other, |figure| figure.server, 1));
                    for figures in [&this, &other] {
                        row.push(number(median(figures.iter().map(|figure| figure.p99)), 2));
                    }
                    table.row(row);
                }
            }
        }
        table
    }

    /// The server's memory after all the load of a round: the largest of the rounds.
    pub(super) fn memory(&self) -> Table {
        let mut table = Table::new("Memory of the server after a round, the largest", &["on", "RSS MiB"]);
        let mut subjects: Vec<&str> = self.memory.iter().map(|(subject, _)| *subject).collect();
        subjects.sort_unstable();
        subjects.dedup();
        for subject in subjects {
            let all = self.memory.iter().filter(|(name, _)| *name == subject);
            table.row(vec![text(subject), number(all.map(|(_, rss)| *rss).fold(0.0, f64::max), 1)]);
        }
        table
    }
}

/// Both medians, and the median, lowest and highest of the rounds' ratios.
fn compared(this: &[&Figure], other: &[&Figure], what: fn(&Figure) -> f64, digits: usize) -> [Cell; 5] {
    let ratios: Vec<f64> = this
        .iter()
        .filter_map(|figure| {
            let beside = other.iter().find(|other| other.round == figure.round)?;
            Some(what(figure) / what(beside))
        })
        .collect();
    let mid = |figures: &[&Figure]| median(figures.iter().map(|figure| what(figure)));
    [
        number(mid(this), digits),
        number(mid(other), digits),
        number(median(ratios.iter().copied()), 3),
        number(ratios.iter().copied().fold(f64::INFINITY, f64::min), 3),
        number(ratios.iter().copied().fold(0.0, f64::max), 3),
    ]
}
