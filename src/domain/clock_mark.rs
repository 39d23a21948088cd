//! Whether the clock may be believed when it says that something has expired, so that it is erased (ADR 0041, ADR 0049).
//!
//! The time of day can be set, wrongly too; the time since the machine started cannot. Where the two advance alike, nobody
//! has set anything. Where they do not, the clock was set or the machine has started anew, perhaps with a clock that is
//! wrong; then nothing is erased for a while, in which somebody may set it right. The store remembers the last look, so
//! that a restart of the program changes nothing, and every instance on it comes to the same.

use super::{Clock, Timestamp, Uptime};

/// A difference that is none: clocks are read in whole seconds, and NTP sets them by less than that all day.
const STEP: u64 = 60;
/// What NTP may make a clock go faster or slower, as a part of the time between two looks: twice what a kernel allows.
const SLEW: u64 = 1000;
/// But no more than that, seconds. With [`STEP`] it stays below [`ClockReading::MARGIN`].
const MOST_SLEW: u64 = 180;
/// Nothing is erased for so long after a start of the machine, or a small jump. Seconds of uptime, as the next one.
const SHORT: u64 = 3600;
/// And after a large one.
const LONG: u64 = 24 * 3600;
/// A jump that is larger is a large one, seconds.
const LARGE: u64 = 24 * 3600;
/// After so many seconds a mark is written anew, though nothing has happened.
const STALE: u64 = 600;

/// Both clocks, read together.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ClockReading {
    /// The time of day.
    pub now: Timestamp,
    /// The time since the machine started.
    pub uptime: Uptime,
}

impl ClockReading {
    /// What has expired is left for so many seconds, because smaller jumps of the clock are none.
    pub const MARGIN: u64 = 300;

    /// Reads a clock.
    pub fn of(clock: &dyn Clock) -> Self {
        Self { now: clock.now(), uptime: clock.uptime() }
    }

    /// When the machine started, if the clock is right.
    fn started(self) -> i128 {
        i128::from(self.now.0) - i128::from(self.uptime.0)
    }
}

/// What a store remembers of the clock: the last look at it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ClockMark {
    /// What it showed.
    pub seen: ClockReading,
    /// Nothing is erased before.
    pub until: Uptime,
}

/// What a look at the clock came to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ClockLook {
    /// It may be believed.
    Steady,
    /// It was set, or the machine has started anew: nothing is erased for so many seconds.
    Held {
        /// Of uptime.
        seconds: u64,
    },
    /// The store has a clock of its own, and it shows another time.
    Apart {
        /// By so much.
        seconds: u64,
    },
    /// It shows what cannot be.
    Impossible,
}

impl ClockMark {
    /// The first mark of a store. Nobody knows how the clock came to what it shows, unless there is nothing that it could
    /// erase.
    #[must_use]
    pub fn first(reading: ClockReading, is_empty: bool) -> Self {
        Self { seen: reading, until: reading.uptime.plus(if is_empty { 0 } else { SHORT }) }
    }

    /// The mark after another look.
    #[must_use]
    pub fn next(self, reading: ClockReading) -> Self {
        let between = self.seen.uptime.until(reading.uptime);
        let jump = self.seen.started().abs_diff(reading.started());
        if jump <= u128::from(STEP + (between / SLEW).min(MOST_SLEW)) {
            // Of two instances the slower one has looked earlier.
            let seen = if between > 0 { reading } else { self.seen };
            return Self { seen, until: self.until.min(self.seen.uptime.plus(LONG)) };
        }
        // Whoever started the machine, or was away: how long that took is not known, so it is taken for a jump.
        let moved = if reading.uptime < self.seen.uptime {
            u128::from(self.seen.now.0.abs_diff(reading.now.0))
        } else {
            jump
        };
        let hold = if moved > u128::from(LARGE) { LONG } else { SHORT };
        // A hold that was under way goes on; its rest is known as of the last look.
        let rest = self.seen.uptime.until(self.until).min(LONG);
        Self { seen: reading, until: reading.uptime.plus(hold.max(rest)) }
    }

    /// What a look came to whose mark this is.
    #[must_use]
    pub fn look(self) -> ClockLook {
        match self.seen.uptime.until(self.until) {
            0 => ClockLook::Steady,
            seconds => ClockLook::Held { seconds },
        }
    }

