//! A captcha: four letters to be typed before a page reveals (`web.reveal = "type"`), as some mail gateways press buttons.
//!
//! Stateless, so that any instance takes what another one showed, and a page stays the same whatever its secret is. The
//! letters look alike in Latin and Cyrillic, so that nobody has to switch the keyboard; either is taken, in any case.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::Secrets;
use crate::domain::random;
use crate::vault::Marked;

/// Letters with a twin in the other script, none of which is easily taken for another.
const LATIN: &[u8] = b"ABCEHKMPTX";
/// Their twins, in the same order.
const CYRILLIC: &str = "АВСЕНКМРТХ";
/// Letters shown.
const LENGTH: usize = 4;
/// Seconds for which they may be typed.
const AGE: u64 = 600;

/// Letters to be shown, and what has to come back with them.
#[derive(Debug)]
pub struct Captcha {
    /// The four letters, upper-case Latin.
    pub letters: String,
    /// The proof that they were shown: base64url.
    pub mark: String,
}

impl Secrets {
    /// Draws letters. Asks no store.
    #[must_use]
    pub fn captcha(&self) -> Captcha {
        let mut drawn = [0; LENGTH];
        random::draw(LATIN, &mut drawn);
        let letters: String = drawn.map(char::from).iter().collect();
        let mark = URL_SAFE_NO_PAD.encode(self.vault.mark(Marked::Captcha(&letters), self.clock.now()));
        Captcha { letters, mark }
    }

    /// Whether `typed` are the letters that were shown with `mark`, in the last ten minutes. Asks no store.
    #[must_use]
    pub fn solves_captcha(&self, mark: &str, typed: &str) -> bool {
        // The longest that somebody may mean: four letters with a blank after each.
        if typed.chars().count() > 4 * LENGTH {
            return false;
        }
        let Ok(mark) = URL_SAFE_NO_PAD.decode(mark) else { return false };
        self.vault.is_mark(&mark, Marked::Captcha(&normalized(typed)), self.clock.now(), AGE)
    }
}

/// Upper-case Latin without blanks.
fn normalized(typed: &str) -> String {
    let latin = |letter: char| {
        let twin = CYRILLIC.chars().position(|cyrillic| cyrillic == letter);
        twin.map_or(letter, |at| char::from(LATIN[at]))
    };
    typed.chars().filter(|letter| !letter.is_whitespace()).flat_map(char::to_uppercase).map(latin).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_are_taken_as_people_type_them() {
        for typed in ["ABCE", "abce", " a b c e ", "АВСЕ", "авсе", "aВcЕ\n"] {
            assert_eq!(normalized(typed), "ABCE", "{typed}");
        }
        assert_eq!(normalized(CYRILLIC).as_bytes(), LATIN);
        assert_ne!(normalized("ABCD"), "ABCE");
    }
}
