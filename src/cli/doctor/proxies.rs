//! Checks the public address, and which proxies are trusted to name a client's address.

use ipnet::IpNet;

use super::report::Report;
use crate::config::Settings;
use crate::domain::{Listen, TrustedProxy};

pub(super) fn check(settings: &Settings, report: &mut Report) {
    address(settings, report);
    check_trusted(settings, report);
}

fn address(settings: &Settings, report: &mut Report) {
    let outside = !settings.listen.is_local();
    match &settings.base_url {
        None if outside => report.warn(
            "`base_url` is not set, and the server listens to the network: links will show the listening address",
            "set `base_url` to the address people use",
        ),
        None => report.ok("address: this machine only"),
        Some(url) if url.is_https() => report.ok(&format!("address: links begin with {}", url.as_str())),
        Some(url) => report.warn(
            &format!("links begin with {}, without TLS: whoever is on the way reads what is shared", url.as_str()),
            "put a proxy with TLS in front, and an https `base_url`",
        ),
    }
}

/// The shortest prefix that is not remarked on.
fn narrow(network: &IpNet) -> u8 {
    match network {
        IpNet::V4(_) => 24,
        IpNet::V6(_) => 64,
    }
}

fn check_trusted(settings: &Settings, report: &mut Report) {
    let trusted = &settings.http.trusted_proxies;
    let never = "`Forwarded`, `X-Real-IP`, `X-Forwarded-Host` and `Host` never are";
    if trusted.is_empty() {
        let text = format!(
            "proxies: none is trusted. Limits go by the address of the connection; `X-Forwarded-For` is not believed, {never}"
        );
        if settings.base_url.is_none() {
            return report.ok(&text);
        }
        let hint = "behind a proxy all clients share one limit: name its address or network in `http.trusted_proxies`";
        return report.note(&text, hint);
    }
    let networks = || {
        trusted
            .iter()
            .filter_map(|proxy| if let TrustedProxy::Network(network) = proxy { Some(network) } else { None })
    };
    if let Some(everybody) = networks().find(|network| network.prefix_len() == 0) {
        report.fail(
            &format!("`http.trusted_proxies` has {everybody}: whoever connects says which address they have, and no limit holds"),
            "name the proxy's own address",
        );
        return;
    }
    for wide in networks().filter(|network| network.prefix_len() < narrow(network)) {
        report.warn(
            &format!(
                "`http.trusted_proxies` has {wide}: who has an address in it chooses what they are counted as"
            ),
            "name the proxy's own address, or a network that only proxies have addresses in",
        );
    }
    let at_socket = matches!(settings.listen, Listen::Unix(_));
    if at_socket && !trusted.contains(&TrustedProxy::Unix) {
        report.warn(
            "the server is at a socket, and `http.trusted_proxies` has no \"unix\": all clients share one limit",
            "add \"unix\" to `http.trusted_proxies`: only who may open the socket gets there",
        );
    }
    let names: Vec<_> = trusted.iter().map(TrustedProxy::to_string).collect();
    report.ok(&format!(
        "proxies: `X-Forwarded-For` is believed when it comes from {}, read from the right up to the first address that is \
         none of them; {never}. A proxy that hands that line on as its clients wrote it makes limits void: docs/proxies.md has a check",
        names.join(", ")
    ));
}
