//! Emails through the mail servers that people have, as Debian sets them up.

use serde_json::json;

use super::mail::FROM;
use crate::support::mail_server::MailServer;
use crate::support::smtp::SmtpServer;
use crate::support::{Account, Home, SOON, Server, Shared, UNLIMITED, wait_for};

/// More than any of them takes by one connection without a thought.
const MANY: usize = 40;
const ANNA: &str = "anna@mail.example.org";

/// A server that sends its emails through this one.
fn serve(home: &Home, url: &str) -> (Server, Account) {
    let account = home.account("owner@example.org");
    // Also what it calls itself to the mail server, whose filters know clients by name and address.
    let base_url = ("READONCE_BASE_URL", "https://secrets.example.org");
    let mail = [("READONCE_SMTP__URL", url), FROM, ("READONCE_SMTP__PER_HOUR", "1000"), base_url];
    (home.serve_with(&[UNLIMITED, &mail].concat()), account)
}

/// Shares one after the other, and waits each time until the mail server has it, as it is when nobody shares in a hurry.
fn share(server: &Server, account: &Account, recipient: impl Fn(usize) -> String) -> Vec<Shared> {
    let client = server.client_of(account);
    (0..MANY)
        .map(|number| {
            let told = [("secret", "the value"), ("recipient", &*recipient(number))];
            let shared = Shared::of(&client.post("/share", &told).ok());
            wait_for("an email that is sent", SOON, || {
                server.log().matches("a notification was sent").nth(number).map(drop)
            });
            shared
        })
        .collect()
}

/// fail2ban, told to look at a log of Exim by its own filter in its widest mode, sees nobody to shut out.
fn nobody_is_banned(log: &str) {
    let (home, root) = (Home::new(), env!("CARGO_MANIFEST_DIR"));
    let of = |path: &str| format!("{root}/target/tools/exim/installed/{path}");
    home.write("mainlog", log);
    let mut command = std::process::Command::new("/usr/bin/python3");
    command
        .env("PYTHONPATH", of("usr/lib/python3/dist-packages"))
        .args([of("usr/bin/fail2ban-regex"), "--config".to_owned(), of("etc/fail2ban")])
        .arg(home.file("mainlog"))
        .arg("exim[mode=aggressive]");
    let told = crate::support::Ran::of(command).succeeded();
    let lines = log.lines().count();
    assert!(told.stdout.contains(&format!("Lines: {lines} lines, 0 ignored, 0 matched")), "{told:?}");
}

/// The eleventh of one connection would wait half an hour for the queue runner, and a short secret would arrive dead.
#[test]
fn exim_delivers_forty_shares_in_a_row_at_once() {
    let Some(exim) = MailServer::exim("") else { return };
    let home = Home::new();
    let (server, account) = serve(&home, &exim.url());
    let shared = share(&server, &account, |_| ANNA.to_owned());
    let delivered = |log: &str| log.matches(" => anna <anna@mail.example.org> R=local_user").count();
    let log = wait_for("all of them delivered", SOON, || {
        Some(exim.exim_log()).filter(|log| {
            assert!(!log.contains("no immediate delivery"), "{log}");
            delivered(log) == MANY
        })
    });
    server.stop();
    let mailbox = exim.mailbox();
    for shared in shared {
        // A line of its own, also for who reads the file.
        let link = format!("\nhttps://secrets.example.org/secret/{}\n", shared.secret);
        assert_eq!(mailbox.matches(&link).count(), 1, "{mailbox}");
    }
    nobody_is_banned(&log);
    // What a log is searched for is there to be found.
    let refused = "2026-11-29 12:15:48 SMTP call from secrets.example.org [127.0.0.1] dropped: too many nonmail commands (last was \"NOOP\")\n";
    assert!(std::panic::catch_unwind(|| nobody_is_banned(refused)).is_err());
}

#[test]
fn postfix_passes_forty_shares_in_a_row_on_at_once() {
    let next = SmtpServer::start();
    let Some(postfix) = MailServer::postfix(&next, "") else { return };
    let home = Home::new();
    let (server, account) = serve(&home, &postfix.url());
    let shared = share(&server, &account, |number| format!("recipient-{number}@example.com"));
    let emails = next.wait_for_emails(MANY);
    for (number, shared) in shared.iter().enumerate() {
        let theirs: Vec<_> =
            emails.iter().filter(|email| email.to == [format!("recipient-{number}@example.com")]).collect();
        assert_eq!(theirs.len(), 1, "{number}");
        assert!(theirs[0].part("text/plain").contains(&format!("/secret/{}\n", shared.secret)));
    }
    server.stop();
    let log = postfix.postfix_log();
    assert_eq!(log.matches(" status=sent ").count(), MANY, "{log}");
    assert!(!log.contains("status=deferred") && !log.contains("too many errors"), "{log}");
}

/// Postfix takes SMTPUTF8, and what comes after it may not: an email that needed it, only because of `Reply-To`, would bounce.
#[test]
fn a_sharer_in_other_letters_reaches_recipients_behind_an_older_server() {
    let next = SmtpServer::with(json!({ "utf8": false }));
    let Some(postfix) = MailServer::postfix(&next, "") else { return };
    let home = Home::new();
    let owner = home.account("änna@example.org");
    let (server, _) = serve(&home, &postfix.url());
    let told = [("secret", "the value"), ("recipient", "you@example.com")];
    server.client_of(&owner).post("/share", &told).ok();
    let email = next.wait_for_emails(1).remove(0);
    assert_eq!(
        (email.from.as_str(), &*email.to),
        ("secrets@example.org", &["you@example.com".to_owned()][..])
    );
    assert!(email.part("text/plain").contains("änna@example.org"));
    server.stop();
    assert!(postfix.postfix_log().contains(" status=sent "), "{}", postfix.postfix_log());
}
