//! Records of an upstream server, damaged: each is brought as it was, or counted as left out with its reason; those beside it are
//! brought whatever it holds, and no value is another one.

use std::cell::Cell;

use proptest::prelude::*;
use proptest::sample::select;
use redis::Pipeline;

use super::mutate::damaged;
use super::run::{runner, seed, wanted};
use crate::import::old::{OldServer, Recorded, long_pairs};
use crate::support::{Home, Shared, UNLIMITED};

/// Records of one import, and how many more are whole.
const AT_ONCE: u32 = 400;
const WHOLE: usize = 20;
/// Fields of both records of a secret, by the kind of record.
const FIELDS: [(&str, &str); 12] = [
    ("secret", "objid"),
    ("secret", "receipt_identifier"),
    ("secret", "ciphertext"),
    ("secret", "state"),
    ("secret", "lifespan"),
    ("secret", "created"),
    ("secret", "passphrase"),
    ("receipt", "objid"),
    ("receipt", "secret_identifier"),
    ("receipt", "state"),
    ("receipt", "secret_ttl"),
    ("receipt", "created"),
];
/// What fields of real ones hold.
const CONTENTS: [&[u8]; 8] = [
    br#""new""#,
    br#""received""#,
    b"3600",
    b"1795248429.25",
    br#""0k3w9x1vz7m2c8q5t6y4r0b1n9p3s8d7f2g6h5j4l1a0e9u8i7o6z5x4c3v2b1""#,
    br#""$2a$04$AOiHAOiHAOiHAOiHAOiHAOHcS46Zj2RsslPtSZ2xbttvzf86mkyGq""#,
    br#"{"algorithm":"aes-256-gcm","nonce":"CgoKCgoKCgoKCgoK","ciphertext":"AAAA","auth_tag":"AAAAAAAAAAAAAAAAAAAAAA==","key_version":"v1"}"#,
    b"null",
];

/// What is done to the records of one secret.
fn damage() -> impl Strategy<Value = ((&'static str, &'static str), Vec<u8>)> {
    let words = &["\"", "{", "}", ",", ":", "null", "v1", "=="];
    (select(FIELDS.to_vec()), damaged(CONTENTS.map(<[u8]>::to_vec).into(), words))
}

/// Plays one import with so many damaged records. Each is read or is not; no value is another.
fn import(seed: u64, wanted: u32) -> (u32, u32) {
    let old = OldServer::of(Recorded::newer());
    let pairs = long_pairs(WHOLE + usize::try_from(wanted).unwrap());
    old.add_newer(&pairs);
    let (whole, harmed) = pairs.split_at(WHOLE);
    let place = Cell::new(0);
    runner(seed, wanted)
        .run(&damage(), |((kind, field), content)| {
            let (Shared { secret, receipt }, _) = &harmed[place.replace(place.get() + 1)];
            let key = if kind == "secret" { secret } else { receipt };
            let mut pipeline = Pipeline::new();
            pipeline.cmd("HSET").arg(format!("{kind}:{key}:object")).arg(field).arg(content);
            old.send(&pipeline);
            Ok(())
        })
        .unwrap();
    let home = Home::new();
    let ran = old.import_into(&home, &["--leave-unopened"]);
    let said = format!("seed {seed}: {ran:?}");
    assert!(matches!(ran.code, Some(0 | 1)) && !ran.stderr.contains("panic"), "{said}");
    let server = home.serve_with(UNLIMITED);
    let client = server.client();
    let read = |shared: &Shared| {
        let answer = client.unlock(shared, "open sesame");
        (answer.status == 200).then(|| answer.member("value"))
    };
    for (shared, value) in whole {
        assert_eq!(read(shared).as_ref(), Some(value), "{said}");
    }
    let mut brought = 0;
    for (shared, value) in harmed {
        if let Some(given) = read(shared) {
            assert_eq!(given, *value, "{said}");
            assert_eq!(read(shared), None, "{said}: it is read twice");
            brought += 1;
        }
    }
    server.stop();
    (wanted, brought)
}

#[test]
fn a_damaged_record_is_brought_as_it_was_or_left_out_and_harms_no_other() {
    let (mut seed, mut left) = (seed(), wanted(AT_ONCE));
    let (mut played, mut brought) = (0, 0);
    println!("fuzz::import, seed {seed}");
    while left > 0 {
        let (those, read) = import(seed, left.min(AT_ONCE));
        (played, brought, left) = (played + those, brought + read, left - those);
        seed = seed.wrapping_add(1);
    }
    println!("fuzz::import: {played} executions, {brought} were read");
    assert!(0 < brought && brought < played, "{brought} of {played} were read");
}
