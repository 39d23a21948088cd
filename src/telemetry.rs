//! Logs: one subscriber, text or JSON, to a sink that is an argument. What may be logged: security-design.md §7.
//!
//! With a region, every line names it, those outside of any request too: logs of several regions end up in one place.

use std::fmt;

use serde::Deserialize;
use tracing::{Event, Subscriber};
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::fmt::format::{self, FormatEvent, FormatFields, Writer};
use tracing_subscriber::fmt::{FmtContext, MakeWriter};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::SubscriberInitExt as _;

/// How lines look.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// For people.
    #[default]
    Text,
    /// For machines: one JSON object a line.
    Json,
}

/// Logs to `sink` from now on. `filter` is a level, or levels of parts of the program as in `info,readonce::store=debug`; a
/// bad one is an error that names it. `region` is a label of letters, digits, hyphens and underscores, or empty.
pub fn init<W>(format: Format, filter: &str, colour: bool, region: &str, sink: W) -> Result<(), String>
where
    W: for<'w> MakeWriter<'w> + Send + Sync + 'static,
{
    let filter: Targets = filter.parse().map_err(|error| format!("`RUST_LOG`: {error}"))?;
    let everything = LevelFilter::TRACE; // of what the filter lets through
    let builder = tracing_subscriber::fmt().with_max_level(everything).with_writer(sink).with_target(false);
    match format {
        Format::Text => {
            let region = if region.is_empty() { String::new() } else { format!(" region={region}") };
            let line = format::format().with_target(false).with_ansi(colour);
            let line = Tagged { line, at: Place::End, tag: region };
            builder.with_ansi(colour).event_format(line).finish().with(filter).try_init()
        }
        Format::Json => {
            let region = if region.is_empty() { String::new() } else { format!("\"region\":\"{region}\",") };
            let line = format::format().with_target(false).json().flatten_event(true).with_span_list(false);
            let line = Tagged { line, at: Place::AfterBrace, tag: region };
            builder.json().event_format(line).finish().with(filter).try_init()
        }
    }
    .map_err(|error| error.to_string())
}

/// Lines with a text in each of them.
struct Tagged<F> {
    line: F,
    at: Place,
    tag: String,
}

enum Place {
    /// Before the line's end.
    End,
    /// Behind the object's first brace.
    AfterBrace,
}

impl<S, N, F> FormatEvent<S, N> for Tagged<F>
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
        if self.tag.is_empty() {
            return self.line.format_event(context, writer, event);
        }
        let mut line = String::new();
        self.line.format_event(context, Writer::new(&mut line), event)?;
        match (&self.at, line.strip_prefix('{')) {
            (Place::AfterBrace, Some(rest)) => write!(writer, "{{{}{rest}", self.tag),
            _ => writeln!(writer, "{}{}", line.trim_end_matches('\n'), self.tag),
        }
    }
}
