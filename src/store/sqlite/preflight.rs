//! The preflight of the embedded store: one write, where it lies, and whether it was restored from a backup.

use std::path::Path;

use rusqlite::{Connection, params};
use rustix::fs::statfs;

use super::SqliteStore;
use super::meta::{self, Restoration, RestoreCounts};
use super::rows::seconds;
use crate::domain::Timestamp;
use crate::store::{Finding, Level, Maintenance as _, PROBE, Result};

impl SqliteStore {
    pub(super) async fn findings(&self, now: Timestamp) -> Result<Vec<Finding>> {
        let place = self.readers.ask(|txn| Ok(txn.path().and_then(|path| volatile(Path::new(path))))).await?;
        let written = match self.ready(PROBE).await {
            Ok(()) if place.is_some() => None,
            Ok(()) => {
                Some(Finding::new(Level::Info, "store", "SQLite, synced on every commit, can be written to"))
            }
            Err(error) => Some(Finding::refused_write(
                &error,
                "is the disk full, or is the file another user's? `ls -l` and `df` tell",
            )),
        };
        let restored = self.readers.ask(move |txn| Ok(restored(txn, now)?)).await?;
        Ok([written, place, restored].into_iter().flatten().collect())
    }
}

/// A place that does not outlive what a store has to: memory, and a container's own layer. A sync is worth nothing there.
pub fn volatile(database: &Path) -> Option<Finding> {
    let (on, why) = match u32::try_from(statfs(database).ok()?.f_type).ok()? {
        0x0102_1994 => (
            "tmpfs, which is memory",
            "when the machine or the container stops, every secret and every account is gone",
        ),
        0x8584_58f6 => {
            ("ramfs, which is memory", "when the machine stops, every secret and every account is gone")
        }
        0x794c_7630 => (
            "overlayfs, a container's own layer",
            "with the container, every secret and every account is gone",
        ),
        _ => return None,
    };
    let hint = "put `store` on a disk: in a container, into a volume";
    Some(Finding::new(Level::Warning, format!("the database is on {on}"), why).hint(hint))
}

/// A restore is worth knowing for as long as a receipt that was in the backup may be asked for.
fn restored(db: &Connection, now: Timestamp) -> rusqlite::Result<Option<Finding>> {
    let Some(Restoration { at, made, counts }) = meta::restored(db)? else { return Ok(None) };
    let sql = "SELECT EXISTS (SELECT 1 FROM secrets WHERE created <= ?1 AND created + 2 * ttl > ?2)";
    if !db.query_one(sql, params![seconds(made), seconds(now)], |row| row.get(0))? {
        return Ok(None);
    }
    let RestoreCounts { confirmed, ended, refused, accepted } = counts;
    let what = format!("restored at {at} from a backup of {made}");
    let why = format!(
        "of its unread secrets {confirmed} were confirmed, {ended} had ended, {refused} were refused (`orphaned`), {accepted} \
         kept though nobody knows whether they were read"
    );
    let hint = "docs/backup.md tells what that means for those who shared them";
    Ok(Some(Finding::new(Level::Note, what, why).hint(hint)))
}
