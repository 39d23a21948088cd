//! Formatting of dates and durations. Times are in UTC and say so: a server does not know a reader's time zone.

use super::{Value, say};
use crate::domain::{Locale, Timestamp};

const DAY: u64 = 24 * 60 * 60;

/// A date, such as "28 November 2026".
#[must_use]
pub fn date(locale: Locale, at: Timestamp) -> String {
    let (date, _) = civil(at);
    let mut parts = date.split('-');
    let [year, month, day] = std::array::from_fn(|_| parts.next().unwrap_or_default());
    let number = |part: &str| Value::from(part.parse::<u64>().unwrap_or_default());
    // The year as text: a language's number format would put a separator into it.
    let arguments = [("day", number(day)), ("month", number(month)), ("year", text(year.to_owned()))];
    say(locale, "time-date", &arguments)
}

/// A date and time to the minute, such as "28 November 2026, 14:05 UTC".
#[must_use]
pub fn moment(locale: Locale, at: Timestamp) -> String {
    say(locale, "time-moment", &[("date", text(date(locale, at))), ("clock", text(civil(at).1))])
}

/// A duration in its largest whole unit, such as "7 days" or "90 minutes". Rounded down.
#[must_use]
pub fn duration(locale: Locale, seconds: u64) -> String {
    let (name, unit) = [("time-days", DAY), ("time-hours", 3600), ("time-minutes", 60), ("time-seconds", 1)]
        .into_iter()
        .find(|(_, unit)| seconds >= *unit && seconds.is_multiple_of(*unit) || seconds >= 2 * unit)
        .unwrap_or(("time-seconds", 1));
    say(locale, name, &[("count", Value::from(seconds / unit))])
}

fn text(text: String) -> Value<'static> {
    Value::String(text.into())
}

/// `YYYY-MM-DD` and `HH:MM` of a time, up to the year 9999.
fn civil(at: Timestamp) -> (String, String) {
    let text = at.to_string();
    (text[..10].to_owned(), text[11..16].to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON: Timestamp = Timestamp(1_795_874_700); // 2026-11-28T14:05:00Z

    #[test]
    fn days_of_the_calendar() {
        for (seconds, day, clock) in [
            (0, "1970-01-01", "00:00"),
            (951_782_400, "2000-02-29", "00:00"),
            (1_795_874_759, "2026-11-28", "14:05"),
            (u64::MAX, "9999-12-31", "23:59"),
        ] {
            assert_eq!(civil(Timestamp(seconds)), (day.to_owned(), clock.to_owned()), "{seconds}");
        }
    }

    #[test]
    fn dates_in_every_language() {
        let said: Vec<_> = Locale::ALL.iter().map(|locale| moment(*locale, NOON)).collect();
        assert_eq!(
            said,
            [
                "28 November 2026, 14:05 UTC",
                "28. November 2026, 14:05 Uhr UTC",
                "28 november 2026 kl. 14:05 UTC",
                "28 ноември 2026 г., 14:05 ч. UTC",
                "2026年11月28日 14:05（UTC）",
                "28 novembre 2026 à 14:05 UTC",
                "28 de noviembre de 2026, 14:05 UTC",
            ]
        );
    }

    #[test]
    fn lengths_of_time() {
        let english = |seconds| duration(Locale::En, seconds);
        assert_eq!(english(60), "1 minute");
        assert_eq!(english(3600), "1 hour");
        assert_eq!(english(5400), "90 minutes");
        assert_eq!(english(86_400), "1 day");
        assert_eq!(english(100_000), "27 hours");
        assert_eq!(english(604_800), "7 days");
        assert_eq!(english(0), "0 seconds");
        assert_eq!(duration(Locale::De, 86_400), "1 Tag");
        assert_eq!(duration(Locale::Sv, 7200), "2 timmar");
        assert_eq!(duration(Locale::Bg, 604_800), "7 дни");
        assert_eq!(duration(Locale::Zh, 604_800), "7 天");
        assert_eq!(duration(Locale::Fr, 0), "0 seconde", "as French counts");
        assert_eq!(date(Locale::Fr, Timestamp(0)), "1er janvier 1970");
        assert_eq!(duration(Locale::Es, 0), "0 segundos");
    }
}
