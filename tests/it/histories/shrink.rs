//! What is left of a history that no order explains when all is taken away that may be: its shortest beginning that is not
//! explained either, without those who only looked.
//!
//! Both are sound. What happened until a moment is a history of its own, in which calls under way have no outcome yet. And
//! fewer who looked are fewer to be explained.

use super::check::check;
use super::history::{Answer, Call, History, Presented};

/// The history made small. One that is explained stays as it is.
pub(super) fn shrink(history: &History) -> History {
    let is_violated = |history: &History| check(history).is_err();
    let mut ends: Vec<u64> = history.calls.iter().map(|call| call.over).collect();
    ends.sort_unstable();
    let beginnings = ends.into_iter().map(|end| until(history, end));
    let Some(mut small) = beginnings.into_iter().find(is_violated) else { return history.clone() };
    for place in (0..small.calls.len()).rev() {
        if only_looked(&small.calls[place]) {
            let mut without = small.clone();
            without.calls.remove(place);
            if is_violated(&without) {
                small = without;
            }
        }
    }
    small
}

/// What was known at a moment.
fn until(history: &History, end: u64) -> History {
    let known = |call: &Call| {
        let answer = if call.over <= end { call.answer.clone() } else { Answer::Lost };
        (call.began <= end).then(|| Call { answer, ..call.clone() })
    };
    History { facts: history.facts.clone(), calls: history.calls.iter().filter_map(known).collect() }
}

/// Whether it changed nothing, whatever the order: no value, no end, and no try.
fn only_looked(call: &Call) -> bool {
    match call.answer {
        Answer::State(_) | Answer::Unknown | Answer::Asked => call.verb.presented() == Presented::Nothing,
        Answer::Limited(_) => true,
        _ => false,
    }
}
