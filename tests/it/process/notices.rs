//! Notices by a real mail server and on both stores: one for each claim, whatever is killed between the claim and the email.

use rustix::process::Signal;

use super::mail::{FROM, url};
use super::secrecy::nothing_of;
use super::shared_store::{DURABLE, Region};
use crate::support::smtp::{Received, SmtpServer};
use crate::support::{Account, Home, SOON, Server, Shared, UNLIMITED, wait_for};

const ANNA: &str = "anna@example.org";
const TRACE: (&str, &str) = ("RUST_LOG", "trace");

fn serve(home: &Home, smtp: &SmtpServer) -> Server {
    let url = url(smtp);
    home.serve_with(&[UNLIMITED, &[("READONCE_SMTP__URL", &url), FROM, TRACE]].concat())
}

/// An account that is told of everything.
fn told_account(home: &Home) -> Account {
    let account = home.account(ANNA);
    home.run(&["account", "set", ANNA, "--notify", "read,burned,expired"]).succeeded();
    account
}

/// The line of an email that is about this secret.
fn said_of(email: &Received, shared: &Shared) -> String {
    assert_eq!(email.to, [ANNA]);
    let text = email.part("text/plain");
    let begins = format!("* {}: ", &shared.receipt[..8]);
    let lines: Vec<_> = text.lines().filter(|line| line.starts_with(&begins)).collect();
    assert_eq!(lines.len(), 1, "{text}");
    lines[0][begins.len()..].to_owned()
}

/// Notices that `readonce mail list` shows: id, and what it tells.
fn waiting(home: &Home) -> Vec<(String, String)> {
    let listed = home.run(&["mail", "list", "--json"]).succeeded().stdout;
    let listed: serde_json::Value = serde_json::from_str(&listed).unwrap();
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    let listed = listed.as_array().unwrap().iter();
    listed.filter(|row| !row["tells"].is_null()).map(|row| (text(&row["id"]), text(&row["tells"]))).collect()
}

fn nothing_waits(home: &Home) {
    wait_for("an empty outbox", SOON, || waiting(home).is_empty().then_some(()));
}

#[test]
fn a_sharer_is_told_by_one_email_that_says_no_more_than_it_has_to() {
    let (home, smtp) = (Home::new(), SmtpServer::start());
    let account = told_account(&home);
    let server = serve(&home, &smtp);
    let client = server.client_of(&account);
    let [read, burned] = [client.share("the first value"), client.share("the second value")];
    server.client().reads_once(&read, "the first value");
    let email = smtp.wait_for_emails(1).remove(0);
    assert!(said_of(&email, &read).starts_with("read on "), "{email:?}");
    assert!(!email.part("text/html").contains("href="), "there is no link in it");
    nothing_waits(&home);
    // Another within five minutes of it waits, to be told together with what follows.
    client.burn(&burned).ok();
    wait_for("a notice that waits", SOON, || (waiting(&home).len() == 1).then_some(()));
    let id = waiting(&home).remove(0);
    assert_eq!(id.1, "burned");
    home.run(&["mail", "drop", &id.0]).succeeded();
    nothing_waits(&home);
    let markers =
        [read.secret.clone(), read.receipt.clone(), burned.receipt.clone(), "the first value".to_owned()];
    nothing_of(&markers, &[("the email".to_owned(), email.raw.clone())], "told");
    let ran = server.stop();
    assert_eq!(smtp.emails().len(), 1);
    let mut markers = markers.to_vec();
    nothing_of(&markers, &home.data(), "afterwards");
    markers.extend([ANNA.to_owned(), read.receipt[..8].to_owned()]);
    nothing_of(&markers, &[("log".to_owned(), ran.stdout.into_bytes())], "told");
}

/// The mail server takes its time, the process is killed, and the next one tells.
fn one_notice_survives_a_kill(home: &Home) {
    let smtp = SmtpServer::start();
    let account = told_account(home);
    let server = serve(home, &smtp);
    smtp.behave(&[("greeting", "hang")]);
    let client = server.client_of(&account);
    let [read, burned] = [client.share("x"), client.share("y")];
    server.client().reads_once(&read, "x");
    wait_for("an email under way", SOON, || (smtp.connections() > 0).then_some(()));
    client.burn(&burned).ok();
    server.kill();
    assert_eq!(smtp.emails().len(), 0);
    let mut ends: Vec<_> = waiting(home).into_iter().map(|(_, end)| end).collect();
    ends.sort();
    assert_eq!(ends, ["burned", "read"], "one stored entry for each claim");
    smtp.behave(&[]);
    // The lease of the one that was under way would end by itself, after a minute.
    for (id, _) in waiting(home) {
        home.run(&["mail", "retry", &id]).succeeded();
    }
    let server = serve(home, &smtp);
    let email = smtp.wait_for_emails(1).remove(0);
    assert!(said_of(&email, &read).starts_with("read on "));
    assert!(said_of(&email, &burned).starts_with("destroyed unread on "));
    nothing_waits(home);
    server.stop();
    assert_eq!(smtp.emails().len(), 1, "once");
}

