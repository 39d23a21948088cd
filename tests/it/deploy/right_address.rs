//! The check of docs/proxies.md by which an operator sees whose address counts: run as it stands there, right and with both mistakes.

use std::process::Command;

use super::front::{Front, Kind};
use super::shipped;
use crate::support::{Home, UNLIMITED};

const APPENDS: &str = "proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;";

/// The commands of the check, asking this address from an address of the caller's own.
fn commands(url: &str, own: &str) -> String {
    let page = shipped("docs/proxies.md");
    let (_, section) = page.split_once("## Does it count the right address?").unwrap();
    let mut blocks = section.split("```sh\n").skip(1).map(|rest| rest.split_once("```").unwrap().0);
    let (first, second) = (blocks.next().unwrap(), blocks.next().unwrap());
    let from =
        |block: &str, own: &str| block.replace("curl ", &format!("curl --max-time 20 --interface {own} "));
    let text = [from(first, own), from(second, "127.0.0.77")].concat();
    assert!(text.contains("URL=https://secrets.example.org"));
    text.replace("URL=https://secrets.example.org", &format!("URL={url}"))
}

#[test]
fn both_mistakes_are_seen() {
    let right = "404 404 404 404 404 429 429";
    for (changes, trusted, seven, other) in [
        (&[][..], "127.0.0.1", right, "404"),
        (&[(APPENDS, "")], "127.0.0.1", "404 404 404 404 404 404 404", "404"),
        (&[], "", right, "429"),
    ] {
        let home = Home::new();
        let proxies = [("READONCE_HTTP__TRUSTED_PROXIES", trusted)];
        let server = home.serve_with(&[UNLIMITED, &proxies].concat());
        let front = Front::with(Kind::Compose, [server.address(); 2], changes);
        front.serving();
        let url = format!("http://127.0.0.1:{}", front.port());
        let ran = Command::new("sh").args(["-euc", &commands(&url, "127.0.0.78")]).output().unwrap();
        let told = String::from_utf8(ran.stdout).unwrap();
        assert_eq!(told, format!("{seven} \n{other}\n"), "{changes:?}, trusted: {trusted:?}");
        server.stop();
    }
}
