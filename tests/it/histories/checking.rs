//! The checker itself: it takes whatever the model can do, and nothing else.

use proptest::collection::vec;
use proptest::prelude::*;

use super::check::check;
use super::history::{Answer, Api, Call, History, Presented, Verb};
use super::model::{Came, Facts, Phase, State};
use super::shrink::shrink;

const CREATED: u64 = 1000;
const TTL: u64 = 60;

fn facts(protected: bool) -> Facts {
    Facts {
        value: "the value".to_owned(),
        protected,
        created: CREATED,
        ttl: TTL,
        tries: 2,
        window: 20,
        swept: true,
    }
}

/// How a call ends for its caller.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum End {
    Answered,
    Refused,
    Lost,
}

/// A turn in which something happens.
#[derive(Clone, Copy, Debug)]
enum Turn {
    Begin,
    Step { which: usize, time: usize },
    End { which: usize },
    Pass { seconds: u64 },
}

#[derive(Clone, Debug)]
struct Script {
    protected: bool,
    calls: Vec<(Verb, u8, End)>,
    turns: Vec<Turn>,
    /// Calls under way at a time.
    at_once: usize,
}

fn scripts(at_once: usize, ends: impl Strategy<Value = End>) -> impl Strategy<Value = Script> {
    let api = || prop_oneof![Just(Api::V1), Just(Api::V2)];
    let presented = prop_oneof![Just(Presented::Nothing), Just(Presented::Right), Just(Presented::Wrong)];
    let verb = prop_oneof![
        4 => (api(), presented.clone()).prop_map(|(api, presented)| Verb::Reveal(api, presented)),
        2 => (api(), presented).prop_map(|(api, presented)| Verb::Burn(api, presented)),
        2 => api().prop_map(Verb::Receipt),
        1 => Just(Verb::Look),
        1 => Just(Verb::Sweep),
    ];
    let which = 0..at_once;
    let turn = prop_oneof![
        3 => Just(Turn::Begin),
        5 => (which.clone(), 0_usize..3).prop_map(|(which, time)| Turn::Step { which, time }),
        3 => which.prop_map(|which| Turn::End { which }),
        1 => prop_oneof![1_u64..30, Just(TTL)].prop_map(|seconds| Turn::Pass { seconds }),
    ];
    (any::<bool>(), vec((verb, 0_u8..2, ends), 1..10), vec(turn, 0..60))
        .prop_map(move |(protected, calls, turns)| Script { protected, calls, turns, at_once })
}

/// A call of a script that is under way, or that nobody waits for any more.
struct Running {
    call: Call,
    phase: Phase,
    end: End,
    came_to: Option<Answer>,
    is_over: bool,
}

/// Plays a script to the model.
struct Player {
    facts: Facts,
    state: State,
    moment: u64,
    now: u64,
    running: Vec<Running>,
}

impl Player {
    fn play(script: &Script) -> History {
        let facts = facts(script.protected);
        let mut player =
            Self { facts, state: State::default(), moment: 0, now: CREATED, running: Vec::new() };
        let mut calls = script.calls.iter();
        for turn in &script.turns {
            let under_way = player.running.iter().filter(|running| !running.is_over).count();
            match *turn {
                Turn::Begin if under_way < script.at_once => player.begin(calls.next()),
                // One after the other means that nothing happens meanwhile.
                Turn::Pass { seconds } if script.at_once > 1 || under_way == 0 => player.pass(seconds),
                Turn::Step { which, time } => player.step(which, time),
                Turn::End { which } => player.end(which),
                _ => {}
            }
        }
        while player.running.iter().any(|running| !running.is_over) {
            for which in 0..player.running.len() {
                player.step(which, 0);
                player.end(which);
            }
        }
        History { facts: player.facts, calls: player.running.into_iter().map(|it| it.call).collect() }
    }

    fn moment(&mut self) -> u64 {
        self.moment += 1;
        self.moment
    }

    fn begin(&mut self, call: Option<&(Verb, u8, End)>) {
        let Some(&(verb, network, end)) = call else { return };
        let end = if verb == Verb::Sweep { End::Answered } else { end };
        let (began, times) = (self.moment(), vec![self.now]);
        let call = Call { verb, network, instance: 0, began, over: u64::MAX, times, answer: Answer::Lost };
        self.running.push(Running { call, phase: Phase::Open, end, came_to: None, is_over: false });
    }

    fn pass(&mut self, seconds: u64) {
        self.now += seconds;
        for running in self.running.iter_mut().filter(|running| !running.is_over) {
            running.call.times.push(self.now);
        }
    }

    /// One that nobody waits for any more may go on, too.
    fn step(&mut self, which: usize, time: usize) {
        let mut able: Vec<_> =
            self.running.iter_mut().filter(|it| it.came_to.is_none() && it.end != End::Refused).collect();
        if able.is_empty() {
            return;
        }
        let which = which % able.len();
        let Running { call, phase, came_to, .. } = &mut *able[which];
        let now = call.times[time % call.times.len()];
        match self.facts.act(&mut self.state, call, *phase, now) {
            Came::Counted => *phase = Phase::Counted,
            Came::Missed => *phase = Phase::Missed,
            Came::Ended(answer) => *came_to = Some(answer),
        }
    }

