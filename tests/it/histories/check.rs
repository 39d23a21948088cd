//! Whether there is an order of all steps that explains every answer: the search of Wing and Gong, with Lowe's memory of
//! where it has been. A call's steps lie between its beginning and its answer; those of a call whose answer was lost lie
//! anywhere after its beginning, or nowhere.

use std::collections::HashSet;
use std::fmt;

use super::history::{Answer, History};
use super::model::{Phase, State};

/// States looked at for one history. They are some hundreds; more than this means that the test asks too much.
const MOST: usize = 2_000_000;

/// A history that no order explains.
pub(super) struct Violation {
    history: History,
    /// For each call, whether the search that came furthest had a place for it.
    placed: Vec<bool>,
}

/// Looks for an order.
pub(super) fn check(history: &History) -> Result<(), Violation> {
    let calls = &history.calls;
    let mut seen: HashSet<(State, Vec<Phase>)> = HashSet::new();
    let mut furthest = vec![Phase::Open; calls.len()];
    let mut open = vec![(State::default(), furthest.clone())];
    while let Some((state, phases)) = open.pop() {
        // Who has to take a step before this moment lets nobody go ahead who came later.
        let unfinished =
            || calls.iter().zip(&phases).enumerate().filter(|(_, (_, phase))| **phase != Phase::Done);
        let Some(horizon) = unfinished().filter_map(|(_, (call, _))| call.answered()).min() else {
            return Ok(());
        };
        if !seen.insert((state.clone(), phases.clone())) {
            continue;
        }
        assert!(seen.len() < MOST, "a history that is too entangled to be checked: {history:?}");
        if done(&phases) > done(&furthest) {
            furthest.clone_from(&phases);
        }
        let mut next = Vec::new();
        for (place, (call, phase)) in unfinished().filter(|(_, (call, _))| call.began < horizon) {
            let steps = history.facts.steps(&state, call, *phase);
            // All it can do is to be told so: it is in nobody's way, and no order is lost by letting it go first.
            let is_idle =
                matches!(&*steps, [(after, Phase::Done)] if *after == state) && call.answer != Answer::Lost;
            if is_idle {
                next.clear();
            }
            next.extend(steps.into_iter().map(|(after, step)| {
                let mut phases = phases.clone();
                phases[place] = step;
                (after, phases)
            }));
            if is_idle {
                break;
            }
        }
        open.append(&mut next);
    }
    let placed = furthest.iter().map(|phase| *phase == Phase::Done).collect();
    Err(Violation { history: history.clone(), placed })
}

fn done(phases: &[Phase]) -> usize {
    phases.iter().filter(|phase| **phase == Phase::Done).count()
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "no order explains this history of {:?}", self.history.facts)?;
        let mut calls: Vec<_> = self.history.calls.iter().zip(&self.placed).collect();
        calls.sort_by_key(|(call, _)| call.began);
        for (call, placed) in calls {
            // Most often the first of these is the answer that is wrong.
            writeln!(f, "{} {call}", if *placed { "   " } else { "?  " })?;
        }
        Ok(())
    }
}
