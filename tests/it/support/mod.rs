//! What tests of several rooms share: servers of their own, and patience.

#![expect(clippy::unwrap_used, reason = "in a test, trouble is a failure")]

pub(crate) mod certificates;
pub(crate) mod proxy;
pub(crate) mod redis;
pub(crate) mod redis_group;

use std::future::Future;
use std::time::Duration;

use tokio::time::Instant;

/// Asks until the answer is there, for half a minute; then fails with `what` did not happen.
pub(crate) async fn eventually<T, F: Future<Output = Option<T>>>(
    what: &str,
    mut ask: impl FnMut() -> F,
) -> T {
    let deadline = Instant::now() + Duration::from_secs(30);
    loop {
        if let Some(answer) = ask().await {
            return answer;
        }
        assert!(Instant::now() < deadline, "{what}: not within half a minute");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}
