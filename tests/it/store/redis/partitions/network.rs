//! Two networks and the line between them, made of namespaces, which end with the process that holds each.

use std::future::Future;
use std::io::{Read as _, Write as _};
use std::net::Ipv4Addr;
use std::os::fd::AsFd as _;
use std::process::{Child, Command, Stdio};
use std::thread;

use rustix::thread::{LinkNameSpaceType, move_into_link_name_space};
use tokio::runtime::Runtime;

use crate::support::redis::Place;

/// A side: what its card is called, its station and its address.
const SIDES: [(&str, &str, Ipv4Addr); 2] = [
    ("old", "02:00:00:00:00:01", Ipv4Addr::new(10, 77, 0, 1)),
    ("new", "02:00:00:00:00:02", Ipv4Addr::new(10, 77, 0, 2)),
];
/// A station that is not there.
const NOBODY: &str = "02:00:00:00:00:99";

/// Both sides.
pub(super) struct Network {
    /// Where the old master is.
    pub(super) old: Side,
    /// Where another takes over.
    pub(super) new: Side,
}

/// One of them, and a runtime whose threads are in it.
pub(super) struct Side {
    pub(super) place: Place,
    holder: Child,
    runtime: Option<Runtime>,
}

impl Network {
    /// Why there is none: this process has no right to make one.
    pub(super) fn new() -> Result<Self, String> {
        let [mut old, mut new] = [hold(SIDES[0].2)?, hold(SIDES[1].2)?];
        let [(left, left_station, _), (right, right_station, _)] = SIDES;
        let [one, other] = [&old, &new].map(|side| side.place.process);
        let line = format!(
            "link add name {left} netns {one} address {left_station} type veth \
             peer name {right} netns {other} address {right_station}\n"
        );
        ip(None, &line)?;
        for (side, (card, _, address)) in [&old, &new].into_iter().zip(SIDES) {
            ip(
                Some(&side.place),
                &format!("link set lo up\naddress add {address}/24 dev {card}\nlink set {card} up\n"),
            )?;
        }
        for side in [&mut old, &mut new] {
            side.enter()?;
        }
        let network = Self { old, new };
        network.heal();
        Ok(network)
    }

    /// From now on whatever one side sends the other is lost, and nobody is told.
    pub(super) fn cut(&self) {
        self.send_to([NOBODY; 2]);
    }

    /// And arrives again.
    pub(super) fn heal(&self) {
        self.send_to([SIDES[1].1, SIDES[0].1]);
    }

    /// Where each side's frames for the other go. Told, not asked for: who asks and is not answered knows that nobody is there.
    fn send_to(&self, stations: [&str; 2]) {
        let others = [SIDES[1].2, SIDES[0].2];
        for (index, side) in [&self.old, &self.new].into_iter().enumerate() {
            let (card, other, station) = (SIDES[index].0, others[index], stations[index]);
            let told = format!("neighbour replace {other} lladdr {station} nud permanent dev {card}\n");
            ip(Some(&side.place), &told).unwrap();
        }
    }
}

impl Side {
    /// Runs something here: what it connects to, it connects to from here.
    pub(super) async fn run<T: Send + 'static>(&self, work: impl Future<Output = T> + Send + 'static) -> T {
        self.runtime.as_ref().unwrap().spawn(work).await.unwrap()
    }

    /// Makes the runtime by a thread that has moved here: the threads that it makes are where it is.
    fn enter(&mut self) -> Result<(), String> {
        let path = format!("/proc/{}/ns/net", self.place.process);
        let entering = thread::spawn(move || {
            let there = std::fs::File::open(path).map_err(|error| error.to_string())?;
            move_into_link_name_space(there.as_fd(), Some(LinkNameSpaceType::Network))
                .map_err(|error| format!("a network cannot be entered: {error}"))?;
            let mut runtime = tokio::runtime::Builder::new_multi_thread();
            runtime.worker_threads(1).enable_all().build().map_err(|error| error.to_string())
        });
        self.runtime = Some(entering.join().unwrap()?);
        Ok(())
    }
}

impl Drop for Side {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
        self.holder.kill().unwrap();
        self.holder.wait().unwrap();
    }
}

/// A network with nothing in it, and a process that holds it for as long as this one keeps its pipe open.
fn hold(address: Ipv4Addr) -> Result<Side, String> {
    let mut unshare = Command::new("unshare");
    unshare.args(["--net", "cat"]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut holder = unshare.spawn().unwrap();
    let process = holder.id();
    // What comes back comes from there.
    let written = holder.stdin.as_mut().unwrap().write_all(b"?");
    let answered = holder.stdout.as_mut().unwrap().read_exact(&mut [0]);
    let side = Side { place: Place { address, process }, holder, runtime: None };
    written.and(answered).map_err(|_| "it may not make networks of its own (`unshare --net`)".to_owned())?;
    Ok(side)
}

/// Tells `ip` what to do, line by line.
fn ip(place: Option<&Place>, lines: &str) -> Result<(), String> {
    let mut command = match place {
        None => Command::new("ip"),
        Some(place) => {
            let mut command = Command::new("nsenter");
            command.arg(format!("--net=/proc/{}/ns/net", place.process)).args(["--", "ip"]);
            command
        }
    };
    let piped = command.args(["-batch", "-"]).stdin(Stdio::piped()).stderr(Stdio::piped()).spawn();
    let mut running = piped.unwrap_or_else(|error| panic!("ip: {error}\nhint: `apt-get install iproute2`"));
    running.stdin.take().unwrap().write_all(lines.as_bytes()).unwrap();
    let ran = running.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&ran.stderr).trim().to_owned();
    if ran.status.success() { Ok(()) } else { Err(format!("no line can be laid between networks: {said}")) }
}
