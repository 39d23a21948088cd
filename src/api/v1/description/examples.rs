//! Answers as examples. The member names are checked by a test against the schemas, which come from the wire types.

use serde_json::{Value, json};

/// A secret's key.
pub(super) const SECRET: &str = "xtnzv7a5j3p8d2g6u0k4f9t1n7o3q5i";
/// The receipt's key of the same secret.
pub(super) const RECEIPT: &str = "xtn5fdk0q2m1c7w9b4h8r6s3z0v2y1e";
/// A passphrase.
pub(super) const PASSPHRASE: &str = "swordfish";

/// A receipt with what makes its state.
fn receipt(more: Value) -> Value {
    let mut receipt = json!({
        "custid": "anon",
        "metadata_key": RECEIPT,
        "ttl": 3600,
        "metadata_ttl": 7200,
        "state": "new",
        "updated": 1_785_000_000,
        "created": 1_785_000_000,
        "recipient": [],
        "share_domain": "",
    });
    if let (Some(members), Value::Object(more)) = (receipt.as_object_mut(), more) {
        members.extend(more);
    }
    receipt
}

/// A new secret's.
pub(super) fn shared() -> Value {
    receipt(json!({"secret_key": SECRET, "secret_ttl": 3600, "passphrase_required": false}))
}

/// A generated one's.
pub(super) fn generated() -> Value {
    receipt(json!({
        "secret_key": SECRET, "secret_ttl": 3600, "passphrase_required": false, "value": "h7!Rq2vX%dKs"
    }))
}

/// One that was read.
pub(super) fn received() -> Value {
    receipt(json!({
        "state": "received", "updated": 1_785_000_060, "received": 1_785_000_060, "metadata_ttl": 7140
    }))
}

/// One that was burned.
pub(super) fn burned() -> Value {
    json!({
        "state": receipt(json!({"state": "burned", "secret_key": "", "secret_ttl": null})),
        "secret_shortkey": &SECRET[..6],
    })
}

/// A list of one.
pub(super) fn listed() -> Value {
    json!([receipt(json!({"custid": "ann@example.org", "secret_ttl": null}))])
}

/// A value.
pub(super) fn revealed() -> Value {
    json!({"value": "hello", "secret_key": SECRET, "share_domain": "https://secrets.example"})
}

/// That the server is up.
pub(super) fn nominal() -> Value {
    json!({"status": "nominal", "locale": "en"})
}
