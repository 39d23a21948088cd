//! Commands that end things by the time of day do not do so by a clock that cannot be right.

use anyhow::bail;

use crate::domain::{Clock as _, ClockLook, SystemClock, Timestamp};
use crate::service::Maintenance;

const HINT: &str = "let the machine follow NTP (`timedatectl` tells whether it does), and try again";

/// The time, if it can be right.
pub(super) fn now() -> anyhow::Result<Timestamp> {
    let now = SystemClock.now();
    if !now.can_be() {
        bail!("the clock says {now}, which cannot be; nothing was changed\nhint: {HINT}");
    }
    Ok(now)
}

/// Refuses when the clock may not be believed (ADR 0041). `otherwise` says what can be done all the same.
pub(super) async fn demand_steady(maintenance: &Maintenance, otherwise: &str) -> anyhow::Result<()> {
    let why = match maintenance.look_at_clock().await? {
        ClockLook::Steady => return Ok(()),
        ClockLook::Impossible => "the clock shows what cannot be".to_owned(),
        ClockLook::Apart { seconds } => format!("the clock and the store's are {seconds} s apart"),
        ClockLook::Held { seconds } => {
            let during = humantime::format_duration(std::time::Duration::from_secs(seconds));
            format!(
                "the machine was started or its clock was set, so for another {during} nobody knows whether it is right"
            )
        }
    };
    bail!("{why}; nothing was changed\nhint: {HINT}. {otherwise}")
}
