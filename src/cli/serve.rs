//! `readonce serve`: everything wired together, from nothing to a first secret.

use std::fs::File;
use std::io::{self, IsTerminal as _};
use std::num::NonZero;
use std::os::fd::AsFd as _;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, bail};
use tokio_util::sync::CancellationToken;

use super::bootstrap::open_for_server;
use super::keyring_file;
use super::logo::logo;
use super::mailer::{WRONG_LINKS_HINT, mailer, wrong_links};
use super::metrics::{self, MetricsListener};
use super::process;
use super::provider::provider;
use super::say::{self, tell};
use super::variable::{self, VariableError};
use crate::config::{Loaded, Reveal, Settings};
use crate::domain::text::{STRAY_END_HINT, printable};
use crate::domain::{Listen, Operator, RegionName};
use crate::fs::group_id;
use crate::http::state::AppState;
use crate::lifecycle::{self, Lifecycle};
use crate::mail::Mailer;
use crate::oidc::Provider;
use crate::server::{self, Connections, Health, MAX_CONNECTIONS, Site, SocketAccess};
use crate::service::{Reloaded, Service};
use crate::store::Level;
use crate::telemetry::{self, Background};
use crate::web::{self, Logo};

/// Threads for what blocks besides bcrypt, which never has more than the cores but one (`vault::hashing`): looking up the
/// names of stores. More could only be a mistake.
const BLOCKING_THREADS: usize = 32;

/// How long emails under way are waited for at the end.
const LAST_EMAILS: Duration = Duration::from_secs(10);

/// How `RUST_LOG` is written.
const LOG_HINT: &str =
    "`RUST_LOG=info`, or off, error, warn, debug, trace; more of one part is `info,readonce::store=debug`";

/// Runs until it is told to stop.
pub(super) fn run(loaded: &Loaded) -> anyhow::Result<()> {
    let filter = log_filter()?;
    let colour = std::io::stdout().is_terminal();
    let region = loaded.settings.region.as_ref().map_or("", RegionName::as_str);
    say::in_background().context("no thread for stderr")?;
    let log = log_to_stdout().context("no thread for the log")?;
    telemetry::init(loaded.settings.log.format, &filter, colour, region, log.clone())
        .map_err(|error| anyhow::anyhow!("{error}\nhint: {LOG_HINT}"))?;
    let served = serve_on_threads(loaded, &log);
    log.flush(say::LAST_LINES);
    served
}

/// What `RUST_LOG` asks for; without it, or with an empty one, `info`.
fn log_filter() -> anyhow::Result<String> {
    match variable::read("RUST_LOG") {
        Ok(Some(asked)) => Ok(asked),
        Ok(None) | Err(VariableError::Empty) => Ok("info".to_owned()),
        Err(error @ VariableError::NotUtf8) => bail!("`RUST_LOG` {error}\nhint: {LOG_HINT}"),
        Err(error @ VariableError::Stray(_)) => bail!("`RUST_LOG` {error}\nhint: {STRAY_END_HINT}"),
    }
}

/// The log. Not through the library's stdout, which keeps what could not be written for later, and takes a file that cannot be
/// written to for one that could.
fn log_to_stdout() -> io::Result<Background> {
    let stdout = File::from(io::stdout().as_fd().try_clone_to_owned()?);
    Background::start(stdout, |dropped| {
        tracing::warn!(
            dropped,
            "lines of this log are missing: they could not be written, or nobody read them"
        );
    })
}

fn serve_on_threads(loaded: &Loaded, log: &Background) -> anyhow::Result<()> {
    let cores = std::thread::available_parallelism().map_or(1, NonZero::get);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .max_blocking_threads(cores + BLOCKING_THREADS)
        .enable_all()
        .build()?;
    runtime.block_on(serve(loaded, log))
}

