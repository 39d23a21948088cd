//! Encoding of a secret's stored values: the envelope's record, and the fields of the receipt's hash.
//!
//! Written for Redis' compact encoding: a receipt of an anonymous share is two hash fields of at most 64 bytes, its
//! state costs nothing while it is new. The claim script reads the same bytes (`scripts/take.lua`).

use super::args::Args;
use crate::domain::receipt::State;
use crate::domain::{Envelope, ReceiptId, SecretId, SlotTag, StoredReceipt, Timestamp};
use crate::store::{Error, NewNotice, Result};

/// First byte of a secret's record.
const VERSION: u8 = 1;
/// Where the envelope begins: after version, expiry (u64be) and `mid`.
const HEAD: usize = 1 + 8 + 32;
/// Flags (1), `sid`, created (u64be), ttl (u32be).
const BASE: usize = 1 + 32 + 8 + 4;
/// The flags; others are a later version's, and mean what has to be understood (ADR 0043).
const PROTECTED: u8 = 1;

/// Names of the receipt's fields.
mod field {
    pub(super) const BASE: &[u8] = b"b";
    pub(super) const SEALED: &[u8] = b"s";
    pub(super) const ENDING: &[u8] = b"e";
    pub(super) const UPDATED: &[u8] = b"u";
    pub(super) const OWNER: &[u8] = b"o";
    pub(super) const RECIPIENT: &[u8] = b"r";
    pub(super) const SHARE_DOMAIN: &[u8] = b"h";
    pub(super) const POINTER: &[u8] = b"p";
    /// The serials of the notices of its end, one behind the other.
    pub(super) const NOTICES: &[u8] = b"n";
}

/// Names and values in turn, as a hash is read.
pub(super) type Fields = Vec<Vec<u8>>;

/// The record of a secret: enough to claim it, and to say which receipt is its own.
pub(super) fn secret(envelope: &Envelope, receipt: &StoredReceipt) -> Vec<u8> {
    let mut record = Vec::with_capacity(HEAD + envelope.as_bytes().len());
    record.push(VERSION);
    record.extend_from_slice(&receipt.secret_expires().0.to_be_bytes());
    record.extend_from_slice(&receipt.mid.0);
    record.extend_from_slice(envelope.as_bytes());
    record
}

/// Takes a record apart.
pub(super) fn read_secret(mut record: Vec<u8>) -> Result<(ReceiptId, Envelope)> {
    const DAMAGED: Error = Error::Corrupt("the record of a secret");
    if record.len() < HEAD || record[0] != VERSION {
        return Err(DAMAGED);
    }
    let mid = ReceiptId(array(&record[9..HEAD])?);
    record.drain(..HEAD);
    let envelope = Envelope::from_bytes(record).ok_or(DAMAGED)?;
    Ok((mid, envelope))
}

/// The tag under which a receipt is stored, when these are the fields of a pointer to it.
pub(super) fn pointer(fields: &[Vec<u8>]) -> Result<Option<SlotTag>> {
    match fields {
        [name, tag] if name == field::POINTER => home(tag).map(Some),
        _ => Ok(None),
    }
}

/// Reads the tag in a pointer.
pub(super) fn home(tag: &[u8]) -> Result<SlotTag> {
    let tag = std::str::from_utf8(tag).ok().and_then(SlotTag::parse);
    tag.ok_or(Error::Corrupt("a pointer to a receipt"))
}

/// Adds the fields of a receipt, names and values in turn, as a hash is written; those of a new one say nothing of its state.
pub(super) fn add_receipt(args: &mut Args, receipt: &StoredReceipt) {
    let mut base = [0; BASE];
    base[0] = if receipt.protected { PROTECTED } else { 0 };
    base[1..33].copy_from_slice(&receipt.sid.0);
    base[33..41].copy_from_slice(&receipt.created.0.to_be_bytes());
    base[41..].copy_from_slice(&receipt.ttl.to_be_bytes());
    args.add([field::BASE, &base]);
    if !receipt.sealed.is_empty() {
        args.add([field::SEALED, &receipt.sealed]);
    }
    match receipt.state {
        State::New | State::Expired => {}
        State::Revealed => args.add([field::ENDING, b"r"]),
        State::Burned => args.add([field::ENDING, b"b"]),
        State::Orphaned => args.add([field::ENDING, b"o"]),
    }
    if receipt.updated != receipt.created {
        args.add([field::UPDATED]);
        args.add_numbers([receipt.updated.0]);
    }
    if let Some(owner) = &receipt.owner {
        args.add([field::OWNER, owner.as_bytes()]);
    }
    if !receipt.recipient.is_empty() {
        args.add([field::RECIPIENT, receipt.recipient.as_bytes()]);
    }
    if !receipt.share_domain.is_empty() {
        args.add([field::SHARE_DOMAIN, receipt.share_domain.as_bytes()]);
    }
}

