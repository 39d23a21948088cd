//! Where somebody goes who has signed in: one of our own pages, by name. What comes in an address or a form only chooses among
//! them, so that it cannot lead anywhere else.

/// The pages that one can come back to.
const PLACES: [&str; 3] = ["/", "/shares", "/tokens"];

/// The page that was asked for, or the one that it is below, or else the first.
pub(super) fn place(asked: Option<&str>) -> &'static str {
    let asked = asked.unwrap_or_default();
    let leads_to = |place: &&str| {
        asked.strip_prefix(*place).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    PLACES.into_iter().rev().find(leads_to).unwrap_or(PLACES[0])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_comes_back_to_a_page_of_ours_or_to_the_first() {
        for place in PLACES {
            assert_eq!(super::place(Some(place)), place);
        }
        assert_eq!(place(Some("/tokens/default/revoke")), "/tokens");
        assert_eq!(place(Some("/shares/abc/burn")), "/shares");
        assert_eq!(place(Some("/sharesx")), "/");
        for asked in [
            "https://evil.example/",
            "//evil.example/",
            "/\\evil.example",
            "\\\\evil.example",
            "/%2fevil.example",
            "/\t/evil.example",
            "javascript:alert(1)",
            "/secret/x",
            "",
        ] {
            assert_eq!(place(Some(asked)), "/", "{asked}");
        }
        assert_eq!(place(None), "/");
    }
}
