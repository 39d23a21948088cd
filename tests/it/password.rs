//! Properties of generated passwords.

use proptest::prelude::*;
use readonce::service::password::{PasswordRule, generate};

type Class = fn(&char) -> bool;

fn rules() -> impl Strategy<Value = PasswordRule> {
    (0..=128usize, any::<[bool; 5]>()).prop_map(
        |(length, [uppercase, lowercase, numbers, symbols, exclude_ambiguous])| PasswordRule {
            length,
            uppercase,
            lowercase,
            numbers,
            symbols,
            exclude_ambiguous,
        },
    )
}

proptest! {
    #[test]
    fn a_password_obeys_its_rule(rule in rules()) {
        let password = generate(&rule);
        let password = password.expose();
        prop_assert_eq!(password.chars().count(), rule.length);

        let classes: [(bool, Class); 4] = [
            (rule.uppercase, char::is_ascii_uppercase),
            (rule.lowercase, char::is_ascii_lowercase),
            (rule.numbers, char::is_ascii_digit),
            (rule.symbols, char::is_ascii_punctuation),
        ];
        let any = classes.iter().any(|(enabled, _)| *enabled);
        let allowed: Vec<_> = classes.iter().filter(|(enabled, _)| *enabled || !any).map(|(_, is)| is).collect();
        prop_assert!(password.chars().all(|c| allowed.iter().any(|is| is(&c))));
        prop_assert!(!password.contains(['"', '\\']));
        let occurring = allowed.iter().filter(|is| password.chars().any(|c| is(&c))).count();
        prop_assert_eq!(occurring, allowed.len().min(rule.length));
        if rule.exclude_ambiguous {
            prop_assert!(!password.contains(['i', 'l', 'o', '1', 'I', 'O', '0']));
        }
    }
}
