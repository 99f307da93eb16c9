use std::fmt;

use dash_macros::{Component, value};
use dash_runtime::component::prelude::*;
use serde::de::DeserializeOwned;

/// A value that a person's browser keeps for the dashboard, for example which channels this person looks at. It is there
/// again after a reload.
///
/// Each client has a value of its own, so only a `#[callback]` can read and write it. It shows nothing. Place it anywhere on
/// the page.
///
/// The value is [`Kept::Unread`] until the browser has told what it keeps. A callback that returns a [`Kept`] for `value`
/// makes the browser keep that. With [`KeptIn::Browser`], all tabs of a browser have one value.
///
/// A person can change what the own browser keeps, and others who use the same browser see it. So it is as untrusted as any
/// other command, decides about no right, and has no secret in it. What must not be lost belongs to the server: `#[keep]`.
///
/// ```
/// # use dash_components::{BrowserStore, Kept, KeptFault};
/// use std::collections::BTreeSet;
///
/// // A callback with `#[input(Ui::favourites.value)]` and an output:
/// fn show(favourites: &Kept) -> Vec<String> {
///     // What the browser keeps may be of an older version of the program.
///     let names: BTreeSet<String> = favourites.read().ok().flatten().unwrap_or_default();
///     names.into_iter().collect()
/// }
/// // A callback with `#[state(Ui::favourites.value)]` and `output = Ui::favourites.value`:
/// fn add(favourites: &Kept, name: &str) -> Result<Kept, KeptFault> {
///     let mut names: BTreeSet<String> = favourites.read()?.unwrap_or_default();
///     names.insert(name.to_owned());
///     Kept::new(&names)
/// }
/// # assert_eq!(show(&add(&Kept::Nothing, "Boiler").unwrap()), ["Boiler"]);
/// # assert!(add(&Kept::Unread, "Boiler").is_err());
/// # let _ = |store: BrowserStore| store;
/// ```
#[derive(Component)]
#[component(tag = "dd-browser-store", script = "browser_store.js", style = "browser_store.css", bundled)]
pub struct BrowserStore {
    id: ComponentId,
    /// What the browser keeps, at most 65 536 bytes of JSON. Default: [`Kept::Unread`]. The browser writes it when the page
    /// is open, and callbacks write it.
    #[prop(writable, own, no_setter)]
    value: Kept,
    /// Why the browser does not keep it, for example because its user has forbidden that. Empty: it does. The browser writes
    /// it.
    #[prop(writable, own, no_setter, max_len = 200)]
    fault: String,
    /// Where the browser keeps it. Default: `Browser`.
    place: KeptIn,
}

/// Where a browser keeps the value of a [`BrowserStore`].
#[value]
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum KeptIn {
    /// In the page, until it is reloaded or closed.
    Page,
    /// In the tab, until it is closed. Each tab has a value of its own.
    Tab,
    /// In the browser, until somebody clears its data. All tabs have one value.
    #[default]
    Browser,
}

/// What a browser keeps for a [`BrowserStore`]: a value in JSON. It comes from a browser, so it may be anything.
#[value]
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[serde(try_from = "Option<String>", into = "Option<String>")]
#[schemars(with = "Option<String>")]
pub enum Kept {
    /// The browser has not told yet what it keeps.
    #[default]
    Unread,
    /// The browser keeps nothing.
    Nothing,
    /// A JSON text.
    Json(String),
}

/// The longest JSON text that a browser keeps, in bytes.
const LONGEST: usize = 65_536;

impl Kept {
    /// A value for the browser to keep.
    ///
    /// # Errors
    /// If it cannot be written as JSON, or its JSON is longer than 65 536 bytes.
    pub fn new<T: Serialize>(value: &T) -> Result<Self, KeptFault> {
        let json = serde_json::to_string(value).map_err(|error| KeptFault(error.to_string()))?;
        Self::try_from(Some(json))
    }

    /// The value that the browser keeps. `None`: it keeps nothing.
    ///
    /// # Errors
    /// If the browser keeps something else, for example from an older version of the program, or has not told yet what it
    /// keeps. So what a callback adds to the value never replaces one that is not known yet.
    pub fn read<T: DeserializeOwned>(&self) -> Result<Option<T>, KeptFault> {
        match self {
            Self::Unread => Err(KeptFault("the browser has not told yet what it keeps".to_owned())),
            Self::Nothing => Ok(None),
            Self::Json(json) => serde_json::from_str(json)
                .map(Some)
                .map_err(|error| KeptFault(format!("the browser keeps something else: {error}"))),
        }
    }

    /// Whether the browser has told what it keeps.
    pub const fn is_read(&self) -> bool {
        !matches!(self, Self::Unread)
    }
}

/// Why a value cannot be kept, or what is kept cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptFault(String);

impl fmt::Display for KeptFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for KeptFault {}

/// As a browser writes it: null while it is not read, and an empty text for nothing, which is no JSON.
impl TryFrom<Option<String>> for Kept {
    type Error = KeptFault;

    fn try_from(json: Option<String>) -> Result<Self, KeptFault> {
        match json {
            None => Ok(Self::Unread),
            Some(json) if json.is_empty() => Ok(Self::Nothing),
            Some(json) if json.len() > LONGEST => {
                Err(KeptFault(format!("{} bytes are too many: a browser keeps at most {LONGEST} here", json.len())))
            }
            Some(json) => Ok(Self::Json(json)),
        }
    }
}

impl From<Kept> for Option<String> {
    fn from(kept: Kept) -> Self {
        match kept {
            Kept::Unread => None,
            Kept::Nothing => Some(String::new()),
            Kept::Json(json) => Some(json),
        }
    }
}

impl View for BrowserStore {
    fn view(_: BrowserStoreBound, _: &mut Look) {
        // It shows nothing.
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::testing::{component, drawn};

    #[test]
    fn it_shows_nothing_and_nothing_is_read_at_first() {
        let store = component::<BrowserStore>();
        assert_eq!(drawn(&store), "");
        assert!(!store.value.is_read());
        let why = store.value.read::<u32>().unwrap_err().to_string();
        assert_eq!(why, "the browser has not told yet what it keeps", "a callback would replace what it does not know");
    }

    #[test]
    fn a_value_comes_back_as_it_was() {
        let kept = Kept::new(&("Boiler", 3)).unwrap();
        let sent = serde_json::to_string(&kept).unwrap();
        assert_eq!(sent, r#""[\"Boiler\",3]""#);
        let back: Kept = serde_json::from_str(&sent).unwrap();
        assert_eq!(back.read::<(String, u32)>(), Ok(Some(("Boiler".to_owned(), 3))));
        let nothing: Kept = serde_json::from_str("\"\"").unwrap();
        assert!(nothing.is_read() && nothing.read::<u32>() == Ok(None));
    }

    #[test]
    fn what_a_browser_sends_is_not_believed() {
        let other = Kept::Json("{\"a\":".to_owned()).read::<u32>().unwrap_err().to_string();
        assert!(other.starts_with("the browser keeps something else"), "{other}");
        assert!(Kept::new(&7).unwrap().read::<String>().is_err());
        let long = serde_json::to_string(&"x".repeat(LONGEST + 1)).unwrap();
        let fault = serde_json::from_str::<Kept>(&long).unwrap_err().to_string();
        assert!(fault.contains("65537 bytes are too many"), "{fault}");
        assert!(Kept::new(&"x".repeat(LONGEST)).is_err() && Kept::new(&"x".repeat(LONGEST - 2)).is_ok());
        assert!(serde_json::from_str::<Kept>("7").is_err());
    }
}
