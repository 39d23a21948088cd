//! The arguments of a script, one behind the other in one buffer, as they are sent.

use std::io::Write as _;

/// What stands in `ARGV` from the second on.
#[derive(Clone, Debug, Default)]
pub(super) struct Args {
    bytes: Vec<u8>,
    /// Where each of them ends.
    ends: Vec<usize>,
}

impl Args {
    /// None yet, and room for so many with so many bytes.
    pub(super) fn with_room(count: usize, bytes: usize) -> Self {
        Self { bytes: Vec::with_capacity(bytes), ends: Vec::with_capacity(count) }
    }

    /// Adds some.
    pub(super) fn add<const N: usize>(&mut self, args: [&[u8]; N]) {
        for arg in args {
            self.bytes.extend_from_slice(arg);
            self.ends.push(self.bytes.len());
        }
    }

    /// Adds numbers, in digits.
    pub(super) fn add_numbers<const N: usize>(&mut self, numbers: [u64; N]) {
        for number in numbers {
            let _ = write!(self.bytes, "{number}"); // a Vec takes any
            self.ends.push(self.bytes.len());
        }
    }

    /// All of them.
    pub(super) fn iter(&self) -> impl Iterator<Item = &[u8]> {
        let mut start = 0;
        self.ends.iter().map(move |end| &self.bytes[std::mem::replace(&mut start, *end)..*end])
    }

    /// How many, and how many bytes they have together.
    pub(super) fn size(&self) -> (usize, usize) {
        (self.ends.len(), self.bytes.len())
    }
}

impl<T: IntoIterator<Item = Vec<u8>>> From<T> for Args {
    fn from(all: T) -> Self {
        let mut args = Self::default();
        all.into_iter().for_each(|arg| args.add([&*arg]));
        args
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_added_is_there_in_its_order() {
        let mut args = Args::with_room(1, 1);
        args.add([b"one", b"", b"\0"]);
        args.add_numbers([0, u64::MAX]);
        let all: Vec<&[u8]> = args.iter().collect();
        assert_eq!(all, [&b"one"[..], b"", b"\0", b"0", b"18446744073709551615"]);
        assert_eq!(args.size(), (5, 3 + 1 + 1 + 20));
        assert_eq!(Args::from(all.iter().map(|arg| arg.to_vec())).iter().collect::<Vec<_>>(), all);
        assert_eq!(Args::default().iter().count(), 0);
    }
}
