//! What servers of these tests run on: one file, or one Redis whose own clock is right.

use super::super::shared_store::{DURABLE, Region};
use crate::support::Home;

pub(super) enum Ground {
    File(Home),
    Redis(Box<Region>),
}

impl Ground {
    pub(super) fn each() -> [Self; 2] {
        [Self::File(Home::new()), Self::Redis(Box::new(Region::new(DURABLE)))]
    }

    pub(super) fn home(&self) -> &Home {
        match self {
            Self::File(home) => home,
            Self::Redis(region) => &region.home,
        }
    }

    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::File(_) => "SQLite",
            Self::Redis(_) => "Redis",
        }
    }
}
