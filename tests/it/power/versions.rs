//! Something on a disk: what is sure to be there, and what came since and may be.

/// The contents that something had, oldest first. A power loss leaves any one of them, but none before the sure one.
#[derive(Clone, Debug)]
pub(super) struct Versions<T> {
    sure: T,
    since: Vec<T>,
    /// The number of the first of `since`, counted from the beginning of all.
    first: usize,
    /// A sync failed: the kernel takes what it holds for clean and never writes it, whatever is synced later, until somebody
    /// writes it again.
    is_given_up: bool,
}

impl<T: Clone> Versions<T> {
    pub(super) fn sure(sure: T) -> Self {
        Self { sure, since: Vec::new(), first: 0, is_given_up: false }
    }

    /// What a program sees.
    pub(super) fn now(&self) -> &T {
        self.since.last().unwrap_or(&self.sure)
    }

    pub(super) fn push(&mut self, version: T) {
        self.since.push(version);
        self.is_given_up = false;
    }

    /// How many were there so far.
    pub(super) fn mark(&self) -> usize {
        if self.is_given_up { self.first } else { self.first + self.since.len() }
    }

    /// What was there at this mark is synced.
    pub(super) fn settle(&mut self, mark: usize) {
        let synced = mark.saturating_sub(self.first).min(self.since.len());
        if let Some(last) = self.since.drain(..synced).next_back() {
            self.sure = last;
        }
        self.first += synced;
    }

    /// A sync failed.
    pub(super) fn give_up(&mut self) {
        self.is_given_up = !self.since.is_empty();
    }

    pub(super) fn is_sure(&self) -> bool {
        self.since.is_empty()
    }

    /// The one that is sure, and those that may be there as well.
    pub(super) fn all(&self) -> impl ExactSizeIterator<Item = &T> + Clone {
        // `Chain` does not know its length.
        let len = 1 + self.since.len();
        (0..len).map(|place| if place == 0 { &self.sure } else { &self.since[place - 1] })
    }
}
