//! Reads a request body, up to a size and within a deadline, into a buffer that is wiped.
//!
//! The limit is the caller's: [`limit_of`] what they may share where a value is sent, [`SMALL`] on every other route. What
//! is larger than that is also limited by the [`budget`] of all that are in flight.

use std::time::Duration;

use axum::body::{Body, HttpBody as _};
use http_body_util::BodyExt as _;
use zeroize::Zeroizing;

pub mod budget;

use budget::Reservation;

/// Room for everything but large values, bytes: so much every request may send.
pub const SMALL: usize = 64 * 1024;
/// How long a body may take to come (security-design.md §6).
const DEADLINE: Duration = Duration::from_secs(10);

/// When to come back if there is no room: bodies take seconds, and most of them far less.
pub const NO_ROOM_RETRY: Duration = Duration::from_secs(2);

/// Why a body could not be read.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum BodyError {
    /// Longer than allowed.
    #[error("the body is too long")]
    TooLong,
    /// It did not come in time.
    #[error("the body did not come in time")]
    TooSlow,
    /// The connection broke, or the chunks are malformed.
    #[error("the body broke off")]
    Broken,
    /// Too many large bodies are in flight.
    #[error("too many large bodies are in flight")]
    NoRoom,
}

/// The longest body of a caller who may share `max_size` bytes: every byte escaped (`\u0000` is six characters in JSON,
/// `%00` three in a form), and 4 KiB for the other parameters.
#[must_use]
pub fn limit_of(max_size: usize) -> usize {
    (6 * max_size + 4 * 1024).max(SMALL)
}

/// Reads a body of at most [`SMALL`] bytes. The buffer is wiped when dropped: it holds what is being shared.
pub async fn read_small(body: Body) -> Result<Zeroizing<Vec<u8>>, BodyError> {
    read(body, SMALL, None).await
}

/// Reads a body of at most `limit` bytes; what it holds above [`SMALL`] is taken from the budget of `held`.
pub async fn read_large(
    body: Body,
    limit: usize,
    held: &mut Reservation,
) -> Result<Zeroizing<Vec<u8>>, BodyError> {
    read(body, limit, Some(held)).await
}

async fn read(
    body: Body,
    limit: usize,
    held: Option<&mut Reservation>,
) -> Result<Zeroizing<Vec<u8>>, BodyError> {
    if body.size_hint().lower() > limit as u64 {
        return Err(BodyError::TooLong);
    }
    tokio::time::timeout(DEADLINE, collect(body, limit, held)).await.map_err(|_| BodyError::TooSlow)?
}

async fn collect(
    mut body: Body,
    limit: usize,
    mut held: Option<&mut Reservation>,
) -> Result<Zeroizing<Vec<u8>>, BodyError> {
    let announced = usize::try_from(body.size_hint().lower()).unwrap_or(limit);
    let mut bytes = Zeroizing::new(Vec::with_capacity(announced.min(SMALL)));
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame.map_err(|_| BodyError::Broken)?.into_data() else { continue };
        let length = bytes.len() + data.len();
        if length > limit {
            return Err(BodyError::TooLong);
        }
        if bytes.capacity() < length {
            // Never more than the limit, and without leaving an unwiped copy behind, which a growing `Vec` would.
            let capacity = length.next_power_of_two().min(announced.max(length)).min(limit);
            if let Some(held) = held.as_deref_mut()
                && !held.grow_to(capacity.saturating_sub(SMALL))
            {
                return Err(BodyError::NoRoom);
            }
            let mut larger = Zeroizing::new(Vec::with_capacity(capacity));
            larger.extend_from_slice(&bytes);
            bytes = larger;
        }
        bytes.extend_from_slice(&data);
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_body_at_the_limit_passes_and_one_byte_more_does_not() {
        assert_eq!(read(Body::from(vec![7; 10]), 10, None).await.unwrap().len(), 10);
        assert_eq!(read(Body::from(vec![7; 11]), 10, None).await.unwrap_err(), BodyError::TooLong);
    }

    #[tokio::test]
    async fn a_body_of_unknown_length_is_counted_while_it_comes() {
        let chunks = |count: usize| {
            let body = http_body_util::StreamBody::new(futures_chunks(count));
            Body::new(body)
        };
        assert_eq!(read(chunks(10), 40, None).await.unwrap().len(), 40);
        assert_eq!(read(chunks(11), 40, None).await.unwrap_err(), BodyError::TooLong);
    }

    #[test]
    fn a_limit_follows_what_its_caller_may_share() {
        for (max_size, limit) in
            [(1, SMALL), (10_240, SMALL), (10_241, SMALL + 6), (100_000, 604_096), (1_000_000, 6_004_096)]
        {
            assert_eq!(limit_of(max_size), limit, "{max_size}");
        }
    }

    #[tokio::test]
    async fn what_is_small_takes_nothing_of_the_budget_and_what_is_large_its_size() {
        let budget = budget::Budget::default();
        let network = crate::domain::ClientNetwork::of([198, 51, 100, 1].into());
        let send = |size: usize| Body::from(vec![7; size]);
        let mut held = Vec::new();
        // Two of the largest bodies fit into what a network gets, and not a third one, whatever is announced.
        for (fits, size) in [(true, 6_004_096), (true, 6_004_096), (false, 6_004_096), (true, SMALL)] {
            let mut reservation = budget.reserve(network);
            let read = read_large(send(size), 6_004_096, &mut reservation).await;
            assert_eq!(read.map(|bytes| bytes.len()), if fits { Ok(size) } else { Err(BodyError::NoRoom) });
            held.push(reservation);
        }
        held.clear();
        assert!(read_large(send(6_004_096), 6_004_096, &mut budget.reserve(network)).await.is_ok());
    }

    fn futures_chunks(
        count: usize,
    ) -> impl futures_util::Stream<Item = Result<hyper::body::Frame<axum::body::Bytes>, std::io::Error>> {
        futures_util::stream::iter((0..count).map(|_| Ok(hyper::body::Frame::data(vec![7; 4].into()))))
    }
}
