//! Caddy.

use std::fs;
use std::process::Command;
use std::sync::Arc;

use super::{Front, HOST, pages};
use crate::deploy::{changed, shipped};
use crate::support::certificates::Authority;

impl Front {
    pub(super) fn caddy(authority: &Arc<Authority>, changes: &[(&str, &str)]) -> Self {
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
            vec![command]
        })
    }
}
