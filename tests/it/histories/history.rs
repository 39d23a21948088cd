//! What was asked of one secret and what came of it: each call between two moments of one order that all callers share.

use std::collections::BTreeMap;
use std::fmt;

use super::model::Facts;

/// A passphrase, as a caller presents one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Presented {
    Nothing,
    Right,
    Wrong,
}

/// Which API is spoken.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Api {
    V1,
    V2,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Verb {
    Reveal(Api, Presented),
    /// As the API's, but by the form of a page: which of those that the network was given.
    Page(Presented, u8),
    Burn(Api, Presented),
    Receipt(Api),
    /// Whether the secret is there, asked with its link. Only v2 has it.
    Look,
    /// Not a caller's: the store collects what has expired.
    Sweep,
}

impl Verb {
    /// The number of the page whose form it is.
    pub(super) fn page(self) -> Option<u8> {
        if let Self::Page(_, page) = self { Some(page) } else { None }
    }

    pub(super) fn presented(self) -> Presented {
        match self {
            Self::Reveal(_, presented) | Self::Page(presented, _) | Self::Burn(_, presented) => presented,
            Self::Receipt(_) | Self::Look | Self::Sweep => Presented::Nothing,
        }
    }

    /// Pages speak neither; they have v1's manners.
    pub(super) fn api(self) -> Api {
        match self {
            Self::Reveal(api, _) | Self::Burn(api, _) | Self::Receipt(api) => api,
            Self::Look => Api::V2,
            Self::Page(..) | Self::Sweep => Api::V1,
        }
    }
}

/// What a caller was told.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Answer {
    Value(String),
    /// The secret was burned by this very call.
    Burned,
    /// The state that the receipt shows, in the words of v1.
    State(String),
    /// "Unknown secret".
    Unknown,
    WrongPassphrase,
    /// A passphrase is asked for, by a page or by v2.
    Asked,
    /// Too many tries; seconds to wait.
    Limited(u64),
    /// 503 that says: nothing was done.
    Refused,
    /// No answer, or one that says: nobody knows. It may be done at any time from then on, or never.
    Lost,
    Swept,
    /// What no caller should ever be told.
    Other(String),
}

/// A call, from the moment before it was sent to the moment after it was answered or given up.
#[derive(Clone, Debug)]
pub(super) struct Call {
    pub(super) verb: Verb,
    /// From which network.
    pub(super) network: u8,
    /// At which instance.
    pub(super) instance: usize,
    pub(super) began: u64,
    pub(super) over: u64,
    /// What the instance's clock may have shown it: Unix seconds.
    pub(super) times: Vec<u64>,
    pub(super) answer: Answer,
}

impl Call {
    /// When it was answered: all it has done was done by then.
    pub(super) fn answered(&self) -> Option<u64> {
        (self.answer != Answer::Lost).then_some(self.over)
    }
}

/// One secret, and all that was asked of it.
#[derive(Clone, Debug)]
pub(super) struct History {
    pub(super) facts: Facts,
    pub(super) calls: Vec<Call>,
}

impl Answer {
    fn kind(&self) -> &str {
        match self {
            Self::Value(_) => "values",
            Self::State(state) => state,
            Self::Burned => "burns",
            Self::Unknown => "unknown",
            Self::WrongPassphrase => "wrong passphrases",
            Self::Asked => "asked",
            Self::Limited(_) => "limited",
            Self::Refused => "refused",
            Self::Lost => "lost",
            Self::Swept => "sweeps",
            Self::Other(_) => "others",
        }
    }
}

impl fmt::Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { verb, network, instance, began, over, times, answer } = self;
        let (first, last) = (times.first().unwrap_or(&0), times.last().unwrap_or(&0));
        write!(f, "{began:>6} ..{over:>6}  {verb:?} at {instance} from {network}, time {first}")?;
        if first != last {
            write!(f, " to {last}")?;
        }
        write!(f, ": {answer:?}")
    }
}

/// How much was tried, for whoever wants to know whether it was anything.
#[derive(Default, Debug)]
pub(super) struct Figures {
    pub(super) histories: usize,
    pub(super) calls: usize,
    /// Calls that overlap another one of the same secret.
    pub(super) overlapping: usize,
    pub(super) answers: BTreeMap<String, usize>,
}

impl Figures {
    pub(super) fn add(&mut self, history: &History) {
        self.histories += 1;
        self.calls += history.calls.len();
        for (place, call) in history.calls.iter().enumerate() {
            *self.answers.entry(call.answer.kind().to_owned()).or_default() += 1;
            let others = history.calls.iter().enumerate().filter(|(other, _)| *other != place);
            let mut others = others.map(|(_, other)| other);
            self.overlapping += usize::from(others.any(|it| it.began < call.over && call.began < it.over));
        }
    }

    /// How often something was answered.
    pub(super) fn count(&self, kind: &str) -> usize {
        self.answers.get(kind).copied().unwrap_or_default()
    }
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { histories, calls, overlapping, answers } = self;
        write!(
            f,
            "{histories} histories, {calls} calls, {overlapping} of them overlapping; answers {answers:?}"
        )
    }
}
