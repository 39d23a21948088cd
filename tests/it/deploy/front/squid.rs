//! Squid.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::sync::Arc;

use super::{Front, HOST, in_package, unpacked};
use crate::deploy::{changed, shipped};
use crate::support::certificates::Authority;

/// The pages, where the example's first lines put them.
const PAGES: [(&str, &[&str]); 2] = [
    ("away", &["ERR_CONNECT_FAIL", "ERR_CANNOT_FORWARD"]),
    (
        "unknown",
        &[
            "ERR_ZERO_SIZE_OBJECT",
            "ERR_READ_ERROR",
            "ERR_READ_TIMEOUT",
            "ERR_WRITE_ERROR",
            "ERR_INVALID_RESP",
        ],
    ),
];

impl Front {
    pub(super) fn squid(authority: &Arc<Authority>, changes: &[(&str, &str)]) -> Self {
        Self::start(authority, &[HOST], |folder, certificate, key, [secure, ..]| {
            let example = shipped("deploy/squid/squid.conf");
            fs::create_dir_all(format!("{folder}/errors")).unwrap();
            for (page, names) in PAGES {
                assert!(
                    example.contains(&format!("for page in {}; do cp {page}.html", names.join(" "))),
                    "{page}"
                );
                for name in names {
                    fs::write(
                        format!("{folder}/errors/{name}"),
                        shipped(&format!("deploy/pages/{page}.html")),
                    )
                    .unwrap();
                }
            }
            // It writes as a user of its own.
            fs::set_permissions(folder, fs::Permissions::from_mode(0o777)).unwrap();
            for file in [certificate, key] {
                let name = file.rsplit('/').next().unwrap();
                fs::copy(file, format!("{folder}/{name}")).unwrap();
            }
            let (port, logs, errors) =
                (format!("https_port {secure} "), format!("{folder}/"), format!("{folder}/errors"));
            let own = [
                ("https_port 443 ", port.as_str()),
                ("/etc/ssl/readonce/fullchain.pem", certificate),
                ("/etc/ssl/readonce/privkey.pem", key),
                ("/var/log/squid/", &logs),
                ("error_directory /etc/squid/readonce", &format!("error_directory {errors}")),
            ];
            let config = changed(example, &[&own, changes].concat());
            let file = |name: &str| in_package("squid", name).display().to_string();
            // What its package has at fixed places.
            let places = format!(
                "\nmime_table {}\nicon_directory {}\nunlinkd_program {}\nlogfile_daemon {}\npid_filename {folder}/pid\n",
                file("usr/share/squid/mime.conf"),
                file("usr/share/squid/icons"),
                file("usr/lib/squid/unlinkd"),
                file("usr/lib/squid/log_file_daemon"),
            );
            // One process at a time may have a name.
            let name = format!("test{}", secure.port());
            fs::write(format!("{folder}/squid.conf"), config + &places).unwrap();
            let mut command = unpacked("squid", "usr/sbin/squid");
            command.args(["-N", "-n", &name, "-f", &format!("{folder}/squid.conf")]);
            vec![command]
        })
    }
}
