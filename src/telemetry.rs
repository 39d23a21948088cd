//! Logs: one subscriber, text or JSON, to a sink that is an argument. What may be logged: security.md §7.

use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::util::SubscriberInitExt as _;

/// How lines look.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Format {
    /// For people.
    #[default]
    Text,
    /// For machines: one JSON object a line.
    Json,
}

/// Logs to `sink` from now on. `filter` is `RUST_LOG`'s language; a bad one is an error that names it.
pub fn init<W>(format: Format, filter: &str, colour: bool, sink: W) -> Result<(), String>
where
    W: for<'w> MakeWriter<'w> + Send + Sync + 'static,
{
    let filter = EnvFilter::builder().parse(filter).map_err(|error| format!("`RUST_LOG`: {error}"))?;
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(sink).with_target(false);
    match format {
        Format::Text => builder.with_ansi(colour).finish().try_init(),
        Format::Json => builder.json().flatten_event(true).with_span_list(false).finish().try_init(),
    }
    .map_err(|error| error.to_string())
}
