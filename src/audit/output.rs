//! Where lines go: standard output, or a file that is only ever appended to.

use std::fmt;
use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::os::fd::AsFd as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::PathBuf;

/// Where a trail is written to (`audit.to`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// Standard output, beside the log.
    Stdout,
    /// A file, made for its owner alone where it is not there.
    File(PathBuf),
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stdout => f.write_str("stdout"),
            Self::File(path) => path.display().fmt(f),
        }
    }
}

/// An open target.
pub(super) struct Output {
    target: Target,
    file: File,
    /// Whether the last line was written in part.
    torn: bool,
}

impl Output {
    pub(super) fn open(target: Target) -> io::Result<Self> {
        let file = open(&target)?;
        Ok(Self { target, file, torn: false })
    }

    /// Opens the file of this name again: the one that was open may have been moved away. Where that fails, the old one stays.
    pub(super) fn reopen(&mut self) -> io::Result<()> {
        self.file = open(&self.target)?;
        self.torn = false;
        Ok(())
    }

    /// Writes a whole line by one call where the system takes it, so that lines of several processes do not mix.
    pub(super) fn write(&mut self, line: &str) -> io::Result<()> {
        if self.torn {
            // What is left of a line must not begin the next one.
            self.file.write_all(b"\n")?;
            self.torn = false;
        }
        let mut rest = line.as_bytes();
        while !rest.is_empty() {
            match self.file.write(rest) {
                Ok(0) => return Err(ErrorKind::WriteZero.into()),
                Ok(written) => {
                    rest = &rest[written..];
                    self.torn = !rest.is_empty();
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}

fn open(target: &Target) -> io::Result<File> {
    match target {
        // Not through the library's stdout, which keeps what could not be written for later.
        Target::Stdout => Ok(File::from(io::stdout().as_fd().try_clone_to_owned()?)),
        Target::File(path) => OpenOptions::new().append(true).create(true).mode(0o600).open(path),
    }
}
