//! Layer over layer, each checked as it comes.

use std::io;
use std::path::{Path, PathBuf};

use super::check::Check;
use super::read::read;
use super::show::{Effective, effective};
use super::value::{Data, Origin, Value};
use super::{Error, Settings, environment, layer, plans, store};
use crate::domain::text::printable;

/// The file that is read when none is named.
const USUAL_FILE: &str = "readonce.toml";

/// The settings that a command line may give.
#[derive(Clone, Debug, Default)]
pub struct Flags {
    /// `--listen`
    pub listen: Option<String>,
    /// `--base-url`
    pub base_url: Option<String>,
    /// `--store`
    pub store: Option<String>,
    /// `--keyring`
    pub keyring: Option<String>,
    /// `--region`
    pub region: Option<String>,
    /// `--config`
    pub config: Option<PathBuf>,
}

impl Flags {
    fn layers(&self) -> impl Iterator<Item = Value> {
        let given = [
            ("--listen", "listen", &self.listen),
            ("--base-url", "base_url", &self.base_url),
            ("--store", "store", &self.store),
            ("--keyring", "keyring_file", &self.keyring),
            ("--region", "region", &self.region),
        ];
        given.into_iter().filter_map(|(flag, key, value)| {
            Some(Value::tree(&[key], &Origin::Flag(flag), Data::Text(value.clone()?)))
        })
    }
}

/// Settings that hold, and where they come from.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// The settings.
    pub settings: Settings,
    /// Every one of them as it may be shown, in the order of `config/default.toml`.
    pub effective: Vec<Effective>,
    /// What an operator should know and no error is; for the log.
    pub warnings: Vec<String>,
    /// Whether `READONCE_INSECURE_TEST=1` allows what only tests may do.
    pub insecure_test: bool,
}

impl Loaded {
    /// Where the value of `key` comes from: `default`, `file NAME`, `environment NAME` or `flag NAME`.
    #[must_use]
    pub fn source(&self, key: &str) -> Option<&str> {
        self.effective.iter().find(|setting| setting.key == key).map(|setting| setting.source.as_str())
    }

    /// Every setting, a line each: `key = value    # source`. Passwords are redacted. It is TOML again.
    #[must_use]
    pub fn show(&self) -> String {
        let line =
            |setting: &Effective| format!("{} = {}    # {}\n", setting.key, setting.value, setting.source);
        self.effective.iter().map(line).collect()
    }
}

/// Reads the settings: defaults, then the file, then `variables`, then `flags`. `directory` is where a relative name of
/// a file begins, and where `readonce.toml` is looked for.
pub fn load(
    flags: &Flags,
    variables: impl IntoIterator<Item = (String, String)>,
    directory: &Path,
) -> Result<Loaded, Error> {
    let mut tree = layer::defaults()?;
    let environment = environment::read(variables, &tree)?;
    let mut settings = settings_of(&tree)?;
    let file = file(flags.config.as_deref(), environment.config.as_deref(), directory)?;
    for mut layer in file.into_iter().chain(environment.layers).chain(flags.layers()) {
        store::spread(&mut layer);
        tree.merge(layer);
        settings = settings_of(&tree)?;
    }
    let check = Check { tree: &tree, insecure_test: environment.insecure_test };
    settings.check(&check)?;
    let cut = plans::cut(&mut settings.plans, &check, &settings.secrets);
    Ok(Loaded {
        effective: effective(&settings, &plans::complete(&tree)),
        warnings: environment.warning.into_iter().chain(cut).collect(),
        insecure_test: environment.insecure_test,
        settings,
    })
}

fn settings_of(tree: &Value) -> Result<Settings, Error> {
    read(&plans::complete(tree))
}

/// The operator's file. One that is named has to be there.
fn file(flag: Option<&Path>, variable: Option<&Path>, directory: &Path) -> Result<Option<Value>, Error> {
    let (name, origin) = match (flag, variable) {
        (Some(name), _) => (name, "flag `--config`"),
        (None, Some(name)) => (name, "environment variable `READONCE_CONFIG`"),
        (None, None) => (Path::new(USUAL_FILE), "found in the working directory"),
    };
    let named = flag.is_some() || variable.is_some();
    match std::fs::read_to_string(directory.join(name)) {
        Ok(text) => layer::file(&name.display().to_string(), &text).map(Some),
        Err(error) if error.kind() == io::ErrorKind::NotFound && !named => Ok(None),
        Err(error) => {
            let why = match error.kind() {
                io::ErrorKind::NotFound => "no such file".to_owned(),
                io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
                io::ErrorKind::InvalidData => "it is not UTF-8".to_owned(),
                _ => error.to_string().to_lowercase(),
            };
            let name = printable(&name.display().to_string());
            Err(Error::new(&format!("cannot read the configuration file `{name}`: {why}"), &origin))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::DEFAULT_TOML;

    /// No field has a default in the code, so one that the file lacks fails the start: no line can go.
    #[test]
    fn the_defaults_name_every_setting_that_the_code_knows() {
        let without = |gone: Option<usize>| {
            let kept = DEFAULT_TOML.lines().enumerate().filter(|(line, _)| Some(*line) != gone);
            let text = kept.map(|(_, line)| line).collect::<Vec<_>>().join("\n");
            settings_of(&layer::file("default.toml", &text).unwrap())
        };
        assert!(without(None).is_ok());
        let mut settings = 0;
        for (index, line) in DEFAULT_TOML.lines().enumerate() {
            if !line.starts_with('#') && line.contains(" = ") {
                assert!(without(Some(index)).is_err(), "loads without `{line}`");
                settings += 1;
            }
        }
        assert_eq!(settings, 67);
    }
}
