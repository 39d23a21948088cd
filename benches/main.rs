//! What the parts of a request take, one at a time on one thread: `cargo bench --bench parts`, or `… -- seal` for some.
//!
//! Whole requests against the shipped program are another tool's work (`bench/`): no sum of parts tells a rate.

use criterion::Criterion;

mod parsing;
mod sealing;
mod store;

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    parsing::all(&mut criterion);
    sealing::all(&mut criterion);
    store::all(&mut criterion);
    criterion.final_summary();
}
