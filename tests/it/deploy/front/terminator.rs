//! What ends TLS right before readonce, and says in front of each connection whose it is: hitch and stunnel, with the lines of
//! docs/proxies.md.

use std::fs;
use std::net::SocketAddr;
use std::sync::Arc;

use super::{Front, HOST, is_root, unpacked};
use crate::support::certificates::Authority;

/// Which one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::deploy) enum Terminator {
    Hitch,
    Stunnel,
}

impl Front {
    /// One in front of an instance with `http.proxy_protocol`.
    pub(in crate::deploy) fn terminator(kind: Terminator, to: SocketAddr) -> Self {
        Self::start(&Arc::new(Authority::new()), &[HOST], |folder, certificate, key, [secure, ..]| {
            let both = [key, certificate].map(|file| fs::read_to_string(file).unwrap()).concat();
            fs::write(format!("{folder}/both.pem"), both).unwrap();
            let file = format!("{folder}/terminator.conf");
            let (program, told) = match kind {
                Terminator::Hitch => {
                    let user = if is_root() { "user = \"www-data\"\ngroup = \"www-data\"\n" } else { "" };
                    let [listen, behind] = [secure, to].map(|at| format!("\"[127.0.0.1]:{}\"", at.port()));
                    let told = format!(
                        "frontend = {listen}\nbackend = {behind}\nwrite-proxy-v2 = on\npem-file = \"{folder}/both.pem\"\n{user}"
                    );
                    ("usr/sbin/hitch", told)
                }
                Terminator::Stunnel => (
                    "usr/bin/stunnel4",
                    format!(
                        "foreground = yes\npid =\n[readonce]\naccept = {secure}\nconnect = {to}\ncert = {folder}/both.pem\n\
                         protocol = proxy\n"
                    ),
                ),
            };
            fs::write(&file, told).unwrap();
            let mut command = match kind {
                Terminator::Hitch => unpacked("hitch", program),
                Terminator::Stunnel => unpacked("stunnel", program),
            };
            match kind {
                Terminator::Hitch => command.arg(format!("--config={file}")),
                Terminator::Stunnel => command.arg(file),
            };
            vec![command]
        })
    }
}