#[test]
fn a_kill_between_claim_and_notice_loses_none_on_sqlite() {
    one_notice_survives_a_kill(&Home::new());
}

#[test]
fn a_kill_between_claim_and_notice_loses_none_on_redis() {
    one_notice_survives_a_kill(&Region::new(DURABLE).home);
}

/// Killed after the claim and before the index knew: nobody is told by Redis, and somebody finds it.
#[test]
fn a_claim_that_was_not_indexed_is_told_within_a_minute() {
    let (region, smtp) = (Region::new(DURABLE), SmtpServer::start());
    let account = told_account(&region.home);
    let server = serve(&region.home, &smtp);
    let read = server.client_of(&account).share("x");
    server.stop();
    // One that sends no mail, so that the notice is not under way.
    let server = region.instance();
    server.client().reads_once(&read, "x");
    server.kill();
    assert_eq!(waiting(&region.home).len(), 1);
    // What it would be, had the kill come in between: due in a day.
    for set in 0..16 {
        let script = "for _, member in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do \
                      redis.call('ZADD', KEYS[1], ARGV[1], member) end";
        region.redis(&["EVAL", script, "1", &format!("ro:notices:{set}"), "99999999999"]);
    }
    let server = serve(&region.home, &smtp);
    let emails = wait_for("the notice", std::time::Duration::from_mins(1), || {
        Some(smtp.emails()).filter(|emails| !emails.is_empty())
    });
    assert!(said_of(&emails[0], &read).starts_with("read on "));
    nothing_waits(&region.home);
    server.stop();
}

/// The store goes away between claim and notice, and comes back.
#[test]
fn an_outage_between_claim_and_notice_loses_none() {
    let (mut region, mut smtp) = (Region::new(DURABLE), SmtpServer::start());
    let account = told_account(&region.home);
    let server = serve(&region.home, &smtp);
    smtp.stop();
    let read = server.client_of(&account).share("x");
    server.client().reads_once(&read, "x");
    region.redis.kill();
    smtp.start_again();
    server.signal(Signal::HUP);
    region.redis.restart();
    let email = wait_for("the notice", std::time::Duration::from_mins(2), || {
        server.signal(Signal::HUP);
        smtp.emails().into_iter().next()
    });
    assert!(said_of(&email, &read).starts_with("read on "));
    nothing_waits(&region.home);
    server.stop();
    assert_eq!(smtp.emails().len(), 1);
}

/// Killed after the mail server took it and before anybody knew: it is told twice, and both say that they are the same.
#[test]
fn a_second_copy_of_a_notice_can_be_recognised() {
    let (home, smtp) = (Home::new(), SmtpServer::start());
    let account = told_account(&home);
    let server = serve(&home, &smtp);
    smtp.behave(&[("taken", "hang")]);
    let read = server.client_of(&account).share("x");
    server.client().reads_once(&read, "x");
    let reached = wait_for("an email taken", SOON, || smtp.emails().into_iter().next());
    server.kill();
    smtp.behave(&[]);
    home.run(&["mail", "retry", &waiting(&home)[0].0]).succeeded();
    let server = serve(&home, &smtp);
    let emails = smtp.wait_for_emails(2);
    assert_eq!(emails[1].header("Message-ID"), reached.header("Message-ID"));
    assert_eq!(said_of(&emails[0], &read), said_of(&emails[1], &read));
    nothing_waits(&home);
    server.stop();
}

#[test]
fn account_set_says_what_it_did_and_what_it_takes() {
    let home = Home::new();
    let account = home.account(ANNA);
    let set = |ends: &str| home.run(&["account", "set", ANNA, "--notify", ends]);
    let ran = set("expired,read").succeeded();
    assert!(ran.stderr.contains("when what it shares from now on has ended (read,expired)"), "{ran:?}");
    assert!(ran.stderr.contains("warning: no mail is sent here\nhint: set `smtp.url`"), "{ran:?}");
    let listed: serde_json::Value =
        serde_json::from_str(&home.run(&["account", "list", "--json"]).succeeded().stdout).unwrap();
    assert_eq!(listed[0]["notify"], serde_json::json!(["read", "expired"]));
    let ran = set("none").succeeded();
    assert!(ran.stderr.contains("is told nothing"), "{ran:?}");
    let ran = set("always");
    assert!(ran.code == Some(2) && ran.stderr.contains("`read`, `burned` and `expired`"), "{ran:?}");
    home.run(&["account", "set", "bob@example.org", "--notify", "read"])
        .refused_saying(&["there is no account"]);
    // Without mail nobody is told, also of what is shared while it is so.
    set("read").succeeded();
    let server = home.serve();
    let shared = server.client_of(&account).share("x");
    server.client().reads_once(&shared, "x");
    assert_eq!(waiting(&home), []);
    server.stop();
}
