//! Each planted fault is caught, within so many histories.

use std::sync::Arc;

use super::faults::{
    BurnedLater, BurnsTwice, BurnsUnverified, CountsTwice, FlippingReceipts, GivesTriesBack, LosesShares,
    LosesValues, ReceivedByNobody, StaleReceipts, TakeInTwoSteps, TwoClocks,
};
use super::world::World;
use super::{Found, Stores, on_sqlite, play, seed};
use crate::api_v1::watched::{Between, Watched};

/// Histories in which a fault has to be found.
const WITHIN: usize = 1000;

async fn is_caught(fault: impl Between + 'static) {
    let name = format!("{fault:?}");
    let name = name.split(['(', '{', ' ']).next().unwrap();
    let fault: Arc<dyn Between> = Arc::new(fault);
    let (stores, _folders) = on_sqlite();
    let plant = |stores: Stores| World::over(stores.map(|store| Watched::behind(fault.clone(), store)), true);
    let seed = seed();
    let Found { figures, first, text } = play(stores.into_iter().map(plant).collect(), seed, WITHIN).await;
    let Some(first) = first else { panic!("{name} is not found, seed {seed}: {figures}") };
    println!("{name} is found after {first} histories, seed {seed}\n{text}");
}

/// A test for each fault, named after it.
macro_rules! caught {
    ($($test:ident: $fault:expr),+ $(,)?) => {
        $(#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
        async fn $test() {
            is_caught($fault).await;
        })+
    };
}

caught! {
    a_claim_in_two_steps: TakeInTwoSteps::default(),
    a_burn_acknowledged_before_it_is_done: BurnedLater::default(),
    a_burn_acknowledged_twice: BurnsTwice::default(),
    a_burn_without_the_right_passphrase: BurnsUnverified,
    an_acknowledged_share_that_is_lost: LosesShares::default(),
    a_claim_that_loses_the_value: LosesValues::default(),
    a_receipt_that_lags_behind: StaleReceipts::default(),
    a_receipt_that_flips: FlippingReceipts::default(),
    a_receipt_of_a_reader_that_is_none: ReceivedByNobody::default(),
    expiry_by_two_clocks: TwoClocks,
    a_used_try_given_back: GivesTriesBack,
    a_try_counted_twice: CountsTwice,
}
