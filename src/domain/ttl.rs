//! Lifetimes (TTL): parsing of what clients send, and clamping to policy (v1-contract.md §5.3, ADR 0022).

/// A secret's lifetime in seconds, within the policy it was clamped to.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Ttl(u32);

impl Ttl {
    /// Seconds.
    #[must_use]
    pub fn seconds(self) -> u32 {
        self.0
    }
}

/// The bounds of lifetimes for one caller, in seconds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TtlPolicy {
    /// The shortest lifetime given.
    pub min: u32,
    /// The lifetime when none is asked for.
    pub default: u32,
    /// The longest lifetime given to this caller.
    pub max: u32,
}

impl TtlPolicy {
    /// The lifetime for `asked` seconds: clamped, never refused. `None` and `0` mean "not given".
    #[must_use]
    pub fn clamp(&self, asked: Option<i64>) -> Ttl {
        let seconds = match asked {
            None | Some(0) => i64::from(self.default),
            Some(seconds) => seconds,
        };
        let clamped = seconds.min(i64::from(self.max)).max(i64::from(self.min));
        Ttl(u32::try_from(clamped).unwrap_or(self.min))
    }
}

/// Reads a ttl as clients write it. `None` means "not given" (absent, blank, or a plain `0`).
///
/// Ruby's `to_i`: leading blanks, a sign, then digits; the rest is ignored; no digits at all is a number too small,
/// not "not given" (`"abc"` and `"undefined"` become the minimum).
#[must_use]
pub fn parse(text: &str) -> Option<i64> {
    let trimmed = text.trim();
    if trimmed.is_empty() {
        return None;
    }
    match leading_integer(trimmed) {
        0 if trimmed.trim_start_matches(['+', '-']).bytes().all(|b| b == b'0') && trimmed.ends_with('0') => {
            None
        }
        0 => Some(i64::from(i32::MIN)),
        number => Some(number),
    }
}

/// Ruby's `to_i` for decimal text: leading blanks, a sign, digits with single underscores between them; saturating.
#[must_use]
pub fn leading_integer(text: &str) -> i64 {
    let text = text.trim_start();
    let (negative, digits) = match text.as_bytes().first() {
        Some(b'-') => (true, &text[1..]),
        Some(b'+') => (false, &text[1..]),
        _ => (false, text),
    };
    let mut number: i64 = 0;
    let mut after_digit = false;
    for byte in digits.bytes() {
        match byte {
            b'0'..=b'9' => {
                number = number.saturating_mul(10).saturating_add(i64::from(byte - b'0'));
                after_digit = true;
            }
            b'_' if after_digit => after_digit = false,
            _ => break,
        }
    }
    if negative { -number } else { number }
}

#[cfg(test)]
mod tests {
    use super::*;

    const POLICY: TtlPolicy = TtlPolicy { min: 60, default: 604_800, max: 2_592_000 };

    #[test]
    fn the_contracts_examples() {
        for (text, seconds) in [
            ("3600", 3600),
            ("3600abc", 3600),
            ("  7200", 7200),
            ("+90", 90),
            ("1_000", 1000),
            ("1e3", 60),
            ("abc", 60),
            ("undefined", 60),
            ("-5", 60),
            ("-0x", 60),
            ("1", 60),
            ("0", 604_800),
            ("00", 604_800),
            ("", 604_800),
            ("  ", 604_800),
            ("99999999", 2_592_000),
            ("99999999999999999999999999", 2_592_000),
        ] {
            assert_eq!(POLICY.clamp(parse(text)).seconds(), seconds, "{text:?}");
        }
    }
}
