//! The system's random generator, and uniform draws from it.
//!
//! Everything that must be unguessable comes from here; no other generator is allowed (clippy.toml).

use std::cell::RefCell;

use rand::TryRng as _;
use rand::rngs::SysRng;

/// Fills `bytes` from the system generator.
///
/// # Panics
/// When the system has no randomness to give. A server that cannot draw keys must not go on.
pub fn fill(bytes: &mut [u8]) {
    #[expect(clippy::expect_used, reason = "without randomness every promise of this program is void")]
    SysRng.try_fill_bytes(bytes).expect("the system's random generator answers");
}

/// An array of random bytes.
#[must_use]
pub fn bytes<const N: usize>() -> [u8; N] {
    let mut out = [0; N];
    fill(&mut out);
    out
}

/// Random bytes for public values, such as request ids. Fetched in batches per thread, and so never
/// for keys, nonces or anything else that must not be in memory before it is needed.
///
/// # Panics
/// As [`fill`].
#[must_use]
pub fn public_bytes() -> [u8; 8] {
    thread_local! {
        static FETCHED: RefCell<Vec<[u8; 8]>> = const { RefCell::new(Vec::new()) };
    }
    FETCHED.with_borrow_mut(|fetched| {
        if fetched.is_empty() {
            let bytes = bytes::<512>();
            fetched.extend(bytes.as_chunks().0);
        }
        fetched.pop().unwrap_or_default()
    })
}

/// Draws one element of `alphabet` uniformly for each place of `out` (by rejection, so without modulo bias).
///
/// # Panics
/// When `alphabet` is empty or has more than 256 elements.
pub fn draw(alphabet: &[u8], out: &mut [u8]) {
    assert!(!alphabet.is_empty() && alphabet.len() <= 256, "an alphabet has 1 to 256 elements");
    let limit = 256 - 256 % alphabet.len();
    let mut pool = zeroize::Zeroizing::new([0u8; 96]);
    let mut left: &[u8] = &[];
    for place in out {
        *place = loop {
            let Some((&byte, rest)) = left.split_first() else {
                fill(&mut *pool);
                left = &*pool;
                continue;
            };
            left = rest;
            if usize::from(byte) < limit {
                break alphabet[usize::from(byte) % alphabet.len()];
            }
        };
    }
}

/// A number below `bound`, uniformly.
///
/// # Panics
/// When `bound` is 0 or above 256.
#[must_use]
pub fn below(bound: usize) -> usize {
    assert!((1..=256).contains(&bound), "a bound is 1 to 256");
    let limit = 256 - 256 % bound;
    loop {
        let [byte] = bytes::<1>();
        if usize::from(byte) < limit {
            return usize::from(byte) % bound;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_symbol_is_drawn_about_as_often() {
        let alphabet = b"0123456789abcdefghijklmnopqrstuvwxyz";
        let mut drawn = vec![0; 36_000];
        draw(alphabet, &mut drawn);
        for symbol in *alphabet {
            let of_it = |byte: &&u8| **byte == symbol;
            let count = drawn.iter().filter(of_it).count();
            assert!((800..1200).contains(&count), "{count} of about 1000");
        }
    }
}
