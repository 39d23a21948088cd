//! A writer's chain: numbers its lines, and lays each one's MAC over the one before.

use super::line;
use crate::domain::{AuditEvent, AuditHead, AuditWriter, random};
use crate::vault::AuditKeys;

/// What a writer's first line comes after.
pub(super) const BEGINNING: [u8; 32] = [0; 32];

/// Where one writer stands.
#[derive(Debug)]
pub(super) struct Chain {
    writer: AuditWriter,
    lines: u64,
    mac: [u8; 32],
}

/// A line that is made and not yet written.
pub(super) struct Link {
    /// With its end.
    pub(super) text: String,
    head: AuditHead,
}

impl Chain {
    pub(super) fn begin() -> Self {
        Self { writer: AuditWriter(random::bytes()), lines: 0, mac: BEGINNING }
    }

    /// The next line. Until it is [written](Self::written) the one after it is the same one again.
    pub(super) fn link(&self, keys: &AuditKeys, event: &AuditEvent) -> Link {
        let (mut text, mac) = line::write(keys, self.writer, self.lines, &self.mac, event);
        text.push('\n');
        let head = AuditHead { writer: self.writer, at: event.at, lines: self.lines + 1, mac };
        Link { text, head }
    }

    /// It is written: the chain goes on behind it.
    pub(super) fn written(&mut self, link: &Link) -> AuditHead {
        (self.lines, self.mac) = (link.head.lines, link.head.mac);
        link.head
    }
}
