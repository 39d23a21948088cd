//! Variables: which of them are settings, and what type their text is read as.

use std::ffi::OsString;
use std::path::PathBuf;

use super::Error;
use super::error::closest;
use super::value::{Data, Origin, Value};
use crate::domain::text::{STRAY_END_HINT, printable, stray_end};

const PREFIX: &str = "READONCE_";

/// Variables with a use of their own; nobody complains about them.
const RESERVED: [&str; 8] = [
    "READONCE_CONFIG",
    "READONCE_KEYRING",
    "READONCE_INSECURE_TEST",
    "READONCE_URL",
    "READONCE_USER",
    "READONCE_TOKEN",
    "READONCE_PASSPHRASE",
    "READONCE_LINK",
];

/// The lists of tables: a variable cannot hold one.
const TABLES: [&str; 3] = ["domains", "regions", "web.links"];

/// What the environment says.
pub(super) struct Environment {
    /// A layer for each setting.
    pub(super) layers: Vec<Value>,
    /// The configuration file it names.
    pub(super) config: Option<PathBuf>,
    /// Whether things that only tests may do are allowed.
    pub(super) insecure_test: bool,
    /// About variables that look like ours and are not.
    pub(super) warning: Option<String>,
}

/// The variables of this process that are named `READONCE_…`. Nothing else here asks the process.
pub fn process_environment() -> Result<Vec<(String, String)>, Error> {
    readable(std::env::vars_os())
}

fn readable(variables: impl Iterator<Item = (OsString, OsString)>) -> Result<Vec<(String, String)>, Error> {
    let ours = variables.filter_map(|(name, value)| Some((name.into_string().ok()?, value)));
    ours.filter(|(name, _)| name.starts_with(PREFIX))
        .map(|(name, value)| match value.into_string() {
            Ok(value) => Ok((name, value)),
            Err(_) => Err(Error::new(
                "the value is not UTF-8",
                &format!("environment variable `{}`", printable(&name)),
            )),
        })
        .collect()
}

/// Sorts `variables` out. `defaults` tells which settings there are, and their types.
pub(super) fn read(
    variables: impl IntoIterator<Item = (String, String)>,
    defaults: &Value,
) -> Result<Environment, Error> {
    let mut variables: Vec<_> = variables.into_iter().filter(|(name, _)| name.starts_with(PREFIX)).collect();
    variables.sort();
    let known = known(defaults);
    let mut environment = Environment { layers: vec![], config: None, insecure_test: false, warning: None };
    let mut ignored = Vec::new();
    for (name, value) in variables {
        if (name == "READONCE_CONFIG" || setting(&name, &known).is_some())
            && let Some(stray) = stray_end(&value)
        {
            let origin = Origin::Variable(name.as_str().into());
            return Err(Error::new(&format!("the value {stray}\nhint: {STRAY_END_HINT}"), &origin));
        }
        if RESERVED.contains(&name.as_str()) {
            match name.as_str() {
                "READONCE_CONFIG" if !value.is_empty() => environment.config = Some(PathBuf::from(value)),
                "READONCE_INSECURE_TEST" => environment.insecure_test = value == "1",
                _ => {}
            }
        } else if let Some((path, kind)) = setting(&name, &known) {
            environment.layers.push(kind.read(&name, &path, &value));
        } else if name.contains("__") {
            return Err(refused(&name, &known));
        } else {
            ignored.push(format!("`{}`", printable(&name)));
        }
    }
    if !ignored.is_empty() {
        environment.warning =
            Some(format!("ignored environment variables that are no settings: {}", ignored.join(", ")));
    }
    Ok(environment)
}

/// The type that a variable's text is read as: that of the default.
#[derive(Clone, Copy)]
enum Kind {
    Text,
    Number,
    Bool,
    List,
}

impl Kind {
    fn of(data: &Data) -> Self {
        match data {
            Data::Number(_) => Self::Number,
            Data::Bool(_) => Self::Bool,
            Data::List(_) => Self::List,
            _ => Self::Text,
        }
    }

