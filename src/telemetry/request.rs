//! The id of the request that is worked on, which every line has that is logged meanwhile.
//!
//! It goes with the task, and is looked at when a line is written, which hardly any request has besides its own. A span of `tracing` would
//! be made for each: three boxes, a place in a table and a lock on it (ADR 0090).

use std::fmt;

/// The longest id that is taken.
const LONGEST: usize = 64;

tokio::task_local! {
    static CURRENT: RequestId;
}

/// An id of a request: short, and of characters that stand for themselves wherever it is written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct RequestId {
    characters: [u8; LONGEST],
    length: usize,
}

impl RequestId {
    /// One that somebody else gave; `None` unless it is 1 to 64 letters, digits, full stops, underscores and hyphens.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let sane = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
        if text.is_empty() || !text.bytes().all(sane) {
            return None;
        }
        let mut id = Self { characters: [0; LONGEST], length: text.len() };
        id.characters.get_mut(..text.len())?.copy_from_slice(text.as_bytes());
        Some(id)
    }

    /// One of ours, from what was drawn for it: in hexadecimal.
    #[must_use]
    pub fn drawn(bytes: [u8; 8]) -> Self {
        let mut id = Self { characters: [0; LONGEST], length: 2 * bytes.len() };
        for (pair, byte) in id.characters.as_chunks_mut::<2>().0.iter_mut().zip(bytes) {
            *pair = [byte >> 4, byte & 15].map(|digit| b"0123456789abcdef"[usize::from(digit)]);
        }
        id
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.characters[..self.length]).unwrap_or_default()
    }

    /// The one of the request that this task works on.
    #[must_use]
    pub fn current() -> Option<Self> {
        CURRENT.try_with(|id| *id).ok()
    }

    /// `work`, as that of this request.
    pub fn within<W: Future>(self, work: W) -> impl Future<Output = W::Output> {
        CURRENT.scope(self, work)
    }
}

impl fmt::Debug for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_can_be_an_id() {
        let longest = "x".repeat(64);
        for text in ["a", "00-4bf9_2.F", &longest] {
            assert_eq!(RequestId::parse(text).unwrap().as_str(), text);
        }
        for text in ["", " ", "a b", "a\"b", "ü", "a/b", &format!("{longest}x")] {
            assert_eq!(RequestId::parse(text), None, "{text}");
        }
        assert_eq!(RequestId::drawn([0, 0x7f, 0xa5, 0xff, 1, 2, 3, 4]).as_str(), "007fa5ff01020304");
    }

    #[tokio::test]
    async fn it_goes_with_the_task() {
        let id = RequestId::drawn([7; 8]);
        let seen = id.within(async {
            tokio::task::yield_now().await;
            RequestId::current()
        });
        assert_eq!(RequestId::current(), None);
        assert_eq!(seen.await, Some(id));
    }
}
