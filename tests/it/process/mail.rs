//! Emails by a real mail server: exactly one in good times, at least one and recognisable after a crash, none lost while the mail
//! server is away; and no word of them where they do not belong.

use std::collections::BTreeSet;
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::Signal;

use super::contract::every_case_holds;
use super::secrecy::nothing_of;
use super::shared_store::{DURABLE, Region};
use crate::support::smtp::{Received, SmtpServer};
use crate::support::{Account, Client, Home, SOON, Server, Shared, UNLIMITED, wait_for};

const PER_HOUR: (&str, &str) = ("READONCE_SMTP__PER_HOUR", "1000");
pub(super) const FROM: (&str, &str) = ("READONCE_SMTP__FROM", "secrets@example.org");

/// A server in `home` that sends its emails through `smtp`.
fn serve(home: &Home, smtp: &SmtpServer) -> Server {
    let url = url(smtp);
    let mail = [("READONCE_SMTP__URL", url.as_str()), FROM, PER_HOUR, ("RUST_LOG", "trace")];
    home.serve_with(&[UNLIMITED, &mail].concat())
}

/// As `smtp.url` takes it, in the clear.
pub(super) fn url(smtp: &SmtpServer) -> String {
    format!("smtp://127.0.0.1:{}", smtp.port())
}

fn mail(client: &Client, to: &str) -> Shared {
    let answer = client.post("/share", &[("secret", "the value"), ("recipient", to)]).ok();
    assert!(!answer.text().contains(to), "{}", answer.text());
    Shared::of(&answer)
}

fn recipient(number: usize) -> String {
    format!("recipient-{number}@example.com")
}

/// The link in an email's text, up to its key.
fn key_in(email: &Received) -> String {
    let text = email.part("text/plain");
    let (_, rest) = text.split_once("/secret/").expect("a link");
    rest.chars().take_while(char::is_ascii_alphanumeric).collect()
}

/// Every recipient got one email, with the link of the secret that was shared with them.
fn each_got_one(emails: &[Received], secrets: &[Shared]) {
    assert_eq!(emails.len(), secrets.len());
    for (number, shared) in secrets.iter().enumerate() {
        let theirs: Vec<_> = emails.iter().filter(|email| email.to == [recipient(number)]).collect();
        assert_eq!(theirs.len(), 1, "emails to {}", recipient(number));
        assert_eq!(key_in(theirs[0]), shared.secret);
    }
    let ids: BTreeSet<_> = emails.iter().map(|email| email.header("Message-ID")).collect();
    assert_eq!(ids.len(), emails.len(), "each has a `Message-ID` of its own");
}

/// The ids that `readonce mail list` shows.
fn waiting(home: &Home) -> Vec<String> {
    let listed = home.run(&["mail", "list"]).succeeded().stdout;
    // The account, whom an operator can tell, and no other address.
    let named = |line: &str| line.contains(" by anna@example.org ") && line.matches('@').count() == 1;
    assert!(listed.lines().all(named), "{listed}");
    listed.lines().map(|line| line.split_whitespace().next().unwrap().to_owned()).collect()
}

#[test]
fn every_recipient_gets_one_email_and_its_link_opens_the_secret() {
    let (home, smtp) = (Home::new(), SmtpServer::start());
    let account = home.account("anna@example.org");
    let server = serve(&home, &smtp);
    let client = server.client_of(&account);
    let secrets: Vec<_> = (0..20).map(|number| mail(&client, &recipient(number))).collect();
    each_got_one(&smtp.wait_for_emails(secrets.len()), &secrets);
    wait_for("an empty outbox", SOON, || waiting(&home).is_empty().then_some(()));
    server.client().reads_once(&secrets[3], "the value");
    server.stop();
    assert_eq!(smtp.emails().len(), secrets.len(), "none came twice");
    assert_eq!(smtp.commands("QUIT"), smtp.connections(), "no connection ends without a goodbye");
    assert_eq!(smtp.commands("NOOP"), 0);
}

#[test]
fn two_instances_on_one_redis_share_the_emails() {
    let (region, smtp) = (Region::new(DURABLE), SmtpServer::start());
    let account = region.home.account("anna@example.org");
    let servers = [(); 2].map(|()| serve(&region.home, &smtp));
    let secrets: Vec<_> =
        (0..40).map(|number| mail(&servers[number % 2].client_of(&account), &recipient(number))).collect();
    each_got_one(&smtp.wait_for_emails(secrets.len()), &secrets);
    wait_for("an empty outbox", SOON, || waiting(&region.home).is_empty().then_some(()));
    for server in servers {
        server.stop();
    }
    assert_eq!(smtp.emails().len(), secrets.len(), "none came twice");
}

