//! Second answers: a value that a page was answered with is kept for a moment, for the same page once more (ADR 0055).
//!
//! In this process only, and never much: what is kept is what a thief of the memory gets besides.

use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::OwnedMutexGuard;
use zeroize::Zeroizing;

use super::Revealed;
use crate::domain::{Plaintext, Uptime};

/// How long a value is kept.
const MOMENT: Duration = Duration::from_secs(10);
/// Values kept at a time; beyond, the oldest goes.
const MOST: usize = 64;
/// Bytes of all values kept.
const MOST_BYTES: usize = 1024 * 1024;

/// Which page was given out: a random number.
pub(super) type PageId = [u8; 16];

/// Values that were given out a moment ago.
#[derive(Clone)]
pub(in crate::service) struct SecondAnswers {
    kept: Arc<Mutex<Kept>>,
    moment: Duration,
}

#[derive(Default)]
struct Kept {
    /// Pages whose form is worked on, by whoever sent it first; the others wait.
    under_way: HashMap<PageId, Arc<tokio::sync::Mutex<()>>>,
    /// The oldest first.
    values: VecDeque<Value>,
    /// Of all values.
    bytes: usize,
}

struct Value {
    page: PageId,
    revealed: Revealed,
    until: Uptime,
}

/// The right to work on the form of a page, until it is dropped.
pub(super) struct Turn<'a> {
    answers: &'a SecondAnswers,
    page: PageId,
    _guard: OwnedMutexGuard<()>,
}

impl SecondAnswers {
    fn of(moment: Duration) -> Self {
        Self { kept: Arc::default(), moment }
    }

    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until nobody else works on the form of this page.
    pub(super) async fn turn(&self, page: PageId) -> Turn<'_> {
        let own = Arc::clone(self.lock().under_way.entry(page).or_default());
        Turn { answers: self, page, _guard: own.lock_owned().await }
    }

    /// What this page was answered with a moment ago. Given once.
    pub(super) fn take(&self, page: PageId, now: Uptime) -> Option<Revealed> {
        self.lock().remove(page).filter(|value| now <= value.until).map(|value| value.revealed)
    }

    /// Keeps what this page is answered with. One that is larger than all that is kept is not.
    pub(super) fn keep(&self, page: PageId, revealed: &Revealed, now: Uptime) {
        let text = revealed.plaintext.expose();
        if text.len() > MOST_BYTES {
            return;
        }
        let plaintext = Plaintext::new(Zeroizing::new(text.to_owned()));
        let revealed = Revealed { plaintext, link_base: revealed.link_base.clone(), secret: revealed.secret };
        self.lock().add(Value { page, revealed, until: now.plus(self.moment.as_secs()) });
        let answers = self.clone();
        tokio::spawn(async move {
            tokio::time::sleep(answers.moment).await;
            drop(answers.lock().remove(page));
        });
    }
}

impl Default for SecondAnswers {
    fn default() -> Self {
        Self::of(MOMENT)
    }
}

impl Kept {
    fn add(&mut self, value: Value) {
        self.bytes += value.revealed.plaintext.len();
        self.values.push_back(value);
        while self.values.len() > MOST || self.bytes > MOST_BYTES {
            let Some(oldest) = self.values.pop_front() else { break };
            self.bytes -= oldest.revealed.plaintext.len();
        }
    }

    fn remove(&mut self, page: PageId) -> Option<Value> {
        let place = self.values.iter().position(|value| value.page == page)?;
        let value = self.values.remove(place)?;
        self.bytes -= value.revealed.plaintext.len();
        Some(value)
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let mut kept = self.answers.lock();
        // The map's and our own: nobody waits.
        if kept.under_way.get(&self.page).is_some_and(|own| Arc::strong_count(own) <= 2) {
            kept.under_way.remove(&self.page);
        }
    }
}

impl fmt::Debug for SecondAnswers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecondAnswers[..]")
    }
}

