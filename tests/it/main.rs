//! The one integration test binary (it links once); its rooms mirror `src`.

mod api_v1;
mod architecture;
mod params;
mod password;
mod ttl;
