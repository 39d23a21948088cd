//! Random concurrent programs: a few secrets, and what several callers do to them at the same time.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use super::history::{Api, Presented, Verb};

/// Networks that callers come from.
pub(super) const NETWORKS: u8 = 2;
/// Pages of a secret that each network has open.
pub(super) const PAGES: u8 = 2;
/// Instances that are asked.
pub(super) const INSTANCES: usize = 2;

#[derive(Clone, Debug)]
pub(super) struct Program {
    pub(super) secrets: Vec<Plan>,
    /// What each caller does, one after the other.
    pub(super) callers: Vec<Vec<Act>>,
}

/// A secret to be shared.
#[derive(Clone, Debug)]
pub(super) struct Plan {
    pub(super) protected: bool,
    /// Seconds.
    pub(super) ttl: u64,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Act {
    Ask {
        secret: usize,
        verb: Verb,
        network: u8,
        instance: usize,
        /// The caller hangs up when it has waited so often.
        patience: Option<u8>,
    },
    /// Time goes on.
    Pass(Span),
    Sweep {
        instance: usize,
    },
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Span {
    Seconds(u64),
    /// To this secret's last second, or to its end.
    Life {
        secret: usize,
        last_second: bool,
    },
    /// To the end of this secret's receipt.
    Receipt {
        secret: usize,
    },
}

/// What callers are after.
#[derive(Clone, Copy, Debug)]
enum Theme {
    /// Everybody wants the value, or its end.
    Rivals,
    /// Passphrases are guessed, and known.
    Guesses,
    /// Time runs out.
    Expiry,
}

/// The `number`th program of a seed.
pub(super) fn program(seed: u64, number: u64) -> Program {
    let bytes = [seed, number, 0, 0].map(u64::to_le_bytes).concat();
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    programs().new_tree(&mut runner).unwrap().current()
}

fn programs() -> impl Strategy<Value = Program> {
    let theme = prop_oneof![Just(Theme::Rivals), Just(Theme::Guesses), Just(Theme::Expiry)];
    theme.prop_flat_map(|theme| {
        // Many tries on one secret, or none is one too many.
        let (protected, most, calls) = match theme {
            Theme::Guesses => (0.95, 1, 4..=8),
            Theme::Rivals | Theme::Expiry => (0.2, 2, 2..=5),
        };
        let ttl = prop_oneof![Just(60), 61_u64..600, Just(3600)];
        let plan = (prop::bool::weighted(protected), ttl);
        let plan = plan.prop_map(|(protected, ttl)| Plan { protected, ttl });
        vec(plan, 1..=most).prop_flat_map(move |secrets| {
            let acts = act(theme, secrets.len());
            vec(vec(acts, calls.clone()), 2..=5)
                .prop_map(move |callers| Program { secrets: secrets.clone(), callers })
        })
    })
}

fn act(theme: Theme, secrets: usize) -> impl Strategy<Value = Act> {
    let span = prop_oneof![
        2 => prop_oneof![Just(1_u64), Just(59), Just(60), Just(900)].prop_map(Span::Seconds),
        6 => (0..secrets, any::<bool>()).prop_map(|(secret, last_second)| Span::Life { secret, last_second }),
        1 => (0..secrets).prop_map(|secret| Span::Receipt { secret }),
    ];
    let patience = prop_oneof![8 => Just(None), 1 => (0_u8..4).prop_map(Some)];
    let network = prop_oneof![3 => Just(0), 1 => 1..NETWORKS];
    let ask = (0..secrets, verb(theme), network, 0..INSTANCES, patience).prop_map(
        |(secret, verb, network, instance, patience)| Act::Ask { secret, verb, network, instance, patience },
    );
    let (passes, sweeps) = match theme {
        Theme::Rivals => (0, 1),
        Theme::Guesses => (1, 1),
        Theme::Expiry => (5, 4),
    };
    prop_oneof![
        24 => ask,
        passes => span.prop_map(Act::Pass),
        sweeps => (0..INSTANCES).prop_map(|instance| Act::Sweep { instance }),
    ]
}

fn verb(theme: Theme) -> impl Strategy<Value = Verb> {
    use Presented::{Nothing, Right, Wrong};
    let [right, wrong, nothing, burn, receipt, look, page] = match theme {
        Theme::Rivals => [6, 1, 4, 4, 4, 2, 8],
        Theme::Guesses => [1, 12, 1, 1, 2, 1, 3],
        Theme::Expiry => [5, 1, 2, 2, 6, 3, 5],
    };
    let api = || prop_oneof![Just(Api::V1), Just(Api::V2)];
    let reveal = |presented| api().prop_map(move |api| Verb::Reveal(api, presented));
    let burns = prop_oneof![2 => Just(Nothing), 1 => Just(Right), 2 => Just(Wrong)];
    let presented = prop_oneof![6 => Just(Right), 1 => Just(Wrong), 3 => Just(Nothing)];
    let of_page = (presented, 0..PAGES).prop_map(|(presented, page)| Verb::Page(presented, page));
    prop_oneof![
        right => reveal(Right),
        wrong => reveal(Wrong),
        nothing => reveal(Nothing),
        burn => (api(), burns).prop_map(|(api, presented)| Verb::Burn(api, presented)),
        receipt => api().prop_map(Verb::Receipt),
        look => Just(Verb::Look),
        page => of_page,
    ]
}
