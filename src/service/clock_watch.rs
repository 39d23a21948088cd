//! Looks at the clock before anything is erased, and tells operators when it cannot be believed.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crate::domain::{Clock, ClockLook, ClockMark, ClockReading, Timestamp};
use crate::store::{Result, Store};

/// A watch over a clock that a store remembers.
#[derive(Debug)]
pub(super) struct ClockWatch {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    said: Mutex<Said>,
    /// The last reading that was believed.
    believed: Mutex<Option<ClockReading>>,
}

/// What was told last; the same is not told again.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
enum Said {
    #[default]
    Nothing,
    /// That nothing is erased before this uptime, seconds.
    Held(u64),
    Apart,
    Impossible,
}

impl ClockWatch {
    pub(super) fn new(store: Arc<dyn Store>, clock: Arc<dyn Clock>) -> Self {
        Self { store, clock, said: Mutex::default(), believed: Mutex::default() }
    }

    /// What the clock shows.
    pub(super) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// What the clock shows, and whether that may be believed.
    pub(super) async fn look(&self) -> Result<(ClockReading, ClockLook)> {
        let reading = ClockReading::of(&*self.clock);
        let look = if reading.now.can_be() {
            self.store.look_at_clock(reading).await?
        } else {
            ClockLook::Impossible // Nor is it remembered: set right, it goes on from where it was.
        };
        let believed = (look == ClockLook::Steady).then_some(reading);
        *self.believed.lock().unwrap_or_else(PoisonError::into_inner) = believed;
        self.tell(reading, look);
        Ok((reading, look))
    }

    /// The time, less the margin, if the clock was believed when it was looked at last and has not been set since. Asks no
    /// store.
    pub(super) fn long_past(&self) -> Option<Timestamp> {
        let reading = ClockReading::of(&*self.clock);
        let believed = *self.believed.lock().unwrap_or_else(PoisonError::into_inner);
        let still = ClockMark::first(believed?, true).next(reading).look() == ClockLook::Steady;
        (still && reading.now.can_be()).then(|| reading.now.minus(ClockReading::MARGIN))
    }

    fn tell(&self, reading: ClockReading, look: ClockLook) {
        const HINT: &str = "let the machine follow NTP: `timedatectl` tells whether it does, `readonce doctor` what it looks like";
        let saying = match look {
            ClockLook::Steady => Said::Nothing,
            ClockLook::Held { seconds } => Said::Held(reading.uptime.plus(seconds).0),
            ClockLook::Apart { .. } => Said::Apart,
            ClockLook::Impossible => Said::Impossible,
        };
        let said = std::mem::replace(&mut *self.said.lock().unwrap_or_else(PoisonError::into_inner), saying);
        if said == saying {
            return;
        }
        let now = reading.now;
        match look {
            ClockLook::Steady => {
                tracing::info!(%now, "the clock may be believed: what has expired is erased again");
            }
            ClockLook::Held { seconds } => {
                let during = humantime::format_duration(Duration::from_secs(seconds));
                tracing::warn!(
                    %now,
                    %during,
                    hint = HINT,
                    "the machine was started or its clock was set: for a while what has expired is not erased"
                );
            }
            ClockLook::Apart { seconds } => tracing::warn!(
                %now,
                apart_s = seconds,
                hint = HINT,
                "our clock and the store's are apart: secrets end earlier or later than their links say"
            ),
            ClockLook::Impossible => tracing::warn!(
                %now,
                hint = HINT,
                "the clock shows what cannot be: until that is set right, what has expired is not erased"
            ),
        }
    }
}
