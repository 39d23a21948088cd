//! Damage: some changes to one input of a corpus, each of a kind that breaks parsers. They shrink to fewer and simpler ones.

use std::sync::Arc;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};

/// Damage makes no input longer than this, or the longest that is whole.
const LONGEST: usize = 1 << 16;
/// Words that mean something to many formats.
const WORDS: [&[u8]; 20] = [
    b"\0",
    b"\xff",
    b"\r\n",
    b"\n",
    b" ",
    b"%00",
    b"%",
    b"..",
    b"\xef\xbb\xbf",
    b"\xe2\x80\xae",
    b"\xc3\xa9",
    b"\xc0\x80",
    b"\"",
    b"\\",
    b"0",
    b"-1",
    b"18446744073709551616",
    b"99999999999999999999999999999999",
    b"1e400",
    b"\xff\xff\xff\xff\xff\xff\xff\xff",
];

/// One change. Where it is made is a part of the way from the first byte to behind the last.
#[derive(Clone, Debug)]
enum Change {
    Flip(Index, u8),
    Set(Index, u8),
    Insert(Index, Vec<u8>),
    Overwrite(Index, Vec<u8>),
    Remove(Index, usize),
    Cut(Index),
    /// So many bytes, so many times more.
    Repeat(Index, usize, usize),
    /// What another input has from there on.
    Splice(Index, Index, Index),
    /// A number of so many bytes, the first of them the highest if so, by that much: lengths and times.
    Add(Index, usize, bool, i64),
}

/// Inputs of a corpus, damaged, and now and then whole; `words` mean something to their format.
pub(super) fn damaged(corpus: Vec<Vec<u8>>, words: &[&str]) -> impl Strategy<Value = Vec<u8>> + use<> {
    let words: Vec<Vec<u8>> =
        words.iter().map(|word| word.as_bytes().to_vec()).chain(WORDS.map(<[u8]>::to_vec)).collect();
    let longest = corpus.iter().map(Vec::len).max().unwrap_or_default().max(LONGEST);
    let corpus = Arc::new(corpus);
    (any::<Index>(), vec(change(words), 0..6)).prop_map(move |(which, changes)| {
        let mut input = which.get(&corpus).clone();
        for change in changes {
            change.make(&mut input, &corpus);
            input.truncate(longest);
        }
        input
    })
}

fn change(words: Vec<Vec<u8>>) -> impl Strategy<Value = Change> {
    let at = any::<Index>;
    let word = select(words);
    prop_oneof![
        4 => (at(), 0..8_u8).prop_map(|(at, bit)| Change::Flip(at, bit)),
        3 => (at(), any::<u8>()).prop_map(|(at, byte)| Change::Set(at, byte)),
        4 => (at(), word.clone()).prop_map(|(at, word)| Change::Insert(at, word)),
        2 => (at(), word).prop_map(|(at, word)| Change::Overwrite(at, word)),
        2 => (at(), 1..32_usize).prop_map(|(at, length)| Change::Remove(at, length)),
        1 => at().prop_map(Change::Cut),
        2 => (at(), 1..64_usize, 1..64_usize).prop_map(|(at, length, times)| Change::Repeat(at, length, times)),
        3 => (at(), at(), at()).prop_map(|(other, from, at)| Change::Splice(other, from, at)),
        3 => (at(), select(vec![1_usize, 2, 4, 8]), any::<bool>(), prop_oneof![-3..3_i64, any::<i64>()])
            .prop_map(|(at, width, big, by)| Change::Add(at, width, big, by)),
    ]
}

impl Change {
    fn make(self, input: &mut Vec<u8>, corpus: &[Vec<u8>]) {
        let behind = input.len() + 1;
        match self {
            Self::Flip(at, bit) => {
                if let Some(byte) = input.get_mut(at.index(behind)) {
                    *byte ^= 1 << bit;
                }
            }
            Self::Set(at, byte) => {
                if let Some(there) = input.get_mut(at.index(behind)) {
                    *there = byte;
                }
            }
            Self::Insert(at, word) => {
                let at = at.index(behind);
                input.splice(at..at, word);
            }
            Self::Overwrite(at, word) => {
                let at = at.index(behind);
                let end = input.len().min(at + word.len());
                input.splice(at..end, word);
            }
            Self::Remove(at, length) => {
                let at = at.index(behind);
                let end = input.len().min(at + length);
                input.drain(at..end);
            }
            Self::Cut(at) => input.truncate(at.index(behind)),
            Self::Repeat(at, length, times) => {
                let at = at.index(behind);
                let end = input.len().min(at + length);
                let repeated = input[at..end].repeat(times);
                input.splice(end..end, repeated);
            }
            Self::Splice(other, from, at) => {
                let other = other.get(corpus);
                input.truncate(at.index(behind));
                input.extend_from_slice(&other[from.index(other.len() + 1)..]);
            }
            Self::Add(at, width, big, by) => {
                let at = at.index(behind);
                let Some(bytes) = input.get_mut(at..at + width) else { return };
                let in_order = |bytes: &mut [u8]| {
                    if !big {
                        bytes.reverse();
                    }
                };
                in_order(bytes);
                let number = bytes.iter().fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
                let number = number.wrapping_add_signed(by).to_be_bytes();
                bytes.copy_from_slice(&number[8 - width..]);
                in_order(bytes);
            }
        }
    }
}