/// Adds the field of a receipt that leads to its notices.
pub(super) fn add_notices(args: &mut Args, notices: &[NewNotice]) {
    let serials: Vec<u8> = notices.iter().flat_map(|notice| notice.id.serial).collect();
    args.add([field::NOTICES, &serials]);
}

/// What that field says, if it is there.
pub(super) fn notices_of(fields: &[Vec<u8>]) -> Option<Vec<u8>> {
    let (fields, _) = fields.as_chunks::<2>();
    fields.iter().find(|[name, _]| name == field::NOTICES).map(|[_, serials]| serials.clone())
}

/// Reads a receipt from its fields, as it is stored. What only adorns it and cannot be read is left out: a secret is not
/// withheld for it.
pub(super) fn read_receipt(tag: SlotTag, mid: ReceiptId, fields: Fields) -> Result<StoredReceipt> {
    const DAMAGED: Error = Error::Corrupt("a receipt");
    let mut base = None;
    let mut receipt = blank(tag, mid);
    let mut updated = None;
    let mut fields = fields.into_iter();
    while let (Some(name), Some(value)) = (fields.next(), fields.next()) {
        match name.as_slice() {
            field::BASE => base = Some(value),
            field::SEALED => receipt.sealed = value,
            field::ENDING => receipt.state = state(&value)?,
            field::UPDATED => updated = decoration("updated", value).and_then(|text| text.parse().ok()),
            field::OWNER => receipt.owner = decoration("owner", value),
            field::RECIPIENT => receipt.recipient = decoration("recipient", value).unwrap_or_default(),
            field::SHARE_DOMAIN => {
                receipt.share_domain = decoration("share domain", value).unwrap_or_default();
            }
            _ => {} // of a later version
        }
    }
    let base = base.filter(|base| base.len() == BASE && base[0] <= PROTECTED).ok_or(DAMAGED)?;
    receipt.protected = base[0] & PROTECTED != 0;
    receipt.sid = SecretId(array(&base[1..33])?);
    receipt.created = Timestamp(u64::from_be_bytes(array(&base[33..41])?));
    receipt.ttl = u32::from_be_bytes(array(&base[41..45])?);
    receipt.updated = updated.map_or(receipt.created, Timestamp);
    Ok(receipt)
}

/// What is known of a receipt that has vanished before its secret: the secret must not be lost with it.
pub(super) fn lost_receipt(
    tag: SlotTag,
    sid: SecretId,
    mid: ReceiptId,
    envelope: &Envelope,
) -> StoredReceipt {
    use crate::domain::secret::layout;
    let created = u64::from_be_bytes(envelope.field(layout::CREATED));
    let expires = u64::from_be_bytes(envelope.field(layout::EXPIRES));
    StoredReceipt {
        sid,
        created: Timestamp(created),
        updated: Timestamp(created),
        ttl: u32::try_from(expires.saturating_sub(created)).unwrap_or(u32::MAX),
        protected: envelope.is_protected(),
        ..blank(tag, mid)
    }
}

/// UTF-8 or damaged.
pub(super) fn text(value: Vec<u8>) -> Result<String> {
    String::from_utf8(value).map_err(|_| Error::Corrupt("a text"))
}

/// A field that only adorns a receipt; `None` and a word in the log when it is damaged.
fn decoration(name: &'static str, value: Vec<u8>) -> Option<String> {
    let text = String::from_utf8(value).ok();
    if text.is_none() {
        tracing::warn!(field = name, "a field of a receipt is damaged and left out");
    }
    text
}

/// Exactly `N` bytes or damaged.
pub(super) fn array<const N: usize>(bytes: &[u8]) -> Result<[u8; N]> {
    bytes.try_into().map_err(|_| Error::Corrupt("a field of fixed length"))
}

