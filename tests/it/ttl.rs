//! Properties of how lifetimes are read.

use proptest::prelude::*;
use readonce::domain::ttl::{TtlPolicy, leading_integer, parse};

/// Ruby's `to_i` once more, told another way: by cutting text instead of reading digits.
fn to_i(text: &str) -> i64 {
    let text = text.trim_start();
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => (-1, digits),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    };
    let end = digits.find(|c: char| !c.is_ascii_digit() && c != '_').unwrap_or(digits.len());
    let run = digits[..end].split("__").next().unwrap_or_default();
    if run.starts_with('_') {
        return 0;
    }
    match run.replace('_', "").as_str() {
        "" => 0,
        digits => sign * digits.parse().unwrap_or(i64::MAX),
    }
}

fn policies() -> impl Strategy<Value = TtlPolicy> {
    (any::<u32>(), any::<u32>(), any::<u32>()).prop_map(|(a, b, c)| {
        let mut bounds = [a, b, c];
        bounds.sort_unstable();
        let [min, default, max] = bounds;
        TtlPolicy { min, default, max }
    })
}

proptest! {
    #[test]
    fn numbers_are_read_as_ruby_reads_them(text in "[ \t]{0,2}[-+]?[0-9_]{0,24}[-+0-9a-z_. ]{0,4}") {
        prop_assert_eq!(leading_integer(&text), to_i(&text));
    }

    #[test]
    fn any_text_gives_a_lifetime_within_the_policy(text in any::<String>(), policy in policies()) {
        let seconds = policy.clamp(parse(&text)).seconds();
        prop_assert!((policy.min..=policy.max).contains(&seconds));
    }

    #[test]
    fn any_number_gives_a_lifetime_within_the_policy(asked in any::<Option<i64>>(), policy in policies()) {
        let seconds = policy.clamp(asked).seconds();
        prop_assert!((policy.min..=policy.max).contains(&seconds));
    }

    #[test]
    fn what_is_within_the_policy_is_what_one_gets(asked in 1..u32::MAX, tail in "[a-z. ][a-z0-9. ]{0,3}|") {
        let policy = TtlPolicy { min: 1, default: 5, max: u32::MAX };
        prop_assert_eq!(policy.clamp(parse(&format!("{asked}{tail}"))).seconds(), asked);
    }

    #[test]
    fn blank_and_zero_mean_not_given(text in "[ \t\n]{0,3}0{0,5}[ \n]{0,2}") {
        prop_assert_eq!(parse(&text), None);
    }

    #[test]
    fn text_without_digits_is_a_number_too_small(text in "[-+]?[a-zA-Z_.,%&]{1,9}") {
        let policy = TtlPolicy { min: 60, default: 604_800, max: 2_592_000 };
        prop_assert_eq!(policy.clamp(parse(&text)).seconds(), 60);
    }
}
