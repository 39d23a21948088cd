//! How a verb takes a link: from stdin, a file or a variable, or from the command line, where others can read it.
//!
//! A link is the right to read, or to burn; on a command line every user of the machine sees it while the call runs, which
//! `receipt --wait` does for hours (ADR 0059).

use std::io::{self, IsTerminal as _};
use std::path::{Path, PathBuf};

use clap::Args;

use super::error::ClientError;
use super::hidden::Hidden;
use super::link::{LinkTarget, Side};
use super::variables::{LINK, variable};
use super::{input, prompt};

/// The link of a call.
#[derive(Args, Debug)]
pub(super) struct LinkArguments {
    #[arg(
        value_name = "LINK|KEY|-",
        help = "The link, or the key in it; `-` is stdin. Every user of this machine can read it here, and the shell keeps it: prefer stdin, --link-file, or READONCE_LINK"
    )]
    link: Option<Hidden>,
    /// A file with the link; of several lines, the one that holds such a link
    #[arg(long, value_name = "FILE", conflicts_with = "link")]
    link_file: Option<PathBuf>,
}

impl LinkArguments {
    /// What the link names. No error shows it.
    pub(super) fn target(&self, wanted: Side) -> Result<LinkTarget, ClientError> {
        let text = match (&self.link, &self.link_file) {
            (Some(link), _) if link.expose() != "-" => return LinkTarget::parse(link.expose(), wanted),
            (None, Some(path)) if path != Path::new("-") => Hidden::new(input::file(path)?.to_string()),
            (None, None) => Hidden::new(variable(LINK)?.ok_or_else(|| {
                ClientError::call(
                    "there is no link\nhint: `-` takes it from stdin, --link-file from a file; or READONCE_LINK, or the command line",
                )
            })?),
            _ if io::stdin().is_terminal() => prompt::ask("link (not shown): ", "a pipe, or --link-file")?,
            _ => Hidden::new(input::stdin()?.to_string()),
        };
        pick(text.expose(), wanted)
    }
}

/// The link in a text: all of it, or of several lines the one that holds such a link, as of those that `share --receipt` prints.
fn pick(text: &str, wanted: Side) -> Result<LinkTarget, ClientError> {
    let lines: Vec<_> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    match lines[..] {
        [] => {
            return Err(ClientError::call(
                "the link is empty\nhint: is that the right file, or did what fills the pipe fail?",
            ));
        }
        [alone] => return LinkTarget::parse(alone, wanted),
        _ => {}
    }
    let read = |line: &str| line.contains("://").then(|| LinkTarget::parse(line, wanted).ok()).flatten();
    let mut fitting = lines.into_iter().filter_map(read);
    match (fitting.next(), fitting.next()) {
        (Some(target), None) => Ok(target),
        (Some(_), Some(_)) => {
            Err(ClientError::call("there are several such links\nhint: one call takes one"))
        }
        (None, _) => Err(ClientError::call(match wanted {
            Side::Secret => "none of these lines is a link to read\nhint: it has /secret/ in it",
            Side::Receipt => {
                "none of these lines is the link of a receipt\nhint: it has /private/ or /receipt/ in it; `share --receipt` prints it"
            }
        })),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_that_fits_is_taken() {
        let (secret, receipt) = ("153l8vbwqx5taskp92pf05uvgjefvu9", "153ppppppppppppppppppppppppppp0");
        let links = format!(
            "https://x.example/secret/{secret}\r\na password\r\nhttps://x.example/private/{receipt}\r\n"
        );
        for (text, wanted, key) in [
            (&links, Side::Secret, secret),
            (&links, Side::Receipt, receipt),
            (&format!("\n {secret}\n\n"), Side::Secret, secret),
        ] {
            assert_eq!(pick(text, wanted).unwrap().key.expose(), key);
        }
        for (text, why) in [
            ("", "the link is empty"),
            ("\n \n", "the link is empty"),
            (&format!("{secret}\n{receipt}\n"), "none of these lines"),
            (&format!("{links}{links}"), "there are several such links"),
            ("https://x.example/secret/\nx\n", "none of these lines"),
        ] {
            let message = pick(text, Side::Secret).unwrap_err().to_string();
            assert!(message.starts_with(why), "{text}: {message}");
        }
    }
}
