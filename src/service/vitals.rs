//! Vitals: how this instance and its store do, for the meter. Looked at when somebody asks, and not at every asking.
//!
//! The trap for newcomers: counting secrets costs the store something, and whoever may scrape may scrape as often as they
//! like. So a look rests for as long as it is worth (`server::metrics`), and nothing here is on the way of a request.

use super::{OutboxDepth, Service, deadline};
use crate::meter::Meter;

impl Service {
    /// Whom this instance tells what it does.
    #[must_use]
    pub fn meter(&self) -> &Meter {
        &self.meter
    }

    /// Looks at store, queue and process, and tells the meter. What cannot be seen keeps its last value.
    pub async fn measure(&self) {
        let census = deadline::looking(async { Ok(self.store.census(self.clock.now()).await?) });
        let (ready, census) = tokio::join!(self.ready(), census);
        self.meter.store_is(ready.is_ok());
        if let Ok(census) = census {
            self.meter.census(census.live, census.expired, census.counted);
        }
        let pool = self.vault.hashing();
        self.meter.hashing(pool.running, pool.waiting, pool.refused + self.turns.refused());
        if let Some((depth, age)) = self.outbox() {
            outbox_gauges(&self.meter, depth, age);
        }
        self.meter.process();
    }
}

/// Where there is mail: what waits, what was given up, and for how many seconds the oldest has been waiting.
fn outbox_gauges(meter: &Meter, depth: OutboxDepth, age_seconds: u64) {
    meter.outbox(depth.waiting, depth.dead, age_seconds);
}
