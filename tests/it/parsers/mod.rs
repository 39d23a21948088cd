//! Properties of what reads strangers' words besides parameters (`params`): keys, credentials, addresses, paths; of what
//! reads files and stores: `sealed`; and of settings that say where something is: `addresses`. Whatever arrives is read or refused, and what is read is what was written.

use std::net::IpAddr;

use axum::http::{HeaderMap, HeaderValue, Uri};
use ipnet::IpNet;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;
use readonce::domain::{EmailAddress, Locale, ReceiptKey, SecretKey, SlotTag};
use readonce::domain::{Peer, TrustedProxy};
use readonce::http::basic::{Basic, parse_basic};
use readonce::http::client_ip::client_ip;
use readonce::server::normaliser;

use crate::support::text::base64;

mod addresses;
mod sealed;

/// Of ours, and of a server of v0.24 or later.
fn keys() -> impl Strategy<Value = String> {
    prop_oneof!["[0-9a-z]{31}", "[0-9a-z]{62}"]
}

proptest! {
    #[test]
    fn a_key_is_31_characters_or_62_or_an_old_shorter_one_and_nothing_else(text in prop_oneof![
        any::<String>(), keys(), "[0-9a-zA-Z]{31}", "[0-9a-zA-Z]{62}", "[0-9a-z]{23,33}", "[0-9a-z]{60,64}", "0[0-9a-z]{23,62}",
        "[0-9a-z]{29}é", "[0-9a-z]{60}é", "[0-9a-z]{0,31}\\PC[0-9a-z]{0,31}", "[0-9a-z]{31}\\PC[0-9a-z]{30}",
    ]) {
        let is_old = (25..=30).contains(&text.len()) && !text.starts_with('0');
        let is_key = (matches!(text.len(), 31 | 62) || is_old) && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'z'));
        let secret = SecretKey::parse(&text);
        prop_assert_eq!(secret.is_some(), is_key);
        prop_assert_eq!(ReceiptKey::parse(&text).is_some(), is_key);
        if let Some(key) = secret {
            prop_assert_eq!(key.expose(), text.as_str());
            let again = SecretKey::assemble(key.tag(), key.rest());
            prop_assert_eq!(again, (text.len() == 31).then_some(key.clone()));
            prop_assert_eq!(SlotTag::parse(&text[..3]), Some(key.tag()));
        }
    }

    #[test]
    fn credentials_arrive_as_they_were_sent(user in "[^:]{1,40}", token in any::<String>(), blanks in "[ \t]{1,3}") {
        let encoded = base64(format!("{user}:{token}").as_bytes());
        for encoded in [encoded.as_str(), encoded.trim_end_matches('=')] {
            let header = format!("bAsIc{blanks}{encoded}");
            match parse_basic([header.as_bytes()]) {
                Basic::Credentials { user: read, token: presented } => {
                    prop_assert_eq!(&read, &user);
                    prop_assert_eq!(presented.expose(), token.as_str());
                }
                Basic::Refused => prop_assert!(token.is_empty()),
                Basic::None => prop_assert!(false, "a header was there"),
            }
            prop_assert!(matches!(parse_basic([header.as_bytes(), header.as_bytes()]), Basic::Refused));
        }
    }

    #[test]
    fn any_header_is_credentials_or_refused(value in prop_oneof![
        vec(any::<u8>(), 0..80), "Basic [A-Za-z0-9+/=:, -]{0,80}".prop_map(String::into_bytes),
    ]) {
        match parse_basic([value.as_slice()]) {
            Basic::Credentials { user, token } => {
                prop_assert!(!user.is_empty() && !user.contains(':') && !token.expose().is_empty());
                prop_assert!(value.trim_ascii()[..5].eq_ignore_ascii_case(b"basic"));
            }
            Basic::Refused => {}
            Basic::None => prop_assert!(false, "a header was there"),
        }
    }

    /// Told another way: all hops in one list, the peer last; the client is the last one that is not trusted, or the first.
    #[test]
    fn the_client_is_the_last_hop_that_is_not_ours(
        hops in vec(prop_oneof!["10\\.0\\.0\\.[1-9]", "192\\.0\\.2\\.[1-9]", "2001:db8::[1-9]", "fd00::[1-9]"], 0..6),
        peer in prop_oneof!["10\\.0\\.0\\.[1-9]", "192\\.0\\.2\\.[1-9]", "::ffff:10\\.0\\.0\\.[1-9]"],
        cut in any::<Index>(),
    ) {
        let trusted: [IpNet; 2] = ["10.0.0.0/8".parse().unwrap(), "fd00::/8".parse().unwrap()];
        let mut headers = HeaderMap::new();
        let (first, second) = hops.split_at(cut.index(hops.len() + 1));
        for line in [first, second].iter().filter(|line| !line.is_empty()) {
            headers.append("x-forwarded-for", line.join(" , ").parse().unwrap());
        }
        let peer: IpAddr = peer.parse().unwrap();
        let way: Vec<IpAddr> = hops.iter().map(|hop| hop.parse().unwrap()).chain([peer.to_canonical()]).collect();
        let ours = |address: &&IpAddr| trusted.iter().any(|network| network.contains(*address));
        let expected = way.iter().rev().find(|address| !ours(address)).unwrap_or(&way[0]);
        let trusted = trusted.map(TrustedProxy::Network);
        prop_assert_eq!(client_ip(Peer::Address(peer), &headers, &trusted), Some(*expected));
        prop_assert_eq!(client_ip(Peer::Address(peer), &headers, &[]), Some(peer.to_canonical()));
    }

    #[test]
    fn a_stranger_is_not_believed_and_any_header_does_no_harm(lines in vec(vec(any::<u8>(), 0..60), 0..4)) {
        let mut headers = HeaderMap::new();
        for line in lines {
            if let Ok(value) = HeaderValue::from_bytes(&line) {
                headers.append("x-forwarded-for", value);
            }
        }
        let peer: IpAddr = "192.0.2.1".parse().unwrap();
        let trusting = |networks: &[&str]| {
            let trusted: Vec<_> = networks.iter().map(|text| TrustedProxy::parse(text).unwrap()).collect();
            client_ip(Peer::Address(peer), &headers, &trusted)
        };
        prop_assert_eq!(trusting(&["10.0.0.0/8"]), Some(peer));
        let _ = trusting(&["0.0.0.0/0", "::/0"]);
    }

    #[test]
    fn a_path_loses_its_base_and_one_slash_and_nothing_else(
        base in prop_oneof![Just(String::new()), "/[a-z]{1,4}(/[a-z]{1,4})?"],
        inner in "(/[a-z0-9%.~;-]{0,5}){1,4}",
        query in prop::option::of("[a-z0-9=&%/?]{0,9}"),
        handed_on in any::<bool>(),
    ) {
        let query = query.map(|query| format!("?{query}")).unwrap_or_default();
        let sent = if handed_on { format!("{base}{inner}{query}") } else { format!("{inner}{query}") };
        let Ok(uri) = sent.parse::<Uri>() else { return Ok(()) };
        let expected = |path: &str| match path.strip_suffix('/') {
            Some(rest) if !rest.is_empty() => format!("{rest}{query}"),
            _ => format!("{path}{query}"),
        };
        let normal = normaliser(&base).normalise(uri).to_string();
        // A path that happens to begin with the base was taken to have been handed on.
        let begins = inner.strip_prefix(&base).filter(|rest| rest.is_empty() || rest.starts_with('/'));
        match begins {
            Some(rest) if !handed_on => prop_assert_eq!(normal, expected(if rest.is_empty() { "/" } else { rest })),
            _ => prop_assert_eq!(normal, expected(&inner)),
        }
    }

    #[test]
    fn any_uri_stays_one(uri in "\\PC{0,40}", base in prop_oneof![Just(""), Just("/x"), Just("/x/y")]) {
        for text in [uri.clone(), format!("/{uri}"), format!("{base}/{uri}/"), format!("http://x{base}/{uri}")] {
            if let Ok(uri) = text.parse::<Uri>() {
                let normal = normaliser(base).normalise(uri.clone());
                prop_assert_eq!(normal.query(), uri.query());
                prop_assert_eq!(normal.authority(), uri.authority());
                prop_assert!(normal.path().len() <= uri.path().len().max(1));
            }
        }
    }

    #[test]
    fn addresses_and_locales_are_read_or_refused(text in prop_oneof![any::<String>(), "\\PC{0,9}@\\PC{0,9}\\.[a-z]{2,3}"]) {
        if let Some(email) = EmailAddress::parse(&text) {
            prop_assert!(email.as_str().len() <= 254);
            prop_assert!(!email.as_str().chars().any(|c| c.is_control() || " ,;<>\"".contains(c)), "{}", email.as_str());
        }
        let _ = (Locale::parse(&text), Locale::from_header(&text));
    }
}