#[cfg(test)]
mod tests {
    use super::super::SecretView;
    use super::*;
    use crate::domain::Timestamp;

    const NOW: Uptime = Uptime(1000);

    fn revealed(text: &str) -> Revealed {
        let secret = SecretView { created: Timestamp(0), ttl: 60, left: 60, protected: false, is_own: false };
        let plaintext = Plaintext::new(Zeroizing::new(text.to_owned()));
        Revealed { plaintext, link_base: String::new(), secret }
    }

    fn page(number: usize) -> PageId {
        let mut page = [0; 16];
        page[..8].copy_from_slice(&number.to_be_bytes());
        page
    }

    fn taken(answers: &SecondAnswers, number: usize, now: Uptime) -> Option<String> {
        answers.take(page(number), now).map(|revealed| revealed.plaintext.expose().to_owned())
    }

    #[tokio::test]
    async fn a_value_is_given_once_more_within_ten_seconds() {
        let answers = SecondAnswers::default();
        for number in 1..=3 {
            answers.keep(page(number), &revealed("hello"), NOW);
        }
        assert_eq!(taken(&answers, 0, NOW), None);
        assert_eq!(taken(&answers, 1, NOW).as_deref(), Some("hello"));
        assert_eq!(taken(&answers, 1, NOW), None);
        assert_eq!(taken(&answers, 2, NOW.plus(10)).as_deref(), Some("hello"));
        assert_eq!(taken(&answers, 3, NOW.plus(11)), None);
        let kept = answers.lock();
        assert_eq!((kept.values.len(), kept.bytes), (0, 0));
    }

    #[tokio::test]
    async fn the_oldest_goes_when_there_are_too_many() {
        let answers = SecondAnswers::default();
        for number in 0..65 {
            answers.keep(page(number), &revealed("hello"), NOW);
        }
        assert_eq!(taken(&answers, 0, NOW), None);
        assert!((1..65).all(|number| taken(&answers, number, NOW).is_some()));
    }

    #[tokio::test]
    async fn no_more_than_a_mebibyte_is_kept() {
        let answers = SecondAnswers::default();
        let half = revealed(&"x".repeat(524_288));
        answers.keep(page(1), &half, NOW);
        answers.keep(page(2), &half, NOW);
        answers.keep(page(3), &revealed(&"x".repeat(1_048_577)), NOW);
        assert_eq!(answers.lock().values.len(), 2, "the third is too large, and drives nobody out");
        answers.keep(page(4), &revealed("x"), NOW);
        assert_eq!(taken(&answers, 1, NOW), None);
        assert!(taken(&answers, 2, NOW).is_some() && taken(&answers, 4, NOW).is_some());
        answers.keep(page(5), &revealed(&"x".repeat(1_048_576)), NOW);
        assert!(taken(&answers, 5, NOW).is_some(), "one may be as large as all of them");
    }

    /// Though nobody asks.
    #[tokio::test]
    async fn what_was_kept_for_its_time_is_wiped() {
        let answers = SecondAnswers::of(Duration::from_millis(20));
        answers.keep(page(1), &revealed("hello"), NOW);
        assert_eq!(answers.lock().values.len(), 1);
        while !answers.lock().values.is_empty() {
            tokio::task::yield_now().await;
        }
        assert_eq!(answers.lock().bytes, 0);
    }

    #[tokio::test]
    async fn of_those_with_the_same_page_one_at_a_time_goes_on() {
        let answers = SecondAnswers::default();
        let first = answers.turn(page(1)).await;
        let other = answers.turn(page(2)).await;
        let mut second = std::pin::pin!(answers.turn(page(1)));
        let waits = |turn: std::pin::Pin<&mut _>| {
            let mut context = std::task::Context::from_waker(std::task::Waker::noop());
            Future::poll(turn, &mut context).is_pending()
        };
        assert!(waits(second.as_mut()));
        drop(first);
        drop(second.await);
        drop(other);
        assert!(answers.lock().under_way.is_empty());
    }
}
