//! What others on the machine can see of the running process: nothing of its memory, its variables, or what a crash leaves.

use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown};
use std::os::unix::process::CommandExt as _;
use std::process::{Child, Command, Stdio};

use rustix::process::{Pid, getuid};

use crate::support::{Home, SOON, Server, wait_for};

/// A user without rights, for tests that are run by one who has them all.
const NOBODY: u32 = 65_534;

/// Programs that run as a user without rights, whoever runs the tests: root could look at everything anyway.
struct Stage {
    home: Home,
    user: u32,
}

impl Stage {
    fn new() -> Self {
        let home = Home::new();
        let mut user = getuid().as_raw();
        if user == 0 {
            user = NOBODY;
            let folder = home.file("");
            fs::copy(env!("CARGO_BIN_EXE_readonce"), home.file("program")).unwrap();
            fs::set_permissions(home.file("program"), Permissions::from_mode(0o755)).unwrap();
            fs::set_permissions(&folder, Permissions::from_mode(0o755)).unwrap();
            chown(&folder, Some(user), Some(user)).unwrap();
        }
        Self { home, user }
    }

    fn as_user(&self, mut command: Command) -> Command {
        if getuid().is_root() {
            command.uid(self.user).gid(self.user);
        }
        command
    }

    fn serve(&self, keys: &str) -> Server {
        let mut command = self.home.command(&["serve", "--listen", "127.0.0.1:0"]);
        if getuid().is_root() {
            let mut copy = Command::new(self.home.file("program"));
            copy.args(command.get_args()).current_dir(self.home.file(""));
            command = copy;
        }
        command.env("READONCE_KEYRING", keys);
        Server::start(self.as_user(command)).unwrap_or_else(|ran| panic!("the server ended: {ran:?}"))
    }

    /// A program of the same user that hides nothing.
    fn plain(&self) -> Plain {
        let mut command = Command::new("sleep");
        command.arg("600").env("NOT_HIDDEN", "at all").stdin(Stdio::null());
        Plain(self.as_user(command).spawn().unwrap())
    }

    /// Whether a program of the same user can read this file.
    fn can_read(&self, path: &str) -> bool {
        let mut command = Command::new("cat");
        command.arg(path).stdin(Stdio::null());
        self.as_user(command).output().unwrap().status.success()
    }
}

struct Plain(Child);

impl Drop for Plain {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

fn proc(pid: Pid, file: &str) -> String {
    format!("/proc/{}/{file}", pid.as_raw_nonzero())
}

#[test]
fn no_core_is_dumped_and_nobody_else_of_the_user_can_look_in() {
    let stage = Stage::new();
    let keys = stage.home.run(&["key", "generate"]).succeeded().stdout;
    let (server, plain) = (stage.serve(keys.trim()), stage.plain());
    let open = Pid::from_child(&plain.0);
    // `sleep` is itself only once it has taken the place of the process that starts it.
    wait_for("another program", SOON, || {
        fs::read_to_string(proc(open, "comm")).ok()?.starts_with("sleep").then_some(())
    });

    let limits = fs::read_to_string(proc(server.pid(), "limits")).unwrap();
    let core = limits.lines().find(|line| line.starts_with("Max core file size")).unwrap();
    let sizes: Vec<_> = core.split_ascii_whitespace().skip(4).take(2).collect();
    assert_eq!(sizes, ["0", "0"], "{core}");

    // The files of a process that is not dumpable are root's.
    for file in ["environ", "mem", "maps", "auxv"] {
        let owner = |pid| fs::metadata(proc(pid, file)).unwrap().uid();
        assert_eq!(owner(open), stage.user, "{file}: the look shows something");
        assert_ne!(owner(server.pid()), stage.user, "{file}");
    }
    // So the keys in the variable stay hidden from whatever else runs as this user.
    assert!(stage.can_read(&proc(open, "environ")), "the look shows something");
    assert!(!stage.can_read(&proc(server.pid(), "environ")));
    server.stop();
}
