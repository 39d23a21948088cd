//! Addresses of stores, mail servers and HTTP servers: any text is read or refused, what is shown is read again, and no
//! password is ever shown.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use proptest::prelude::*;
use proptest::sample::select;
use readonce::domain::address::{
    AddressError, BaseUrl, Credentials, HostName, HttpUrl, RedisUrl, SmtpUrl, StoreUrl,
};

const REDIS: [&str; 8] = [
    "redis",
    "rediss",
    "valkey",
    "valkeys",
    "redis-sentinel",
    "rediss-sentinel",
    "redis-cluster",
    "rediss-cluster",
];
const SMTP: [&str; 2] = ["smtps", "smtp+starttls"];

/// Texts of which many are addresses, and the others nearly.
fn addresses() -> impl Strategy<Value = String> {
    let schemes = [&REDIS[..], &SMTP, &["smtp", "http", "HTTPS", "sqlite", "ftp"]].concat();
    let host = || "([a-z_]{1,5}|[a-zü]{1,3}\\.example|127\\.0\\.0\\.1|\\[::1\\]|localhost|[a-z%@\\[:]{0,4})(:[0-9]{1,5})?";
    let hosts = (host(), prop::option::of(host()))
        .prop_map(|(one, other)| other.map_or(one.clone(), |other| format!("{one},{other}")));
    (select(schemes), "([a-z%0-9]{0,3}:?[a-z:%40]{0,6}@)?", hosts, "(/[a-z0-9.%]{0,4}){0,3}(\\?a)?")
        .prop_map(|(scheme, login, hosts, path)| format!("{scheme}://{login}{hosts}{path}"))
}

/// The user alone: what is shown has another password.
fn user(credentials: Option<&Credentials>) -> Option<&str> {
    credentials.map(|credentials| credentials.user.as_str())
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused_and_what_is_shown_is_read_again(
        text in prop_oneof![any::<String>(), addresses(), addresses()],
    ) {
        match StoreUrl::parse(&text) {
            Ok(StoreUrl::Sqlite(path)) => prop_assert_eq!(format!("sqlite:{}", path.display()), text.as_str()),
            Ok(StoreUrl::Redis(url)) => {
                let again = RedisUrl::parse(url.redacted()).unwrap();
                prop_assert_eq!(again.redacted(), url.redacted());
                prop_assert_eq!(again.topology(), url.topology());
                prop_assert_eq!((again.is_tls(), again.database()), (url.is_tls(), url.database()));
                prop_assert_eq!(user(again.credentials()), user(url.credentials()));
            }
            Err(_) => prop_assert!(RedisUrl::parse(&text).is_err()),
        }
        if let Ok(url) = SmtpUrl::parse(&text) {
            let again = SmtpUrl::parse(url.redacted()).unwrap();
            prop_assert_eq!(again.redacted(), url.redacted());
            prop_assert_eq!((again.security(), again.server()), (url.security(), url.server()));
            prop_assert_eq!(user(again.login()), user(url.login()));
        }
        match HttpUrl::parse(&text) {
            Ok(url) => prop_assert_eq!(HttpUrl::parse(url.as_str()).unwrap(), url),
            Err(error) => prop_assert_eq!(error == AddressError::UserInfo, text.contains('@')),
        }
        if let Ok(url) = BaseUrl::parse(&text) {
            prop_assert_eq!(&*url, &HttpUrl::parse(&text).unwrap());
            prop_assert_eq!(BaseUrl::parse(url.as_str()).unwrap(), url);
        }
        if let Some(name) = HostName::parse(&text) {
            prop_assert_eq!(HostName::parse(name.as_str()).unwrap(), name);
        }
    }

    #[test]
    fn a_password_arrives_as_it_was_meant_and_is_never_shown(
        scheme in select([&REDIS[..], &SMTP].concat()), user in "[a-z]{1,8}", tail in "\\PC{0,12}", host in "[a-z]{1,9}(:[1-9]{1,4})?",
    ) {
        let password = format!("hunter2{tail}");
        let path = if scheme.contains("sentinel") { "/main" } else { "" };
        let escaped = utf8_percent_encode(&password, NON_ALPHANUMERIC).to_string();
        // As it should be written, and as some write it.
        for written in [&escaped, &password] {
            let text = format!("{scheme}://{user}:{written}@{host}{path}");
            let shown = format!("{scheme}://{user}:[redacted]@{host}{path}");
            let read = if scheme.starts_with("smtp") {
                SmtpUrl::parse(&text).map(|url| (url.redacted().to_owned(), format!("{url:?}"), url.login().cloned()))
            } else {
                StoreUrl::parse(&text).map(|url| {
                    let StoreUrl::Redis(redis) = &url else { panic!("{url:?}") };
                    (url.redacted(), format!("{url:?}"), redis.credentials().cloned())
                })
            };
            match read {
                Ok((redacted, debug, credentials)) => {
                    prop_assert_eq!(&redacted, &shown);
                    prop_assert!(debug.contains(&shown), "{}", debug);
                    let credentials = credentials.unwrap();
                    prop_assert_eq!(credentials.user.as_str(), user.as_str());
                    prop_assert_eq!(format!("{:?}", credentials), "Credentials[..]");
                    if written == &escaped {
                        prop_assert_eq!(credentials.password.as_str(), password.as_str());
                    }
                }
                Err(error) => {
                    prop_assert!(written != &escaped, "{}: {}", text, error);
                    let told = format!("{error} {error:?}");
                    prop_assert!(!told.contains("hunter2"), "{}", told);
                }
            }
        }
    }
}
