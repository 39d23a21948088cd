//! lighttpd.

use std::fs;
use std::sync::Arc;

use super::{Front, HOST, in_package, is_root, pages, unpacked};
use crate::deploy::{changed, shipped};
use crate::support::certificates::Authority;

impl Front {
    pub(super) fn lighttpd(authority: &Arc<Authority>, changes: &[(&str, &str)]) -> Self {
        Self::start(authority, &[HOST], |folder, certificate, key, [secure, ..]| {
            pages(folder);
            fs::create_dir_all(format!("{folder}/errors")).unwrap();
            for (who, kind) in [("people", "html"), ("programs", "json")] {
                for (status, name) in [(500, "unknown"), (502, "unknown"), (503, "away"), (504, "unknown")] {
                    let text = shipped(&format!("deploy/pages/{name}.{kind}"));
                    fs::write(format!("{folder}/errors/{who}-{status}.html"), text).unwrap();
                }
            }
            let (port, errors) = (
                format!("server.bind = \"127.0.0.1\"\nserver.port = {}\n", secure.port()),
                format!("{folder}/errors/"),
            );
            let user = "server.username = \"www-data\"\nserver.groupname = \"www-data\"\n";
            let own = [
                ("server.port = 443\n", port.as_str()),
                ("/var/empty", folder),
                (user, if is_root() { user } else { "" }),
                ("/etc/ssl/readonce/fullchain.pem", certificate),
                ("/etc/ssl/readonce/privkey.pem", key),
                ("\"/etc/lighttpd/readonce/", &format!("\"{errors}")),
            ];
            let config = changed(shipped("deploy/lighttpd/readonce.conf"), &[&own, changes].concat());
            fs::write(format!("{folder}/lighttpd.conf"), config).unwrap();
            let mut command = unpacked("lighttpd", "usr/sbin/lighttpd");
            let modules = in_package("lighttpd", "usr/lib/lighttpd").display().to_string();
            command.args(["-D", "-m", &modules, "-f", &format!("{folder}/lighttpd.conf")]);
            vec![command]
        })
    }
}
