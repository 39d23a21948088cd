//! What a proxy writes, when all is well, when answers are lost and when nobody is there.

use super::{FORM, installation};
use crate::deploy::behind::nobody;
use crate::deploy::front::{Front, HOST, Kind};
use crate::deploy::people::{AWAY, LOST};
use crate::deploy::relay::{Answers, Relay};
use crate::support::search::{contains, forms};
use crate::support::text::{base64, form};
use crate::support::{Account, Client, Connection, SOON, Shared, wait_for};

/// What must not be found, in the three situations.
const PASSPHRASE: &str = "passphrase-marker-7Xw";
const VALUE: &str = "value-marker-4Tq";

pub(super) fn nothing_is_written(kind: Kind) {
    let installation = installation(&[
        ("READONCE_SECRETS__MAX_SIZE", "100000"),
        ("READONCE_PLANS__DEFAULT__MAX_SIZE", "100000"),
    ]);
    let server = installation.instance();
    let account = installation.account("ann@example.org");
    let relay = Relay::to(server.address());
    let mut front = Front::new(kind, [relay.address(), nobody()]);
    front.serving();
    let ann = Client::over(front.way(HOST)).signed_in(&account.email, &account.token);
    let mut keys = Vec::new();

    // A body that comes slowly goes on as it comes, or waits in memory.
    let mut slow = Connection::over(&front.way(HOST)).unwrap();
    let begun = format!("slow-{VALUE}{}", "v".repeat(80_000));
    let head = format!("POST /api/v1/share HTTP/1.1\r\nHost: {HOST}\r\nContent-Length: 90000\r\n\r\n");
    slow.send(format!("{head}{begun}").as_bytes()).unwrap();
    if !kind.waits_for_the_whole_body() {
        wait_for("a body that is handed on", SOON, || relay.heard("slow-").then_some(()));
    }
    search(&front, "while a value comes", &account, &[]);
    drop(slow);

    // All is well. A large value is on its way, and its answer waits: what the proxy keeps of it is there now.
    let large = format!("{VALUE}{}", "v".repeat(90_000));
    let body = form(&[("secret", &large), ("passphrase", PASSPHRASE)]);
    relay.set(Answers::Held);
    let waiting = std::thread::scope(|scope| {
        let (way, account, body) = (front.way(HOST), &account, &body);
        let sharing = scope.spawn(move || {
            let ann = Client::over(way).signed_in(&account.email, &account.token);
            ann.ask("POST", "/api/v1/share", &[FORM], Some(body.as_bytes()))
        });
        wait_for("an answer that waits", SOON, || (relay.held() > 0).then_some(()));
        search(&front, "while a value is on its way", account, &[]);
        relay.set(Answers::Pass);
        sharing.join().unwrap()
    });
    let shared = Shared::of(&waiting.ok());
    ann.receipt(&shared).ok();
    ann.unlock(&shared, "wrong").unknown();
    assert_eq!(ann.unlock(&shared, PASSPHRASE).ok().member("value"), large);
    keys.push(shared.clone());
    let link = format!("https://{HOST}/secret/{}", shared.secret);
    ann.ask("GET", &format!("/secret/{}", shared.secret), &[("Referer", &link)], None);
    let path = format!("/api/v1/secret/{}", shared.secret);
    ann.ask("POST", &format!("{path}?passphrase={PASSPHRASE}"), &[FORM], Some(b"")).unknown();
    // What neither understands, and what breaks off.
    ann.ask("GET", &path, &[("X-Long", &"x".repeat(60_000))], None);
    for text in [
        format!("GET {path} HTTP/9.9\r\nHost: {HOST}\r\n\r\n"),
        format!("GET {path} with more words\r\nHost: {HOST}\r\n\r\n"),
        format!(
            "POST {path} HTTP/1.1\r\nHost: {HOST}\r\nX-Wrong : {}\r\nContent-Length: x\r\n\r\n",
            account.token
        ),
        path.clone(),
    ] {
        let mut bad = Connection::over(&front.way(HOST)).unwrap();
        bad.send(text.as_bytes()).unwrap();
        drop(bad.answer());
    }
    let mut broken = Connection::over(&front.way(HOST)).unwrap();
    let head = format!("POST {path} HTTP/1.1\r\nHost: {HOST}\r\nContent-Length: 90000\r\n\r\n{VALUE}");
    broken.send(head.as_bytes()).unwrap();
    drop(broken);
    if kind.has_clear_port() {
        front.in_the_clear().get(&format!("/secret/{}", shared.secret));
    }
    search(&front, "while all is well", &account, &keys);

    // Answers are lost.
    let lost = server.client_of(&account).share_locked(VALUE, PASSPHRASE);
    keys.push(lost.clone());
    relay.set(Answers::Lost);
    ann.unlock(&lost, PASSPHRASE);
    ann.ask("POST", &format!("/secret/{}", lost.secret), &[FORM], Some(b""));
    relay.set(Answers::Pass);
    search(&front, "where answers are lost", &account, &keys);

    // Nobody is there.
    server.stop();
    drop(relay);
    let told = if kind.knows_that_nobody_is_there() { AWAY } else { LOST };
    wait_for("a proxy that has noticed", SOON, || {
        // Some write one line, about the first request that finds nobody.
        ann.get(&format!("/secret/{}", lost.secret)).text().contains(told).then_some(())
    });
    ann.unlock(&lost, PASSPHRASE);
    ann.ask("GET", &format!("/secret/{}", lost.secret), &[("Referer", &link)], None);
    if kind.keeps_a_log_of_requests() {
        // A proxy may write its line after its answer.
        wait_for("the last request's line", SOON, || {
            front
                .logs()
                .iter()
                .any(|log| log.contains("POST") && (log.contains("503") || log.contains("502")))
                .then_some(())
        });
    }
    search(&front, "where nobody is there", &account, &keys);
    front.stop();
    search(&front, "when all is over", &account, &keys);
}

/// Looks for keys, values, passphrases and tokens, in each form in which they could stand there.
#[track_caller]
fn search(front: &Front, when: &str, account: &Account, keys: &[Shared]) {
    let basic = base64(format!("{}:{}", account.email, account.token).as_bytes());
    let keys = keys.iter().flat_map(|shared| [shared.secret.as_str(), &shared.receipt]);
    let sought: Vec<_> = [VALUE, PASSPHRASE, &account.token, &basic].into_iter().chain(keys).collect();
    let written = front.written();
    assert!(!written.is_empty(), "nothing was looked at");
    for (file, bytes) in written {
        for marker in &sought {
            for form in forms(marker) {
                assert!(!contains(&bytes, &form), "{when}, {marker} is in {}", file.display());
            }
        }
    }
}
