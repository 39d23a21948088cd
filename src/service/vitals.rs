//! Vitals: how this instance and its store do, for the meter. Looked at when somebody asks.
//!
//! The trap for newcomers: counting secrets costs the store something, and whoever may scrape may scrape as often as they
//! like. So looks at the store rest in between (`server::metrics`); only a glance at this instance itself is free.

use super::{OutboxDepth, Service};
use crate::meter::Meter;

impl Service {
    /// Whom this instance tells what it does.
    #[must_use]
    pub fn meter(&self) -> &Meter {
        &self.meter
    }

    /// Tells the meter whether the store can be written to; and the caller.
    pub async fn look_at_store(&self) -> bool {
        let up = self.ready().await.is_ok();
        self.meter.store_is(up);
        up
    }

    /// Glances at queue, outbox and process, and tells the meter.
    pub fn glance(&self) {
        let pool = self.vault.hashing();
        self.meter.hashing(pool.running, pool.waiting, pool.refused + self.turns.refused());
        if let Some((depth, age)) = self.outbox() {
            outbox_gauges(&self.meter, depth, age);
        }
        self.meter.process();
    }

    /// Tells the meter how many secrets there are. May take longer than anybody waits, where there are very many. `false`
    /// when they cannot be counted: then the last number stays.
    pub async fn count_secrets(&self) -> bool {
        let census = self.store.census(self.clock.now()).await;
        if let Ok(census) = &census {
            self.meter.census(census.live, census.expired, census.counted);
        }
        census.is_ok()
    }
}

/// Where there is mail: what waits, what was given up, and for how many seconds the oldest has been waiting.
fn outbox_gauges(meter: &Meter, depth: OutboxDepth, age_seconds: u64) {
    meter.outbox(depth.waiting, depth.dead, age_seconds);
}
