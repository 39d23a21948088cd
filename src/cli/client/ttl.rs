//! Durations as people write them (`--ttl`).

use std::time::Duration;

/// Reads `3600`, `2h`, `1h 30m` or `7d` as seconds. Zero would mean "the default" to one server and a minute to another.
pub(super) fn parse(text: &str) -> Result<u64, String> {
    let seconds = match text.trim().parse::<u64>() {
        Ok(seconds) => seconds,
        Err(_) => whole_seconds(parse_span(text)?)?,
    };
    if seconds == 0 {
        return Err("a secret lives for a second at least".into());
    }
    Ok(seconds)
}

/// Reads the same as a span of time; plain digits are seconds.
pub(in crate::cli) fn parse_span(text: &str) -> Result<Duration, String> {
    if let Ok(seconds) = text.trim().parse::<u64>() {
        return Ok(Duration::from_secs(seconds));
    }
    humantime::parse_duration(text)
        .map_err(|_| "that is no time: such as `90s`, `2h` or `7d`; plain digits are seconds".to_owned())
}

/// Reads how long to wait for a server.
pub(super) fn parse_timeout(text: &str) -> Result<Duration, String> {
    let span = parse_span(text)?;
    if span.is_zero() { Err("no server answers in no time".into()) } else { Ok(span) }
}

fn whole_seconds(span: Duration) -> Result<u64, String> {
    if span.subsec_nanos() != 0 {
        return Err("whole seconds only".into());
    }
    Ok(span.as_secs())
}

/// The same the other way round, in days at most: a month has no length.
pub(super) fn to_text(seconds: u64) -> String {
    let (days, rest) = (seconds / 86_400, seconds % 86_400);
    let days = match days {
        0 => None,
        1 => Some("1 day".to_owned()),
        days => Some(format!("{days} days")),
    };
    let clock = [(rest / 3600, 'h'), (rest / 60 % 60, 'm'), (rest % 60, 's')];
    let clock = clock.into_iter().filter(|(number, _)| *number > 0);
    let parts = days.into_iter().chain(clock.map(|(number, unit)| format!("{number}{unit}")));
    let text = parts.collect::<Vec<_>>().join(" ");
    if text.is_empty() { "0s".to_owned() } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_as_people_write_them() {
        for (text, seconds) in [
            ("60", 60),
            ("2h", 7200),
            ("1h 30m", 5400),
            ("1h30m", 5400),
            ("7d", 604_800),
            ("2weeks", 1_209_600),
            ("1.5h", 5400),
        ] {
            assert_eq!(parse(text), Ok(seconds), "{text}");
        }
        for text in ["", "0", "0s", "-5", "500ms", "2 fortnights", "h", "99999999999999999999"] {
            assert!(parse(text).is_err(), "{text}");
        }
        assert_eq!(parse_timeout("1500ms"), Ok(Duration::from_millis(1500)));
        for text in ["0", "0s", "soon"] {
            assert!(parse_timeout(text).is_err(), "{text}");
        }
        for (seconds, text) in [
            (0, "0s"),
            (59, "59s"),
            (90, "1m 30s"),
            (3600, "1h"),
            (86_400, "1 day"),
            (604_800, "7 days"),
            (31_536_000, "365 days"),
            (90_061, "1 day 1h 1m 1s"),
        ] {
            assert_eq!(to_text(seconds), text);
        }
    }
}