    /// What does not read stays text, which the setting's type then refuses in its own words.
    fn read(self, name: &str, path: &[String], text: &str) -> Value {
        let origin = Origin::Variable(name.into());
        let path: Vec<&str> = path.iter().map(String::as_str).collect();
        let number = || text.parse::<u64>().map(i128::from).or_else(|_| text.parse::<i64>().map(i128::from));
        let read = match self {
            Self::Text => None,
            Self::Number => number().map(Data::Number).ok(),
            Self::Bool => text.parse().map(Data::Bool).ok(),
            Self::List if text.trim().is_empty() => Some(Data::List(Vec::new())),
            Self::List => {
                let item = |(index, item): (usize, &str)| Value {
                    key: format!("{}[{index}]", path.join(".")),
                    origin: origin.clone(),
                    data: Data::Text(item.trim().to_owned()),
                };
                Some(Data::List(text.split(',').enumerate().map(item).collect()))
            }
        };
        Value::tree(&path, &origin, read.unwrap_or_else(|| Data::Text(text.to_owned())))
    }
}

struct Known {
    name: String,
    path: Vec<String>,
    kind: Kind,
}

/// Every setting with the name of its variable.
fn known(defaults: &Value) -> Vec<Known> {
    let mut known = Vec::new();
    collect(defaults, &[], &mut known);
    known.push(entry(vec!["store".to_owned()], Kind::Text)); // its `url` alone
    // Left out of the defaults, because it follows another setting.
    for (field, kind) in [
        ("create", Kind::Number),
        ("passphrase_required", Kind::Bool),
        ("passphrase_min_length", Kind::Number),
    ] {
        known.push(entry(["plans", "default", field].map(str::to_owned).to_vec(), kind));
    }
    known
}

fn collect(table: &Value, above: &[String], known: &mut Vec<Known>) {
    for (name, value) in table.fields() {
        let path: Vec<String> = above.iter().cloned().chain([name.clone()]).collect();
        match &value.data {
            Data::Table(_) => collect(value, &path, known),
            data => known.push(entry(path, Kind::of(data))),
        }
    }
}

fn entry(path: Vec<String>, kind: Kind) -> Known {
    Known { name: format!("{PREFIX}{}", path.join("__").to_ascii_uppercase()), path, kind }
}

/// The setting that `name` stands for. Plans other than the default one are known by its fields.
fn setting(name: &str, known: &[Known]) -> Option<(Vec<String>, Kind)> {
    if let Some(known) = known.iter().find(|known| known.name == name) {
        return Some((known.path.clone(), known.kind));
    }
    let (plan, field) = name.strip_prefix("READONCE_PLANS__")?.split_once("__")?;
    if plan.is_empty() || plan.bytes().any(|byte| byte.is_ascii_lowercase()) {
        return None;
    }
    let as_default = format!("READONCE_PLANS__DEFAULT__{field}");
    let known = known.iter().find(|known| known.name == as_default)?;
    let mut path = known.path.clone();
    path[1] = plan.to_ascii_lowercase();
    Some((path, known.kind))
}

fn refused(name: &str, known: &[Known]) -> Error {
    let origin = format!("environment variable `{}`", printable(name));
    let bare = name.strip_prefix(PREFIX).unwrap_or(name);
    let key = format!("{}.", bare.replace("__", ".").to_ascii_lowercase());
    if let Some(table) = TABLES.into_iter().find(|table| key.starts_with(&format!("{table}."))) {
        let problem =
            format!("a variable cannot hold it\nhint: write `[[{table}]]` into the configuration file");
        return Error::about(table, &problem, &origin);
    }
    // Without the prefix, which all share: it would make any two of them look alike.
    let known = known.iter().filter_map(|known| known.name.strip_prefix(PREFIX));
    let hint = closest(bare, known).map_or_else(
        || "every setting is in config/default.toml; `a.b` is `READONCE_A__B`".to_owned(),
        |near| format!("did you mean `{PREFIX}{near}`?"),
    );
    Error::new(&format!("unknown setting\nhint: {hint}"), &origin)
}

#[cfg(test)]
mod tests {
    use std::os::unix::ffi::OsStringExt;

    use super::*;

    #[test]
    fn only_our_variables_are_read_and_only_as_utf8() {
        let broken = OsString::from_vec(vec![b'a', 0xff]);
        let variables = [("PATH".into(), broken.clone()), ("READONCE_LISTEN".into(), "x".into())];
        assert_eq!(readable(variables.into_iter()), Ok(vec![("READONCE_LISTEN".into(), "x".into())]));
        assert_eq!(
            readable([("READONCE_KEYRING".into(), broken)].into_iter()).unwrap_err().to_string(),
            "the value is not UTF-8 (environment variable `READONCE_KEYRING`)"
        );
    }
}