#[test]
fn a_share_does_not_wait_for_a_mail_server_that_is_away() {
    let (home, mut smtp) = (Home::new(), SmtpServer::start());
    let account = home.account("anna@example.org");
    let server = serve(&home, &smtp);
    smtp.stop();
    let shared = mail(&server.client_of(&account), &recipient(0));
    wait_for("a failure", SOON, || {
        let listed = home.run(&["mail", "list"]).succeeded().stdout;
        listed.contains("cannot be reached").then_some(())
    });
    let client = server.client_of(&account);
    let mut secrets = vec![shared];
    secrets.extend((1..30).map(|number| mail(&client, &recipient(number))));
    smtp.start_again();
    server.signal(Signal::HUP); // whoever put it right need not wait
    each_got_one(&smtp.wait_for_emails(secrets.len()), &secrets);
    let told = server.log().matches("no notification can be sent, all of them wait").count();
    assert_eq!(told, 1, "once for all of them");
    home.run(&["mail", "drop", "abc"]).refused_saying(&["is no email's id", "hint:"]);
    home.run(&["mail", "drop", &format!("abc{}", "0".repeat(32))]).refused_saying(&["there is no email"]);
    server.stop();
}

/// Two minutes and ten thousand emails: the log has a line a minute about them, not one for each of them or each try.
#[test]
#[ignore = "scripts/test long"]
fn ten_thousand_that_wait_fill_no_log() {
    const CLIENTS: usize = 8;
    let (home, mut smtp) = (Home::new(), SmtpServer::start());
    let account = home.account("anna@example.org");
    smtp.stop();
    let url = url(&smtp);
    let per_hour = ("READONCE_SMTP__PER_HOUR", "1000000");
    let server = home.serve_with(&[UNLIMITED, &[("READONCE_SMTP__URL", &url), FROM, per_hour]].concat());
    let started = Instant::now();
    let share = |mine: usize| {
        let client = server.client_of(&account);
        let mut shared = 0;
        while shared < 10_000 / CLIENTS || started.elapsed() < Duration::from_mins(2) {
            mail(&client, &recipient(mine * 1_000_000 + shared));
            shared += 1;
        }
        shared
    };
    let waiting: usize = thread::scope(|scope| {
        let share = &share;
        let clients: Vec<_> = (0..CLIENTS).map(|mine| scope.spawn(move || share(mine))).collect();
        clients.into_iter().map(|client| client.join().unwrap()).sum()
    });
    let minutes = usize::try_from(started.elapsed().as_secs() / 60).unwrap();
    let log = server.log();
    let told = log.matches("no notification can be sent, all of them wait").count();
    eprintln!("{waiting} waiting, {minutes} minutes: {told} lines about them");
    assert!((1..=minutes + 1).contains(&told), "{waiting} waiting, {told} lines");
    assert_eq!(log.matches(" WARN ").count(), told, "{log}");
    server.stop();
}

/// Killed while the mail server takes its time: the email that was under way, and the one behind it, are sent by the next process.
#[test]
fn a_kill_between_commit_and_sending_loses_no_email() {
    let (home, smtp) = (Home::new(), SmtpServer::start());
    let account = home.account("anna@example.org");
    let server = serve(&home, &smtp);
    smtp.behave(&[("greeting", "hang")]);
    let client = server.client_of(&account);
    let mut secrets = vec![mail(&client, &recipient(0))];
    wait_for("an email under way", SOON, || (smtp.connections() > 0).then_some(()));
    secrets.push(mail(&client, &recipient(1)));
    server.kill();
    assert_eq!(smtp.emails().len(), 0);
    smtp.behave(&[]);
    let server = serve(&home, &smtp);
    // The lease of the one that was under way would end by itself, after a minute.
    for id in waiting(&home) {
        home.run(&["mail", "retry", &id]);
    }
    each_got_one(&smtp.wait_for_emails(2), &secrets);
    server.stop();
}

/// Killed after the mail server took the email and before anybody knew: it is sent twice, and both say that they are the same.
#[test]
fn a_second_copy_can_be_recognised() {
    let (home, smtp) = (Home::new(), SmtpServer::start());
    let account = home.account("anna@example.org");
    let server = serve(&home, &smtp);
    smtp.behave(&[("taken", "hang")]);
    mail(&server.client_of(&account), &recipient(0));
    wait_for("an email under way", SOON, || (smtp.connections() > 0).then_some(()));
    let reached = wait_for("an email taken", SOON, || smtp.emails().into_iter().next());
    server.kill();
    smtp.behave(&[]);
    let server = serve(&home, &smtp);
    home.run(&["mail", "retry", &waiting(&home)[0]]).succeeded();
    let emails = smtp.wait_for_emails(2);
    assert_eq!(emails[1].header("Message-ID"), reached.header("Message-ID"));
    assert_eq!(key_in(&emails[1]), key_in(&emails[0]));
    wait_for("an empty outbox", SOON, || waiting(&home).is_empty().then_some(()));
    server.stop();
}

