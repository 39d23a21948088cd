//! Passwords for `POST /generate` (v1-contract.md §5.7).
//!
//! Putting one character of each set down first and filling up the rest makes some passwords likelier
//! than others. Here whole passwords are drawn until one fits, so every password that fits is equally likely.

use zeroize::Zeroizing;

use crate::domain::{Plaintext, random};

/// What a password is made of.
#[derive(Clone, PartialEq, Eq, Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "five switches, each a parameter of its own in the contract"
)]
pub struct PasswordRule {
    /// Characters, exactly.
    pub length: usize,
    /// Whether `A` to `Z` may occur.
    pub uppercase: bool,
    /// Whether `a` to `z` may occur.
    pub lowercase: bool,
    /// Whether `0` to `9` may occur.
    pub numbers: bool,
    /// Whether punctuation may occur.
    pub symbols: bool,
    /// Whether characters that are easily taken for another are left out: `i l o 1 I O 0`.
    pub exclude_ambiguous: bool,
}

impl Default for PasswordRule {
    fn default() -> Self {
        Self {
            length: 12,
            uppercase: true,
            lowercase: true,
            numbers: true,
            symbols: true,
            exclude_ambiguous: true,
        }
    }
}

const UPPERCASE: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const LOWERCASE: &[u8] = b"abcdefghijklmnopqrstuvwxyz";
const NUMBERS: &[u8] = b"0123456789";
/// The punctuation of ASCII but for `"` and `\`, the two that JSON must escape: so a password reads the same in the raw
/// answer, where text tools look for it.
const SYMBOLS: &[u8] = b"!#$%&'()*+,-./:;<=>?@[]^_`{|}~";
const AMBIGUOUS: &[u8] = b"ilo1IO0";

/// Draws a password: every set of the rule occurs in it, or, when it has fewer characters than there are sets, no set
/// twice. A rule without any set means all of them.
#[must_use]
pub fn generate(rule: &PasswordRule) -> Plaintext {
    let sets = rule.sets();
    let alphabet = sets.concat();
    let wanted = sets.len().min(rule.length);
    let mut password = Zeroizing::new(vec![0; rule.length]);
    // The worst case, four characters of four sets, takes 17 draws on average.
    loop {
        random::draw(&alphabet, &mut password);
        let occurring = sets.iter().filter(|set| password.iter().any(|byte| set.contains(byte))).count();
        if occurring == wanted {
            break;
        }
    }
    let mut text = Zeroizing::new(String::with_capacity(rule.length));
    text.extend(password.iter().map(|byte| char::from(*byte)));
    Plaintext::new(text)
}

impl PasswordRule {
    fn sets(&self) -> Vec<Vec<u8>> {
        let all = [
            (self.uppercase, UPPERCASE),
            (self.lowercase, LOWERCASE),
            (self.numbers, NUMBERS),
            (self.symbols, SYMBOLS),
        ];
        let none = all.iter().all(|(enabled, _)| !enabled);
        all.iter()
            .filter(|(enabled, _)| *enabled || none)
            .map(|(_, set)| {
                let usable = |byte: &&u8| !(self.exclude_ambiguous && AMBIGUOUS.contains(*byte));
                set.iter().filter(usable).copied().collect()
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thirty_different_symbols_that_json_need_not_escape() {
        let mut symbols = SYMBOLS.to_vec();
        symbols.sort_unstable();
        symbols.dedup();
        assert_eq!(symbols.len(), 30);
        assert!(symbols.iter().all(u8::is_ascii_punctuation));
        let text = String::from_utf8(symbols).unwrap();
        assert_eq!(serde_json::to_string(&text).unwrap(), format!("\"{text}\""));
    }

    #[test]
    fn every_character_occurs_and_no_other() {
        let rule = PasswordRule { length: 4000, ..PasswordRule::default() };
        let password = generate(&rule);
        let alphabet = rule.sets().concat();
        assert_eq!(alphabet.len(), 26 + 26 + 10 + 30 - AMBIGUOUS.len());
        for character in &alphabet {
            assert!(password.expose().as_bytes().contains(character), "{}", char::from(*character));
        }
        assert!(password.expose().bytes().all(|byte| alphabet.contains(&byte)));
    }

    #[test]
    fn no_place_belongs_to_a_set() {
        let rule = PasswordRule { length: 4, ..PasswordRule::default() };
        let mut digits = [0; 4];
        for _ in 0..1000 {
            for (place, byte) in generate(&rule).expose().bytes().enumerate() {
                digits[place] += u32::from(byte.is_ascii_digit());
            }
        }
        assert_eq!(digits.iter().sum::<u32>(), 1000, "one digit in each");
        assert!(digits.iter().all(|count| (150..350).contains(count)), "{digits:?}: about 250 at each place");
    }
}
