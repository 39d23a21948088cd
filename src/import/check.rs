//! Whether the old server's secret is right, before anything is written: tried until one secret opens with it.

use super::Error;
use super::record::OldSecret;
use super::source::{Found, Kind, Old, Scan};
use crate::vault::{Cipher, UpstreamSecret};

/// After so many that do not open, no more are tried: that takes seconds, all of them might take minutes.
const ENOUGH: u64 = 1000;

pub(super) async fn secret(old: &Old, secret: &UpstreamSecret) -> Result<bool, Error> {
    let Some(database) = old.database(Kind::Secret) else { return Ok(false) };
    let mut scan = Scan::over(database, Kind::Secret);
    let mut looked = 0;
    while let Some(identifiers) = scan.next().await? {
        let identifiers: Vec<&str> = identifiers.iter().map(String::as_str).collect();
        let found = old.hashes(Kind::Secret, &identifiers).await?;
        for (identifier, found) in identifiers.iter().zip(&found) {
            let Found::Hash(hash) = found else { continue };
            let Ok(old) = OldSecret::read(identifier, hash) else { continue };
            if !old.passphrase.is_empty() || old.cipher != Cipher::LinkAndSecret {
                continue;
            }
            if old.open(secret).is_some() {
                return Ok(true);
            }
            looked += 1;
            if looked == ENOUGH {
                return Err(Error::WrongSecret { looked });
            }
        }
    }
    if looked == 0 { Ok(false) } else { Err(Error::WrongSecret { looked }) }
}
