//! Parsing of requests, in each format, and of stored envelopes. (Writing an envelope is sealing it.)

use std::hint::black_box;

use criterion::{BatchSize, Criterion};
use readonce::domain::secret::layout;
use readonce::domain::{Envelope, SecretKey};
use readonce::http::params::Params;

const MULTIPART: &str = "multipart/form-data; boundary=edge";

/// Forms, JSON, a key out of a path, an envelope out of a store.
pub(crate) fn all(criterion: &mut Criterion) {
    let value = "x".repeat(100);
    let escaped = "%C3%A4+".repeat(20);
    let part = |name: &str, text: &str| {
        format!("--edge\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{text}\r\n")
    };
    let urlencoded = "application/x-www-form-urlencoded";
    for (name, content_type, body) in [
        ("form", urlencoded, format!("secret={value}&ttl=3600")),
        ("form, escaped", urlencoded, format!("secret={escaped}&ttl=3600")),
        ("JSON", "application/json", format!("{{\"secret\":\"{value}\",\"ttl\":3600}}")),
        ("multipart", MULTIPART, format!("{}{}--edge--\r\n", part("secret", &value), part("ttl", "3600"))),
    ] {
        criterion.bench_function(&format!("parse/{name}"), |bencher| {
            bencher.iter(|| {
                Params::parse(None, Some(content_type.as_bytes()), black_box(body.as_bytes()))
                    .expect("it is well formed")
            });
        });
    }
    criterion.bench_function("parse/key", |bencher| {
        bencher.iter(|| SecretKey::parse(black_box("153l8vbwqx5taskp92pf05uvgjefvu9")).expect("a key"));
    });
    let mut bytes = vec![0; layout::BODY + 144];
    bytes[..4].copy_from_slice(&layout::MAGIC);
    criterion.bench_function("parse/envelope", |bencher| {
        bencher.iter_batched(
            || bytes.clone(),
            |bytes| {
                let envelope = Envelope::from_bytes(bytes).expect("an envelope");
                black_box((envelope.key_id(), envelope.is_protected(), envelope.nonce()));
                envelope
            },
            BatchSize::SmallInput,
        );
    });
}
