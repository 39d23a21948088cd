//! nginx and Caddy, started with the shipped examples: only addresses, ports and file names are other ones.

use std::fs::{self, File};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

use super::{changed, shipped};
use crate::support::certificates::Authority;
use crate::support::ports::free_port;
use crate::support::{Client, SOON, Way, wait_for};

/// The host name of the examples.
pub(super) const HOST: &str = "secrets.example.org";

/// In an example, the address of [`Front::inner`] of the same proxy.
pub(super) const OWN_INNER: &str = "ITS-OWN-INNER-ADDRESS";

/// Which proxy.
#[derive(Clone, Copy, Debug)]
pub(super) enum Kind {
    Nginx,
    Caddy,
    /// The compose file's nginx, which leaves TLS to another one.
    Compose,
}

/// A running proxy. Dropped, it is ended.
pub(super) struct Front {
    child: Child,
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
        let [one, other] = instances.map(|address| address.to_string());
        let names = match kind {
            Kind::Nginx | Kind::Caddy => ["127.0.0.1:7143", "127.0.0.1:7144"],
            Kind::Compose => ["readonce-1:7143", "readonce-2:7143"],
        };
        let backends = [(names[0], one.as_str()), (names[1], other.as_str())];
        let changes = [&backends, changes].concat();
        let authority = Arc::new(Authority::new());
        match kind {
            Kind::Nginx => Self::nginx(&shipped("deploy/nginx/readonce.conf"), &authority, &[HOST], &changes),
            Kind::Caddy => Self::caddy(&authority, &changes),
            Kind::Compose => Self::compose(&authority, &changes),
        }
    }

    /// nginx with an example for these hosts, included as Debian's main file includes it.
    pub(super) fn nginx(
        example: &str,
        authority: &Arc<Authority>,
        hosts: &[&str],
        changes: &[(&str, &str)],
    ) -> Self {
        Self::start(authority, hosts, |folder, certificate, key, [secure, plain, inner]| {
            let log = format!("{folder}/");
            let own = [
                ("root /usr/share;", format!("root {};", pages(folder))),
                ("listen [::]:80;", String::new()),
                ("listen [::]:443 ssl http2;", String::new()),
                ("listen 80;", format!("listen {plain};")),
                ("listen 443 ssl", format!("listen {secure} ssl")),
                ("/etc/ssl/readonce/fullchain.pem", certificate.to_owned()),
                ("/etc/ssl/readonce/privkey.pem", key.to_owned()),
                ("/var/log/nginx/", log),
                ("listen 8443 ssl", format!("listen {inner} ssl")),
                (OWN_INNER, inner.to_string()),
            ];
            // The default host's example has no part without TLS, only regions have a port for it, and who brings a certificate has
            // named it.
            let optional =
                |there: &str| ["80;", "8443", "/etc/ssl/", OWN_INNER].iter().any(|part| there.contains(part));
            let own = own.iter().filter(|(there, _)| example.contains(there) || !optional(there));
            let own: Vec<_> = own.map(|(there, here)| (*there, here.as_str())).collect();
            let site = changed(example.to_owned(), &[&own[..], changes].concat());
            fs::write(format!("{folder}/site.conf"), site).unwrap();
            let main = format!(
                "daemon off; pid {folder}/pid; events {{}} error_log {folder}/error.log;\n\
                 http {{ access_log {folder}/access.log; {} include {folder}/site.conf; }}",
                temporary(folder)
            );
            run_nginx(folder, &main)
        })
    }

    /// The compose file's nginx, run as its image runs it: the example is the whole of its configuration.
    fn compose(authority: &Arc<Authority>, changes: &[(&str, &str)]) -> Self {
        let mut front = Self::start(authority, &[HOST], |folder, _, _, [address, ..]| {
            let (listen, pid) = (format!("listen {address};"), format!("pid {folder}/pid;"));
            let http = format!("\nhttp {{\n{}\n", temporary(folder));
            let root = format!("root {};", pages(folder));
            let own = [
                ("listen 8080;", listen.as_str()),
                ("pid /tmp/nginx.pid;", &pid),
                ("\nhttp {\n", &http),
                ("root /usr/share;", &root),
            ];
            let main = changed(shipped("deploy/compose/nginx.conf"), &[&own, changes].concat());
            let mut command = run_nginx(folder, &main);
            command.args(["-g", "daemon off;"]);
            command
        });
        (front.plain, front.tls) = (front.secure, false);
        front
    }

    fn caddy(authority: &Arc<Authority>, changes: &[(&str, &str)]) -> Self {
        Self::start(authority, &[HOST], |folder, certificate, key, [secure, plain, _]| {
            // Ports are global options of Caddy's; its control interface has a fixed one, so that has to go.
            let ports = format!(
                "\n{{\n\tadmin off\n\tdefault_bind 127.0.0.1\n\thttp_port {}\n\thttps_port {}\n",
                plain.port(),
                secure.port()
            );
            let (address, tls) =
                ("\nhttps://secrets.example.org {\n", format!("\ttls {certificate} {key}\n"));
            let root = format!("root * {}/readonce/pages", pages(folder));
            let own = [
                ("\n{\n", ports.as_str()),
                (address, &[address, &tls].concat()),
                ("root * /usr/share/readonce/pages", &root),
            ];
            let site = changed(shipped("deploy/caddy/Caddyfile"), &[&own, changes].concat());
            fs::write(format!("{folder}/Caddyfile"), site).unwrap();
            let mut command = Command::new("caddy");
            command.args(["run", "--adapter", "caddyfile", "--config", &format!("{folder}/Caddyfile")]);
            for name in ["HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME"] {
                command.env(name, folder);
            }
            command
        })
    }

    /// Starts a proxy on free ports, the secure one first; on others when somebody else was given them meanwhile.
    fn start(
        authority: &Arc<Authority>,
        hosts: &[&str],
        prepare: impl Fn(&str, &str, &str, [SocketAddr; 3]) -> Command,
    ) -> Self {
        let (certificate, key) = authority.certify(hosts[0], hosts);
        loop {
            let folder = tempfile::tempdir().unwrap();
            let authority = Arc::clone(authority);
            let text = |path: &Path| path.to_str().unwrap().to_owned();
            let ports = [free_port(), free_port(), free_port()];
            let addresses = ports.map(|port| SocketAddr::from((Ipv4Addr::LOCALHOST, port)));
            let mut command = prepare(&text(folder.path()), &text(&certificate), &text(&key), addresses);
            let output = File::create(folder.path().join("output.log")).unwrap();
            command.stdin(Stdio::null()).stdout(output.try_clone().unwrap()).stderr(output);
            let program = command.get_program().to_string_lossy().into_owned();
            let child = command.spawn().unwrap_or_else(|error| {
                panic!("{program} cannot be started: {error}\nhint: `apt-get install {program}`")
            });
            let [secure, plain, inner] = addresses;
            let mut front = Self { child, folder, authority, secure, plain, inner, tls: true };
            let up = wait_for("a proxy that listens, or ends", SOON, || {
                if front.child.try_wait().unwrap().is_some() {
                    return Some(false);
                }
                TcpStream::connect(secure).is_ok().then_some(true)
            });
            if up {
                return front;
            }
            let told = front.logs().concat();
            assert!(told.contains("ddress already in use"), "{program} ended: {told}");
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

    /// Everything it wrote: log files and what it said.
    pub(super) fn logs(&self) -> Vec<String> {
        let files = fs::read_dir(self.folder.path()).unwrap().map(|entry| entry.unwrap().path());
        let logs = files.filter(|path| path.extension().is_some_and(|extension| extension == "log"));
        logs.map(|path| String::from_utf8_lossy(&fs::read(path).unwrap()).into_owned()).collect()
    }
}

/// What stands for `/usr/share`, with the pages where the package has them: for the proxy's own user to read.
fn pages(folder: &str) -> String {
    fs::set_permissions(folder, fs::Permissions::from_mode(0o711)).unwrap();
    let share = format!("{folder}/share");
    fs::create_dir_all(format!("{share}/readonce/pages")).unwrap();
    for name in ["away", "unknown", "too-large"] {
        let page = format!("readonce/pages/{name}.html");
        fs::write(format!("{share}/{page}"), shipped(&format!("deploy/pages/{name}.html"))).unwrap();
    }
    share
}

/// Where nginx may put temporary files, other than where the system's does.
fn temporary(folder: &str) -> String {
    ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .map(|name| format!("{name}_temp_path {folder}/temporary-{name};"))
        .concat()
}

fn run_nginx(folder: &str, main: &str) -> Command {
    fs::write(format!("{folder}/nginx.conf"), main).unwrap();
    let mut command = Command::new("nginx");
    command.args(["-p", folder, "-e", "early.log", "-c", &format!("{folder}/nginx.conf")]);
    command
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
        // Not killed: nginx ends its workers.
        let _ = kill_process(Pid::from_child(&self.child), Signal::TERM);
        drop(self.child.wait());
    }
}
