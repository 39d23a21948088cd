//! Reads a request body, up to a size and within a deadline, into a buffer that is wiped.

use std::time::Duration;

use axum::body::{Body, HttpBody as _};
use http_body_util::BodyExt as _;
use zeroize::Zeroizing;

/// How long a body may take to come (security-design.md §6).
const DEADLINE: Duration = Duration::from_secs(10);

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
}

/// Reads a body of at most `limit` bytes. The buffer is wiped when dropped: it holds what is being shared.
pub async fn read(body: Body, limit: usize) -> Result<Zeroizing<Vec<u8>>, BodyError> {
    if body.size_hint().lower() > limit as u64 {
        return Err(BodyError::TooLong);
    }
    tokio::time::timeout(DEADLINE, collect(body, limit)).await.map_err(|_| BodyError::TooSlow)?
}

async fn collect(mut body: Body, limit: usize) -> Result<Zeroizing<Vec<u8>>, BodyError> {
    let expected = usize::try_from(body.size_hint().lower()).unwrap_or(limit).min(limit);
    let mut bytes = Zeroizing::new(Vec::with_capacity(expected));
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame.map_err(|_| BodyError::Broken)?.into_data() else { continue };
        if bytes.len() + data.len() > limit {
            return Err(BodyError::TooLong);
        }
        append(&mut bytes, &data);
    }
    Ok(bytes)
}

/// Appends without leaving an unwiped copy behind, which a growing `Vec` would.
fn append(bytes: &mut Zeroizing<Vec<u8>>, data: &[u8]) {
    if bytes.capacity() < bytes.len() + data.len() {
        let mut larger = Zeroizing::new(Vec::with_capacity((bytes.len() + data.len()).next_power_of_two()));
        larger.extend_from_slice(bytes);
        *bytes = larger;
    }
    bytes.extend_from_slice(data);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_body_at_the_limit_passes_and_one_byte_more_does_not() {
        assert_eq!(read(Body::from(vec![7; 10]), 10).await.unwrap().len(), 10);
        assert_eq!(read(Body::from(vec![7; 11]), 10).await.unwrap_err(), BodyError::TooLong);
    }

    #[tokio::test]
    async fn a_body_of_unknown_length_is_counted_while_it_comes() {
        let chunks = |count: usize| {
            let body = http_body_util::StreamBody::new(futures_chunks(count));
            Body::new(body)
        };
        assert_eq!(read(chunks(10), 40).await.unwrap().len(), 40);
        assert_eq!(read(chunks(11), 40).await.unwrap_err(), BodyError::TooLong);
    }

    fn futures_chunks(
        count: usize,
    ) -> impl futures_util::Stream<Item = Result<hyper::body::Frame<axum::body::Bytes>, std::io::Error>> {
        futures_util::stream::iter((0..count).map(|_| Ok(hyper::body::Frame::data(vec![7; 4].into()))))
    }
}
