//! Verifies a trail: each line against the one before, and each writer's last one against what the store knows.

use std::collections::BTreeMap;

use super::chain::BEGINNING;
use super::line::{self, Parsed};
use crate::domain::{AuditHead, AuditWriter, KeyId};
use crate::vault::{AuditKeys, Keyring};

/// Something that is not as it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It is no line of a trail: changed, or torn when it was written. Lines are counted from 1.
    Unreadable {
        /// Which line.
        line: usize,
    },
    /// It does not fit the one before it: it, or that one, was changed.
    Changed {
        /// Which line.
        line: usize,
    },
    /// Lines of its writer are missing before it.
    Missing {
        /// Which line.
        line: usize,
        /// How many.
        lines: u64,
    },
    /// A line that its writer has written earlier, or once.
    OutOfOrder {
        /// Which line.
        line: usize,
    },
    /// The keyring has no such key, so it cannot be checked.
    UnknownKey {
        /// Which line.
        line: usize,
        /// Which key.
        kid: KeyId,
    },
    /// The store knows of more lines of this writer than are here.
    CutOff {
        /// Whose.
        writer: AuditWriter,
        /// How many.
        lines: u64,
    },
    /// The store knows another last line of this writer.
    OtherHead {
        /// Whose.
        writer: AuditWriter,
    },
}

/// What a trail came to.
#[derive(Debug, Default)]
pub struct Verified {
    /// Lines that were read.
    pub lines: usize,
    /// Lines of writers that ended before the store was told of them: at most a second's, after a crash.
    pub beyond: u64,
    /// What is wrong, in the order of the lines.
    pub faults: Vec<Fault>,
}

/// Where a writer stands, as its lines have it.
struct Seen {
    lines: u64,
    mac: [u8; 32],
    /// The MAC behind the line that the store knows, if it was met.
    at_head: Option<[u8; 32]>,
}

/// Verifies the lines of a trail, from its beginning.
pub fn verify<'a>(lines: impl IntoIterator<Item = &'a str>, ring: &Keyring, heads: &[AuditHead]) -> Verified {
    let heads: BTreeMap<_, _> = heads.iter().map(|head| (head.writer, head)).collect();
    let (mut verified, mut writers) = (Verified::default(), BTreeMap::<AuditWriter, Seen>::new());
    let mut keys = BTreeMap::<[u8; 8], Option<AuditKeys>>::new();
    for (index, text) in lines.into_iter().enumerate() {
        verified.lines += 1;
        let line = index + 1;
        if text.is_empty() {
            continue; // what ends a torn line, or a file
        }
        let Some(parsed) = line::parse(text) else {
            verified.faults.push(Fault::Unreadable { line });
            continue;
        };
        let Some(keys) = keys.entry(parsed.kid.0).or_insert_with(|| ring.audit_keys_of(parsed.kid)) else {
            verified.faults.push(Fault::UnknownKey { line, kid: parsed.kid });
            continue;
        };
        let seen = writers.entry(parsed.writer).or_insert(Seen { lines: 0, mac: BEGINNING, at_head: None });
        if let Some(fault) = seen.follow(line, &parsed, keys) {
            verified.faults.push(fault);
        }
        if heads.get(&parsed.writer).is_some_and(|head| head.lines == parsed.number + 1) {
            seen.at_head = Some(parsed.mac);
        }
    }
    for (writer, head) in heads {
        match writers.get(&writer) {
            Some(seen) if seen.lines >= head.lines => {
                verified.beyond += seen.lines - head.lines;
                if seen.at_head != Some(head.mac) {
                    verified.faults.push(Fault::OtherHead { writer });
                }
            }
            seen => {
                let there = seen.map_or(0, |seen| seen.lines);
                verified.faults.push(Fault::CutOff { writer, lines: head.lines - there });
            }
        }
    }
    verified
}

