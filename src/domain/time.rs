//! Unix timestamps, the time since the machine started, and clocks as arguments.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, UNIX_EPOCH};

use rustix::time::{ClockId, clock_gettime};

/// Unix seconds.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash, Default)]
pub struct Timestamp(pub u64);

impl Timestamp {
    /// The last second that has a date of four digits: 9999-12-31T23:59:59Z.
    pub const LAST_DATE: Self = Self(253_402_300_799);
    /// This program was written after that: 2026-01-01.
    const EARLIEST: Self = Self(1_767_225_600);
    /// And is not run after that: 2100-01-01.
    const LATEST: Self = Self(4_102_444_800);

    /// Whether a clock that shows this may be right.
    #[must_use]
    pub fn can_be(self) -> bool {
        (Self::EARLIEST..Self::LATEST).contains(&self)
    }

    /// The time `seconds` later.
    #[must_use]
    pub fn plus(self, seconds: u64) -> Self {
        Self(self.0.saturating_add(seconds))
    }

    /// The time `seconds` earlier.
    #[must_use]
    pub fn minus(self, seconds: u64) -> Self {
        Self(self.0.saturating_sub(seconds))
    }

    /// Whole seconds from `self` until `later`; 0 when that has passed.
    #[must_use]
    pub fn until(self, later: Self) -> u64 {
        later.0.saturating_sub(self.0)
    }

    /// The day it is in, in UTC.
    #[must_use]
    pub fn day(self) -> Day {
        Day(u32::try_from(self.0 / DAY).unwrap_or(u32::MAX))
    }
}

/// Seconds of a day.
const DAY: u64 = 24 * 3600;

/// A day in UTC: how many there were since 1970-01-01.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash)]
pub struct Day(pub u32);

impl Day {
    /// Its first second.
    #[must_use]
    pub fn begin(self) -> Timestamp {
        Timestamp(u64::from(self.0) * DAY)
    }
}

/// As in `2026-11-29`.
impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let time = self.begin().to_string();
        f.write_str(time.split_once('T').map_or(&*time, |(date, _)| date))
    }
}

/// RFC 3339 in UTC. Times after [`Timestamp::LAST_DATE`], which only damaged or mistyped records hold, are shown as that
/// one.
impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let since = Duration::from_secs((*self).min(Self::LAST_DATE).0);
        fmt::Display::fmt(&humantime::format_rfc3339_seconds(UNIX_EPOCH + since), f)
    }
}

/// Seconds since the machine started, time that it was suspended for included. Nobody can set it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub struct Uptime(pub u64);

impl Uptime {
    /// The time `seconds` later.
    #[must_use]
    pub fn plus(self, seconds: u64) -> Self {
        Self(self.0.saturating_add(seconds))
    }

    /// Whole seconds from `self` until `later`; 0 when that has passed.
    #[must_use]
    pub fn until(self, later: Self) -> u64 {
        later.0.saturating_sub(self.0)
    }
}

/// A source of the current time. Services read it once per operation and pass `now` down.
pub trait Clock: Send + Sync + std::fmt::Debug {
    /// The time of day, which somebody may have set wrong.
    fn now(&self) -> Timestamp;

    /// The time since the machine started.
    fn uptime(&self) -> Uptime;
}

/// The system clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place where the machine is asked for the time")]
    fn now(&self) -> Timestamp {
        Timestamp(std::time::SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs()))
    }

    fn uptime(&self) -> Uptime {
        Uptime(u64::try_from(clock_gettime(ClockId::Boottime).tv_sec).unwrap_or(0))
    }
}

/// A clock that is advanced by hand. For tests.
#[derive(Debug)]
pub struct FakeClock {
    now: AtomicU64,
    uptime: AtomicU64,
}

impl FakeClock {
    /// A clock that shows `start`, of a machine that has run for a thousand seconds.
    #[must_use]
    pub fn at(start: Timestamp) -> Self {
        Self { now: AtomicU64::new(start.0), uptime: AtomicU64::new(1000) }
    }

    /// Lets `seconds` pass.
    pub fn advance(&self, seconds: u64) {
        self.now.fetch_add(seconds, Ordering::SeqCst);
        self.uptime.fetch_add(seconds, Ordering::SeqCst);
    }

    /// Sets the time of day.
    pub fn set(&self, now: Timestamp) {
        self.now.store(now.0, Ordering::SeqCst);
    }

    /// Starts the machine anew, which takes no time.
    pub fn reboot(&self) {
        self.uptime.store(0, Ordering::SeqCst);
    }
}

impl Clock for FakeClock {
    fn now(&self) -> Timestamp {
        Timestamp(self.now.load(Ordering::SeqCst))
    }

    fn uptime(&self) -> Uptime {
        Uptime(self.uptime.load(Ordering::SeqCst))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_moment_has_a_date() {
        for (seconds, date) in [
            (0, "1970-01-01T00:00:00Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (1_795_874_759, "2026-11-28T14:05:59Z"),
            (Timestamp::LAST_DATE.0, "9999-12-31T23:59:59Z"),
            (Timestamp::LAST_DATE.0 + 1, "9999-12-31T23:59:59Z"),
            (1 << 62, "9999-12-31T23:59:59Z"),
            (u64::MAX, "9999-12-31T23:59:59Z"),
        ] {
            assert_eq!(Timestamp(seconds).to_string(), date, "{seconds}");
        }
    }

    #[test]
    fn a_clock_that_never_was_set_cannot_be_right() {
        for (now, can_be) in
            [(0, false), (1_767_225_599, false), (1_767_225_600, true), (4_102_444_800, false)]
        {
            assert_eq!(Timestamp(now).can_be(), can_be, "{now}");
        }
    }
}
