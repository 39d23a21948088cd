//! Generate: share a password that the server makes up.

use zeroize::Zeroizing;

use super::password::{self, PasswordRule};
use super::{Secrets, ShareOptions, ShareRequest, Shared};
use crate::domain::Plaintext;
use crate::service::{BadPasswordRule, CreatePermit, Error};

/// The longest password that is made (v1-contract.md §5.7).
const MAX_LENGTH: i64 = 128;

/// What a caller asks to be generated. No `Debug`, as [`ShareOptions`] have none.
pub struct GenerateRequest {
    /// Characters asked for; `None` for the default.
    pub length: Option<i64>,
    /// Which characters; its `length` is overruled by the field above.
    pub rule: PasswordRule,
    /// How it is to be shared.
    pub options: ShareOptions,
}

impl Secrets {
    /// Makes a password and shares it: the one answer that shows a value to the sharer.
    pub async fn generate(
        &self,
        permit: &CreatePermit,
        request: GenerateRequest,
    ) -> Result<(Shared, Plaintext), Error> {
        let mut rule = request.rule;
        if let Some(length) = request.length {
            if length > MAX_LENGTH {
                return Err(Error::BadPasswordRule(BadPasswordRule::TooLong));
            }
            rule.length = usize::try_from(length)
                .ok()
                .filter(|length| *length > 0)
                .ok_or(Error::BadPasswordRule(BadPasswordRule::TooShort))?;
        }
        if !(rule.uppercase || rule.lowercase || rule.numbers || rule.symbols) {
            return Err(Error::BadPasswordRule(BadPasswordRule::NoCharacters));
        }
        let value = password::generate(&rule);
        let secret = Plaintext::new(Zeroizing::new(value.expose().to_owned()));
        let shared = self.share(permit, ShareRequest { secret, options: request.options }).await?;
        Ok((shared, value))
    }
}
