//! How far audit trails got.

use std::sync::Arc;

use readonce::domain::{AuditHead, AuditWriter, Clock as _, FakeClock};
use readonce::store::Store;

fn head(clock: &FakeClock, writer: u8, lines: u64) -> AuditHead {
    AuditHead { writer: AuditWriter([writer; 8]), at: clock.now(), lines, mac: [lines.to_le_bytes()[0]; 32] }
}

async fn known(store: &Arc<dyn Store>) -> Vec<AuditHead> {
    let mut heads = store.audit_heads().await.unwrap();
    heads.sort_by_key(|head| head.writer);
    heads
}

/// Each writer's last one, and of writers that have ended as long as somebody may ask.
pub(crate) async fn the_last_head_of_each_writer_is_known(store: Arc<dyn Store>, clock: &FakeClock) {
    assert_eq!(known(&store).await, []);
    let (first, other) = (head(clock, 1, 1), head(clock, 2, 7));
    for noted in [first, other] {
        store.note_audit_head(noted).await.unwrap();
    }
    clock.advance(5);
    let further = head(clock, 1, u64::MAX);
    store.note_audit_head(further).await.unwrap();
    store.note_audit_head(further).await.unwrap();
    assert_eq!(known(&store).await, [further, other]);

    clock.advance(AuditHead::LIFETIME - 5);
    let newer = head(clock, 3, 1);
    store.note_audit_head(newer).await.unwrap();
    assert_eq!(known(&store).await, [further, other, newer]);
    clock.advance(1);
    let newest = head(clock, 4, 1);
    store.note_audit_head(newest).await.unwrap();
    assert_eq!(known(&store).await, [further, newer, newest], "the other was 400 days old");
}
