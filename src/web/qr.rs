//! A link as a QR code: an SVG path, since a page may hold no other picture. Dark on light in every colour scheme, with
//! the quiet zone that cameras look for.

use std::fmt::Write as _;

use qrcode::{Color, EcLevel, QrCode};
use zeroize::Zeroizing;

/// Modules around the code that stay light (ISO/IEC 18004).
const QUIET: usize = 4;

/// A code to be drawn.
pub(super) struct Qr {
    /// Modules in a row, the quiet zone included.
    pub(super) size: usize,
    /// The dark modules, a unit each. Tells the link, so it is wiped like one.
    pub(super) path: Zeroizing<String>,
}

/// Draws `link`; `None` when it is too long for any code.
pub(super) fn draw(link: &str) -> Option<Qr> {
    let code = QrCode::with_error_correction_level(link, EcLevel::M).ok()?;
    let width = code.width();
    let modules = code.to_colors();
    // At worst every other module begins a run, of some 15 characters each.
    let mut path = Zeroizing::new(String::with_capacity(8 * width * width));
    for (y, row) in modules.chunks(width).enumerate() {
        let mut x = 0;
        for run in row.chunk_by(|one, other| one == other) {
            let length = run.len();
            if run[0] == Color::Dark {
                let _ = write!(path, "M{} {}h{length}v1h-{length}z", x + QUIET, y + QUIET);
            }
            x += length;
        }
    }
    Some(Qr { size: width + 2 * QUIET, path })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_path_draws_every_dark_module_once() {
        let link = "https://secrets.example.org/ots/secret/0123456789abcdefghijklmnopqrstu";
        let qr = draw(link).unwrap();
        let code = QrCode::with_error_correction_level(link, EcLevel::M).unwrap();
        let mut dark = vec![false; qr.size * qr.size];
        for run in qr.path.split('M').skip(1) {
            let (start, rest) = run.split_once('h').unwrap();
            let (x, y) = start.split_once(' ').unwrap();
            let (x, y): (usize, usize) = (x.parse().unwrap(), y.parse().unwrap());
            let length: usize = rest.split_once('v').unwrap().0.parse().unwrap();
            dark[y * qr.size + x..][..length].iter_mut().for_each(|module| {
                assert!(!*module);
                *module = true;
            });
        }
        for (at, is_dark) in dark.iter().enumerate() {
            let (x, y) = (at % qr.size, at / qr.size);
            let inside = |n: usize| (QUIET..QUIET + code.width()).contains(&n);
            let wanted = inside(x) && inside(y) && code[(x - QUIET, y - QUIET)] == Color::Dark;
            assert_eq!(*is_dark, wanted, "{x} {y}");
        }
        assert!(draw(&"x".repeat(5000)).is_none());
    }
}
