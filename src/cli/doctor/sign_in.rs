//! Checks how people sign in at the pages: whom the server takes at their word, and how its cookie travels.

use super::report::Report;
use crate::config::Settings;
use crate::domain::TrustedProxy;
use crate::domain::address::BaseUrl;

pub(super) fn check(settings: &Settings, report: &mut Report) {
    let access = &settings.access;
    if !settings.web.enabled || access.session == 0 {
        return report.ok("sign-in: nobody signs in at the pages");
    }
    let url = settings.base_url_or(&settings.listen);
    if !url.is_https() && !url.is_loopback() {
        report.warn(
            &format!(
                "people sign in at {} without TLS: whoever is on the way takes their API tokens and sessions",
                url.as_str()
            ),
            "put a proxy with TLS in front, and an https `base_url`; `access.session = 0` takes the sign-in off the pages",
        );
    }
    match &access.user_header {
        None => report.ok("sign-in: by API token; no header is believed"),
        Some(header) => check_header(settings, header.as_str(), &url, report),
    }
}

fn check_header(settings: &Settings, header: &str, url: &BaseUrl, report: &mut Report) {
    if settings.http.proxy_protocol {
        report.warn(
            &format!(
                "`access.user_header` is `{header}`, and with `http.proxy_protocol` connections are those of clients: it counts from nobody"
            ),
            "the proxy that signs people in has to connect by itself, without the PROXY protocol",
        );
    }
    let names: Vec<_> = settings.http.trusted_proxies.iter().map(TrustedProxy::to_string).collect();
    report.ok(&format!(
        "sign-in: whoever comes from {} says in `{header}` who somebody is, on /sign-in and nowhere else. That has to be a proxy that \
         replaces this header there and takes it off all other paths (docs/sign-in.md); this has to print 0: \
         curl -s -H '{header}: forged@example.org' {}/sign-in | grep -c forged@example.org",
        names.join(", "),
        url.as_str()
    ));
}