    /// Whether it has to be remembered in place of `before`.
    #[must_use]
    pub fn is_news_after(self, before: Self) -> bool {
        let was_set = self.seen.started().abs_diff(before.seen.started()) > u128::from(STEP);
        was_set || self.until != before.until || before.seen.uptime.until(self.seen.uptime) >= STALE
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::FakeClock;

    const NOW: Timestamp = Timestamp(1_795_248_429);
    const DAY: u64 = 24 * 3600;

    /// A machine, and what the store on it remembers.
    struct Machine {
        clock: FakeClock,
        mark: ClockMark,
    }

    impl Machine {
        fn new() -> Self {
            let clock = FakeClock::at(NOW);
            let mark = ClockMark::first(ClockReading::of(&clock), true);
            Self { clock, mark }
        }

        /// Looks, and remembers what has to be remembered.
        fn look(&mut self) -> ClockLook {
            let next = self.mark.next(ClockReading::of(&self.clock));
            if next.is_news_after(self.mark) {
                self.mark = next;
            }
            next.look()
        }

        fn jump(&self, seconds: i64) {
            self.clock.set(Timestamp(self.clock.now().0.saturating_add_signed(seconds)));
        }
    }

    const fn held(seconds: u64) -> ClockLook {
        ClockLook::Held { seconds }
    }

    #[test]
    fn while_both_clocks_advance_alike_it_is_believed() {
        let mut machine = Machine::new();
        for seconds in [0, 1, 29, 30, 600, 3600, 40 * DAY, 400 * DAY] {
            machine.clock.advance(seconds);
            assert_eq!(machine.look(), ClockLook::Steady, "after {seconds} s");
        }
        // As NTP slews a clock: 500 ppm, and steps of less than a second.
        for _ in 0..1000 {
            machine.clock.advance(2000);
            machine.jump(1);
            assert_eq!(machine.look(), ClockLook::Steady);
        }
    }

    #[test]
    fn after_a_jump_it_is_not_for_an_hour_and_after_a_large_one_for_a_day() {
        let day = i64::try_from(DAY).unwrap();
        for (jump, hold) in [
            (61, 3600),
            (-61, 3600),
            (day, 3600),
            (-day, 3600),
            (day + 1, DAY),
            (-day - 1, DAY),
            (31 * day, DAY),
            (36_500 * day, DAY),
            (-50 * 365 * day, DAY),
        ] {
            let mut machine = Machine::new();
            machine.jump(jump);
            assert_eq!(machine.look(), held(hold), "{jump} s");
            machine.clock.advance(hold - 1);
            assert_eq!(machine.look(), held(1), "{jump} s");
            machine.clock.advance(1);
            assert_eq!(machine.look(), ClockLook::Steady, "{jump} s");
        }
    }

    #[test]
    fn ahead_and_back_is_a_jump_twice() {
        let mut machine = Machine::new();
        machine.jump(31 * 86_400);
        assert_eq!(machine.look(), held(DAY));
        machine.clock.advance(1000);
        assert_eq!(machine.look(), held(DAY - 1000));
        machine.jump(-31 * 86_400);
        assert_eq!(machine.look(), held(DAY));
    }

    /// How long the machine was away, or how far its clock has moved meanwhile: nobody can tell.
    #[test]
    fn a_started_machine_is_not_believed_for_an_hour_and_after_days_for_a_day() {
        for (away, hold) in
            [(0, 3600), (60, 3600), (86_400, 3600), (86_401, DAY), (-90_000, DAY), (31 * 86_400, DAY)]
        {
            let mut machine = Machine::new();
            machine.clock.advance(40 * DAY);
            assert_eq!(machine.look(), ClockLook::Steady);
            machine.clock.reboot();
            machine.jump(away);
            assert_eq!(machine.look(), held(hold), "away for {away} s");
            machine.clock.advance(hold);
            assert_eq!(machine.look(), ClockLook::Steady);
        }
    }

    /// Starting the program again, or more of it, is no reason; starting the machine again takes nothing off what is left.
    #[test]
    fn restarts_neither_shorten_a_hold_nor_lengthen_it_for_ever() {
        let mut machine = Machine::new();
        machine.jump(31 * 86_400);
        assert_eq!(machine.look(), held(DAY));
        for passed in 1..=10 {
            machine.clock.advance(3600);
            for _ in 0..3 {
                assert_eq!(machine.look(), held(DAY - passed * 3600));
            }
        }
        machine.clock.reboot();
        assert_eq!(machine.look(), held(14 * 3600));
        machine.clock.advance(14 * 3600 - 700);
        machine.look();
        machine.clock.advance(100);
        assert_eq!(machine.look(), held(600));
        machine.clock.reboot();
        assert_eq!(machine.look(), held(3600), "less is left, but this is a start");
        machine.clock.advance(3600);
        assert_eq!(machine.look(), ClockLook::Steady);
    }

    /// It started after a boot that was as short, and has been up for longer by now than at the last look.
    #[test]
    fn a_start_is_noticed_whatever_the_uptime() {
        let mut machine = Machine::new();
        machine.clock.reboot();
        machine.clock.advance(1500);
        assert_eq!(machine.look(), held(3600));
    }

    #[test]
    fn an_instance_that_was_slower_changes_nothing() {
        let clock = FakeClock::at(NOW);
        let early = ClockReading::of(&clock);
        clock.advance(5);
        let mark = ClockMark::first(ClockReading::of(&clock), false);
        assert_eq!(mark.next(early), mark);
    }

    #[test]
    fn a_store_that_remembers_nothing_holds_for_an_hour_unless_it_is_empty() {
        let reading = ClockReading::of(&FakeClock::at(NOW));
        assert_eq!(ClockMark::first(reading, true).look(), ClockLook::Steady);
        assert_eq!(ClockMark::first(reading, false).look(), held(3600));
    }

    #[test]
    fn a_damaged_mark_holds_for_a_day_at_most() {
        let clock = FakeClock::at(NOW);
        let seen = ClockReading::of(&clock);
        let damaged = ClockMark { seen, until: Uptime(u64::MAX) };
        assert_eq!(damaged.next(seen).look(), held(DAY));
        clock.set(Timestamp(u64::MAX));
        assert_eq!(damaged.next(ClockReading::of(&clock)).look(), held(DAY));
        let seen = ClockReading { now: Timestamp(u64::MAX), uptime: Uptime(u64::MAX) };
        assert_eq!(ClockMark { seen, until: seen.uptime }.next(ClockReading::of(&clock)).look(), held(3600));
    }

    #[test]
    fn what_a_jump_is_not_seen_in_is_less_than_what_is_left_for() {
        const { assert!(STEP + MOST_SLEW < ClockReading::MARGIN) }
    }

    #[test]
    fn while_nothing_happens_a_mark_is_written_every_ten_minutes() {
        let mut machine = Machine::new();
        let mut written = 0;
        for _ in 0..120 {
            machine.clock.advance(30);
            let next = machine.mark.next(ClockReading::of(&machine.clock));
            if next.is_news_after(machine.mark) {
                (machine.mark, written) = (next, written + 1);
            }
        }
        assert_eq!(written, 6);
    }
}
