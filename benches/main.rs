//! Micro-benchmarks of the parts of a request, on one thread: `cargo bench --bench parts`, or `… -- seal` for some.
//!
//! Whole requests against the release build are measured by another tool (`bench/`): no sum of parts gives a rate.

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
