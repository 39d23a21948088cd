//! The proxies, started with the shipped files: only addresses, ports, users and file names are other ones.

use std::fs::{self, File};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

use super::shipped;
use crate::support::certificates::Authority;
use crate::support::ports::free_port;
use crate::support::{Client, SOON, Way, wait_for};

mod apache;
mod caddy;
mod haproxy;
mod lighttpd;
mod nginx;
mod squid;
mod terminator;
mod varnish;
mod written;

pub(super) use terminator::Terminator;

/// The host name of the examples.
pub(super) const HOST: &str = "secrets.example.org";

/// In an example, the address of [`Front::inner`] of the same proxy.
pub(super) const OWN_INNER: &str = "ITS-OWN-INNER-ADDRESS";

/// Which proxy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Nginx,
    Caddy,
    /// The compose file's nginx, which leaves TLS to another one.
    Compose,
    Haproxy,
    Apache,
    /// With hitch before it, which does its TLS.
    Varnish,
    Squid,
    Lighttpd,
}

/// A running proxy. Dropped, it is ended.
pub(super) struct Front {
    children: Vec<Child>,
    folder: TempDir,
    authority: Arc<Authority>,
    secure: SocketAddr,
    plain: SocketAddr,
    inner: SocketAddr,
    tls: bool,
}

impl Front {
    /// A proxy in front of two instances.
    pub(super) fn new(kind: Kind, instances: [SocketAddr; 2]) -> Self {
        Self::with(kind, instances, &[])
    }

    /// The same with more changes to the example.
    pub(super) fn with(kind: Kind, instances: [SocketAddr; 2], changes: &[(&str, &str)]) -> Self {
        // How the files name the port of an instance, or all of its address.
        let named = |place: &str| match kind {
            Kind::Compose => place
                .replace("127.0.0.1:7143", "readonce-1:7143")
                .replace("127.0.0.1:7144", "readonce-2:7143"),
            Kind::Nginx | Kind::Caddy | Kind::Haproxy | Kind::Apache => place.to_owned(),
            Kind::Varnish => place.replace("127.0.0.1:", "\n    .port = \"") + "\";",
            Kind::Squid => place.replace("127.0.0.1:", "parent ") + " ",
            Kind::Lighttpd => place.replace("127.0.0.1:", "\"port\" => ") + ",",
        };
        let backends =
            [("127.0.0.1:7143", instances[0]), ("127.0.0.1:7144", instances[1])].map(|(shipped, here)| {
                match kind {
                    Kind::Compose => (named(shipped), here.to_string()),
                    _ => (named(shipped), named(&format!("127.0.0.1:{}", here.port()))),
                }
            });
        let backends: Vec<_> =
            backends.iter().map(|(shipped, here)| (shipped.as_str(), here.as_str())).collect();
        let changes = [&backends, changes].concat();
        let authority = Arc::new(Authority::new());
        match kind {
            Kind::Nginx => Self::nginx(&shipped("deploy/nginx/readonce.conf"), &authority, &[HOST], &changes),
            Kind::Caddy => Self::caddy(&authority, &changes),
            Kind::Compose => Self::compose(&authority, &changes),
            Kind::Haproxy => Self::haproxy(&authority, &changes),
            Kind::Apache => Self::apache(&authority, &changes),
            Kind::Varnish => Self::varnish(&authority, &changes),
            Kind::Squid => Self::squid(&authority, &changes),
            Kind::Lighttpd => Self::lighttpd(&authority, &changes),
        }
    }

    /// Starts a proxy on free ports, the secure one first; on others when somebody else was given them meanwhile.
    fn start(
        authority: &Arc<Authority>,
        hosts: &[&str],
        prepare: impl Fn(&str, &str, &str, [SocketAddr; 3]) -> Vec<Command>,
    ) -> Self {
        let (certificate, key) = authority.certify(hosts[0], hosts);
        loop {
            let folder = tempfile::tempdir().unwrap();
            let authority = Arc::clone(authority);
            let text = |path: &Path| path.to_str().unwrap().to_owned();
            let ports = [free_port(), free_port(), free_port()];
            let addresses = ports.map(|port| SocketAddr::from((Ipv4Addr::LOCALHOST, port)));
            let commands = prepare(&text(folder.path()), &text(&certificate), &text(&key), addresses);
            let spawned = commands.into_iter().enumerate().map(|(number, mut command)| {
                let output = File::create(folder.path().join(format!("output-{number}.log"))).unwrap();
                command.stdin(Stdio::null()).stdout(output.try_clone().unwrap()).stderr(output);
                let program = command.get_program().to_string_lossy().into_owned();
                command.spawn().unwrap_or_else(|error| {
                    panic!("{program} cannot be started: {error}\nhint: `scripts/test` and `scripts/test long` install it")
                })
            });
            let children = spawned.collect();
            let [secure, plain, inner] = addresses;
            let mut front = Self { children, folder, authority, secure, plain, inner, tls: true };
            let up = wait_for("a proxy that listens, or ends", SOON, || {
                if front.children.iter_mut().any(|child| child.try_wait().unwrap().is_some()) {
                    return Some(false);
                }
                TcpStream::connect(secure).is_ok().then_some(true)
            });
            if up {
                return front;
            }
            let told = front.logs().concat();
            assert!(told.contains("ddress already in use"), "it ended: {told}");
        }
    }