    fn end(&mut self, which: usize) {
        let moment = self.moment();
        let mut able: Vec<_> = self
            .running
            .iter_mut()
            .filter(|it| !it.is_over && (it.came_to.is_some() || it.end != End::Answered))
            .collect();
        if able.is_empty() {
            return;
        }
        let which = which % able.len();
        let running = &mut *able[which];
        running.call.answer = match running.end {
            End::Answered => running.came_to.clone().unwrap(),
            End::Refused => Answer::Refused,
            End::Lost => Answer::Lost,
        };
        running.call.over = moment;
        running.is_over = true;
    }
}

fn another_answer() -> impl Strategy<Value = Answer> {
    let state = |name: &str| Just(Answer::State(name.to_owned()));
    prop_oneof![
        Just(Answer::Value("the value".to_owned())),
        Just(Answer::Value("another value".to_owned())),
        Just(Answer::Burned),
        state("new"),
        state("received"),
        state("burned"),
        state("expired"),
        state("orphaned"),
        Just(Answer::Unknown),
        Just(Answer::WrongPassphrase),
        Just(Answer::Asked),
        (1_u64..30).prop_map(Answer::Limited),
        Just(Answer::Other("500".to_owned())),
    ]
}

proptest! {
    #[test]
    fn whatever_the_model_does_is_explained(
        script in scripts(4, prop_oneof![6 => Just(End::Answered), 1 => Just(End::Refused), 1 => Just(End::Lost)])
    ) {
        let history = Player::play(&script);
        if let Err(violation) = check(&history) {
            return Err(TestCaseError::fail(violation.to_string()));
        }
    }

    #[test]
    fn among_calls_one_after_the_other_no_answer_can_be_another(
        script in scripts(1, Just(End::Answered)),
        place in any::<prop::sample::Index>(),
        answer in another_answer(),
    ) {
        let mut history = Player::play(&script);
        prop_assume!(!history.calls.is_empty());
        let place = place.index(history.calls.len());
        prop_assume!(history.calls[place].answer != answer);
        history.calls[place].answer = answer;
        prop_assert!(check(&history).is_err(), "{history:?}");
        prop_assert!(check(&shrink(&history)).is_err(), "{history:?}");
    }
}

/// Calls at these moments, all in the secret's lifetime.
fn history(protected: bool, calls: &[(Verb, u64, u64, Answer)]) -> History {
    let call = |(verb, began, over, answer): &(Verb, u64, u64, Answer)| {
        let (times, answer) = (vec![CREATED], answer.clone());
        Call { verb: *verb, network: 0, instance: 0, began: *began, over: *over, times, answer }
    };
    History { facts: facts(protected), calls: calls.iter().map(call).collect() }
}

fn value() -> Answer {
    Answer::Value("the value".to_owned())
}

fn state(name: &str) -> Answer {
    Answer::State(name.to_owned())
}

/// What a store cannot do for lack of the passphrase or of another key, so that no fault in it can be planted: the checker
/// has to see it all the same.
#[test]
fn what_only_a_broken_vault_could_do() {
    use Presented::{Nothing, Right, Wrong};
    let reveal = |presented| Verb::Reveal(Api::V1, presented);
    for (what, history) in [
        ("a value without its passphrase", history(true, &[(reveal(Nothing), 1, 2, value())])),
        ("a value for a wrong one", history(true, &[(reveal(Wrong), 1, 2, value())])),
        ("a wrong one burns", history(true, &[(Verb::Burn(Api::V1, Wrong), 1, 2, Answer::Burned)])),
        ("another value", history(false, &[(reveal(Right), 1, 2, Answer::Value("another".into()))])),
        ("a value twice", history(false, &[(reveal(Right), 1, 4, value()), (reveal(Right), 2, 3, value())])),
        ("a damaged one", history(false, &[(reveal(Right), 1, 2, Answer::Other("503".into()))])),
    ] {
        assert!(check(&history).is_err(), "{what}");
    }
    let mut late = history(false, &[(reveal(Nothing), 1, 2, value())]);
    late.calls[0].times = vec![CREATED + TTL];
    assert!(check(&late).is_err(), "a value after the expiry");
    late.calls[0].times = vec![CREATED + TTL - 1, CREATED + TTL];
    assert!(check(&late).is_ok(), "at the edge it depends");
}

