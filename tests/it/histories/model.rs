//! One secret as its callers may know it: what each step of a call does, and what it is told.
//!
//! A presented passphrase takes two steps: the try is counted, and later the secret is claimed with the proof. So does a burn
//! of v2 that comes too late: it looks what became of the secret. Everything else is one. Time is a part of the step: each is judged by the clock that its instance has read, whoever comes first.

use super::history::{Answer, Api, Call, Presented, Verb};

/// For how long a page that was answered with the value may be answered so once more: ten seconds, and what is lost by
/// counting whole ones.
const AGAIN: u64 = 11;

/// What does not change.
#[derive(Clone, Debug)]
pub(super) struct Facts {
    pub(super) value: String,
    pub(super) protected: bool,
    /// Unix seconds.
    pub(super) created: u64,
    /// Seconds.
    pub(super) ttl: u64,
    /// Tries a network has in a window.
    pub(super) tries: u32,
    /// Seconds.
    pub(super) window: u64,
    /// Whether a sweep collects it. Redis collects by itself, when real time has passed, which no program here waits for.
    pub(super) swept: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
enum Life {
    New,
    Revealed,
    Burned,
}

#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(super) struct State {
    life: Life,
    /// The expired value was collected; and the receipt.
    swept: bool,
    forgotten: bool,
    /// By network, in order: end of the window, tries in it.
    tries: Vec<(u8, u64, u32)>,
    /// The one page that may be answered with the value once more.
    again: Option<Again>,
}

/// A page that was answered: its number, network and instance; until when that may be done once more.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
struct Again {
    page: u8,
    network: u8,
    instance: usize,
    until: u64,
}

/// How far a call has come.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) enum Phase {
    Open,
    /// Its try was counted.
    Counted,
    /// There was nothing to burn any more.
    Missed,
    Done,
}

/// What a step comes to.
pub(super) enum Came {
    Counted,
    Missed,
    Ended(Answer),
}

impl Default for State {
    fn default() -> Self {
        Self { life: Life::New, swept: false, forgotten: false, tries: Vec::new(), again: None }
    }
}

impl Facts {
    pub(super) fn secret_expires(&self) -> u64 {
        self.created + self.ttl
    }

    pub(super) fn receipt_expires(&self) -> u64 {
        self.created + 2 * self.ttl
    }

    /// All that the next step of `call` can be, so that its caller may be told what it was told.
    pub(super) fn steps(&self, state: &State, call: &Call, phase: Phase) -> Vec<(State, Phase)> {
        let mut steps: Vec<(State, Phase)> = Vec::new();
        let mut add = |step| {
            if !steps.contains(&step) {
                steps.push(step);
            }
        };
        for now in call.times.iter().copied() {
            let mut after = state.clone();
            // It may be kept, and need not be: there is not much room for it, and it ends with its instance.
            let again = [Answer::Value(self.value.clone()), Answer::Lost].contains(&call.answer);
            if again && phase == Phase::Open && state.is_known_for(call, now) {
                add((State { again: None, ..state.clone() }, Phase::Done));
            }
            match (self.act(&mut after, call, phase, now), &call.answer) {
                (Came::Counted, Answer::Limited(_)) => {}
                (Came::Counted, _) => add((after, Phase::Counted)),
                (Came::Missed, _) => add((after, Phase::Missed)),
                (Came::Ended(_), Answer::Lost) => add((after, Phase::Done)),
                (Came::Ended(answer), told) if answer == *told => add((after, Phase::Done)),
                (Came::Ended(_), _) => {}
            }
            // Nothing was done; but a try may have been counted, and may have been given back.
            if call.answer == Answer::Refused {
                add((state.clone(), Phase::Done));
                if phase == Phase::Counted {
                    add((state.with_try_given_back(call.network, now), Phase::Done));
                }
            }
        }
        steps
    }

