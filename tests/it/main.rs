//! The one integration test binary (it links once); its rooms mirror `src`.

mod store;
mod support;