#[test]
fn a_refused_email_is_told_of_and_can_be_given_up() {
    let (home, smtp) = (Home::new(), SmtpServer::start());
    let account = home.account("anna@example.org");
    let server = serve(&home, &smtp);
    smtp.behave(&[("rcpt", "550 no such user")]);
    mail(&server.client_of(&account), &recipient(0));
    let listed = wait_for("a dead email", SOON, || {
        let listed = home.run(&["mail", "list"]).succeeded().stdout;
        listed.contains("dead").then_some(listed)
    });
    assert!(listed.contains("refused by the mail server (550)"), "{listed}");
    let ran = home.run(&["mail", "retry"]);
    assert!(ran.code == Some(2) && ran.stderr.contains("<ID|--all>"), "{ran:?}");
    let ran = home.run(&["mail", "retry", "--all"]).succeeded();
    assert!(ran.stderr.contains("tried again as soon as the server looks: 1"), "{ran:?}");
    wait_for("a second refusal", SOON, || {
        let listed = home.run(&["mail", "list"]).succeeded().stdout;
        listed.contains("failed 2  dead").then_some(())
    });
    home.run(&["mail", "drop", &waiting(&home)[0]]).succeeded();
    assert!(waiting(&home).is_empty());
    let ran = server.stop();
    assert!(ran.stdout.contains("a notification cannot be sent"), "{}", ran.stdout);
}

/// Address and link: neither in the files while the email waits, nor in the log at its most talkative, sent or not.
#[test]
fn nothing_of_an_email_is_written_anywhere() {
    let (home, smtp) = (Home::new(), SmtpServer::start());
    let account = home.account("anna@example.org");
    smtp.behave(&[("rcpt", "451 later for recipient-0@example.com")]);
    let server = serve(&home, &smtp);
    let shared = mail(&server.client_of(&account), &recipient(0));
    let markers = [recipient(0), shared.secret.clone(), shared.receipt.clone()];
    wait_for("a failure", SOON, || server.log().contains("a notification was not sent").then_some(()));
    nothing_of(&markers, &home.data(), "while an email waits");
    smtp.behave(&[]);
    let id = waiting(&home).remove(0);
    home.run(&["mail", "retry", &id]).succeeded();
    smtp.wait_for_emails(1);
    let log = wait_for("the log's line", SOON, || {
        Some(server.log()).filter(|log| log.contains("a notification was sent"))
    });
    assert!(log.contains(&id), "which email");
    let ran = server.stop();
    nothing_of(&markers, &[("log".to_owned(), ran.stdout.into_bytes())], "told");
    nothing_of(&markers, &home.data(), "after it was sent");
}

#[test]
fn every_case_of_the_contract_holds_with_mail() {
    let (home, smtp) = (Home::new(), SmtpServer::start());
    let account: Account = home.account("cases@example.com");
    let server = serve(&home, &smtp);
    every_case_holds(&server, &account);
    let emails = smtp.wait_for_emails(1);
    assert!(emails.iter().all(|email| email.to == ["test@example.com"]), "{emails:?}");
    server.stop();
}

#[test]
fn doctor_sends_a_test_email_and_explains_what_failed() {
    let (home, smtp) = (Home::new(), SmtpServer::start());
    let doctor = |url: &str| {
        let mut command = home.command(&["doctor", "--mail-to", "op@example.com"]);
        command.envs([("READONCE_SMTP__URL", url), FROM]);
        crate::support::Ran::of(command)
    };
    let ran = doctor(&url(&smtp)).succeeded();
    assert!(ran.stdout.contains("took a test email"), "{}", ran.stdout);
    assert_eq!(smtp.wait_for_emails(1)[0].to, ["op@example.com"]);
    for (behaviour, said) in [
        (&[("rcpt", "550 no such user here")][..], "550"),
        (&[("rcpt", "451 greylisted, come back")], "greylist"),
        (&[("greeting", "drop")], "is that port the one"),
    ] {
        smtp.behave(behaviour);
        let ran = doctor(&url(&smtp));
        assert_eq!(ran.code, Some(1), "{ran:?}");
        assert!(ran.stdout.contains(said) && ran.stdout.contains("hint:"), "{said}: {}", ran.stdout);
    }
    smtp.behave(&[]);
    let starttls = url(&smtp).replace("smtp://", "smtp+starttls://");
    let ran = doctor(&starttls);
    assert!(ran.stdout.contains("FAIL  mail: no trusted TLS"), "{}", ran.stdout);
    let ran = crate::support::Ran::of(home.command(&["doctor", "--mail-to", "op@example.com"]));
    assert!(ran.stdout.contains("`smtp.url` is not set"), "{}", ran.stdout);
}
