//! Concurrent requests, a task each: on a shared connection the client library pipelines them, in a cluster each goes to its own slot.

use tokio::task::JoinSet;

use super::errors::unavailable;
use crate::store::Result;

/// Requests sent at once, so that many of one caller do not crowd out everybody else's.
pub(super) const AT_ONCE: usize = 64;

/// Runs all of them; their answers in the order asked. Those still under way end with the caller.
pub(super) async fn each<F, T>(requests: impl IntoIterator<Item = F>) -> Vec<Result<T>>
where
    F: Future<Output = Result<T>> + Send + 'static,
    T: Send + 'static,
{
    let mut running = JoinSet::new();
    let mut answers = Vec::new();
    for (index, request) in requests.into_iter().enumerate() {
        answers.push(Err(unavailable("a request came to no end")));
        running.spawn(async move { (index, request.await) });
    }
    while let Some(done) = running.join_next().await {
        if let Ok((index, answer)) = done {
            answers[index] = answer;
        }
    }
    answers
}
