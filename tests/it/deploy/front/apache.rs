//! Apache, with the modules that the example asks for and those that Debian has on.

use std::fs;
use std::sync::Arc;

use super::{Front, HOST, in_package, is_root, pages, unpacked};
use crate::deploy::{changed, shipped};
use crate::support::certificates::Authority;

const MODULES: [&str; 15] = [
    "mpm_event",
    "authz_core",
    "authz_host",
    "alias",
    "mime",
    "env",
    "headers",
    "filter",
    "deflate",
    "ssl",
    "socache_shmcb",
    "slotmem_shm",
    "proxy",
    "proxy_http",
    "proxy_balancer",
];

impl Front {
    pub(super) fn apache(authority: &Arc<Authority>, changes: &[(&str, &str)]) -> Self {
        Self::start(authority, &[HOST], |folder, certificate, key, [secure, plain, _]| {
            let (pages, logs) = (format!("{}/readonce/pages", pages(folder)), format!("{folder}/"));
            let (tls, clear) = (format!("<VirtualHost {secure}>"), format!("<VirtualHost {plain}>"));
            let own = [
                ("<VirtualHost *:443>", tls.as_str()),
                ("<VirtualHost *:80>", &clear),
                ("/etc/ssl/readonce/fullchain.pem", certificate),
                ("/etc/ssl/readonce/privkey.pem", key),
                ("/var/log/apache2/", &logs),
                ("/usr/share/readonce/pages", &pages),
            ];
            let site = changed(shipped("deploy/apache/readonce.conf"), &[&own, changes].concat());
            fs::write(format!("{folder}/site.conf"), site).unwrap();
            fs::write(format!("{folder}/types"), "text/html html\napplication/json json\n").unwrap();
            let modules = MODULES.iter().chain(&["lbmethod_byrequests"]).map(|module| {
                let file = in_package("apache", &format!("usr/lib/apache2/modules/mod_{module}.so"));
                format!("LoadModule {module}_module {}\n", file.display())
            });
            let user = if is_root() { "User www-data\nGroup www-data\n" } else { "" };
            let main = format!(
                "ServerRoot {folder}\nServerName localhost\nPidFile {folder}/pid\nDefaultRuntimeDir {folder}\nMutex pthread default\n\
                 Listen {secure}\nListen {plain}\nErrorLog {folder}/error.log\nLogLevel warn\n{}TypesConfig {folder}/types\n{user}\
                 AddOutputFilterByType DEFLATE text/html\nInclude {folder}/site.conf\n",
                modules.collect::<String>()
            );
            fs::write(format!("{folder}/apache2.conf"), main).unwrap();
            let mut command = unpacked("apache", "usr/sbin/apache2");
            command.args(["-f", &format!("{folder}/apache2.conf"), "-DFOREGROUND"]);
            vec![command]
        })
    }
}
