//! What `rspamd` and `SpamAssassin` say of the emails. For `scripts/test long`; what they disliked once is held by `raw.rs` and `message.rs`.

use std::fs;
use std::sync::Arc;
use std::time::Duration;

use readonce::domain::{Clock as _, Locale, ReplyTo, SystemClock};
use readonce::mail::{Email, Mailer as _, SmtpMailer, SmtpSettings};

use super::{HOME, address, email, settings};
use crate::support::debian::Debian;
use crate::support::ports::free_port;
use crate::support::smtp::SmtpServer;
use crate::support::wait_for;

/// Both as Debian sets them up, but for what asks the network, which is off by their own settings: what is left judges the
/// email and nothing else (ADR 0073). `$1` is the port for rspamd. Answers are `NUMBER.rspamd`, and `spamassassin` in the order of the emails.
const FILTERS: &str = r#"
printf 'nameserver 127.0.0.1\n' >/etc/resolv.conf
cd /etc/rspamd/local.d
for module in arc asn dkim dmarc fuzzy_check mx_check rbl spf url_redirector; do
  printf 'enabled = false;\n' >"$module.conf"
done
# Of these only what is asked of names and addresses: the addresses in the text are looked at all the same.
printf 'helo_enabled = false;\nhostname_enabled = false;\nfrom_enabled = false;\nrcpt_enabled = false;\nmid_enabled = false;\nurl_enabled = true;\n' >hfilter.conf
# Whatever asks all the same is told at once that nobody answers.
printf 'dns { timeout = 0.1s; retransmits = 1; }\n' >options.inc
printf 'enabled = false;\n' | tee worker-proxy.inc >worker-controller.inc
printf 'bind_socket = "127.0.0.1:%s";\n' "$1" >worker-normal.inc
cd /mnt
mkdir -p /run/rspamd /var/log/rspamd && chown _rspamd /run/rspamd /var/log/rspamd
rspamd -u _rspamd -g _rspamd -f -c /etc/rspamd/rspamd.conf &
until [ -e emails ] && curl -sf "http://127.0.0.1:$1/ping"; do sleep 0.1; done
spamassassin --local --mbox --test-mode <emails >spamassassin 2>said-by-spamassassin &
for email in *.eml; do
  rspamc -h "127.0.0.1:$1" -i 198.18.0.25 --helo mail.example.org --hostname mail.example.org \
    -F secrets@example.org -r recipient@example.net "$email" >"${email%.eml}.rspamd" 2>&1
done
wait %2
touch done
"#;

/// The number behind a word.
fn number_behind(word: &str, text: &str) -> f64 {
    let (_, rest) = text.split_once(word).unwrap_or_else(|| panic!("no `{word}` in {text}"));
    let digits: String = rest.chars().take_while(|c| c.is_ascii_digit() || matches!(c, '.' | '-')).collect();
    digits.parse().unwrap()
}

/// What the recipient's server puts before an email that came from the sender's. An address of the examples would be one that the
/// filters know nobody to have. `SpamAssassin` reads a mailbox in an order of its own: the number tells which email it was.
fn arrived(email: &str, number: usize, date: &str) -> String {
    format!(
        "Received: from mail.example.org (mail.example.org [198.18.0.25])\r\n\tby mx.example.net with ESMTPS id {number}; {date}\r\n{email}"
    )
}

/// The emails of one language, each with what it is.
async fn emails(server: &SmtpServer, locale: Locale) -> Vec<(String, String)> {
    let mailer = SmtpMailer::new(
        SmtpSettings { reply_to: ReplyTo::SameDomain, ..settings(server) }, // as by default
        Arc::new(SystemClock),                                              // filters dislike old ones
    )
    .unwrap();
    let expires = SystemClock.now().plus(7 * 24 * 60 * 60);
    let mut names = Vec::new();
    for sharer in ["anna@example.org", "anna@gmail.com"] {
        for protected in [false, true] {
            mailer
                .send(&Email { locale, protected, expires, sharer: address(sharer), ..email() })
                .await
                .unwrap();
            names.push(format!("{} of {sharer}, protected: {protected}", locale.tag()));
        }
    }
    mailer.send_test(&address("recipient@example.net"), HOME, locale).await.unwrap();
    names.push(format!("{}, the test email", locale.tag()));
    let received = server.wait_for_emails(names.len());
    names
        .into_iter()
        .zip(received.iter().map(|email| String::from_utf8(email.raw.clone()).unwrap()))
        .collect()
}

#[tokio::test]
#[ignore = "scripts/test long"]
async fn filters_have_nothing_against_them_in_any_language() {
    let mut all = Vec::new();
    for locale in Locale::ALL.iter().copied() {
        all.extend(emails(&SmtpServer::start(), locale).await);
    }
    // What both have something against.
    let (dates, undated): (Vec<_>, Vec<_>) =
        all[0].1.split_inclusive("\r\n").partition(|line| line.starts_with("Date: "));
    let date = dates[0].trim_start_matches("Date: ").trim().to_owned();
    let undated = undated.concat();
    all.push(("without a date".to_owned(), undated));

    let Some(filters) = Debian::run("spam", FILTERS, &[&free_port().to_string()]) else { return };
    let mut mailbox = String::new();
    for (number, (_, email)) in all.iter().enumerate() {
        let email = arrived(email, number, &date);
        fs::write(filters.shared().join(format!("{number}.eml")), &email).unwrap();
        mailbox += "From secrets@example.org Sat Nov 21 14:05:01 2026\n";
        mailbox += &email.replace("\r\n", "\n");
        mailbox.push('\n');
    }
    fs::write(filters.shared().join("mailbox"), mailbox).unwrap();
    fs::rename(filters.shared().join("mailbox"), filters.shared().join("emails")).unwrap();
    wait_for("what the filters say", Duration::from_mins(5), || {
        filters.shared().join("done").exists().then_some(())
    });

    let mut disliked = Vec::new();
    let of_spamassassin = filters.file("spamassassin");
    for (number, (name, _)) in all.iter().enumerate() {
        let of_rspamd = filters.file(&format!("{number}.rspamd"));
        let (before, _) = of_spamassassin.split_once(&format!("with ESMTPS id {number};")).unwrap();
        let (_, of_spamassassin) = before.rsplit_once("X-Spam-Status: ").unwrap();
        let scores = (number_behind("Score: ", &of_rspamd), number_behind("score=", of_spamassassin));
        eprintln!("{name}: rspamd {:.2}, SpamAssassin {:.1}", scores.0, scores.1);
        if scores.0 > 0.5 || scores.1 > 0.0 {
            eprintln!("{name}:\n{of_rspamd}\n{of_spamassassin}\n");
            disliked.push(name.as_str());
        }
    }
    assert_eq!(disliked, ["without a date"]);
}