/// Once, to one page: that may be answered so once more, from the same network, by the same instance, for ten seconds.
#[test]
fn a_page_may_be_answered_twice() {
    let page = |number| Verb::Page(Presented::Nothing, number);
    let (first, again) = ((page(0), 1, 2, value()), (page(0), 3, 4, value()));
    let gone = |verb, began| (verb, began, began + 1, Answer::Unknown);
    for explained in [
        vec![first.clone(), again.clone(), gone(page(0), 5)],
        vec![first.clone(), gone(page(0), 3)],
        vec![first.clone(), (Verb::Receipt(Api::V1), 3, 4, state("received")), (page(0), 5, 6, value())],
        vec![(page(0), 1, 2, Answer::Lost), again.clone()],
        vec![(page(0), 1, 2, Answer::Lost), again.clone(), (page(0), 5, 6, value())],
    ] {
        assert!(check(&history(false, &explained)).is_ok(), "{explained:?}");
    }
    let api = Verb::Reveal(Api::V1, Presented::Nothing);
    for unexplained in [
        vec![first.clone(), again.clone(), (page(0), 5, 6, value())],
        vec![first.clone(), (page(1), 3, 4, value())],
        vec![first.clone(), (api, 3, 4, value())],
        vec![(api, 1, 2, value()), again.clone()],
        vec![(Verb::Burn(Api::V1, Presented::Nothing), 1, 2, Answer::Burned), again.clone()],
        vec![first.clone(), (page(0), 3, 4, Answer::Value("another".into()))],
        vec![first.clone(), again.clone(), (Verb::Receipt(Api::V1), 5, 6, state("new"))],
    ] {
        assert!(check(&history(false, &unexplained)).is_err(), "{unexplained:?}");
    }
    let twice = history(false, &[first, again]);
    for (change, allowed) in [
        ((|call: &mut Call| call.network = 1) as fn(&mut Call), false),
        (|call| call.instance = 1, false),
        (|call| call.times = vec![CREATED + 11], true),
        (|call| call.times = vec![CREATED + 12], false),
    ] {
        let mut changed = twice.clone();
        change(&mut changed.calls[1]);
        assert_eq!(check(&changed).is_ok(), allowed, "{changed:?}");
    }
}

#[test]
fn an_outcome_that_nobody_knows_explains_what_follows() {
    let reveal = Verb::Reveal(Api::V1, Presented::Nothing);
    let lost = (reveal, 1, 2, Answer::Lost);
    for explained in [
        vec![lost.clone(), (reveal, 3, 4, value())],
        vec![
            lost.clone(),
            (reveal, 3, 4, Answer::Unknown),
            (Verb::Receipt(Api::V1), 5, 6, state("received")),
        ],
        // It may be done late.
        vec![lost.clone(), (Verb::Receipt(Api::V1), 3, 4, state("new")), (reveal, 5, 6, Answer::Unknown)],
        vec![(reveal, 1, 2, Answer::Refused), (reveal, 3, 4, value())],
    ] {
        assert!(check(&history(false, &explained)).is_ok(), "{explained:?}");
    }
    for unexplained in [
        vec![lost.clone(), (reveal, 3, 4, Answer::Unknown), (Verb::Receipt(Api::V1), 5, 6, state("new"))],
        vec![lost.clone(), (Verb::Receipt(Api::V1), 3, 4, state("received")), (reveal, 5, 6, value())],
        vec![lost, (Verb::Receipt(Api::V1), 3, 4, state("burned"))],
        // It said that nothing was done.
        vec![(reveal, 1, 2, Answer::Refused), (Verb::Receipt(Api::V1), 3, 4, state("received"))],
        vec![(reveal, 1, 2, Answer::Refused), (reveal, 3, 4, Answer::Unknown)],
    ] {
        assert!(check(&history(false, &unexplained)).is_err(), "{unexplained:?}");
    }
}

/// Whoever reads what was found wants the two calls that contradict each other, not the twenty around them.
#[test]
fn what_is_found_is_shrunk() {
    let reveal = |api| Verb::Reveal(api, Presented::Nothing);
    let look = |began, name| (Verb::Receipt(Api::V2), began, began + 1, state(name));
    let twice = [
        look(1, "new"),
        (Verb::Look, 3, 4, state("new")),
        (reveal(Api::V1), 5, 6, value()),
        look(7, "received"),
        (reveal(Api::V1), 9, 10, Answer::Unknown),
        (reveal(Api::V2), 11, 12, value()),
        look(13, "received"),
        (Verb::Burn(Api::V1, Presented::Nothing), 15, 16, Answer::Unknown),
    ];
    let small = shrink(&history(false, &twice));
    let left: Vec<_> = small.calls.iter().map(|call| call.began).collect();
    assert_eq!(left, [5, 11], "{small:?}");
    let explained = history(false, &twice[..5]);
    assert_eq!(shrink(&explained).calls.len(), 5);
}

/// A burn of v2 that comes too late tells what became of the secret.
#[test]
fn a_burn_of_v2_looks_at_what_is_gone() {
    let burn = |began, answer| (Verb::Burn(Api::V2, Presented::Nothing), began, began + 1, answer);
    let read = (Verb::Reveal(Api::V1, Presented::Nothing), 1, 2, value());
    assert!(check(&history(false, &[read.clone(), burn(3, state("received"))])).is_ok());
    for told in [state("new"), state("burned"), Answer::Unknown, Answer::Burned] {
        assert!(check(&history(false, &[read.clone(), burn(3, told.clone())])).is_err(), "{told:?}");
    }
}
