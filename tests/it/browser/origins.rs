//! Pages of other sites that use a visitor's browser, in a real one: what it says of them is all we know (ADR 0056).

use axum::Router;
use axum::response::Html;
use axum::routing::get;
use tokio::net::TcpListener;

use super::driver::Driver;
use super::page::Browser;
use super::site::{PASSPHRASE, Site, VALUE, reveal, share};

/// A page whose button sends a form to `target`.
fn form(target: &str) -> String {
    format!("<form method=post action='{target}'><input name=secret value=x><button>Win</button></form>")
}

/// Another site, which shows `page`; its port.
async fn elsewhere(page: String) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let site = Router::new().route("/", get(async move || Html(page)));
    tokio::spawn(async move { axum::serve(listener, site).await });
    port
}

/// Presses the button, and says what came of it.
async fn pressed(browser: &Browser<'_>, page: &str) -> String {
    browser.go(page).await;
    browser.submit("button").await;
    browser.text("h1").await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_browser_sends_no_forms_of_other_sites() {
    let (site, driver) = (Site::start(), Driver::start());
    let (client, port) = (site.client(), site.address().port());
    let browser = driver.browser().await;
    // With `Sec-Fetch-Site`, and over plain http to a host that is not this machine by its name, without.
    for host in ["127.0.0.1", "secrets.test"] {
        let shared = client.share("hello");
        let target = format!("http://{host}:{port}/secret/{}", shared.secret);
        let other = elsewhere(form(&target)).await;
        for page in [
            format!("http://{host}:{other}/"),
            format!("http://evil.test:{other}/"),
            format!("http://localhost:{other}/"),
            format!("data:text/html,{}", form(&target).replace(' ', "%20")),
        ] {
            assert_eq!(pressed(&browser, &page).await, "This came from another site", "{page} to {target}");
        }
        assert_eq!(client.state(&shared), "new");
        reveal(&browser, &target).await;
        assert_eq!(browser.text("#value").await, "hello");
    }
}

/// Over plain http a browser says `null` of a form whose page shows no referrer: ours has to show one.
#[tokio::test]
async fn our_own_forms_are_taken_over_plain_http_with_scripts_and_without() {
    let (site, driver) = (Site::start(), Driver::start());
    let home = format!("http://secrets.test:{}/", site.address().port());
    for browser in [driver.browser().await, driver.browser_without_scripts().await] {
        browser.go(&home).await;
        let (link, receipt) = share(&browser, VALUE, PASSPHRASE).await;
        let key = link.rsplit_once('/').unwrap().1;
        reveal(&browser, &format!("{home}secret/{key}")).await;
        browser.write("#passphrase", PASSPHRASE).await;
        browser.submit("button.primary").await;
        assert_eq!(browser.text("#value").await, VALUE);
        browser.go(&receipt).await;
        assert_eq!(browser.text("#state").await, "Read");
    }
}
