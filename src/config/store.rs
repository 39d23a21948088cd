//! `[store]`: where secrets are kept, and whether that may begin empty.

use serde::Deserialize;

use super::text;
use super::value::{Data, Value};
use crate::domain::address::StoreUrl;

/// The store. `store = "…"` is its `url` alone.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StoreSection {
    /// Where it is.
    #[serde(deserialize_with = "text::required")]
    pub url: StoreUrl,
    /// Whether a new one may be made where there is none.
    pub create: bool,
}

/// What a layer gives as `store` itself is the table's `url`, and is still called `store`.
pub(super) fn spread(layer: &mut Value) {
    let Some(store) = layer.field_mut("store") else { return };
    if !matches!(store.data, Data::Table(_)) {
        let url = store.clone();
        store.data = Data::Table(vec![("url".to_owned(), url)]);
    }
}
