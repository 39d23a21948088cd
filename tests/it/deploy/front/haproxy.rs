//! `HAProxy`.

use std::fs;
use std::process::Command;
use std::sync::Arc;

use super::{Front, HOST, pages};
use crate::deploy::{changed, shipped};
use crate::support::certificates::Authority;

impl Front {
    pub(super) fn haproxy(authority: &Arc<Authority>, changes: &[(&str, &str)]) -> Self {
        Self::start(authority, &[HOST], |folder, certificate, key, [secure, plain, _]| {
            let both = [certificate, key].map(|file| fs::read_to_string(file).unwrap()).concat();
            fs::write(format!("{folder}/both.pem"), both).unwrap();
            let (share, both) = (pages(folder), format!("{folder}/both.pem"));
            let (secure, plain) = (format!("bind {secure} ssl"), format!("bind {plain}\n"));
            let own = [
                // It has no file of its own: what it logs goes where the test looks.
                ("log /dev/log local0", "log stdout format raw local0"),
                ("    user haproxy\n    group haproxy\n", ""),
                ("bind :443 ssl", &secure),
                ("bind :80\n", &plain),
                ("/etc/haproxy/readonce.pem", &both),
                ("/usr/share", &share),
            ];
            let config = changed(shipped("deploy/haproxy/haproxy.cfg"), &[&own, changes].concat());
            fs::write(format!("{folder}/haproxy.cfg"), config).unwrap();
            let mut command = Command::new("haproxy");
            command.args(["-db", "-f", &format!("{folder}/haproxy.cfg")]);
            vec![command]
        })
    }
}
