//! On a slow line people click twice. That must not cost the value: 150 ms each way, as of a telephone in a train.

use std::time::Duration;

use super::driver::Driver;
use super::page::Browser;
use super::site::PASSPHRASE;
use crate::support::slow_line::SlowLine;
use crate::support::{Home, Server, UNLIMITED, eventually};

const EACH_WAY: Duration = Duration::from_millis(150);
/// Between two clicks, in milliseconds: from a double click to an impatient one.
const GAPS: [u64; 20] =
    [80, 90, 100, 110, 120, 130, 140, 150, 160, 170, 180, 190, 200, 210, 220, 230, 240, 250, 260, 270];

/// Servers on one file, behind a line on which connections take turns among them.
struct Far<const SERVERS: usize> {
    servers: [Server; SERVERS],
    line: SlowLine,
    _home: Home,
}

impl<const SERVERS: usize> Far<SERVERS> {
    async fn start(each_way: Duration) -> Self {
        let home = Home::new();
        let servers = [(); SERVERS].map(|()| home.serve_with(UNLIMITED));
        let line = SlowLine::to(servers.iter().map(Server::address).collect(), each_way).await;
        Self { servers, line, _home: home }
    }
}

/// Whether a value is shown, once the page has changed.
async fn is_shown(browser: &Browser<'_>, value: &str) -> bool {
    eventually("a value, or none", async || {
        let seen = browser
            .run("return [document.querySelector('#value')?.textContent, document.querySelector('h1')?.textContent]")
            .await;
        match (seen[0].as_str(), seen[1].as_str()) {
            (Some(shown), _) => Some(shown == value),
            (None, Some("There is no secret here")) => Some(false),
            _ => None,
        }
    })
    .await
}

/// Clicks twice on the button of each of some secrets, every other one with a passphrase; those whose value is not shown.
async fn lost<const SERVERS: usize>(
    far: &Far<SERVERS>,
    browser: &Browser<'_>,
    before: &str,
) -> Vec<(u64, bool)> {
    let mut lost = Vec::new();
    for (turn, gap) in GAPS.into_iter().enumerate() {
        let (value, client) = (format!("value {turn}"), far.servers[turn % SERVERS].client());
        let protected = turn % 2 == 1;
        let shared = if protected { client.share_locked(&value, PASSPHRASE) } else { client.share(&value) };
        browser.go(&format!("http://{}/secret/{}", far.line.address(), shared.secret)).await;
        if protected {
            browser.submit("button.primary").await;
            browser.write("#passphrase", PASSPHRASE).await;
        }
        browser.run(before).await;
        browser.click_twice("button.primary", Duration::from_millis(gap)).await;
        if !is_shown(browser, &value).await {
            lost.push((gap, protected));
        }
    }
    lost
}

/// And a reload while the answer is under way: the browser asks the person, unless nobody minds.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn with_a_script_two_clicks_and_a_reload_lose_nothing_over_two_instances() {
    let (far, driver) = (Far::<2>::start(EACH_WAY).await, Driver::start());
    let reload = "document.forms[0].addEventListener('submit', () => {
                      if (dispatchEvent(new Event('beforeunload', { cancelable: true }))) location.reload();
                  })";
    assert_eq!(lost(&far, &driver.browser().await, reload).await, [], "of {} are lost", GAPS.len());
}

/// Here the browser drops the first answer, and sends the form again.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_script_two_clicks_lose_nothing_on_one_instance() {
    let (far, driver) = (Far::<1>::start(EACH_WAY).await, Driver::start());
    let browser = driver.browser_without_scripts().await;
    assert_eq!(lost(&far, &browser, "").await, [], "of {} are lost", GAPS.len());
}

/// Whoever tells the browser to reload nevertheless clicks again, on another page, and is answered as if it were the old one.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reload_that_does_not_wait_loses_nothing_on_one_instance() {
    let (far, driver) = (Far::<1>::start(EACH_WAY).await, Driver::start());
    let (browser, client) = (driver.browser().await, far.servers[0].client());
    let shared = client.share("hello");
    browser.go(&format!("http://{}/secret/{}", far.line.address(), shared.secret)).await;
    browser.click("button.primary").await;
    eventually("a claim", async || (client.state(&shared) == "received").then_some(())).await;
    browser.reload().await; // what it is asked about is answered with yes by the driver
    assert!(!browser.has("#value").await, "the answer was quicker");
    browser.submit("button.primary").await;
    assert_eq!(browser.text("#value").await, "hello");
    browser.reload().await;
    browser.submit("button.primary").await;
    assert_eq!(browser.text("h1").await, "There is no secret here");
}

/// The answer may be there between two clicks, and something else where the button was.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_second_click_follows_no_link_of_the_next_page() {
    let (far, driver) = (Far::<1>::start(Duration::from_millis(10)).await, Driver::start());
    let browser = driver.browser().await;
    for gap in [150, 270] {
        let shared = far.servers[0].client().share("hello");
        browser.go(&format!("http://{}/secret/{}", far.line.address(), shared.secret)).await;
        browser
            .run(
                "new MutationObserver(() => {
                     if (!document.getElementById('value')) return;
                     const link = document.createElement('a');
                     link.href = '/about';
                     link.style.cssText = 'position: fixed; inset: 0';
                     link.addEventListener('click', () => { window.clicked = true; });
                     document.body.append(link);
                 }).observe(document.documentElement, { childList: true })",
            )
            .await;
        browser.click_twice("button.primary", Duration::from_millis(gap)).await;
        eventually("the second click", async || {
            (browser.run("return window.clicked").await == true).then_some(())
        })
        .await;
        assert_eq!(browser.text("#value").await, "hello");
        assert!(browser.url().await.contains("/secret/"), "{gap} ms");
    }
}

/// How many secrets were shared, as the log has it.
fn shares(far: &Far<1>) -> usize {
    far.servers[0].log().lines().filter(|line| line.contains("POST") && line.contains("status=200")).count()
}

/// A second click, slower than a double click, must not share the text once more.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn with_a_script_an_impatient_second_click_shares_once() {
    let (far, driver) = (Far::<1>::start(Duration::from_millis(600)).await, Driver::start());
    let browser = driver.browser().await;
    browser.go(&format!("http://{}/", far.line.address())).await;
    browser.write("#secret", "hello").await;
    browser.click_twice("button[value=share]", Duration::from_millis(800)).await;
    browser.one("#link").await;
    assert_eq!(shares(&far), 1);
    // Back on the page, another one can be shared.
    browser.run("history.back()").await;
    browser.write("#secret", "again").await;
    browser.submit("button[value=share]").await;
    browser.one("#link").await;
    assert_eq!(shares(&far), 2);
}
