//! Errors of address parsing.

/// What to write in place of a `~`.
pub const HOME_HINT: &str = "`~` is not read here, and would be the name of a folder: write the whole path";

/// Why a text is no such address: what is wrong, and on a second line how it is written. Holds nothing of the text,
/// which may be a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// Not an address of a store.
    #[error(
        "expected the address of a store\nhint: `sqlite:PATH`, `redis://HOST:PORT`, \
         `redis-sentinel://HOST:PORT,HOST:PORT/MASTER` or `redis-cluster://HOST:PORT,HOST:PORT`; over TLS `rediss://`, \
         `rediss-sentinel://` or `rediss-cluster://`; `valkey://` and `valkeys://` are `redis://` and `rediss://`"
    )]
    Store,
    /// Nothing behind `sqlite:`, or what no file is called.
    #[error("expected a path after `sqlite:`")]
    SqlitePath,
    /// A path that begins with two slashes: `sqlite://data/x.db` would be the file `/data/x.db`.
    #[error(
        "expected a path after `sqlite:`, found `//`\nhint: write `sqlite:./data/readonce.db` or `sqlite:/var/lib/readonce/readonce.db`"
    )]
    SqliteSlashes,
    /// `?` or `#` in the path of a database.
    #[error(
        "expected a path after `sqlite:`, without `?` and `#`: this address takes no options\nhint: leave out what begins there"
    )]
    SqliteOptions,
    /// A `~`, which a shell alone reads as somebody's folder.
    #[error("expected a path after `sqlite:`, found `~`\nhint: {HOME_HINT}")]
    SqliteHome,
    /// A database in memory: every secret would be gone with the process.
    #[error("a store in memory would forget its secrets\nhint: use `sqlite:PATH`")]
    SqliteMemory,
    /// Not one of the schemes of Redis.
    #[error(
        "unknown scheme\nhint: `redis://`, `redis-sentinel://` or `redis-cluster://`, and with \
         `rediss` in place of `redis` over TLS; `valkey://` and `valkeys://` are `redis://` and `rediss://`"
    )]
    Redis,
    /// Several hosts where there is one server.
    #[error("expected one host\nhint: several are `redis-cluster://` or `redis-sentinel://`")]
    ManyHosts,
    /// What follows the host of a Redis is no number.
    #[error(
        "expected nothing after the host, or the number of a database\nhint: `redis://HOST:PORT` or `redis://HOST:PORT/0`"
    )]
    Database,
    /// Something follows the hosts of a cluster.
    #[error(
        "expected nothing after the hosts: a cluster has one database\nhint: `redis-cluster://HOST:PORT,HOST:PORT`"
    )]
    ClusterDatabase,
    /// Sentinels without the name of what they watch.
    #[error(
        "expected the name of the master after the hosts\nhint: `redis-sentinel://HOST:PORT,HOST:PORT/MASTER`"
    )]
    Master,
    /// Something before the `@` that is not a user and a password, of which Redis may do without the user.
    #[error(
        "expected a user and a password before the `@`\nhint: `USER:PASSWORD@HOST`; a password alone is `:PASSWORD@HOST`"
    )]
    Credentials,
    /// Not an address of a mail server.
    #[error(
        "expected the address of a mail server\nhint: `smtp://`, `smtp+starttls://` or `smtps://`, then `USER:PASSWORD@HOST:PORT`"
    )]
    MailServer,
    /// A user without a password, or a password without a user.
    #[error("expected a user and a password\nhint: `USER:PASSWORD@HOST`, or only the host")]
    Login,
    /// A password to a mail server elsewhere, without TLS.
    #[error(
        "a password would cross the network in the clear\nhint: use `smtp+starttls://` or `smtps://`, or leave user and password out"
    )]
    InTheClear,
    /// Not `http` or `https`, or a path that no address has.
    #[error("expected an address such as `https://secrets.example.org`")]
    Http,
    /// User or password where there are none.
    #[error("user and password do not belong into this address")]
    UserInfo,
    /// A blank, a line break, a control character.
    #[error(
        "blanks do not belong into this address\nhint: in a password, a blank is written `%20`; look for one at the end"
    )]
    Blank,
    /// User or password with a character that ends them.
    #[error(
        "user or password holds a character that has to be escaped\nhint: write `@` as `%40`, `/` as `%2F`, `?` as `%3F`, `#` as `%23`"
    )]
    Unescaped,
    /// A percent sign that begins no escape, escaped bytes that are no text, or a control character where none can be
    /// sent.
    #[error("user or password is not percent-encoded UTF-8\nhint: write a `%` itself as `%25`")]
    Encoding,
    /// `?` or `#` behind the host.
    #[error(
        "expected no `?` and no `#`: this address takes no options\nhint: leave out what begins there; TLS is chosen by the scheme, certificates by their own settings"
    )]
    Query,
    /// No host, or what cannot be one.
    #[error(
        "expected a host, or hosts separated by commas, each perhaps with a port\nhint: `HOST:PORT`; an IPv6 address stands in brackets, and nothing of a host is percent-encoded"
    )]
    Host,
    /// Not a port.
    #[error("expected a port from 1 to 65535 after the host\nhint: `HOST:PORT`, or only the host")]
    Port,
}
