//! nginx: included as Debian's main file includes it, and as the compose file's image runs it.

use std::fs;
use std::process::Command;
use std::sync::Arc;

use super::{Front, HOST, OWN_INNER, pages};
use crate::deploy::{changed, shipped};
use crate::support::certificates::Authority;

impl Front {
    /// nginx with an example for these hosts, included as Debian's main file includes it.
    pub(in crate::deploy) fn nginx(
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
            vec![run_nginx(folder, &main)]
        })
    }

    /// The compose file's nginx, run as its image runs it: the example is the whole of its configuration.
    pub(super) fn compose(authority: &Arc<Authority>, changes: &[(&str, &str)]) -> Self {
        let mut front = Self::start(authority, &[HOST], |folder, _, _, [address, ..]| {
            let (listen, pid) = (format!("listen {address};"), format!("pid {folder}/pid;"));
            let http = format!("\nhttp {{\n{}\n", temporary(folder));
            let root = format!("root {};", pages(folder));
            let own = [
                ("listen 8080;", listen.as_str()),
                ("pid /tmp/nginx.pid;", &pid),
                ("\nhttp {\n", &http),
                ("root /usr/share;", &root),
                // Which instances have failed is known to each worker for itself.
                ("worker_processes auto;", "worker_processes 1;"),
            ];
            let main = changed(shipped("deploy/compose/nginx.conf"), &[&own, changes].concat());
            let mut command = run_nginx(folder, &main);
            command.args(["-g", "daemon off;"]);
            vec![command]
        });
        (front.plain, front.tls) = (front.secure, false);
        front
    }
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
