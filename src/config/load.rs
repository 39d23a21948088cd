//! Layer over layer, each checked as it comes.

use std::io;
use std::path::{Path, PathBuf};

use figment::Figment;

use super::check::Check;
use super::error::printable;
use super::layer::Layer;
use super::show::{Effective, effective};
use super::{Error, Settings, environment};

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
    fn layers(&self) -> impl Iterator<Item = Layer> {
        let given = [
            ("--listen", "listen", &self.listen),
            ("--base-url", "base_url", &self.base_url),
            ("--store", "store", &self.store),
            ("--keyring", "keyring_file", &self.keyring),
            ("--region", "region", &self.region),
        ];
        given.into_iter().filter_map(|(flag, key, value)| Some(Layer::flag(flag, key, value.as_deref()?)))
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
    let defaults = Layer::defaults()?;
    let environment = environment::read(variables, &defaults.dict)?;
    let (mut figment, mut settings) = add(Figment::new(), defaults)?;
    let file = file(flags.config.as_deref(), environment.config.as_deref(), directory)?;
    for layer in file.into_iter().chain(environment.layers).chain(flags.layers()) {
        (figment, settings) = add(figment, layer)?;
    }
    let check = Check { figment: &figment, insecure_test: environment.insecure_test };
    settings.check(&check)?;
    let cut = settings.plans.warnings(&check, &settings.secrets);
    Ok(Loaded {
        effective: effective(&settings, &figment),
        warnings: environment.warning.into_iter().chain(cut).collect(),
        insecure_test: environment.insecure_test,
        settings,
    })
}

/// Everything below has been added without an error, so an error is this layer's.
fn add(figment: Figment, layer: Layer) -> Result<(Figment, Settings), Error> {
    let figment = figment.merge(layer);
    let settings = figment.extract().map_err(|error| Error::from_figment(&error))?;
    Ok((figment, settings))
}

/// The operator's file. One that is named has to be there.
fn file(flag: Option<&Path>, variable: Option<&Path>, directory: &Path) -> Result<Option<Layer>, Error> {
    let (name, origin) = match (flag, variable) {
        (Some(name), _) => (name, "flag `--config`"),
        (None, Some(name)) => (name, "environment variable `READONCE_CONFIG`"),
        (None, None) => (Path::new(USUAL_FILE), "found in the working directory"),
    };
    let named = flag.is_some() || variable.is_some();
    match std::fs::read_to_string(directory.join(name)) {
        Ok(text) => Layer::file(&name.display().to_string(), &text).map(Some),
        Err(error) if error.kind() == io::ErrorKind::NotFound && !named => Ok(None),
        Err(error) => {
            let why = match error.kind() {
                io::ErrorKind::NotFound => "no such file".to_owned(),
                io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
                io::ErrorKind::InvalidData => "it is not UTF-8".to_owned(),
                _ => error.to_string().to_lowercase(),
            };
            let name = printable(&name.display().to_string());
            Err(Error::new(&format!("cannot read the configuration file `{name}`: {why}"), origin))
        }
    }
}
