//! Proxy environment variables, as other tools read them: `HTTPS_PROXY` for https, `HTTP_PROXY` for http, `ALL_PROXY`
//! for both, in lower case too, and `NO_PROXY` for hosts that are reached directly.
//!
//! The library's own reading would send http to the proxy for https, and calls to this very machine as well.

use std::net::IpAddr;

use ipnet::IpNet;
use ureq::Proxy;

use super::address::Address;
use super::error::ClientError;

/// The proxy on the way to a server. `variable` reads the environment.
pub(super) fn on_the_way_to(
    address: &Address,
    variable: impl Fn(&str) -> Option<String>,
) -> Result<Option<Proxy>, ClientError> {
    let either = |name: &str| {
        [name.to_ascii_lowercase(), name.to_owned()]
            .into_iter()
            .find_map(|name| Some((variable(&name)?, name)))
    };
    let own = if address.is_https() { "HTTPS_PROXY" } else { "HTTP_PROXY" };
    let Some((proxy, name)) = either(own).or_else(|| either("ALL_PROXY")) else { return Ok(None) };
    let direct = either("NO_PROXY").is_some_and(|(list, _)| is_listed(&list, address.host()));
    if proxy.trim().is_empty() || direct || address.is_loopback() {
        return Ok(None);
    }
    // Built without them, the library takes the address and panics when it is used.
    if proxy.trim().to_ascii_lowercase().starts_with("socks") {
        return Err(ClientError::call(format!(
            "the variable `{name}` names a SOCKS proxy, which is not spoken here\nhint: one for http, such as http://proxy.example:3128; NO_PROXY names what is met directly"
        )));
    }
    // The library reads it, since it also goes without a scheme or a password. Not shown: it may hold one.
    Proxy::new(proxy.trim()).map(Some).map_err(|_| {
        ClientError::call(format!(
            "the variable `{name}` is no address of a proxy\nhint: such as http://proxy.example:3128; NO_PROXY names what is met directly"
        ))
    })
}

/// Whether a list of names, networks and `*` has this host in it. A name stands for everything below it too.
fn is_listed(list: &str, host: &str) -> bool {
    let ip = host.parse::<IpAddr>().ok();
    list.split(',').map(|entry| entry.trim().to_ascii_lowercase()).filter(|entry| !entry.is_empty()).any(
        |entry| {
            let name = entry.trim_start_matches('*').trim_start_matches('.');
            let within = ip.is_some_and(|ip| entry.parse::<IpNet>().is_ok_and(|net| net.contains(&ip)));
            entry == "*"
                || within
                || host == name
                || (!name.is_empty() && host.ends_with(&format!(".{name}")))
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proxy(to: &str, variables: &[(&str, &str)]) -> Option<String> {
        let known = |wanted: &str| {
            variables.iter().find(|(name, _)| *name == wanted).map(|(_, text)| (*text).to_owned())
        };
        let proxy = on_the_way_to(&Address::parse(to).unwrap(), known).unwrap();
        proxy.map(|proxy| format!("{}:{}", proxy.host(), proxy.port()))
    }

    #[test]
    fn the_scheme_chooses() {
        let all = [("HTTPS_PROXY", "http://s:1"), ("http_proxy", "http://p:2"), ("ALL_PROXY", "http://a:3")];
        assert_eq!(proxy("https://x.example", &all).as_deref(), Some("s:1"));
        assert_eq!(proxy("http://x.example", &all).as_deref(), Some("p:2"));
        assert_eq!(proxy("http://x.example", &all[2..]).as_deref(), Some("a:3"));
        assert_eq!(proxy("http://x.example", &all[..1]), None);
        assert_eq!(proxy("https://127.0.0.1:1", &all), None);
        assert_eq!(proxy("https://x.example", &[("https_proxy", ""), ("ALL_PROXY", "http://a:3")]), None);
    }

    #[test]
    fn some_are_met_directly() {
        for (list, host, listed) in [
            ("*", "x.example", true),
            ("a, x.example ,b", "x.example", true),
            ("example", "x.example", true),
            (".example", "x.example", true),
            ("*.example", "x.example", true),
            ("ample", "x.example", false),
            ("10.0.0.0/8", "10.1.2.3", true),
            ("10.0.0.0/8", "11.1.2.3", false),
            ("fd00::/8", "fd00::1", true),
            ("10.1.2.3", "10.1.2.3", true),
            (",,", "x.example", false),
        ] {
            assert_eq!(is_listed(list, host), listed, "{list} {host}");
        }
        let variables = [("HTTPS_PROXY", "http://s:1"), ("no_proxy", "x.example")];
        assert_eq!(proxy("https://x.example", &variables), None);
    }

    #[test]
    fn socks_is_refused_and_not_gone_around() {
        let address = Address::parse("https://x.example").unwrap();
        for scheme in ["socks4", "socks4a", "socks5", "SOCKS5", "socks5h", "socks"] {
            let message = on_the_way_to(&address, |name| {
                (name == "ALL_PROXY").then(|| format!(" {scheme}://u:hunter2@s:1080"))
            });
            let message = message.unwrap_err().to_string();
            assert!(
                message.contains("`ALL_PROXY` names a SOCKS proxy") && !message.contains("hunter2"),
                "{message}"
            );
        }
    }

    #[test]
    fn a_wrong_one_is_named_and_not_shown() {
        let address = Address::parse("https://x.example").unwrap();
        let message = on_the_way_to(&address, |name| (name == "https_proxy").then(|| "u:hunter2@ /".into()));
        let message = message.unwrap_err().to_string();
        assert!(message.contains("`https_proxy`") && !message.contains("hunter2"), "{message}");
    }
}
