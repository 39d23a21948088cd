//! A progress bar, on terminals only.

use std::io::{self, IsTerminal as _, Write as _};
use std::sync::Arc;

use crate::domain::Progress;

const WIDTH: usize = 30;

/// A bar on stderr, drawn anew with each hundredth and wiped when `work` is done.
pub(super) fn with_bar<T>(what: &'static str, work: impl FnOnce(&Progress) -> T) -> T {
    if !io::stderr().is_terminal() {
        return work(&(Arc::new(|_| {}) as Progress));
    }
    let drawn: Progress = Arc::new(move |percent| draw(&bar(what, percent)));
    drawn(0);
    let done = work(&drawn);
    draw("");
    done
}

fn bar(what: &str, percent: u8) -> String {
    let full = WIDTH * usize::from(percent.min(100)) / 100;
    format!("{what} [{}{}] {percent:3} %", "#".repeat(full), " ".repeat(WIDTH - full))
}

/// Replaces the line by a text; a terminal that is gone is no reason to stop.
fn draw(text: &str) {
    const WIPE: &str = "\r\x1b[K";
    let mut stderr = io::stderr().lock();
    let _ = write!(stderr, "{WIPE}{text}").and_then(|()| stderr.flush());
}

#[cfg(test)]
mod tests {
    use super::bar;

    #[test]
    fn a_bar_fills() {
        assert_eq!(bar("copying", 0), format!("copying [{}]   0 %", " ".repeat(30)));
        assert_eq!(bar("copying", 50), format!("copying [{}{}]  50 %", "#".repeat(15), " ".repeat(15)));
        assert_eq!(bar("copying", 100), format!("copying [{}] 100 %", "#".repeat(30)));
    }
}