fn state(value: &[u8]) -> Result<State> {
    match value {
        b"r" => Ok(State::Revealed),
        b"b" => Ok(State::Burned),
        b"o" => Ok(State::Orphaned),
        _ => Err(Error::Corrupt("the state of a receipt")),
    }
}

fn blank(tag: SlotTag, mid: ReceiptId) -> StoredReceipt {
    StoredReceipt {
        tag,
        sid: SecretId([0; 32]),
        mid,
        state: State::New,
        created: Timestamp(0),
        updated: Timestamp(0),
        ttl: 0,
        owner: None,
        recipient: String::new(),
        share_domain: String::new(),
        protected: false,
        sealed: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::secret::layout;
    use crate::domain::vectors::Vector;

    #[test]
    fn the_published_vector_of_a_secret() {
        let vector = Vector::named("redis-secret-1");
        let (mid, envelope) = read_secret(vector.hex("record")).unwrap();
        assert_eq!((mid.0, envelope.as_bytes()), (vector.array("mid"), &*vector.hex("envelope")));
        let created = u64::from_be_bytes(envelope.field(layout::CREATED));
        let ttl = u32::try_from(vector.int::<u64>("expires") - created).unwrap();
        let receipt =
            StoredReceipt { created: Timestamp(created), ttl, ..blank(SlotTag::parse("abc").unwrap(), mid) };
        assert_eq!(secret(&envelope, &receipt), vector.hex("record"));
    }

    #[test]
    fn the_published_vectors_of_a_receipt() {
        for (name, state) in [("redis-receipt-new", State::New), ("redis-receipt-ended", State::Burned)] {
            let vector = Vector::named(name);
            let mut fields = Fields::new();
            for field in ["b", "s"] {
                fields.extend([field.into(), vector.hex(&format!("field-{field}"))]);
            }
            for field in ["e", "u", "o", "r", "h"] {
                let full = format!("field-{field}");
                if vector.has(&full) {
                    fields.extend([field.into(), vector.text(&full).into_bytes()]);
                }
            }
            let read =
                read_receipt(SlotTag::parse("abc").unwrap(), ReceiptId([0; 32]), fields.clone()).unwrap();
            let expected = StoredReceipt {
                sid: SecretId(vector.array("sid")),
                state,
                created: Timestamp(vector.int("created")),
                updated: Timestamp(vector.int("updated")),
                ttl: vector.int("ttl"),
                owner: vector.has("owner").then(|| vector.text("owner")),
                recipient: vector.text("recipient"),
                share_domain: vector.text("share-domain"),
                protected: vector.int::<u8>("protected") == 1,
                sealed: vector.hex("sealed"),
                ..blank(read.tag, read.mid)
            };
            assert_eq!(read, expected, "{name}");
            // Written, it has the same fields; but for `s`, which only a claim leaves there without content.
            let mut written = written(&read);
            if read.sealed.is_empty() {
                written.splice(2..2, [b"s".to_vec(), Vec::new()]);
            }
            assert_eq!(written, fields, "{name}");
        }
    }

    fn written(receipt: &StoredReceipt) -> Fields {
        let mut args = Args::default();
        add_receipt(&mut args, receipt);
        args.iter().map(<[u8]>::to_vec).collect()
    }

    fn sample() -> StoredReceipt {
        let (tag, mid) = (SlotTag::parse("abc").unwrap(), ReceiptId([2; 32]));
        StoredReceipt {
            sid: SecretId([1; 32]),
            created: Timestamp(1_763_700_000),
            updated: Timestamp(1_763_700_000),
            ttl: 3600,
            sealed: vec![9; 64],
            ..blank(tag, mid)
        }
    }

    #[test]
    fn a_receipt_comes_back_as_it_was() {
        let plain = sample();
        let full = StoredReceipt {
            updated: Timestamp(1_763_700_001),
            owner: Some(String::new()),
            recipient: "te***@e***.com".to_owned(),
            share_domain: "links.example.org".to_owned(),
            protected: true,
            ..sample()
        };
        let ended = StoredReceipt { state: State::Burned, sealed: Vec::new(), ..full.clone() };
        for wanted in [plain, full, ended] {
            let read = read_receipt(wanted.tag, wanted.mid, written(&wanted)).unwrap();
            assert_eq!(read, wanted);
        }
    }

    #[test]
    fn what_is_damaged_is_said_to_be() {
        let tag = SlotTag::parse("abc").unwrap();
        for fields in [vec![], vec![b"b".to_vec(), vec![0; 44]], vec![b"e".to_vec(), b"?".to_vec()]] {
            assert!(matches!(read_receipt(tag, ReceiptId([0; 32]), fields), Err(Error::Corrupt(_))));
        }
        assert!(matches!(read_secret(vec![1; 40]), Err(Error::Corrupt(_))));
        assert!(matches!(read_secret(vec![0; 400]), Err(Error::Corrupt(_))));
    }

    proptest::proptest! {
        /// Whoever writes to the store must not make us panic, and what is read is what stands there.
        #[test]
        fn any_record_is_read_or_damaged(mut record in proptest::collection::vec(proptest::num::u8::ANY, 0..300)) {
            if let Some(version) = record.first_mut() {
                *version %= 2;
            }
            if let Some(magic) = record.get_mut(HEAD..HEAD + 4) {
                magic.copy_from_slice(&layout::MAGIC);
            }
            if let Ok((mid, envelope)) = read_secret(record.clone()) {
                proptest::prop_assert_eq!(&record[9..HEAD], mid.0);
                proptest::prop_assert_eq!(&record[HEAD..], envelope.as_bytes());
                let receipt = lost_receipt(SlotTag::parse("abc").unwrap(), SecretId([1; 32]), mid, &envelope);
                proptest::prop_assert_eq!(receipt.mid, mid);
            }
        }

        #[test]
        fn any_fields_are_a_receipt_or_damaged(
            names in proptest::collection::vec("[bseuorhx]", 0..9),
            values in proptest::collection::vec(proptest::collection::vec(proptest::num::u8::ANY, 0..50), 0..9),
            base in proptest::collection::vec(proptest::num::u8::ANY, 44..47),
        ) {
            let mut fields: Fields = names.into_iter().map(String::into_bytes).zip(values).flat_map(<[_; 2]>::from).collect();
            fields.extend([field::BASE.to_vec(), base.clone()]);
            if let Ok(read) = read_receipt(SlotTag::parse("abc").unwrap(), ReceiptId([0; 32]), fields) {
                proptest::prop_assert_eq!(base.len(), BASE);
                proptest::prop_assert_eq!(&base[1..33], read.sid.0);
            }
        }
    }

    #[test]
    fn a_new_anonymous_receipt_fits_128_bytes_of_listpack() {
        // Six bytes of head and one of end; per string its bytes, a length (1, from 64 on 2) and a way back (1).
        let size: usize = 7 + written(&sample())
            .iter()
            .map(|part| part.len() + 2 + usize::from(part.len() > 63))
            .sum::<usize>();
        assert_eq!(size, 127);
    }

    /// The numbers written out in `scripts/take.lua` are those of the layout.
    #[test]
    fn the_claim_script_reads_where_the_layout_says() {
        let script = include_str!("scripts/take.lua");
        assert!(script.contains(&format!("local head = {HEAD}\n")));
        assert!(script.contains(&format!("#record < head + {}", layout::BODY)));
        assert_eq!(layout::MAGIC, *b"OTs\x01");
        assert!(script.contains("string.sub(record, head + 1, head + 4) ~= 'OTs\\1'"));
        let kdfs = [layout::KDF_NONE, layout::KDF_BCRYPT, layout::KDF_LEGACY, layout::KDF_IMPORTED];
        assert!(script.contains(&kdfs.map(|kdf| format!("kdf ~= {kdf}")).join(" and ")));
        assert!(script.contains(&format!("string.byte(base) > {PROTECTED} ")));
        let (first, last) = (layout::KEY_ID + 1, layout::KEY_ID + 8);
        assert!(script.contains(&format!("string.sub(record, head + {first}, head + {last}), false")));
        assert!(script.contains(&format!("string.byte(record, head + {})", layout::KDF + 1)));
        let (first, last) = (layout::NONCE + 1, layout::NONCE + 12);
        assert!(script.contains(&format!("string.sub(record, head + {first}, head + {last}) then")));
        assert!(script.contains(&format!("#base ~= {BASE} ")));
    }
}
