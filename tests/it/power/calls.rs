//! What a program asked of the system, as `strace` wrote it down: what changes or syncs files, and what left and came by
//! sockets and pipes.

use std::collections::HashMap;
use std::os::unix::ffi::OsStringExt as _;
use std::path::PathBuf;

/// One call.
#[derive(Clone, Debug)]
pub(super) struct Call {
    pub(super) deed: Deed,
    /// Whether the system did it.
    pub(super) done: bool,
}

/// What a call does. Files are named as the trace names what was open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Deed {
    Open {
        path: PathBuf,
        creates: bool,
        empties: bool,
    },
    Write {
        file: PathBuf,
        at: Option<u64>,
        bytes: Vec<u8>,
    },
    Length {
        file: PathBuf,
        bytes: u64,
    },
    Rename {
        from: PathBuf,
        to: PathBuf,
    },
    Link {
        from: PathBuf,
        to: PathBuf,
    },
    Remove {
        path: PathBuf,
    },
    Folder {
        path: PathBuf,
    },
    Sync {
        file: PathBuf,
    },
    /// Into a socket.
    Sent(Vec<u8>),
    /// Out of a socket.
    Received(Vec<u8>),
    /// Into a pipe: what a command tells.
    Said(Vec<u8>),
    /// Changes files in a way that the model of a disk does not know.
    Unknown(String),
}

/// A call begins, or is over. In between, others go on.
#[derive(Clone, Debug)]
pub(super) struct Step {
    /// Its number, for both of its steps.
    pub(super) number: usize,
    /// Seconds and microseconds, for steps of several programs.
    pub(super) time: String,
    pub(super) begins: bool,
    pub(super) call: Call,
}

/// All steps of a trace (`strace -f -ttt -yy -xx`), in their order. What the program did with none of its files is left out.
pub(super) fn steps(trace: &str, first_number: usize) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    let mut under_way: HashMap<&str, (String, Option<usize>)> = HashMap::new();
    let mut number = first_number;
    for line in trace.lines() {
        // The number of a thread has blanks behind it up to a width.
        let Some((thread, rest)) = line.split_once(' ') else { continue };
        let Some((time, text)) = rest.trim_start().split_once(' ') else { continue };
        let mut push =
            |number, begins, call| steps.push(Step { number, time: time.to_owned(), begins, call });
        if let Some(head) = text.strip_suffix("<unfinished ...>") {
            // What goes in is known from the beginning.
            let begun = deed(head).map(|deed| {
                number += 1;
                push(number, true, Call { deed, done: false });
                number
            });
            under_way.insert(thread, (head.trim_end().to_owned(), begun));
        } else if let Some((_, tail)) =
            text.strip_prefix("<... ").and_then(|rest| rest.split_once("resumed>"))
        {
            let Some((head, begun)) = under_way.remove(thread) else { continue };
            let joined = format!("{head}{}", tail.trim_start());
            let (whole, Some(done)) = whole(&joined) else { continue };
            if let Some(deed) = deed(whole) {
                let number = begun.unwrap_or_else(|| {
                    number += 1;
                    number
                });
                push(number, false, Call { deed, done });
            }
        } else if !text.starts_with("+++") && !text.starts_with("---") {
            let (whole, done) = whole(text);
            if let Some(deed) = deed(whole) {
                number += 1;
                push(number, true, Call { deed: deed.clone(), done: done == Some(true) });
                if let Some(done) = done {
                    push(number, false, Call { deed, done });
                }
            }
        }
    }
    steps
}

/// A call without what it returned, and whether that was no error; `None` for one that a signal kept from being over.
fn whole(text: &str) -> (&str, Option<bool>) {
    let (call, returned) = text.rsplit_once(" = ").unwrap_or((text, "?"));
    let is_over = !returned.starts_with('?');
    (
        call.trim_end().trim_end_matches("<unfinished ...>)").trim_end(),
        is_over.then(|| returned.starts_with(|first: char| first.is_ascii_digit())),
    )
}

