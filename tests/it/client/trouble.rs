//! Servers that are not there, and answers that do not come: was nothing done, or is it not known?

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::{Caller, run};
use crate::support::ports::free_port;
use crate::support::upstream::{Mood, Upstream};
use crate::support::{Home, Server, UNLIMITED};

const KEY: &str = "0123456789012345678901234567890";

#[test]
fn nobody_there_is_a_six() {
    let caller = Caller::of(format!("http://127.0.0.1:{}", free_port()));
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
    let mailed = "The outcome is unknown: the store did not confirm it in time. The recipient may get a link all the same.";
    let damaged = "The stored secret is damaged and cannot be opened.";
    let out = "Service temporarily unavailable. Please try again shortly.";
    for (message, code) in [(message, 7), (mailed, 7), (out, 6), (damaged, 1)] {
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

/// What means that nothing was done is known word for word: all that the server says with 503, and all that the proxies' examples do.
#[test]
fn only_known_words_mean_that_nothing_was_done() {
    let mut told = texts(include_str!("../../../docs/openapi.json"), "\"message\": \"");
    told.retain(|text| !text.contains("rate limited"));
    let proxies = texts(include_str!("../../../deploy/nginx/readonce.conf"), "return 503 '{\"message\":\"");
    let regions =
        texts(include_str!("../../../deploy/regions/default-host.conf"), "return 503 '{\"message\":\"");
    let mut certain = 0;
    for text in told.iter().filter(|text| is_503(text)).chain(&proxies).chain(&regions) {
        let unsure =
            ["outcome is unknown", "was consumed", "has no page"].iter().any(|word| text.contains(word));
        let code = match text.as_str() {
            damaged if damaged.contains("is damaged and cannot be opened") => 1,
            _ if unsure => 7,
            _ => 6,
        };
        certain += u32::from(code == 6);
        let (caller, answers) = saying("503 Service Unavailable", &format!("{{\"message\":\"{text}\"}}"));
        caller.run(&["get", KEY]).ended(code, &[&text[..20]]);
        answers.join().unwrap();
    }
    assert!(certain >= 8, "{certain} texts promise that nothing has happened");
}

/// Of the texts in the API's description, those that come with 503: by how they begin, as the description groups them by path.
fn is_503(text: &str) -> bool {
    [
        "The outcome",
        "The store could not",
        "Service temp",
        "The server is",
        "This server cannot",
        "The stored secret",
    ]
    .iter()
    .any(|start| text.starts_with(start))
}

/// What stands between these words and the next quotation mark, each once.
fn texts(of: &str, behind: &str) -> Vec<String> {
    let mut found: Vec<String> =
        of.split(behind).skip(1).filter_map(|rest| Some(rest.split_once('"')?.0.to_owned())).collect();
    found.sort();
    found.dedup();
    assert!(found.len() > 1, "{behind}");
    found
}

/// A proxy's own words for whatever went wrong stand for an answer that may have been lost.
#[test]
fn a_proxys_own_words_are_no_promise() {
    let html = "<html><h1>503 Service Temporarily Unavailable</h1></html>";
    for (status, body) in [
        ("503 Service Unavailable", html),
        ("503 Service Unavailable", r#"{"message":"no healthy upstream"}"#),
        ("503 Service Unavailable", r#"{"error":"Service Unavailable"}"#),
        ("503 Service Unavailable", ""),
        ("502 Bad Gateway", html),
        ("502 Bad Gateway", r#"{"message":"Bad Gateway"}"#),
        ("504 Gateway Time-out", r#"{"message":"upstream request timeout"}"#),
        ("500 Internal Server Error", r#"{"message":"An unexpected error occurred :["}"#),
    ] {
        for (verb, advice) in [
            (&["get", KEY][..], "this try may have used it up unseen"),
            (&["burn", KEY], "`readonce receipt` tells"),
            (&["share"], "a link which nobody knows"),
            (&["generate"], "a link which nobody knows"),
        ] {
            let (caller, answers) = saying(status, body);
            let said = caller.run_with(verb, b"x");
            assert_eq!(said.code, 7, "{verb:?}, {status}: {}", said.stderr);
            said.ended(7, &["the outcome is unknown: ", advice]);
            answers.join().unwrap();
        }
        let (caller, answers) = saying(status, body);
        caller.run(&["receipt", KEY]).ended(6, &[]);
        answers.join().unwrap();
    }
}

/// A server that hears one request out, which has a body, and answers with this.
fn saying(status: &str, body: &str) -> (Caller, JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let caller = Caller::of(format!("http://{}", listener.local_addr().unwrap()));
    let answer = format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\n\r\n{body}", body.len());
    let answers = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut asked = String::new();
        let body = loop {
            let mut some = [0; 4096];
            let length = stream.read(&mut some).unwrap();
            assert_ne!(length, 0, "the request ended early: {asked}");
            asked.push_str(std::str::from_utf8(&some[..length]).unwrap());
            match asked.split_once("\r\n\r\n") {
                Some((_, body)) if !body.is_empty() => break body,
                _ => assert!(!asked.to_lowercase().contains("content-length: 0"), "without a body: {asked}"),
            }
        };
        assert!(asked.to_lowercase().contains(&format!("content-length: {}\r\n", body.len())), "{asked}");
        stream.write_all(answer.as_bytes()).unwrap();
    });
    (caller, answers)
}

/// For a CI job that has no minute.
#[test]
fn a_silent_server_is_waited_for_as_long_as_was_said() {
    // The system accepts, and nobody reads.
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let caller = Caller::of(format!("http://{}", silent.local_addr().unwrap()));
    let began = Instant::now();
    let said = caller.run_with(&["share", "--timeout", "300ms"], b"x");
    said.ended(7, &["was asked and did not answer: it took too long", "hint: it may have done it"]);
    assert!(began.elapsed() < Duration::from_secs(30), "{:?}", began.elapsed());
    caller.run_with(&["share", "--timeout", "0"], b"x").ended(2, &["no server answers in no time"]);
    caller
        .run_with(&["share", "--ttl", "10x"], b"x")
        .ended(2, &["that is no time: such as `90s`, `2h` or `7d`"]);
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

/// What goes wrong after sharing costs the link, so as little as possible may.
#[test]
fn nothing_is_shared_for_a_link_that_cannot_be_made_and_no_odd_domain_costs_one() {
    let upstream = Upstream::start();
    let caller = Caller::of_upstream(&upstream);
    for verb in ["share", "generate"] {
        caller
            .run_with(&[verb, "--link-url", "links.example"], b"x")
            .ended(2, &["is no address of a server"]);
    }
    assert!(upstream.heard().is_empty(), "{:?}", upstream.heard());

    let answer = format!("{{\"secret_key\":\"{KEY}\",\"share_domain\":\"no such host\"}}");
    let (caller, answers) = answering_once("secret=x", answer);
    assert_eq!(caller.run_with(&["share"], b"x").line(), format!("{}/secret/{KEY}", caller.url));
    answers.join().unwrap();
}

#[test]
fn a_value_of_nothing_is_no_value() {
    for value in ["null", "\"\""] {
        let (caller, answers) = answering_once("continue=true", format!("{{\"value\":{value}}}"));
        caller.run(&["get", KEY]).ended(1, &["answers without a value", "hint: it may be gone all the same"]);
        answers.join().unwrap();
    }
}

/// A server that reads one request, up to these last bytes, and answers with this body.
fn answering_once(last: &'static str, body: String) -> (Caller, JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let caller = Caller::of(format!("http://{}", listener.local_addr().unwrap()));
    let answers = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut asked = Vec::new();
        while !asked.ends_with(last.as_bytes()) {
            let mut some = [0; 4096];
            let length = stream.read(&mut some).unwrap();
            assert_ne!(length, 0, "the request ended early");
            asked.extend_from_slice(&some[..length]);
        }
        let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", body.len());
        stream.write_all((head + &body).as_bytes()).unwrap();
    });
    (caller, answers)
}
