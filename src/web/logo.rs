//! The operator's logo: one picture, read at the start and served by us under a name that changes with what is in it.

use axum::body::Bytes;

/// The largest logo, bytes: a page with it is still small.
const LARGEST: usize = 100_000;

/// A picture of a kind that browsers show.
#[derive(Clone, Debug)]
pub struct Logo {
    pub(super) bytes: Bytes,
    pub(super) kind: Kind,
}

/// What a picture is, by what is in it; its name says nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Png,
    Jpeg,
    WebP,
    Svg,
}

/// Why a file is no logo.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadLogo {
    /// Larger than any may be.
    #[error(
        "it has more than {LARGEST} bytes\nhint: it is shown 28 pixels high; SVG, or a picture of twice that height, is small"
    )]
    TooLarge,
    /// Of another kind.
    #[error("it is no PNG, JPEG, WebP or SVG\nhint: what is in the file counts, not its name")]
    NoPicture,
}

impl Logo {
    /// The most that has to be read of a file to know that it is too large.
    pub const MOST: u64 = LARGEST as u64 + 1;

    /// The picture that a file holds.
    pub fn read(bytes: Vec<u8>) -> Result<Self, BadLogo> {
        if bytes.len() > LARGEST {
            return Err(BadLogo::TooLarge);
        }
        let kind = Kind::of(&bytes).ok_or(BadLogo::NoPicture)?;
        Ok(Self { bytes: bytes.into(), kind })
    }
}

impl Kind {
    /// By the first bytes, as the registrations of the media types say; an SVG is text whose first element is `svg`.
    fn of(bytes: &[u8]) -> Option<Self> {
        match bytes {
            [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Some(Self::Png),
            [0xff, 0xd8, 0xff, ..] => Some(Self::Jpeg),
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some(Self::WebP),
            _ => std::str::from_utf8(bytes).ok().filter(|text| is_svg(text)).map(|_| Self::Svg),
        }
    }

    pub(super) const fn media(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::WebP => "image/webp",
            Self::Svg => "image/svg+xml",
        }
    }

    pub(super) const fn extension(self) -> &'static str {
        match self {
            Self::Png => "png",
            Self::Jpeg => "jpg",
            Self::WebP => "webp",
            Self::Svg => "svg",
        }
    }
}

/// What may stand before the element: a byte order mark, blanks, declarations and comments.
fn is_svg(text: &str) -> bool {
    let mut rest = text.trim_start_matches('\u{feff}').trim_start();
    loop {
        let end = match rest {
            _ if rest.starts_with("<!--") => "-->",
            _ if rest.starts_with("<?") => "?>",
            _ if rest.starts_with("<!DOCTYPE") => ">",
            _ => break,
        };
        let Some((_, after)) = rest.split_once(end) else { return false };
        rest = after.trim_start();
    }
    rest.strip_prefix("<svg").is_some_and(|rest| rest.starts_with([' ', '\t', '\r', '\n', '>']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_in_the_file_says_what_it_is() {
        let kind = |bytes: &[u8]| Logo::read(bytes.to_vec()).map(|logo| logo.kind);
        assert_eq!(kind(b"\x89PNG\r\n\x1a\n\0"), Ok(Kind::Png));
        assert_eq!(kind(b"\xff\xd8\xff\xe0"), Ok(Kind::Jpeg));
        assert_eq!(kind(b"RIFF\x10\0\0\0WEBPVP8 "), Ok(Kind::WebP));
        for svg in [
            "<svg xmlns='http://www.w3.org/2000/svg'/>",
            "\u{feff}<?xml version='1.0'?>\n<!-- <p> -->\n<!DOCTYPE svg>\n<svg>",
        ] {
            assert_eq!(kind(svg.as_bytes()), Ok(Kind::Svg), "{svg}");
        }
        for other in ["", "GIF89a", "<html><svg>", "<svga>", "<!-- <svg>", "\u{89}PNG\r\n\u{1a}\n"] {
            assert_eq!(kind(other.as_bytes()), Err(BadLogo::NoPicture), "{other}");
        }
        let large = |more: usize| {
            let mut bytes = b"\xff\xd8\xff".to_vec();
            bytes.resize(LARGEST + more, 0);
            kind(&bytes)
        };
        assert_eq!((large(0), large(1)), (Ok(Kind::Jpeg), Err(BadLogo::TooLarge)));
    }
}
