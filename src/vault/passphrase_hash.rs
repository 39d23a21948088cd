//! Hashes of passphrases as another server stored them: bcrypt, and Argon2id as a PHC text. The one place where they are parsed.
//!
//! ```text
//! $2a$12$ salt[22] digest[31]                       bcrypt: of the first 72 bytes
//! $argon2id$v=19$m=65536,t=2,p=1$ salt $ digest     Argon2id (RFC 9106): of all of them
//! ```
//!
//! What stands before the digest is the setting: all it takes to hash a passphrase again. The trap: a setting comes from a store,
//! and says how much work and memory a try takes; whoever can write there must not make us hash for hours. So what is heavier
//! than servers hash is no setting.

use std::fmt;

use argon2::{Algorithm, Argon2, Block, Params, Version};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use bcrypt::HashParts;
use zeroize::Zeroizing;

use super::Error;
use super::hashing::MAX_WAIT;

/// bcrypt costs that are accepted from stored records and from imported ones.
pub(super) const COSTS: std::ops::RangeInclusive<u8> = 4..=14;
/// Characters in a bcrypt text, and in its setting.
const BCRYPT: (usize, usize) = (60, 29);
/// The most memory of one run of Argon2id, in KiB.
const MOST_MEMORY: u32 = 65_536;
/// The most passes over it.
const MOST_PASSES: u32 = 4;
/// The most lanes: one thread works on all of them.
const MOST_LANES: u32 = 8;
/// Bytes of a salt for Argon2id.
const SALTS: std::ops::RangeInclusive<usize> = 8..=48;
/// Bytes of a digest of Argon2id.
const DIGEST: usize = 32;

/// Why a text is no hash that is taken.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum HashError {
    /// It is neither bcrypt nor Argon2id, or not written as these are.
    #[error("the hash of the passphrase is neither bcrypt nor Argon2id")]
    Unknown,
    /// To check a passphrase against it takes more than one may.
    #[error("the hash of the passphrase takes more than 64 MiB, or more time than a try may")]
    TooHeavy,
}

/// The hash of a passphrase, as another server stored it.
pub struct PassphraseHash {
    setting: Setting,
    digest: Zeroizing<String>,
}

/// How a passphrase is hashed.
#[derive(Clone)]
pub(super) struct Setting {
    text: String,
    function: Function,
}

#[derive(Clone)]
enum Function {
    Bcrypt { cost: u8, salt: [u8; 16] },
    Argon2id { params: Params, salt: Vec<u8> },
}

impl PassphraseHash {
    /// A hash from its text: `$2a$`, `$2b$`, `$2x$` or `$2y$` with a cost of 4 to 14, or `$argon2id$v=19$` with at most 64 MiB
    /// and a digest of 32 bytes.
    pub fn parse(text: &str) -> Result<Self, HashError> {
        let at = if text.starts_with(Setting::ARGON2ID) {
            text.rfind('$').ok_or(HashError::Unknown)? + 1
        } else {
            // All of it is read here, the digest as well.
            text.parse::<HashParts>().map_err(|_| HashError::Unknown)?;
            BCRYPT.1
        };
        let (setting, digest) = text.split_at_checked(at).ok_or(HashError::Unknown)?;
        let setting = Setting::parse(setting)?;
        if let Function::Argon2id { .. } = setting.function {
            let decoded = STANDARD_NO_PAD.decode(digest).map(Zeroizing::new);
            decoded.ok().filter(|digest| digest.len() == DIGEST).ok_or(HashError::Unknown)?;
        }
        Ok(Self { setting, digest: Zeroizing::new(digest.to_owned()) })
    }

    /// The same, for bcrypt alone.
    #[cfg(feature = "import")]
    pub(super) fn parse_bcrypt(text: &str) -> Option<Self> {
        Self::parse(text).ok().filter(|hash| matches!(hash.setting.function, Function::Bcrypt { .. }))
    }

    /// The whole text.
    pub(super) fn text(&self) -> Zeroizing<String> {
        self.setting.with(&self.digest)
    }

    pub(super) fn setting(&self) -> &Setting {
        &self.setting
    }

    #[cfg(feature = "import")]
    pub(super) fn digest(&self) -> &str {
        &self.digest
    }
}

impl fmt::Debug for PassphraseHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PassphraseHash[..]")
    }
}

impl Setting {
    const ARGON2ID: &str = "$argon2id$";

