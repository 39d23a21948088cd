//! Varnish, as the shipped unit starts it, and hitch before it.

use std::fs;
use std::sync::Arc;

use super::{Front, HOST, in_package, is_root, line, pages, unpacked};
use crate::deploy::{changed, shipped};
use crate::support::certificates::Authority;

impl Front {
    pub(super) fn varnish(authority: &Arc<Authority>, changes: &[(&str, &str)]) -> Self {
        Self::start(authority, &[HOST], |folder, certificate, key, [secure, _, inner]| {
            let share = pages(folder);
            let own = [("/usr/share", share.as_str())];
            let vcl = changed(shipped("deploy/varnish/readonce.vcl"), &[&own, changes].concat());
            fs::write(format!("{folder}/readonce.vcl"), vcl).unwrap();
            let unit = shipped("deploy/varnish/varnish.service.conf");
            let (inner, vcl) = (inner.to_string(), format!("{folder}/readonce.vcl"));
            let line_of_unit = changed(
                line(&unit, "ExecStart=/usr/sbin/varnishd ").trim().to_owned(),
                &[
                    ("127.0.0.1:6086", inner.as_str()),
                    ("/etc/varnish/readonce.vcl", &vcl),
                    ("unix,user=vcache", "none"),
                ],
            );
            let mut varnish = unpacked("varnish", "usr/sbin/varnishd");
            varnish.args(line_of_unit.split(' ').skip(1));
            let modules =
                in_package("varnish", &format!("usr/lib/{}-linux-gnu/varnish/vmods", std::env::consts::ARCH));
            varnish.args([
                "-n",
                &format!("{folder}/varnish"),
                "-p",
                &format!("vmod_path={}", modules.display()),
            ]);

            let both = [key, certificate].map(|file| fs::read_to_string(file).unwrap()).concat();
            fs::write(format!("{folder}/both.pem"), both).unwrap();
            let (listen, behind) = (format!("\"[127.0.0.1]:{}\"", secure.port()), inner.replace(':', "]:"));
            let (both, behind) = (format!("{folder}/both.pem"), format!("\"[{behind}\""));
            let user = if is_root() { "user = \"www-data\"\ngroup = \"www-data\"\n" } else { "" };
            let own = [
                ("\"[*]:443\"", listen.as_str()),
                ("\"[127.0.0.1]:6086\"", &behind),
                ("/etc/hitch/readonce.pem", &both),
                ("user = \"_hitch\"\ngroup = \"_hitch\"\n", user),
            ];
            fs::write(format!("{folder}/hitch.conf"), changed(shipped("deploy/varnish/hitch.conf"), &own))
                .unwrap();
            let mut hitch = unpacked("hitch", "usr/sbin/hitch");
            hitch.arg(format!("--config={folder}/hitch.conf"));
            vec![varnish, hitch]
        })
    }
}
