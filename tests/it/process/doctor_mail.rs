//! What `readonce doctor --mail-to` says of a mail server's own words: the right cause, and nothing that a terminal obeys.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{SocketAddr, TcpListener};
use std::thread;

use crate::support::{Home, Ran};

/// A mail server that greets, and has one answer to whatever it is told.
fn answering(ehlo: &'static [u8]) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        stream.write_all(b"220 mail.example\r\n").unwrap();
        let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
        let greeted = lines.next().unwrap().unwrap();
        assert!(greeted.starts_with("EHLO "), "{greeted}");
        stream.write_all(ehlo).unwrap();
        // Whatever comes until it hangs up.
        for line in lines.map_while(Result::ok) {
            assert!(!line.contains("hunter2"), "{line}");
            let _ = stream.write_all(ehlo);
        }
    });
    address
}

fn doctor(address: SocketAddr) -> Ran {
    let home = Home::new();
    home.write(
        "readonce.toml",
        &format!("[smtp]\nurl = \"smtp://u:hunter2@{address}\"\nfrom = \"a@example.org\"\n"),
    );
    home.run(&["doctor", "--mail-to", "b@example.org"])
}

/// Also where only ways to log in are offered that are not spoken here.
#[test]
fn a_server_without_a_log_in_is_not_told_as_a_wrong_password() {
    for ehlo in [&b"250 mail.example\r\n"[..], b"250-mail.example\r\n250 AUTH XOAUTH2 NTLM\r\n"] {
        let ran = doctor(answering(ehlo));
        let told = ran.stdout.lines().find(|line| line.starts_with("FAIL  mail")).unwrap();
        assert!(told.contains("the mail server offers no log-in by password"), "{ran:?}");
        assert!(ran.stdout.contains("hint: it offers neither PLAIN nor LOGIN here"), "{ran:?}");
        assert!(!ran.stdout.contains("user and password right"), "{ran:?}");
    }
}

#[test]
fn a_servers_words_are_shown_and_not_obeyed() {
    let ran = doctor(answering(b"550 \x1b]0;owned\x07\xc2\x9b2J \xe2\x80\xaetxt.exe\r\n"));
    let shown = "\\u{1b}]0;owned\\u{7}\\u{9b}2J \\u{202e}txt.exe";
    assert!(ran.stdout.contains(shown), "{ran:?}");
    let lines = [ran.stdout.as_str(), &ran.stderr].concat().replace('\n', "");
    assert!(!lines.contains(|c: char| c.is_control() || c == '\u{202e}'), "{ran:?}");
}