    /// Takes a step of a call at a time.
    pub(super) fn act(&self, state: &mut State, call: &Call, phase: Phase, now: u64) -> Came {
        let (presented, burns) = match call.verb {
            Verb::Receipt(_) => return Came::Ended(self.look(state, now)),
            Verb::Sweep => return Came::Ended(self.sweep(state, now)),
            Verb::Look if self.is_there(state, now) => return Came::Ended(Answer::State("new".to_owned())),
            Verb::Look => return Came::Ended(Answer::Unknown),
            Verb::Reveal(_, presented) | Verb::Page(presented, _) => (presented, false),
            Verb::Burn(_, presented) => (presented, true),
        };
        if phase == Phase::Missed {
            return Came::Ended(self.look(state, now));
        }
        // v1 tells nobody who reads whether a secret is there.
        let tells = call.verb.page().is_some() || call.verb.api() == Api::V2;
        if phase == Phase::Counted && presented == Presented::Wrong {
            return Came::Ended(if burns || tells { Answer::WrongPassphrase } else { Answer::Unknown });
        }
        if !self.is_there(state, now) {
            let looks = burns && call.verb.api() == Api::V2;
            return if looks { Came::Missed } else { Came::Ended(Answer::Unknown) };
        }
        let takes_none = !self.protected || (burns && presented == Presented::Nothing);
        if takes_none || phase == Phase::Counted {
            state.tries.clear();
            state.life = if burns { Life::Burned } else { Life::Revealed };
            state.answered_page(call);
            return Came::Ended(if burns { Answer::Burned } else { Answer::Value(self.value.clone()) });
        }
        if presented == Presented::Nothing {
            return Came::Ended(if tells { Answer::Asked } else { Answer::Unknown });
        }
        self.count(state, call.network, now)
    }

    /// Whether the secret can be claimed.
    fn is_there(&self, state: &State, now: u64) -> bool {
        state.life == Life::New && !state.swept && now < self.secret_expires()
    }

    fn count(&self, state: &mut State, network: u8, now: u64) -> Came {
        // What ends later than two windows from now was set by a clock that ran ahead of this one, and holds nobody up.
        let is_running = |until: u64| now < until && until <= now + 2 * self.window;
        let last = state.tries.iter_mut().find(|(other, ..)| *other == network);
        match last {
            Some((_, until, count)) if is_running(*until) && *count >= self.tries => {
                Came::Ended(Answer::Limited(*until - now))
            }
            Some((_, until, count)) if is_running(*until) => {
                *count += 1;
                Came::Counted
            }
            _ => {
                state.tries.retain(|(other, ..)| *other != network);
                state.tries.push((network, now + self.window, 1));
                state.tries.sort_unstable();
                Came::Counted
            }
        }
    }

    fn look(&self, state: &State, now: u64) -> Answer {
        if state.forgotten || now >= self.receipt_expires() {
            return Answer::Unknown;
        }
        let state = match state.life {
            Life::Revealed => "received",
            Life::Burned => "burned",
            Life::New if state.swept || now >= self.secret_expires() => "expired",
            Life::New => "new",
        };
        Answer::State(state.to_owned())
    }

    fn sweep(&self, state: &mut State, now: u64) -> Answer {
        if self.swept {
            if state.life == Life::New && now >= self.secret_expires() {
                state.swept = true;
                state.tries.clear();
            }
            state.forgotten |= now >= self.receipt_expires();
        }
        Answer::Swept
    }
}

impl State {
    /// A page was answered with the value.
    fn answered_page(&mut self, call: &Call) {
        let Verb::Page(_, page) = call.verb else { return };
        let until = call.times.iter().max().expect("a time") + AGAIN;
        self.again = Some(Again { page, network: call.network, instance: call.instance, until });
    }

    /// Whether this is the same page once more.
    fn is_known_for(&self, call: &Call, now: u64) -> bool {
        let Some(Again { page, network, instance, until }) = self.again else { return false };
        call.verb.page() == Some(page) && (network, instance) == (call.network, call.instance) && now <= until
    }

    fn with_try_given_back(&self, network: u8, now: u64) -> Self {
        let mut after = self.clone();
        if let Some((_, _, count)) =
            after.tries.iter_mut().find(|(other, until, _)| *other == network && now < *until)
        {
            *count -= 1;
        }
        after.tries.retain(|(.., count)| *count > 0);
        after
    }
}
