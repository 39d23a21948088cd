//! The one integration test binary (it links once); its rooms mirror `src`, and `process` runs the real program.

mod params;
mod password;
mod process;
mod support;
mod ttl;
