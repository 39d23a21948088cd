//! Classification of client errors: whether a request may be retried, and which store error the caller gets.
//!
//! Only a reply of the server itself proves that a script was not executed, and our scripts check everything before
//! their first write, so every error reply does. A lost connection or a missed deadline proves nothing.
//!
//! The trap is the cluster client: when refreshing its slot map fails, it fails *requests in flight* with the error of that
//! attempt. Errors which a handshake or `CLUSTER SLOTS` can return therefore prove nothing there.

use redis::{ErrorKind, RedisError, ServerErrorKind};

use crate::store::{Cause, Error};

/// How a store is laid out, which decides what an error means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Deployment {
    /// One server.
    Single,
    /// A master that sentinels name.
    Sentinel,
    /// A cluster.
    Cluster,
}

/// What may be done about an error.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Not executed, the server lacks the script: send its text.
    NeedsText,
    /// Not executed, ask this node for this once.
    Ask(String),
    /// Not executed, may go through in a moment.
    Again,
    /// Not executed, and trying again soon is of no use.
    Refused,
    /// A key holds something else than it should.
    Damaged,
    /// It may or may not have been executed. Never to be sent again.
    Unknown,
}

/// Judges the error of a request that was sent.
pub(super) fn judge(error: &RedisError, deployment: Deployment) -> Verdict {
    use ServerErrorKind as Server;
    let clustered = deployment == Deployment::Cluster;
    let ErrorKind::Server(server) = error.kind() else {
        return match error.code() {
            // Answers to a write or a script, never to a greeting.
            Some("OOM" | "MISCONF" | "NOREPLICAS") => Verdict::Refused,
            Some("WRONGTYPE") => Verdict::Damaged,
            Some(_) if !clustered => Verdict::Refused,
            _ => Verdict::Unknown,
        };
    };
    match server {
        Server::NoScript => Verdict::NeedsText,
        Server::Ask => match error.redirect_node() {
            Some((node, _)) => Verdict::Ask(node.to_owned()),
            None => Verdict::Again,
        },
        // A lone server that says MOVED belongs to a cluster: the URL is wrong.
        Server::Moved | Server::ClusterDown if deployment != Deployment::Cluster => Verdict::Refused,
        Server::ReadOnly if deployment == Deployment::Single => Verdict::Refused,
        Server::Moved | Server::TryAgain | Server::ClusterDown | Server::ReadOnly => Verdict::Again,
        Server::ResponseError if names_absent_key(error) => Verdict::Again,
        Server::NoPerm | Server::CrossSlot => Verdict::Refused,
        _ if clustered => Verdict::Unknown,
        Server::BusyLoading | Server::MasterDown => Verdict::Again,
        _ => Verdict::Refused,
    }
}

/// In a slot that is being moved a script met a key that has already gone.
fn names_absent_key(error: &RedisError) -> bool {
    error.detail().is_some_and(|detail| detail.contains("non local key"))
}

/// The store cannot be reached, or refuses.
pub(super) fn unavailable(cause: impl Into<Cause>) -> Error {
    Error::Unavailable(cause.into())
}

/// The answer was lost: for something that changes nothing, that is no worse than unavailable.
pub(super) fn unanswered(writes: bool, cause: impl Into<Cause>) -> Error {
    if writes { Error::OutcomeUnknown(cause.into()) } else { Error::Unavailable(cause.into()) }
}

/// Deadlines of our own that passed.
#[derive(Debug, thiserror::Error)]
pub(super) enum DeadlineError {
    #[error("no connection to redis within the deadline")]
    Connection,
    #[error("no answer from redis within the deadline")]
    Answer,
    #[error("no free connection for a confirmed write within the deadline")]
    Queue,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(answer: &str) -> RedisError {
        let answer = format!("-{answer}\r\n");
        redis::parse_redis_value(answer.as_bytes()).unwrap().extract_error().unwrap_err()
    }

    #[test]
    fn answers_of_the_server() {
        use Deployment::{Cluster, Sentinel, Single};
        use Verdict::{Again, Ask, Damaged, NeedsText, Refused, Unknown};
        let moving = "ERR Script attempted to access a non local key in a cluster node script: 1, on x:1.";
        for (answer, kind, verdict) in [
            ("NOSCRIPT No matching script.", Single, NeedsText),
            ("MOVED 1 127.0.0.1:7001", Cluster, Again),
            ("MOVED 1 127.0.0.1:7001", Single, Refused),
            ("ASK 1 127.0.0.1:7001", Cluster, Ask("127.0.0.1:7001".to_owned())),
            ("TRYAGAIN later", Cluster, Again),
            ("CLUSTERDOWN Hash slot not served", Cluster, Again),
            (moving, Cluster, Again),
            ("READONLY You can't write", Single, Refused),
            ("READONLY You can't write", Sentinel, Again),
            ("READONLY You can't write", Cluster, Again),
            ("LOADING Redis is loading", Single, Again),
            ("LOADING Redis is loading", Cluster, Unknown),
            ("OOM command not allowed", Cluster, Refused),
            ("NOREPLICAS Not enough", Cluster, Refused),
            ("BUSY Redis is busy", Single, Refused),
            ("BUSY Redis is busy", Cluster, Unknown),
            ("NOPERM no permission", Single, Refused),
            ("WRONGTYPE Operation against", Single, Damaged),
            ("ERR whatever", Single, Refused),
            ("ERR whatever", Cluster, Unknown),
        ] {
            assert_eq!(judge(&error(answer), kind), verdict, "{answer} on {kind:?}");
        }
    }

    #[test]
    fn a_lost_connection_proves_nothing() {
        let lost = RedisError::from(std::io::Error::from(std::io::ErrorKind::BrokenPipe));
        let refused = RedisError::from(std::io::Error::from(std::io::ErrorKind::ConnectionRefused));
        let nowhere = RedisError::from((ErrorKind::ClusterConnectionNotFound, "no connection"));
        for error in [lost, refused, nowhere] {
            for kind in [Deployment::Single, Deployment::Sentinel, Deployment::Cluster] {
                assert_eq!(judge(&error, kind), Verdict::Unknown);
            }
        }
    }
}
