//! Servers that are not there, and answers that do not come: was nothing done, or is it not known?

use std::net::TcpListener;

use super::{Caller, run};
use crate::support::upstream::{Mood, Upstream};
use crate::support::{Home, Server, UNLIMITED};

const KEY: &str = "0123456789012345678901234567890";

#[test]
fn nobody_there_is_a_six() {
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let caller = Caller::of(format!("http://{free}"));
    for arguments in
        [&["get", KEY][..], &["receipt", KEY], &["burn", KEY], &["share"], &["receipt", KEY, "--wait"]]
    {
        caller.run_with(arguments, b"x").ended(6, &["cannot be reached: ", "hint: --url, or READONCE_URL"]);
    }
    let said = caller.run(&["share", "--secret", "hunter2"]).ended(6, &[]);
    assert!(!said.stderr.contains("hunter2"), "{}", said.stderr);
    let caller = Caller::of("http://no-such-host.invalid");
    let said = caller.run(&["get", KEY]).ended(6, &["cannot be reached: ", "warning: "]);
    assert!(!said.stderr.contains(KEY), "{}", said.stderr);
    caller.run(&["status"]).ended(1, &["cannot be reached"]);
}

#[test]
fn an_answer_that_does_not_come_is_a_seven() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let hangs_up = std::thread::spawn(move || {
        for stream in listener.incoming().take(3) {
            // Read, and never answered.
            let _ = std::io::Read::read(&mut stream.unwrap(), &mut [0; 4096]);
        }
    });
    let caller = Caller::of(format!("http://{address}"));
    caller.run(&["get", KEY]).ended(7, &["was asked and did not answer", "not repeated by itself"]);
    caller.run_with(&["share"], b"x").ended(7, &["was asked and did not answer"]);
    caller.run(&["receipt", KEY]).ended(6, &["cannot be reached"]);
    hangs_up.join().unwrap();
}

#[test]
fn an_answer_cut_off_is_a_seven_and_asked_once() {
    let upstream = Upstream::start();
    let caller = Caller::of_upstream(&upstream);
    let (link, _) = caller.share("half", &[]);
    upstream.feel(Mood::CutOff);
    let said = caller.run(&["get", &link]);
    assert_eq!((said.code, said.stdout.as_slice()), (7, &b""[..]), "{}", said.stderr);
    assert_eq!(upstream.heard().len(), 2, "a claim is never repeated");
}

/// The one store trouble in which the server itself does not know is hard to bring about from outside; its texts are not.
#[test]
fn what_the_server_is_unsure_of_is_told_in_its_words() {
    let message = "The outcome is unknown: the store did not answer in time. If a retry says unknown, the secret was consumed.";
    for (message, code) in [(message, 7), ("Service temporarily unavailable. Please try again shortly.", 6)] {
        let body = format!("{{\"message\":\"{message}\"}}");
        let answer = format!(
            "HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/json\r\nRetry-After: 2\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let caller = Caller::of(format!("http://{}", listener.local_addr().unwrap()));
        let answers = std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let _ = std::io::Read::read(&mut stream, &mut [0; 4096]);
            std::io::Write::write_all(&mut stream, answer.as_bytes()).unwrap();
        });
        caller.run(&["get", KEY]).ended(code, &[message, "hint: after 2s"]);
        answers.join().unwrap();
    }
}

#[test]
fn limits_are_refusals() {
    let home = Home::new();
    let mut variables = UNLIMITED.to_vec();
    variables.retain(|(name, _)| *name != "READONCE_LIMITS__READ");
    variables.push(("READONCE_LIMITS__READ", "1"));
    let server: Server = home.serve_with(&variables);
    let caller = Caller::of(format!("http://{}", server.address()));
    let mut said = caller.run(&["get", KEY]);
    for _ in 0..3 {
        if said.code == 5 {
            break;
        }
        said = caller.run(&["get", KEY]);
    }
    said.ended(5, &["You have been rate limited.", "hint: after "]);
    server.stop();
}

#[test]
fn a_closed_stdout_is_a_failure() {
    let upstream = Upstream::start();
    let caller = Caller::of_upstream(&upstream);
    let said = run(caller.prepared(caller.home.shell("printf x | \"$READONCE\" share > /dev/full")), b"");
    said.ended(1, &["the result cannot be written"]);
}
