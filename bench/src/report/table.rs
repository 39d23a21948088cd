//! A table whose numbers stay numbers in JSON.

use std::fmt::Write as _;

use serde_json::{Map, Value};

/// A title, names of columns, and rows.
#[derive(Debug)]
pub(crate) struct Table {
    title: String,
    columns: Vec<&'static str>,
    rows: Vec<Vec<Cell>>,
}

/// What stands in a table.
#[derive(Clone, Debug)]
pub(crate) enum Cell {
    Text(String),
    /// A number and the digits to show behind its point.
    Number(f64, usize),
    Nothing,
}

pub(crate) fn text(text: impl Into<String>) -> Cell {
    Cell::Text(text.into())
}

pub(crate) fn number(value: f64, digits: usize) -> Cell {
    if value.is_finite() { Cell::Number(value, digits) } else { Cell::Nothing }
}

pub(crate) fn optional(value: Option<f64>, digits: usize) -> Cell {
    value.map_or(Cell::Nothing, |value| number(value, digits))
}

impl Cell {
    fn shown(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Number(value, digits) => format!("{value:.digits$}"),
            Self::Nothing => "-".to_owned(),
        }
    }

    fn json(&self) -> Value {
        match self {
            Self::Text(text) => text.as_str().into(),
            Self::Number(value, _) => (*value).into(),
            Self::Nothing => Value::Null,
        }
    }
}

impl Table {
    pub(crate) fn new(title: impl Into<String>, columns: &[&'static str]) -> Self {
        Self { title: title.into(), columns: columns.to_vec(), rows: Vec::new() }
    }

    pub(crate) fn row(&mut self, row: Vec<Cell>) {
        self.rows.push(row);
    }

    /// For a terminal: numbers to the right.
    pub(crate) fn text(&self) -> String {
        let shown: Vec<Vec<String>> =
            self.rows.iter().map(|row| row.iter().map(Cell::shown).collect()).collect();
        let width = |column: usize| {
            let cells = shown.iter().map(|row| row[column].chars().count());
            cells.chain([self.columns[column].chars().count()]).max().unwrap_or_default()
        };
        let mut out = format!("\n{}\n\n", self.title);
        for (column, name) in self.columns.iter().enumerate() {
            let width = width(column);
            let _ = if self.is_text(column) {
                write!(out, "{name:<width$}  ")
            } else {
                write!(out, "{name:>width$}  ")
            };
        }
        for row in &shown {
            out.truncate(out.trim_end_matches(' ').len());
            out.push('\n');
            for (column, cell) in row.iter().enumerate() {
                let width = width(column);
                let _ = if self.is_text(column) {
                    write!(out, "{cell:<width$}  ")
                } else {
                    write!(out, "{cell:>width$}  ")
                };
            }
        }
        out.truncate(out.trim_end_matches(' ').len());
        out
    }

    /// For docs/dev/performance-lab.md.
    pub(crate) fn markdown(&self) -> String {
        let mut out = format!("\n### {}\n\n| {} |\n|", self.title, self.columns.join(" | "));
        for column in 0..self.columns.len() {
            out.push_str(if self.is_text(column) { "---|" } else { "--:|" });
        }
        for row in &self.rows {
            let cells: Vec<String> = row.iter().map(Cell::shown).collect();
            let _ = write!(out, "\n| {} |", cells.join(" | "));
        }
        out
    }

    pub(crate) fn json(&self) -> Value {
        let row = |row: &Vec<Cell>| -> Value {
            let members = self.columns.iter().zip(row);
            members.map(|(name, cell)| ((*name).to_owned(), cell.json())).collect::<Map<_, _>>().into()
        };
        serde_json::json!({ "title": self.title, "rows": self.rows.iter().map(row).collect::<Vec<_>>() })
    }

    fn is_text(&self, column: usize) -> bool {
        self.rows.iter().any(|row| matches!(row[column], Cell::Text(_)))
    }
}
