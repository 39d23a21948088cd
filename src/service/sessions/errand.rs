//! What a browser keeps while somebody is away, signing in at a provider.

use zeroize::Zeroizing;

use super::Sessions;
use crate::domain::Timestamp;
use crate::vault::Cookie;

impl Sessions {
    /// Seconds that a sign-in at a provider may take.
    pub const ERRAND_SECONDS: u64 = 600;

    /// Seals what a sign-in at a provider has to bring back, for a cookie that is good for ten minutes.
    #[must_use]
    pub fn seal_errand(&self, content: &[u8]) -> String {
        let content = Zeroizing::new([&self.clock.now().0.to_be_bytes()[..], content].concat());
        self.vault.seal_cookie(Cookie::Provider, &content)
    }

    /// What [`seal_errand`](Self::seal_errand) sealed within the last ten minutes.
    #[must_use]
    pub fn open_errand(&self, sealed: &str) -> Option<Zeroizing<Vec<u8>>> {
        let opened = self.vault.open_cookie(Cookie::Provider, sealed).ok()?;
        let (began, content) = opened.split_first_chunk()?;
        let began = Timestamp(u64::from_be_bytes(*began));
        self.lasts(began, Self::ERRAND_SECONDS).then(|| Zeroizing::new(content.to_vec()))
    }
}
