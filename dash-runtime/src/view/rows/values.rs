//! Values in several rows of a list, as callbacks read and write them.

use std::{fmt, slice, vec};

use super::RowKey;

/// Values of several rows, in the order of the page. It is the type of a parameter `#[input(Ui::lamps[..].on.on)]`,
/// and of the return value of a callback with `output = Ui::lamps[..].on.on`.
///
/// A state parameter has all rows. An event parameter has the rows in which the event happened. A returned value
/// changes the rows whose keys it has. If it has a key twice, the later value counts. A key without a row is ignored,
/// because the row may have been removed just before.
#[derive(Clone, PartialEq, Eq)]
pub struct Rows<K, T> {
    entries: Vec<(K, T)>,
}

impl<K, T> Rows<K, T> {
    /// Without rows.
    pub const fn new() -> Self {
        Self { entries: Vec::new() }
    }

    /// The number of rows.
    pub const fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there are no rows.
    pub const fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The rows as pairs of key and value.
    pub fn iter(&self) -> slice::Iter<'_, (K, T)> {
        self.entries.iter()
    }

    /// The keys.
    pub fn keys(&self) -> impl DoubleEndedIterator<Item = &K> + ExactSizeIterator {
        self.entries.iter().map(|(key, _)| key)
    }

    /// The values.
    pub fn values(&self) -> impl DoubleEndedIterator<Item = &T> + ExactSizeIterator {
        self.entries.iter().map(|(_, value)| value)
    }

    /// The same rows with other values.
    pub fn map<U>(self, mut change: impl FnMut(&K, T) -> U) -> Rows<K, U> {
        let changed = |(key, value)| {
            let value = change(&key, value);
            (key, value)
        };
        Rows { entries: self.entries.into_iter().map(changed).collect() }
    }
}

impl<K: RowKey, T> Rows<K, T> {
    /// The value of the row with this key.
    pub fn get(&self, key: &K) -> Option<&T> {
        self.entries.iter().find(|(other, _)| other == key).map(|(_, value)| value)
    }
}

impl<K, T> Default for Rows<K, T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<K: fmt::Debug, T: fmt::Debug> fmt::Debug for Rows<K, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.entries.iter().map(|(key, value)| (key, value))).finish()
    }
}

impl<K, T> FromIterator<(K, T)> for Rows<K, T> {
    fn from_iter<I: IntoIterator<Item = (K, T)>>(entries: I) -> Self {
        Self { entries: entries.into_iter().collect() }
    }
}

impl<K, T> IntoIterator for Rows<K, T> {
    type Item = (K, T);
    type IntoIter = vec::IntoIter<(K, T)>;

    fn into_iter(self) -> Self::IntoIter {
        self.entries.into_iter()
    }
}

impl<'a, K, T> IntoIterator for &'a Rows<K, T> {
    type Item = &'a (K, T);
    type IntoIter = slice::Iter<'a, (K, T)>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}
