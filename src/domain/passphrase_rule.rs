//! What the passphrase of a new secret has to be like.

use super::passphrase::MAX_CHARS;
use super::{Passphrase, PresentedPassphrase};

/// The operator's rule. It says nothing of secrets that are there already.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct PassphraseRule {
    /// Whether there has to be one.
    pub required: bool,
    /// The shortest one, in characters, composed; 0 and 1 are the same.
    pub min_length: usize,
}

impl PassphraseRule {
    /// The passphrase to protect a secret with: `None` where none was given and none has to be.
    pub fn judge(self, presented: PresentedPassphrase) -> Result<Option<Passphrase>, BadPassphrase> {
        match presented {
            PresentedPassphrase::Absent if self.required => Err(BadPassphrase::Missing),
            PresentedPassphrase::Absent => Ok(None),
            PresentedPassphrase::TooLong => Err(BadPassphrase::TooLong),
            PresentedPassphrase::Possible(passphrase) => {
                if passphrase.expose().chars().count() < self.min_length {
                    return Err(BadPassphrase::TooShort { min: self.min_length });
                }
                Ok(Some(passphrase))
            }
        }
    }
}

/// Why a secret is not shared with this passphrase, in the words of every API version (v1-contract.md §4).
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum BadPassphrase {
    /// There is none, and there has to be one.
    #[error("A passphrase is required for all secrets")]
    Missing,
    /// It is shorter than the operator wants it.
    #[error("Passphrase must be at least {min} characters long")]
    TooShort {
        /// Characters that it needs.
        min: usize,
    },
    /// It is longer than any may be.
    #[error("Passphrase must be no more than {MAX_CHARS} characters long")]
    TooLong,
}

#[cfg(test)]
mod tests {
    use zeroize::Zeroizing;

    use super::*;

    #[test]
    fn a_rule_is_of_whether_there_is_one_and_of_how_long_it_is() {
        let judge = |required, min_length, text: &str| {
            let presented = PresentedPassphrase::parse(Some(Zeroizing::new(text.to_owned())));
            let judged = PassphraseRule { required, min_length }.judge(presented);
            judged.map(|passphrase| passphrase.map(|passphrase| passphrase.expose().to_owned()))
        };
        let some = |text: &str| Ok(Some(text.to_owned()));
        assert_eq!(judge(false, 0, ""), Ok(None));
        assert_eq!(judge(false, 8, ""), Ok(None), "how long one is says nothing of whether there is one");
        assert_eq!(judge(true, 0, ""), Err(BadPassphrase::Missing));
        assert_eq!(judge(true, 0, "x"), some("x"));
        assert_eq!(judge(false, 4, "abc"), Err(BadPassphrase::TooShort { min: 4 }));
        // Characters, not bytes; and as they are once they are composed.
        assert_eq!(judge(false, 4, "\u{e4}\u{e4}\u{e4}"), Err(BadPassphrase::TooShort { min: 4 }));
        assert_eq!(judge(false, 4, "e\u{301}e\u{301}"), Err(BadPassphrase::TooShort { min: 4 }));
        assert_eq!(judge(false, 4, "    "), some("    "), "blanks count");
        let long = "x".repeat(MAX_CHARS);
        assert_eq!(judge(true, MAX_CHARS, &long), some(&long));
        assert_eq!(judge(false, 0, &format!("{long}x")), Err(BadPassphrase::TooLong));
    }
}
