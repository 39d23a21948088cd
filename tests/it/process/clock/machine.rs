//! A machine whose clock can be set while programs run there: libfaketime, which is told by a file and moves the time of day alone.

use std::path::PathBuf;
use std::process::Command;

use rustix::time::{ClockId, clock_gettime};

use crate::support::{Home, Ran, Server, UNLIMITED};

/// Where Debian's package `libfaketime` puts it.
fn library() -> PathBuf {
    let folders = std::fs::read_dir("/usr/lib").unwrap().filter_map(Result::ok).map(|entry| entry.path());
    let mut places = folders.map(|folder| folder.join("faketime/libfaketimeMT.so.1"));
    places.find(|place| place.exists()).expect("the package libfaketime")
}

/// The machine: what runs there shows the right time and so many seconds more.
pub(crate) struct Machine {
    offset: PathBuf,
}

impl Machine {
    /// One that is right. What it is told lies in this folder.
    pub(crate) fn of(home: &Home) -> Self {
        Self::named(home, "offset", 0)
    }

    /// One of several, which is off by so many seconds from the start.
    pub(crate) fn named(home: &Home, name: &str, seconds: i64) -> Self {
        let machine = Self { offset: home.file(name) };
        machine.set(seconds);
        machine
    }

    /// Sets its clock: so many seconds ahead, or behind.
    pub(crate) fn set(&self, seconds: i64) {
        // In one step: a half-written one would be another time.
        let written = self.offset.with_extension("new");
        std::fs::write(&written, format!("{seconds:+}")).unwrap();
        std::fs::rename(written, &self.offset).unwrap();
    }

    pub(crate) fn on(&self, mut command: Command) -> Command {
        command
            .env("LD_PRELOAD", library())
            .env("FAKETIME_TIMESTAMP_FILE", &self.offset)
            .env("FAKETIME_DONT_FAKE_MONOTONIC", "1")
            .env("FAKETIME_NO_CACHE", "1")
            .env("NO_FAKE_STAT", "1");
        command
    }

    /// A server there.
    pub(crate) fn serve(&self, home: &Home) -> Server {
        self.serve_with(home, UNLIMITED)
    }

    /// The same with these variables.
    pub(crate) fn serve_with(&self, home: &Home, variables: &[(&str, &str)]) -> Server {
        let mut command = home.command(&["serve", "--listen", "127.0.0.1:0"]);
        command.envs(variables.iter().copied());
        Server::start(self.on(command)).unwrap_or_else(|ran| panic!("the server ended: {ran:?}"))
    }

    /// If the other clocks moved as well, none of these tests would mean anything.
    #[track_caller]
    pub(crate) fn moves_the_time_of_day_alone(&self, ahead: i64) {
        let mut asked = Command::new("python3");
        asked.args([
            "-c",
            "import time; print(int(time.time()), *(int(time.clock_gettime(clock)) for clock in (time.CLOCK_MONOTONIC, \
             time.CLOCK_BOOTTIME)))",
        ]);
        let shown = Ran::of(self.on(asked)).succeeded().stdout;
        let shown: Vec<i64> = shown.split_whitespace().map(|number| number.parse().unwrap()).collect();
        let [wall, monotonic, boot] = [ClockId::Realtime, ClockId::Monotonic, ClockId::Boottime]
            .map(|clock| clock_gettime(clock).tv_sec);
        for (shown, right) in [(shown[0] - ahead, wall), (shown[1], monotonic), (shown[2], boot)] {
            assert!((right - shown).abs() < 60, "{shown} is not {right}, {ahead} s ahead");
        }
    }
}
