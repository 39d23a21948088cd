//! Counting what the embedded store did to secrets: by the backend, where it is done. A caller may have hung up by then, and what is
//! counted around the call would miss it.

use super::{Put, Taken};
use crate::domain::Ending;
use crate::metrics::{Metrics, SecretEvent};

/// A share.
pub(super) fn put(metrics: &Metrics, put: Put) {
    match put {
        Put::Stored => metrics.secret(SecretEvent::Shared),
        Put::Conflict => {}
    }
}

/// A claim.
pub(super) fn taken(metrics: &Metrics, ending: Ending, taken: &Taken) {
    if let Taken::Won(_) = taken {
        metrics.secret(match ending {
            Ending::Revealed => SecretEvent::Revealed,
            Ending::Burned => SecretEvent::Burned,
        });
    }
}