async fn serve(loaded: &Loaded, log: &Background) -> anyhow::Result<()> {
    let settings = &loaded.settings;
    // Taken now, so that a mistake in it costs nothing; connections are, once the store can serve them (ADR 0054).
    let access = socket_access(settings)?;
    let socket =
        server::bind(&settings.listen, access).map_err(|error| cannot_listen(&error, &settings.listen))?;
    let metrics = MetricsListener::bind(settings)?;
    let address = socket.place()?;
    let base_url = settings.base_url_or(&address);
    let lifecycle = Lifecycle::listen()?;
    let provider = provider(settings, &base_url)?;
    let logo = logo(settings)?;
    let mailer = mailer(settings, &base_url)?.map(|mailer| mailer as Arc<dyn Mailer>);
    let recorder = metrics::recorder(settings);
    recorder.watch_log(log.dropped());
    let opened = open_for_server(loaded, &base_url, mailer, &recorder).await?;
    let service = opened.service;
    if keyring_file::in_variable() {
        // No `key rotate` can do it: who puts another key first in the variable does it by starting with it.
        service.keys().renew_canary().await.context("the store's canary cannot be renewed")?;
    }

    for sentence in &opened.made {
        tell!("{sentence}");
    }
    for finding in &opened.findings {
        let (what, why) = (finding.what.as_str(), finding.why.as_str());
        let hint = finding.hint.as_deref().unwrap_or_default();
        match finding.level {
            Level::Info | Level::Note => tracing::info!(what, why, hint, "the store"),
            Level::Warning | Level::Error => tracing::warn!(what, why, hint, "the store"),
        }
    }
    super::warn(loaded);
    if let Some(wrong) = wrong_links(settings, &base_url) {
        tell!("warning: {wrong}\nhint: {WRONG_LINKS_HINT}");
    }
    if settings.base_url.is_none() && !address.is_local() {
        tell!(
            "warning: links will begin with {}\nhint: set `base_url` to the address people use",
            base_url.as_str()
        );
    }

    let tending = CancellationToken::new();
    let tended = tokio::spawn({
        let (service, tending) = (service.clone(), tending.clone());
        async move { service.maintenance().run_until(tending).await }
    });
    let delivery = tokio::spawn(Arc::clone(service.outbox()).deliver_until(tending.clone()));
    tokio::spawn(reload_keyring(lifecycle.clone(), service.clone()));
    let health = Health::new(service.clone());
    let site = Site {
        base_path: base_url.path().to_owned(),
        https: base_url.is_https(),
        v2: settings.api.v2,
        pages: settings.web.enabled.then(|| pages(settings, logo, provider)),
    };
    let state = AppState::new(service.clone(), settings.http.trusted_proxies.clone());
    let router = server::router(state, health.clone(), &site);

    let stop = CancellationToken::new();
    let drain = Duration::from_secs(u64::from(settings.drain.delay));
    tokio::spawn(stop_after(lifecycle.clone(), health.clone(), drain, stop.clone()));
    let idle_timeout = Duration::from_secs(settings.http.idle_timeout.into());
    let metrics = metrics
        .map(|metrics| metrics.serve(&service, health.clone(), idle_timeout, &lifecycle.abort))
        .transpose()?;
    let listener = socket.listen().map_err(|error| cannot_listen(&error, &address))?;
    match &address {
        Listen::Tcp(address) => tell!("listening on http://{address}"),
        Listen::Unix(_) => tell!("listening on {address}"),
    }
    lifecycle::ready();
    tell!("try: curl -d 'secret=hello' {}/api/v1/share", base_url.as_str());
    let most = process::room_for_connections(MAX_CONNECTIONS);
    if most < MAX_CONNECTIONS {
        tracing::warn!(
            connections = most,
            "few files may be open, so few connections are served at once: raise `ulimit -n`"
        );
    }
    let trusted_proxies = settings.http.trusted_proxies.clone();
    let proxy_protocol = settings.http.proxy_protocol;
    let connections = Connections { most, idle_timeout, trusted_proxies, proxy_protocol };
    server::serve(listener, router, site.base_path, connections, stop, lifecycle.abort.clone()).await;

    if lifecycle.abort.is_cancelled() {
        log.flush(say::LAST_LINES);
        say::flush();
        std::process::exit(130); // told twice: even a commit in flight is safe to cut, that is what the log is for
    }
    tending.cancel();
    drop(tended.await);
    // An email under way is sent to the end, but nobody waits for long: its lease ends by itself.
    if tokio::time::timeout(LAST_EMAILS, delivery).await.is_err() {
        tracing::warn!("emails under way were cut off, and will be sent again");
    }
    if let Some(metrics) = metrics {
        metrics.end().await; // last, so that a stop can be watched
    }
    service.maintenance().close().await;
    tell!("stopped");
    Ok(())
}