    /// A setting from its text, all that stands before the digest.
    pub(super) fn parse(text: &str) -> Result<Self, HashError> {
        let function = match text.strip_prefix(Self::ARGON2ID) {
            Some(rest) => argon2id(rest)?,
            None => bcrypt(text)?,
        };
        Ok(Self { text: text.to_owned(), function })
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// The cost, if it is bcrypt's.
    pub(super) fn bcrypt_cost(&self) -> Option<u8> {
        match self.function {
            Function::Bcrypt { cost, .. } => Some(cost),
            Function::Argon2id { .. } => None,
        }
    }

    /// The whole text of a hash with this setting.
    pub(super) fn with(&self, digest: &str) -> Zeroizing<String> {
        Zeroizing::new([&*self.text, digest].concat())
    }

    /// What becomes of a passphrase: as text, as it stands behind the setting. Takes up to half a second, and up to
    /// [`MOST_MEMORY`].
    pub(super) fn digest_of(&self, passphrase: &str) -> Result<Zeroizing<String>, Error> {
        match &self.function {
            Function::Bcrypt { cost, salt } => {
                let hashed = bcrypt::hash_with_salt_bytes(passphrase, u32::from(*cost), *salt);
                let hashed = Zeroizing::new(hashed.map_err(|_| Error::Damaged)?);
                Ok(Zeroizing::new(String::from_utf8_lossy(&hashed[BCRYPT.1..]).into_owned()))
            }
            Function::Argon2id { params, salt } => {
                let function = Argon2::new(Algorithm::Argon2id, Version::V0x13, params.clone());
                let mut memory = Zeroizing::new(Vec::new());
                // A machine that has no 64 MiB to give has them later: nothing is wrong with the secret.
                let blocks = params.block_count();
                memory.try_reserve_exact(blocks).map_err(|_| Error::Busy { retry_after: MAX_WAIT })?;
                memory.resize(blocks, Block::new());
                let mut digest = Zeroizing::new([0; DIGEST]);
                let hashed = function.hash_password_into_with_memory(
                    passphrase.as_bytes(),
                    salt,
                    &mut *digest,
                    memory.as_mut_slice(),
                );
                hashed.map_err(|_| Error::Damaged)?;
                Ok(Zeroizing::new(STANDARD_NO_PAD.encode(*digest)))
            }
        }
    }
}

/// Of `$2a$12$ salt[22]`.
fn bcrypt(text: &str) -> Result<Function, HashError> {
    if text.len() != BCRYPT.1 || !text.bytes().skip(4).take(2).all(|digit| digit.is_ascii_digit()) {
        return Err(HashError::Unknown);
    }
    // The crate reads whole texts only: a digest of zeros completes it.
    let whole = format!("{text}{:.<width$}", "", width = BCRYPT.0 - BCRYPT.1);
    let parts: HashParts = whole.parse().map_err(|_| HashError::Unknown)?;
    let cost = u8::try_from(parts.get_cost()).map_err(|_| HashError::Unknown)?;
    if cost > *COSTS.end() {
        return Err(HashError::TooHeavy);
    }
    if !COSTS.contains(&cost) {
        return Err(HashError::Unknown);
    }
    Ok(Function::Bcrypt { cost, salt: parts.get_salt_raw() })
}

/// Of `v=19$m=65536,t=2,p=1$ salt $`.
fn argon2id(text: &str) -> Result<Function, HashError> {
    let read = || {
        let (numbers, salt) = text.strip_prefix("v=19$m=")?.strip_suffix('$')?.split_once('$')?;
        let (memory, rest) = numbers.split_once(",t=")?;
        let (passes, lanes) = rest.split_once(",p=")?;
        let salt = STANDARD_NO_PAD.decode(salt).ok().filter(|salt| SALTS.contains(&salt.len()))?;
        Some((number(memory)?, number(passes)?, number(lanes)?, salt))
    };
    let (memory, passes, lanes, salt) = read().ok_or(HashError::Unknown)?;
    if memory > MOST_MEMORY || passes > MOST_PASSES || lanes > MOST_LANES {
        return Err(HashError::TooHeavy);
    }
    let params = Params::new(memory, passes, lanes, Some(DIGEST)).map_err(|_| HashError::Unknown)?;
    Ok(Function::Argon2id { params, salt })
}

/// A number as it is written in a PHC text: in one way only.
fn number(text: &str) -> Option<u32> {
    let is_digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    (is_digits && (text == "0" || !text.starts_with('0'))).then(|| text.parse().unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of the passphrase `open sesame`, made by Python's `cryptography`.
    const ARGON2ID: &str =
        "$argon2id$v=19$m=64,t=2,p=1$CQkJCQkJCQkJCQkJCQkJCQ$De5MZVtWm/sd3Tbk4q73bAYaiEgtroIw8eVV4JjFFEY";

    fn fits(hash: &str, passphrase: &str) -> bool {
        let hash = PassphraseHash::parse(hash).unwrap();
        *hash.setting().digest_of(passphrase).unwrap() == hash.digest()
    }

    #[test]
    fn a_hash_is_what_other_programs_make_of_a_passphrase() {
        assert!(fits(ARGON2ID, "open sesame") && !fits(ARGON2ID, "open sesame "));
        let lanes = "$argon2id$v=19$m=128,t=3,p=4$AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8$3oepYonZ+QehQrdesXwHDP4P6KbszDhM53HuwLtBgR0";
        assert!(fits(lanes, "ключ — 秘密") && !fits(lanes, "ключ"), "four of them, and a longer salt");
        let bcrypt = "$2a$04$AOiHAOiHAOiHAOiHAOiHAOHcS46Zj2RsslPtSZ2xbttvzf86mkyGq";
        for kind in ["2a", "2b", "2x", "2y"] {
            assert!(fits(&bcrypt.replace("2a", kind), "plugh"), "{kind}");
        }
        assert!(!fits(bcrypt, "PLUGH"));
        for text in [ARGON2ID, bcrypt] {
            assert_eq!(*PassphraseHash::parse(text).unwrap().text(), text);
            assert_eq!(format!("{:?}", PassphraseHash::parse(text).unwrap()), "PassphraseHash[..]");
        }
    }

    #[test]
    fn what_is_heavier_than_servers_hash_is_refused_by_name() {
        for heavy in [
            ARGON2ID.replace("m=64", "m=65537"),
            ARGON2ID.replace("m=64", "m=4294967296"),
            ARGON2ID.replace("t=2", "t=5"),
            ARGON2ID.replace("p=1", "p=9"),
            format!("$2a$15${}", &"AOiHAOiHAOiHAOiHAOiHAOHcS46Zj2RsslPtSZ2xbttvzf86mkyGq"),
        ] {
            assert_eq!(PassphraseHash::parse(&heavy).unwrap_err(), HashError::TooHeavy, "{heavy}");
        }
        assert!(PassphraseHash::parse(&ARGON2ID.replace("m=64", "m=65536")).is_ok());
    }

    #[test]
    fn only_texts_that_are_ever_checked() {
        let bcrypt = "$2a$12$3C95L/g2PLjfnyoJiYT/DuNmrU2myedi9WbW9wieJV5fHN98dliom";
        for wrong in [
            "",
            "open sesame",
            "$",
            "$argon2id$",
            &bcrypt[..59],
            &format!("{bcrypt}x"),
            &bcrypt.replace("$12$", "$03$"),
            &bcrypt.replace("$12$", "$+9$"),
            &bcrypt.replace("2a", "1a"),
            &bcrypt.replace("C9", "--"),
            &bcrypt.replace("C9", "é"),
            &ARGON2ID.replace("argon2id", "argon2i"),
            &ARGON2ID.replace("v=19", "v=16"),
            &ARGON2ID.replace("m=64", "m=+64"),
            &ARGON2ID.replace("m=64", "m=064"),
            &ARGON2ID.replace("m=64", "m="),
            &ARGON2ID.replace("m=64", "m=7"), // less than eight blocks a lane
            &ARGON2ID.replace("t=2", "t=0"),
            &ARGON2ID.replace("p=1", "p=1,data=AAAA"),
            &ARGON2ID.replace("CQkJCQkJCQkJCQkJCQkJCQ", "CQkJCQk"), // five bytes of salt
            &ARGON2ID.replace("CQkJCQkJCQkJCQkJCQkJCQ", "CQkJCQkJCQkJCQkJCQkJCR"), // no text of these bytes
            &ARGON2ID[..ARGON2ID.len() - 1],
            &format!("{ARGON2ID}="),
        ] {
            assert_eq!(PassphraseHash::parse(wrong).unwrap_err(), HashError::Unknown, "{wrong}");
        }
    }

    proptest::proptest! {
        /// Whoever writes to a store must not make us panic, nor hash for long.
        #[test]
        fn any_setting_is_read_as_it_is_written_or_not(
            text in "(\\$argon2id\\$v=19\\$m=[0-9]{0,5},t=[0-9]?,p=[0-9]?\\$[A-Za-z0-9+/]{0,70}\\$|\\$2[abxy]\\$[0-9]{2}\\$[./A-Za-z0-9]{20,24}|\\PC{0,40})",
        ) {
            if let Ok(setting) = Setting::parse(&text) {
                proptest::prop_assert_eq!(setting.text(), text.as_str());
                match setting.function {
                    Function::Bcrypt { cost, .. } => proptest::prop_assert!((4..=14).contains(&cost)),
                    Function::Argon2id { params, .. } => {
                        proptest::prop_assert!(params.block_count() <= 65_536 && params.t_cost() <= 4);
                    }
                }
            }
        }
    }
}
