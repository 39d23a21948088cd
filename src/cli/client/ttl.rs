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
pub(super) fn parse_span(text: &str) -> Result<Duration, String> {
    if let Ok(seconds) = text.trim().parse::<u64>() {
        return Ok(Duration::from_secs(seconds));
    }
    humantime::parse_duration(text).map_err(|error| format!("{error}; such as `90s`, `2h` or `7d`"))
}

fn whole_seconds(span: Duration) -> Result<u64, String> {
    if span.subsec_nanos() != 0 {
        return Err("whole seconds only".into());
    }
    Ok(span.as_secs())
}

/// The same the other way round.
pub(super) fn to_text(seconds: u64) -> String {
    humantime::format_duration(Duration::from_secs(seconds)).to_string()
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
        assert_eq!(to_text(604_800), "7days");
    }
}