fn pages(settings: &Settings, logo: Option<Logo>, provider: Option<Arc<Provider>>) -> web::Settings {
    web::Settings {
        captcha: settings.web.reveal == Reveal::Type,
        second_answer: settings.web.second_answer,
        region: settings.region.clone(),
        regions: settings.regions.clone(),
        operator: Operator {
            name: settings.web.name.clone(),
            contact: settings.web.contact.clone(),
            links: settings.web.links.clone(),
        },
        logo,
        lifetimes: settings.web.lifetimes.clone(),
        user_header: settings.access.user_header.clone(),
        provider,
    }
}

/// Reads the keyring again on every SIGHUP, and has the store put in order. What is wrong has been logged by then.
async fn reload_keyring(lifecycle: Lifecycle, service: Arc<Service>) {
    loop {
        lifecycle.reload.notified().await;
        service.maintenance().hurry();
        service.maintenance().reopen_trail();
        service.outbox().hurry();
        match service.keys().reload().await {
            Reloaded::Changed | Reloaded::Kept => {}
            Reloaded::Unchanged => tracing::info!("the keyring was read again, and is the one in use"),
            Reloaded::Fixed => tracing::warn!(
                hint = "restart to change keys, or keep them in a file",
                "SIGHUP changes nothing: `READONCE_KEYRING` holds the keys"
            ),
        }
    }
}

/// Who may connect to the socket of `listen = "unix:…"`.
fn socket_access(settings: &Settings) -> anyhow::Result<SocketAccess> {
    let name = settings.http.socket_group.as_str();
    let group = (!name.is_empty()).then(|| group_id(name)).transpose();
    let group = group.with_context(|| format!("`http.socket_group` is `{}`", printable(name)))?;
    Ok(SocketAccess { mode: settings.http.socket_mode.0, group })
}

fn cannot_listen(error: &io::Error, address: &Listen) -> anyhow::Error {
    let hint = match error.kind() {
        kind if matches!(address, Listen::Unix(_)) => match kind {
            io::ErrorKind::AddrInUse => "one server has one socket: stop that one, or choose another path",
            io::ErrorKind::AlreadyExists => "is that the right path? What is there was left as it is",
            io::ErrorKind::NotFound => {
                "its folder has to be there; `RuntimeDirectory=readonce` has systemd make /run/readonce"
            }
            io::ErrorKind::PermissionDenied => "the server has to be allowed to write into its folder",
            _ => {
                "a path of at most 90 bytes, on a file system of this machine; for `http.socket_group`, one of its groups"
            }
        },
        io::ErrorKind::AddrInUse => "another program does; `--listen 127.0.0.1:0` takes a free port",
        io::ErrorKind::PermissionDenied => "ports below 1024 are for root; a proxy in front may have them",
        _ => "is that an address of this machine? `--listen 127.0.0.1:7143` always is",
    };
    anyhow::anyhow!("cannot listen on {address}: {error}\nhint: {hint}")
}

/// "Not ready" first, so that a proxy sends new work elsewhere; the listener closes when the delay is over.
async fn stop_after(lifecycle: Lifecycle, health: Health, delay: Duration, stop: CancellationToken) {
    lifecycle.stop.cancelled().await;
    health.drain();
    lifecycle::stopping();
    tokio::select! {
        () = tokio::time::sleep(delay) => {}
        () = lifecycle.abort.cancelled() => {}
    }
    stop.cancel();
}
