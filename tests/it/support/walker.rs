//! Somebody who walks from page to page by addresses and forms, with a jar for cookies as browsers have one: by host, whatever the
//! port.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use super::Answer;
use super::client::Client;
use super::text::form;

/// A browser without eyes.
#[derive(Default)]
pub(crate) struct Walker {
    pub(crate) cookies: BTreeMap<String, String>,
    /// Every address that it was sent to, one after the other.
    pub(crate) way: Vec<String>,
}

impl Walker {
    /// One step: what an address answers to GET.
    pub(crate) fn get(&mut self, address: &str) -> Answer {
        self.step("GET", address, None)
    }

    /// One step: what it answers to a form, sent by a page of its own site.
    pub(crate) fn post(&mut self, address: &str, fields: &[(&str, &str)]) -> Answer {
        self.step("POST", address, Some(&form(fields)))
    }

    /// Goes where answers lead, until one leads nowhere.
    pub(crate) fn follow(&mut self, mut answer: Answer) -> Answer {
        for _ in 0..20 {
            let Some(to) = answer.header("location") else { return answer };
            let here = self.way.last().unwrap().clone();
            let origin = here.splitn(4, '/').take(3).collect::<Vec<_>>().join("/");
            let to = if to.starts_with('/') { format!("{origin}{to}") } else { to.to_owned() };
            answer = self.get(&to);
        }
        panic!("led around: {:?}", self.way)
    }

    fn step(&mut self, method: &str, address: &str, body: Option<&str>) -> Answer {
        self.way.push(address.to_owned());
        let rest = address.strip_prefix("http://").unwrap_or_else(|| panic!("no address: {address}"));
        let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        let at: SocketAddr = authority.parse().unwrap();
        let jar: Vec<_> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let jar = jar.join("; ");
        let origin = format!("http://{authority}");
        let mut headers = vec![("Cookie", jar.as_str())];
        if body.is_some() {
            headers.push(("Content-Type", "application/x-www-form-urlencoded"));
            headers.push(("Origin", &origin));
        }
        headers.retain(|(_, value)| !value.is_empty());
        let path = if path.is_empty() { "/" } else { path };
        let answer = Client::new(at).ask(method, path, &headers, body.map(str::as_bytes));
        for (_, cookie) in answer.headers.iter().filter(|(name, _)| name == "set-cookie") {
            let (name, rest) = cookie.split_once('=').unwrap();
            let value = rest.split(';').next().unwrap();
            if value.is_empty() || cookie.contains("Max-Age=0") || cookie.contains("1970") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        answer
    }

    /// Signs in at the provider as whoever is named, from the server's page on; the page that this ends at.
    pub(crate) fn sign_in(&mut self, start: &str, who: &str) -> Answer {
        let started = self.get(start);
        let asked = self.follow(started);
        let here = self.way.last().unwrap().clone();
        if !here.contains("/interaction/") {
            return asked;
        }
        let sent = self.post(&here, &[("prompt", "login"), ("login", who), ("password", "any")]);
        self.follow(sent)
    }
}
