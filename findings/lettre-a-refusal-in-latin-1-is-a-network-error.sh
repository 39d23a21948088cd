#!/usr/bin/env bash
# lettre 0.11.23: a reply with a byte that is no UTF-8 is no reply. Its digits are not looked at: a refusal for good reads as a broken connection, and so
# does "taken".
#
# The guess: the three digits decide (RFC 5321 §4.2.1), and the words behind them are shown as well as can be. Servers still write them in Latin-1 or GBK.
# What is seen: `550` in Latin-1 at RCPT is neither permanent nor transient but an error of reading, as a lost connection is, so an outbox tries it for
# ever. `250` in Latin-1 after the data is the same error: the server has the email, and each try is another copy. The same words in UTF-8 are judged
# by their digits.
#
# Seen with lettre 0.11.23 (blocking `SmtpTransport`, no TLS):
#     550 in UTF-8 at RCPT: permanent | 550 in Latin-1 at RCPT: neither | 250 in Latin-1 after DATA: neither, and the server has 1 email
# Exits 0 if it is still so. Needs cargo.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
mkdir src
cat >Cargo.toml <<'TOML'
[package]
name = "replies"
version = "0.0.0"
edition = "2024"

[dependencies]
lettre = { version = "=0.11.23", default-features = false, features = ["smtp-transport", "builder"] }
TOML
cat >src/main.rs <<'RUST'
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::thread::JoinHandle;

use lettre::transport::smtp::SmtpTransport;
use lettre::{Message, Transport};

/// Serves one connection; how many emails it took.
fn serve(rcpt: &'static [u8], taken: &'static [u8]) -> (u16, JoinHandle<usize>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let serving = std::thread::spawn(move || {
        let (mut to, _) = listener.accept().unwrap();
        let from = BufReader::new(to.try_clone().unwrap());
        to.write_all(b"220 here\r\n").unwrap();
        let (mut in_data, mut emails) = (false, 0);
        for line in from.lines().map_while(Result::ok) {
            let reply: &[u8] = match line.as_str() {
                "." if in_data => {
                    (in_data, emails) = (false, emails + 1);
                    taken
                }
                _ if in_data => continue,
                "DATA" => {
                    in_data = true;
                    b"354 go on"
                }
                line if line.starts_with("RCPT") => rcpt,
                _ => b"250 ok",
            };
            to.write_all(&[reply, b"\r\n"].concat()).unwrap();
        }
        emails
    });
    (port, serving)
}

fn sent(rcpt: &'static [u8], taken: &'static [u8]) -> (String, usize) {
    let (port, serving) = serve(rcpt, taken);
    let email = Message::builder()
        .from("a@example.org".parse().unwrap())
        .to("b@example.com".parse().unwrap())
        .body("hello".to_owned())
        .unwrap();
    let mailer = SmtpTransport::builder_dangerous("127.0.0.1").port(port).build();
    let told = match mailer.send(&email) {
        Ok(_) => "sent",
        Err(error) if error.is_permanent() => "permanent",
        Err(error) if error.is_transient() => "transient",
        Err(_) => "neither",
    };
    drop(mailer);
    (told.to_owned(), serving.join().unwrap())
}

fn main() {
    let utf8 = "550 5.1.1 Empf\u{e4}nger unbekannt".as_bytes();
    let refused = sent(utf8, b"250 ok").0;
    let latin1 = sent(b"550 5.1.1 Empf\xe4nger unbekannt", b"250 ok").0;
    let (told, emails) = sent(b"250 ok", b"250 Gesch\xe4ftspost angenommen");
    println!("550 in UTF-8 at RCPT: {refused} | 550 in Latin-1 at RCPT: {latin1} | 250 in Latin-1 after DATA: {told}, and the server has {emails} email");
}
RUST
seen=$(cargo run --quiet)
echo "$seen"
[[ "$seen" == "550 in UTF-8 at RCPT: permanent | 550 in Latin-1 at RCPT: neither | 250 in Latin-1 after DATA: neither, and the server has 1 email" ]]
