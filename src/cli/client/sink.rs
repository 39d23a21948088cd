//! The output of `get`: a value that cannot be asked for twice is never lost.
//!
//! What can be known before the server is asked is checked before: whether the file can be created, whether there is
//! room. What goes wrong after that costs the output, not the value: it is saved in a new file, and the error says
//! where.

use std::fs::File;
use std::io::{self, IsTerminal as _, Seek as _, Write as _};
use std::os::fd::AsFd as _;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use rustix::fs::{FallocateFlags, fallocate};
use rustix::io::Errno;
use zeroize::Zeroizing;

use super::error::{ClientError, Exit};
use crate::cli::say::{self, tell};
use crate::domain::text::for_terminal;
use crate::fs::{Draft, create_private};

/// Kept free before the server is asked: many times what servers take by default.
const ROOM: usize = 64 * 1024;
/// What can be told before the server is asked.
const UNTOUCHED: &str = "the server was not asked, the secret is still there";

/// An output that is ready.
pub(super) enum Sink {
    Stdout,
    File(Reserved),
}

impl Sink {
    /// Makes the output ready; `None` and `-` are stdout.
    pub(super) fn prepare(output: Option<&Path>) -> anyhow::Result<Self> {
        match output.filter(|path| *path != Path::new("-")) {
            None => {
                say::need_stdout(UNTOUCHED)?;
                reserve_stdout()?;
                Ok(Self::Stdout)
            }
            Some(path) => Ok(Self::File(Reserved::of(path)?)),
        }
    }

    /// Writes the value, or saves it elsewhere and says so.
    pub(super) fn write(self, value: &[u8]) -> anyhow::Result<()> {
        let failed = match self {
            Self::Stdout => to_stdout(value),
            Self::File(reserved) => reserved.fill(value),
        };
        let Err(error) = failed else { return Ok(()) };
        let saved = save(value).map_or_else(
            || "the value is lost: nothing else could be written to either".to_owned(),
            |path| format!("the value is saved in `{}` (0600); no server has it any more", path.display()),
        );
        Err(ClientError::new(Exit::Failed, format!("the output cannot be written: {error}\nhint: {saved}"))
            .into())
    }
}

fn full(error: impl std::fmt::Display) -> ClientError {
    ClientError::new(Exit::Failed, format!("the output has no room: {error}\nhint: {UNTOUCHED}"))
}

/// Keeps room free behind the end of a file that stdout goes to. Of pipes and devices nothing is known before they are
/// written to.
fn reserve_stdout() -> Result<(), ClientError> {
    let stdout = io::stdout();
    let Ok(seen) = stdout.as_fd().try_clone_to_owned().map(File::from).and_then(|file| file.metadata())
    else {
        return Ok(());
    };
    if !seen.is_file() {
        return Ok(());
    }
    // What is not used stays invisible.
    match fallocate(&stdout, FallocateFlags::KEEP_SIZE, seen.size(), ROOM as u64) {
        Err(error @ (Errno::NOSPC | Errno::DQUOT | Errno::FBIG)) => Err(full(error)),
        // Some filesystems cannot tell.
        _ => Ok(()),
    }
}

fn to_stdout(value: &[u8]) -> io::Result<()> {
    if !io::stdout().is_terminal() {
        return say::to_stdout(value);
    }
    let text = Zeroizing::new(String::from_utf8_lossy(value).into_owned());
    let shown = for_terminal(&text);
    say::to_stdout(shown.as_bytes())?;
    if !value.ends_with(b"\n") {
        tell!("");
    }
    if shown != text {
        tell!("note: characters that a terminal would obey are shown as \\u{{…}} in the value above");
    }
    Ok(())
}

/// Saves a value that has nowhere to go, in the working directory or among the temporary files.
fn save(value: &[u8]) -> Option<PathBuf> {
    let name = format!("readonce-saved-{}", std::process::id());
    let folders = [std::env::current_dir().ok(), Some(std::env::temp_dir())];
    folders
        .into_iter()
        .flatten()
        .map(|folder| folder.join(&name))
        .find(|path| create_private(path, value).is_ok())
}

/// A file that does not have its name yet, with room in it.
pub(super) struct Reserved {
    draft: Draft,
    path: PathBuf,
}

impl Reserved {
    fn of(path: &Path) -> Result<Self, ClientError> {
        let wrong = |why: &str, hint: &str| {
            ClientError::new(Exit::Failed, format!("`{}` {why}\nhint: {hint}; {UNTOUCHED}", path.display()))
        };
        if path.symlink_metadata().is_ok() {
            return Err(wrong(
                "is there already",
                "nothing is overwritten: choose another name, or remove it",
            ));
        }
        if path.file_name().is_none() {
            return Err(wrong("names no file", "--output FILE"));
        }
        let mut draft = Draft::of(path)
            .map_err(|error| wrong(&format!("cannot be made: {error}"), "is the folder there, and yours?"))?;
        let written = draft.file.write_all(&vec![0; ROOM]).and_then(|()| draft.file.sync_all());
        written.and_then(|()| draft.file.rewind()).map_err(full)?;
        Ok(Self { draft, path: path.to_owned() })
    }

    /// Writes over the room, cuts it, and gives it its name, all or nothing.
    fn fill(mut self, value: &[u8]) -> io::Result<()> {
        self.draft.file.write_all(value)?;
        self.draft.file.set_len(value.len() as u64)?;
        match self.draft.publish_new() {
            // Filesystems without links get a rename, which would replace what somebody made meanwhile.
            Err(_) if self.path.symlink_metadata().is_err() => self.draft.publish_over(),
            published => published,
        }
    }
}