    /// A client from an address of its own, over TLS.
    pub(super) fn client(&self, last_byte: u8) -> Client {
        Client::over(self.way(HOST).from(Ipv4Addr::new(127, 0, 0, last_byte)))
    }

    pub(super) fn way(&self, host: &str) -> Way {
        let way = Way::to(self.secure);
        if self.tls { way.tls(host, &self.authority.file()) } else { way.host(host) }
    }

    /// Where it speaks TLS.
    pub(super) fn port(&self) -> u16 {
        self.secure.port()
    }

    /// Where a region listens for the default host.
    pub(super) fn inner(&self) -> SocketAddr {
        self.inner
    }

    /// Waits until it has found out that an instance is up.
    pub(super) fn serving(&self) -> Client {
        let client = self.client(9);
        wait_for("a proxy that reaches an instance", SOON, || {
            (client.request("GET", "/health/ready", &[], None).ok()?.status == 200).then_some(())
        });
        client
    }

    /// A client without TLS.
    pub(super) fn in_the_clear(&self) -> Client {
        self.in_the_clear_as(HOST)
    }

    /// The same, asking for another host.
    pub(super) fn in_the_clear_as(&self, host: &str) -> Client {
        Client::over(Way::to(self.plain).host(host))
    }

    /// Asks it to end, and waits until all of it has.
    pub(super) fn stop(&mut self) {
        for child in &mut self.children {
            if child.try_wait().is_ok_and(|ended| ended.is_none()) {
                // Not killed: it ends its workers.
                let _ = kill_process(Pid::from_child(child), Signal::TERM);
            }
            drop(child.wait());
        }
    }

    /// The authority that its certificate is of.
    pub(super) fn authority(&self) -> PathBuf {
        self.authority.file()
    }

    /// Everything it wrote: log files and what it said.
    pub(super) fn logs(&self) -> Vec<String> {
        let files = fs::read_dir(self.folder.path()).unwrap().map(|entry| entry.unwrap().path());
        let logs = files.filter(|path| path.extension().is_some_and(|extension| extension == "log"));
        logs.map(|path| String::from_utf8_lossy(&fs::read(path).unwrap()).into_owned()).collect()
    }
}

/// A Debian package's program that `scripts/test long` unpacks below `target/tools`, with the libraries beside it.
fn unpacked(package: &str, program: &str) -> Command {
    let mut command = Command::new(in_package(package, program));
    let libraries = in_package(package, "").display().to_string();
    let folders = ["usr/lib/ARCH-linux-gnu", "usr/lib/ARCH-linux-gnu/varnish", "lib/ARCH-linux-gnu"]
        .map(|folder| format!("{libraries}{}", folder.replace("ARCH", std::env::consts::ARCH)));
    command.env("LD_LIBRARY_PATH", folders.join(":"));
    command
}

/// A file of such a package.
fn in_package(package: &str, file: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/tools").join(package).join(file);
    assert!(path.exists(), "{} is not there\nhint: `scripts/test long` gets it", path.display());
    path
}

/// The line of a file that begins so, with its end: to be replaced as a whole.
fn line<'a>(example: &'a str, begin: &str) -> &'a str {
    let found = example.split_inclusive('\n').find(|line| line.starts_with(begin));
    found.unwrap_or_else(|| panic!("the example has no line `{begin}`"))
}

/// Whether the proxies have to be told a user of theirs.
fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

/// What stands for `/usr/share`, with the pages where the package has them: for the proxy's own user to read.
fn pages(folder: &str) -> String {
    fs::set_permissions(folder, fs::Permissions::from_mode(0o711)).unwrap();
    let share = format!("{folder}/share");
    fs::create_dir_all(format!("{share}/readonce/pages")).unwrap();
    for name in ["away.html", "away.json", "unknown.html", "unknown.json", "too-large.html"] {
        fs::write(format!("{share}/readonce/pages/{name}"), shipped(&format!("deploy/pages/{name}")))
            .unwrap();
    }
    share
}

impl Drop for Front {
    fn drop(&mut self) {
        if std::thread::panicking() {
            // What it says of a failed test, without the many lines about requests that went well.
            for line in self
                .logs()
                .iter()
                .flat_map(|log| log.lines())
                .filter(|line| !line.contains(" 200 ") && !line.contains(":200,"))
            {
                eprintln!("{line}");
            }
        }
        self.stop();
    }
}