fn deed(call: &str) -> Option<Deed> {
    let (name, arguments) = call.split_once('(')?;
    let arguments = split(arguments.trim_end().trim_end_matches(')'));
    let text = |place: usize| arguments.get(place).copied().unwrap_or_default();
    let path = |place: usize| PathBuf::from(std::ffi::OsString::from_vec(quoted(text(place))));
    let number = |place: usize| text(place).parse::<u64>().ok();
    Some(match name {
        "open" | "openat" | "creat" => {
            let (place, flags) = if name == "openat" { (1, text(2)) } else { (0, text(1)) };
            let has = |flag| flags.split('|').any(|one| one == flag);
            if !has("O_CREAT") && !has("O_TRUNC") && name != "creat" {
                return None;
            }
            Deed::Open {
                path: path(place),
                creates: has("O_CREAT"),
                empties: has("O_TRUNC") || name == "creat",
            }
        }
        "write" | "pwrite64" | "writev" | "pwritev" | "sendto" | "sendmsg" => match open(text(0)) {
            Opened::File(file) => match name {
                "write" | "writev" => Deed::Write { file, at: None, bytes: quoted(text(1)) },
                "pwrite64" => Deed::Write { file, at: number(3), bytes: quoted(text(1)) },
                _ => Deed::Unknown(name.to_owned()),
            },
            Opened::Socket => Deed::Sent(quoted(text(1))),
            Opened::Pipe => Deed::Said(quoted(text(1))),
            Opened::Other => return None,
        },
        "recvfrom" => Deed::Received(quoted(text(1))),
        "ftruncate" => match open(text(0)) {
            Opened::File(file) => Deed::Length { file, bytes: number(1)? },
            _ => return None,
        },
        "rename" => Deed::Rename { from: path(0), to: path(1) },
        "renameat" | "renameat2" => Deed::Rename { from: path(1), to: path(3) },
        "link" => Deed::Link { from: path(0), to: path(1) },
        "linkat" => Deed::Link { from: path(1), to: path(3) },
        "unlink" => Deed::Remove { path: path(0) },
        "unlinkat" => Deed::Remove { path: path(1) },
        "mkdir" => Deed::Folder { path: path(0) },
        "mkdirat" => Deed::Folder { path: path(1) },
        "fsync" | "fdatasync" => match open(text(0)) {
            Opened::File(file) => Deed::Sync { file },
            _ => return None,
        },
        _ => Deed::Unknown(readable(call)),
    })
}

fn readable(call: &str) -> String {
    let mut parts = call.split("\\x");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| {
        let (byte, rest) = part.split_at(2);
        format!("{text}{}{rest}", String::from_utf8_lossy(&unescape(&format!("\\x{byte}"))))
    })
}

/// Arguments, split at commas that are in no list, structure or text.
fn split(arguments: &str) -> Vec<&str> {
    let (mut parts, mut from, mut depth, mut is_text) = (Vec::new(), 0, 0_i32, false);
    for (place, byte) in arguments.bytes().enumerate() {
        match byte {
            b'"' => is_text = !is_text,
            b'[' | b'{' if !is_text => depth += 1,
            b']' | b'}' if !is_text => depth -= 1,
            b',' if !is_text && depth == 0 => {
                parts.push(arguments[from..place].trim());
                from = place + 1;
            }
            _ => {}
        }
    }
    parts.push(arguments[from..].trim());
    parts
}

enum Opened {
    File(PathBuf),
    Socket,
    Pipe,
    Other,
}

/// What `5<…>` is.
fn open(descriptor: &str) -> Opened {
    let Some((_, what)) = descriptor.split_once('<') else { return Opened::Other };
    if ["TCP", "UNIX", "socket"].iter().any(|kind| what.starts_with(kind)) {
        return Opened::Socket;
    }
    let name = unescape(what.split(['>', '<', '(']).next().unwrap_or_default());
    let name = name.strip_suffix(b" (deleted)".as_slice()).map_or(name.clone(), <[u8]>::to_vec);
    match name.as_slice() {
        [b'/', ..] => Opened::File(std::ffi::OsString::from_vec(name).into()),
        [b'p', b'i', b'p', b'e', b':', ..] => Opened::Pipe,
        [b's', b'o', b'c', b'k', b'e', b't', b':', ..] => Opened::Socket,
        _ => Opened::Other,
    }
}

/// The bytes of every text in an argument.
fn quoted(argument: &str) -> Vec<u8> {
    argument.split('"').skip(1).step_by(2).flat_map(unescape).collect()
}

/// `\x41\x42`.
fn unescape(text: &str) -> Vec<u8> {
    let byte = |digits: &str| u8::from_str_radix(digits, 16).expect("`-xx` writes each byte in hex");
    text.split("\\x").skip(1).map(byte).collect()
}
