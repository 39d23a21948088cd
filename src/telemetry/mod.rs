//! Logging: one `tracing` subscriber, text or JSON, to a writer that is an argument. What may be logged:
//! security-design.md §7. [`Background`] is the writer of a server: no request waits for whoever reads the log.
//!
//! With a region, every line names it, including lines outside of any request: logs of several regions end up in one
//! place.

mod background;
mod request;

use std::fmt;

pub use background::Background;
pub use request::RequestId;
use serde::Deserialize;
use tracing::{Event, Subscriber};
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::fmt::format::{self, FormatEvent, FormatFields, Writer};
use tracing_subscriber::fmt::{FmtContext, MakeWriter};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::SubscriberInitExt as _;

/// The format of log lines.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// For people.
    #[default]
    Text,
    /// For machines: one JSON object a line.
    Json,
}

/// Installs the subscriber. `filter` is a level, or levels of parts of the program as in `info,readonce::store=debug`; a
/// bad one is an error that names it. `region` is a label of letters, digits, hyphens and underscores, or empty.
pub fn init<W>(format: Format, filter: &str, colour: bool, region: &str, sink: W) -> Result<(), String>
where
    W: for<'w> MakeWriter<'w> + Send + Sync + 'static,
{
    let filter = targets(filter).map_err(|error| format!("`RUST_LOG`: {error}"))?;
    let everything = LevelFilter::TRACE; // of what the filter lets through
    let builder = tracing_subscriber::fmt()
        .with_max_level(everything)
        .with_writer(sink)
        .with_target(false)
        // It would be told by `eprintln!`, which panics where stderr takes nothing either.
        .log_internal_errors(false);
    match format {
        Format::Text => {
            let region = if region.is_empty() { String::new() } else { format!(" region={region}") };
            let line = format::format().with_target(false).with_ansi(colour);
            let line = WithTags { line, format, region };
            builder.with_ansi(colour).event_format(line).finish().with(filter).try_init()
        }
        Format::Json => {
            let region = if region.is_empty() { String::new() } else { format!("\"region\":\"{region}\",") };
            let line = format::format().with_target(false).json().flatten_event(true).with_span_list(false);
            let line = WithTags { line, format, region };
            builder.json().event_format(line).finish().with(filter).try_init()
        }
    }
    .map_err(|error| error.to_string())
}

/// Reads a filter. To the library, a word that is no level is the name of a part, which alone is let through: `warning` would
/// be the end of every log line.
fn targets(filter: &str) -> Result<Targets, String> {
    let is_meant =
        |word: &str| word.parse::<LevelFilter>().is_ok() || word.split("::").next() == Some("readonce");
    let mut bare = filter.split(',').map(str::trim).filter(|directive| !directive.contains('='));
    if let Some(word) = bare.find(|word| !is_meant(word)) {
        return Err(format!("`{}` is neither a level nor a part of readonce", word.escape_debug()));
    }
    filter.parse::<Targets>().map_err(|error| error.to_string())
}

/// A formatter that adds the region to each line, and the id of the request that is worked on.
struct WithTags<F> {
    line: F,
    format: Format,
    region: String,
}

impl<S, N, F> FormatEvent<S, N> for WithTags<F>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
    F: FormatEvent<S, N>,
{
    fn format_event(
        &self,
        context: &FmtContext<'_, S, N>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        let request = RequestId::current();
        if self.region.is_empty() && request.is_none() {
            return self.line.format_event(context, writer, event);
        }
        let mut line = String::new();
        self.line.format_event(context, Writer::new(&mut line), event)?;
        match self.format {
            // After the object's opening brace.
            Format::Json => {
                write!(writer, "{{{}", self.region)?;
                if let Some(id) = request {
                    write!(writer, "\"span\":{{\"id\":\"{}\",\"name\":\"request\"}},", id.as_str())?;
                }
                writer.write_str(line.strip_prefix('{').unwrap_or(&line))
            }
            // The request after the level, the region at the end.
            Format::Text => {
                let level = line.find(event.metadata().level().as_str()).unwrap_or_default();
                let after = line[level..].find(' ').map_or(0, |length| level + length + 1);
                let (head, rest) = line.split_at(after);
                writer.write_str(head)?;
                if let Some(id) = request {
                    write!(writer, "request{{id=\"{}\"}}: ", id.as_str())?;
                }
                writeln!(writer, "{}{}", rest.trim_end_matches('\n'), self.region)
            }
        }
    }
}
