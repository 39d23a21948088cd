//! Below a path of another site: behind nginx, which takes the path off.

use std::fs;
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::process::{Child, Command, Stdio};

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

use super::driver::Driver;
use super::site::{PASSPHRASE, Site, VALUE, is_gone, reveal, share};
use crate::support::ports::free_port;
use crate::support::{SOON, wait_for};

/// nginx, in front of a server. Dropped, it is stopped.
struct Front {
    child: Child,
    _folder: TempDir,
}

impl Front {
    /// `None` when somebody was given the free port meanwhile.
    fn start(port: u16, upstream: SocketAddr) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let here = folder.path().to_str().unwrap().to_owned();
        let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
            .map(|name| format!("{name}_temp_path {here}/{name};"))
            .concat();
        let configuration = format!(
            "daemon off; pid {here}/pid; error_log {here}/error.log; events {{}}\n\
             http {{ access_log off; {temporary}\n\
               server {{ listen 127.0.0.1:{port};\n\
                 location /of/secrets/ {{ proxy_pass http://{upstream}/; proxy_set_header Host $http_host; }} }} }}"
        );
        let file = folder.path().join("nginx.conf");
        fs::write(&file, configuration).unwrap();
        let mut command = Command::new("nginx");
        command.env("PATH", format!("{}:/usr/sbin", std::env::var("PATH").unwrap_or_default()));
        command.args(["-p", &here, "-e", &format!("{here}/error.log"), "-c"]).arg(&file).stdin(Stdio::null());
        let child = command.stderr(Stdio::null()).spawn().unwrap_or_else(|error| {
            panic!("nginx cannot be started: {error}\nhint: `apt-get install nginx-light`")
        });
        let mut front = Self { child, _folder: folder };
        let own = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let up = wait_for("a proxy that listens, or ends", SOON, || {
            if front.child.try_wait().unwrap().is_some() {
                return Some(false);
            }
            TcpStream::connect(own).is_ok().then_some(true)
        });
        up.then_some(front)
    }
}

impl Drop for Front {
    fn drop(&mut self) {
        // Not killed: nginx ends its workers.
        let _ = kill_process(Pid::from_child(&self.child), Signal::TERM);
        drop(self.child.wait());
    }
}

/// A site and what is in front of it, and the address that people use.
fn site() -> (Site, Front, String) {
    loop {
        let port = free_port();
        let public = format!("http://127.0.0.1:{port}/of/secrets");
        let site = Site::with(&[("READONCE_BASE_URL", public.as_str())]);
        if let Some(front) = Front::start(port, site.address()) {
            return (site, front, public);
        }
    }
}

#[tokio::test]
async fn all_of_it_works_below_a_path() {
    let ((_site, _front, public), driver) = (site(), Driver::start());
    let browser = driver.browser().await;
    browser.go(&format!("{public}/")).await;
    let styled = browser.run("return getComputedStyle(document.querySelector('.card')).borderRadius").await;
    assert_eq!(styled, "16px", "the style sheet is found");
    let (shown, receipt) = share(&browser, VALUE, PASSPHRASE).await;
    let link = browser.copy("link").await;
    assert_eq!(link, shown);
    assert!(link.starts_with(&format!("{public}/secret/")), "{link}");
    assert!(receipt.starts_with(&format!("{public}/receipt/")), "{receipt}");
    reveal(&browser, &link).await;
    browser.write("#passphrase", PASSPHRASE).await;
    browser.submit("button.primary").await;
    assert_eq!(browser.text("#value").await, VALUE);
    is_gone(&browser, &link).await;

    browser.submit("a.brand").await;
    browser.submit("button[lang=sv]").await;
    let (link, _) = share(&browser, VALUE, "").await;
    browser.submit("a.button").await;
    browser.submit("a.danger").await;
    browser.submit("button.danger").await;
    assert!(browser.url().await.starts_with(&public));
    is_gone(&browser, &format!("{link}?locale=en")).await;
    browser.submit(".foot a").await;
    assert!(browser.url().await.starts_with(&format!("{public}/about")));
    assert_eq!(browser.complaints(), [] as [&str; 0]);
}