impl Seen {
    /// Whether this line of the writer follows what was seen of it; goes on behind it all the same.
    fn follow(&mut self, line: usize, parsed: &Parsed<'_>, keys: &AuditKeys) -> Option<Fault> {
        if parsed.number < self.lines {
            return Some(Fault::OutOfOrder { line });
        }
        let missing = parsed.number - self.lines;
        // Behind a gap the MAC before it is not known: that lines are missing is what there is to tell.
        let holds = missing > 0 || keys.mac(&self.mac, parsed.body.as_bytes()) == parsed.mac;
        (self.lines, self.mac) = (parsed.number + 1, parsed.mac);
        match missing {
            0 => (!holds).then_some(Fault::Changed { line }),
            lines => Some(Fault::Missing { line, lines }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::chain::Chain;
    use super::*;
    use crate::domain::{AccountId, AuditEvent, AuditKind, SecretId, Timestamp};

    /// A trail of two writers, and how far each got.
    fn trail(ring: &Keyring, lines: usize) -> (Vec<String>, Vec<AuditHead>) {
        let keys = ring.audit_keys();
        let mut chains = [Chain::begin(), Chain::begin()];
        let (mut texts, mut heads) = (Vec::new(), BTreeMap::new());
        for line in 0..lines {
            let mut event = AuditEvent::new(AuditKind::Read, Timestamp(line as u64));
            event.secret = Some(SecretId([line.to_le_bytes()[0]; 32]));
            event.account = Some(AccountId([line.to_le_bytes()[1]; 32]));
            let chain = &mut chains[usize::from(line % 3 == 0)];
            let link = chain.link(&keys, &event);
            let head = chain.written(&link);
            heads.insert(head.writer, head);
            texts.push(link.text.trim_end().to_owned());
        }
        (texts, heads.into_values().collect())
    }

    fn faults(texts: &[String], ring: &Keyring, heads: &[AuditHead]) -> Vec<Fault> {
        verify(texts.iter().map(String::as_str), ring, heads).faults
    }

    #[test]
    fn whatever_becomes_of_a_line_is_found() {
        let ring = Keyring::generate(Timestamp(0));
        let (texts, heads) = trail(&ring, 170); // a thousand changed ones come of it
        assert_eq!(faults(&texts, &ring, &heads), []);
        let found = |changed: &[String], what: &str, line: usize| {
            assert!(!faults(changed, &ring, &heads).is_empty(), "{what} at {line}");
        };
        for line in 0..texts.len() {
            let mut changed = texts.clone();
            // Another place in each line, so that every place is tried in some.
            let mut bytes = changed[line].clone().into_bytes();
            let place = (line * 7) % bytes.len();
            bytes[place] ^= 1;
            changed[line] = String::from_utf8_lossy(&bytes).into_owned();
            found(&changed, "flipped", line);

            let mut changed = texts.clone();
            changed.remove(line);
            found(&changed, "dropped", line);

            let mut changed = texts.clone();
            changed.insert(line, texts[line].clone());
            found(&changed, "repeated", line);

            let mut changed = texts.clone();
            changed.push(texts[line].clone());
            found(&changed, "appended", line);

            found(&texts[..line], "cut off", line);
            found(&texts[line + 1..], "beheaded", line);

            // Of two neighbours of different writers nothing is lost by a swap: each writer's order is the same.
            let (same, next) = (line % 3 == 0, line + 1);
            if next < texts.len() && same == (next % 3 == 0) {
                let mut changed = texts.clone();
                changed.swap(line, next);
                found(&changed, "swapped", line);
            }
        }
    }

    #[test]
    fn what_no_head_knows_of_is_told_and_no_fault() {
        let ring = Keyring::generate(Timestamp(0));
        let (texts, heads) = trail(&ring, 30);
        let (_, earlier) = {
            let keys = ring.audit_keys();
            let mut chain = Chain::begin();
            let mut texts = Vec::new();
            let mut heads = Vec::new();
            for line in 0..5 {
                let link = chain.link(&keys, &AuditEvent::new(AuditKind::Read, Timestamp(line)));
                heads.push(chain.written(&link));
                texts.push(link.text);
            }
            let verified = verify(texts.iter().map(|text| text.trim_end()), &ring, &heads[2..3]);
            assert_eq!((verified.faults, verified.beyond), (Vec::new(), 2));
            (texts, heads)
        };
        // Another last line than the store knows: somebody with the keys wrote it anew.
        let mut forged = heads.clone();
        forged[0].mac = earlier[0].mac;
        assert_eq!(faults(&texts, &ring, &forged), [Fault::OtherHead { writer: forged[0].writer }]);
    }

    #[test]
    fn lines_under_another_key_are_told_to_be() {
        let (ring, other) = (Keyring::generate(Timestamp(0)), Keyring::generate(Timestamp(0)));
        let (texts, heads) = trail(&ring, 2);
        let kid = ring.writer().id;
        let unknown = |line| Fault::UnknownKey { line, kid };
        assert_eq!(faults(&texts, &other, &heads)[..2], [unknown(1), unknown(2)]);
        // After a rotation both write on, and the chain goes over it.
        let now = Timestamp(1);
        let rotated = other.with_added(crate::vault::RootKey::generate(), now).unwrap().rotated(now).unwrap();
        let mut chain = Chain::begin();
        let mut texts = Vec::new();
        for keys in [other.audit_keys(), rotated.audit_keys()] {
            let link = chain.link(&keys, &AuditEvent::new(AuditKind::KeyRotated, now));
            chain.written(&link);
            texts.push(link.text.trim_end().to_owned());
        }
        assert_eq!(faults(&texts, &rotated, &[]), []);
    }
}
