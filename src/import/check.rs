//! Check of the old server's secret, before anything is written: tried until it decrypts one value.

use super::Error;
use super::record::OldSecret;
use super::source::{HashReply, Old, RecordKind, Scan};
use crate::vault::{Cipher, UpstreamSecret};

/// The most values that are tried: that takes seconds, all of them might take minutes.
const MAX_TRIES: u64 = 1000;

pub(super) async fn secret(old: &Old, secret: &UpstreamSecret) -> Result<bool, Error> {
    let Some(database) = old.database(RecordKind::Secret) else { return Ok(false) };
    let mut scan = Scan::over(database, RecordKind::Secret);
    let mut looked = 0;
    while let Some(identifiers) = scan.next().await? {
        let identifiers: Vec<&str> = identifiers.iter().map(String::as_str).collect();
        let found = old.hashes(RecordKind::Secret, &identifiers).await?;
        for (identifier, found) in identifiers.iter().zip(&found) {
            let HashReply::Hash(hash) = found else { continue };
            let Ok(old) = OldSecret::read(identifier, hash) else { continue };
            if !old.passphrase.is_empty() || old.cipher != Cipher::LinkAndSecret {
                continue;
            }
            if old.open(secret).is_some() {
                return Ok(true);
            }
            looked += 1;
            if looked == MAX_TRIES {
                return Err(Error::WrongSecret { looked });
            }
        }
    }
    if looked == 0 { Ok(false) } else { Err(Error::WrongSecret { looked }) }
}
