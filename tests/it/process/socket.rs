//! A socket in the file system in place of an address: who gets there, what becomes of it, and whose word is taken there.

use std::io::{BufReader, Write as _};
use std::os::unix::fs::{FileTypeExt as _, PermissionsExt as _};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::support::answer::Answer;
use crate::support::{Home, Ran, Server, UNLIMITED};

const SOCKET: &str = "readonce.sock";

/// `readonce …` with a socket to listen at.
fn command(home: &Home, arguments: &[&str], variables: &[(&str, &str)]) -> Command {
    let mut command = home.command(arguments);
    command.envs(UNLIMITED.iter().copied());
    command.env("READONCE_LISTEN", format!("unix:{SOCKET}"));
    command.env("READONCE_BASE_URL", "https://secrets.example.org");
    command.envs(variables.iter().copied());
    command
}

fn serve(home: &Home, variables: &[(&str, &str)]) -> (Server, PathBuf) {
    let server = Server::start(command(home, &["serve"], variables));
    (server.unwrap_or_else(|ran| panic!("it ended: {ran:?}")), home.file(SOCKET))
}

/// One request over a connection of its own.
fn ask(socket: &Path, line: &str, headers: &str, body: &str) -> Answer {
    let mut stream = UnixStream::connect(socket).unwrap();
    let length = body.len();
    let request = format!(
        "{line} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {length}\r\n{headers}\r\n{body}"
    );
    stream.write_all(request.as_bytes()).unwrap();
    Answer::read(&mut BufReader::new(stream), true).unwrap()
}

#[test]
fn it_is_there_as_long_as_the_server_and_for_its_group() {
    let home = Home::new();
    let (server, socket) = serve(&home, &[("READONCE_HTTP__TRUSTED_PROXIES", "unix")]);
    assert!(
        server.said().contains(&format!("listening on unix:{}\n", socket.display())),
        "{}",
        server.said()
    );
    let metadata = socket.symlink_metadata().unwrap();
    assert!(metadata.file_type().is_socket());
    assert_eq!(metadata.permissions().mode() & 0o777, 0o660);
    let shared = ask(&socket, "POST /api/v1/share", "", "secret=over+a+socket");
    let read = format!("POST /api/v1/secret/{}", shared.member("secret_key"));
    assert_eq!(ask(&socket, &read, "", "continue=true").member("value"), "over a socket");

    let status = Ran::of(command(&home, &["status"], &[])).succeeded();
    assert_eq!(status.stdout, "nominal\n");
    assert_eq!(status.stderr, "APIs: v1, v2\n");
    let named = Ran::of(command(&home, &["status", "--url", &format!("unix:{}", socket.display())], &[]));
    assert_eq!(named.succeeded().stdout, "nominal\n");
    let doctor = Ran::of(command(&home, &["doctor"], &[("READONCE_HTTP__TRUSTED_PROXIES", "unix")]));
    assert!(doctor.stdout.contains(&format!("server: the one at unix:{SOCKET} takes work")), "{doctor:?}");
    let doctor = Ran::of(command(&home, &["doctor"], &[]));
    assert!(doctor.stdout.contains("all clients share one limit"), "{doctor:?}");

    let other = Home::new();
    let second = [("READONCE_LISTEN", &*format!("unix:{}", socket.display()))];
    Ran::of(command(&other, &["serve"], &second)).refused_saying(&[
        "cannot listen on unix:",
        "another program answers there",
        "hint: ",
    ]);
    assert_eq!(ask(&socket, "GET /health/ready", "", "").status, 200, "that one goes on");
    server.stop();
    assert!(socket.symlink_metadata().is_err(), "it is still there");
    Ran::of(command(&home, &["status"], &[])).refused_saying(&["cannot be reached"]);
}

#[test]
fn one_that_nobody_answers_at_is_taken_over_and_nothing_else_is() {
    let home = Home::new();
    let (server, socket) = serve(&home, &[("READONCE_HTTP__SOCKET_MODE", "0600")]);
    server.kill();
    assert!(socket.exists(), "`kill -9` leaves it");
    let (server, socket) = serve(&home, &[("READONCE_HTTP__SOCKET_MODE", "0666")]);
    assert_eq!(socket.metadata().unwrap().permissions().mode() & 0o777, 0o666);
    assert_eq!(ask(&socket, "GET /health/ready", "", "").status, 200);
    server.stop();

    std::fs::write(&socket, "a file of somebody's").unwrap();
    Ran::of(command(&home, &["serve"], &[])).refused_saying(&["something that is no socket is there"]);
    assert_eq!(std::fs::read_to_string(&socket).unwrap(), "a file of somebody's");
    std::fs::remove_file(&socket).unwrap();
    Ran::of(command(&home, &["serve"], &[("READONCE_LISTEN", "unix:no/such/folder/x.sock")]))
        .refused_saying(&["cannot listen on unix:no/such/folder/x.sock", "its folder has to be there"]);
    Ran::of(command(&home, &["serve"], &[("READONCE_HTTP__SOCKET_GROUP", "no-such-group")]))
        .refused_saying(&["`http.socket_group` is `no-such-group`", "there is no group"]);
    Ran::of(command(&home, &["serve"], &[("READONCE_BASE_URL", "")]))
        .refused_saying(&["`base_url`", "links begin with it"]);
}

/// After how many questions an address is refused more of them.
fn until_limited(socket: &Path, headers: impl Fn(usize) -> String) -> Option<usize> {
    let unknown = "POST /api/v1/secret/0123456789012345678901234567890";
    (0..6).find(|turn| ask(socket, unknown, &headers(*turn), "continue=true").status == 429)
}

#[test]
fn its_word_about_addresses_is_taken_when_it_is_named() {
    let few = ("READONCE_LIMITS__READ", "2");
    for (trusted, limited) in [("unix", false), ("127.0.0.0/8", true)] {
        let home = Home::new();
        let (server, socket) = serve(&home, &[few, ("READONCE_HTTP__TRUSTED_PROXIES", trusted)]);
        let own = until_limited(&socket, |_| "X-Forwarded-For: 192.0.2.1\r\n".to_owned());
        assert!(own.is_some(), "{trusted}: nobody is limited");
        let others = until_limited(&socket, |turn| format!("X-Forwarded-For: 198.51.100.{turn}\r\n"));
        assert_eq!(others.is_some(), limited, "{trusted}");
        server.stop();
    }
}
