//! The keys of a history in the store: its own key, 1, a table, and a time or a number.

/// One key: how much the history has in the store.
const SIZE: u8 = 0;

/// What came since the last merge, by its number.
pub(super) const PARTS: u8 = 1;

/// Blocks of samples, by the time of their first sample. Their times do not overlap.
pub(super) const SAMPLES: u8 = 2;

/// Records, by their places. Behind the tables of all levels.
pub(super) const RECORDS: u8 = 0x40;

/// The table of a level. The level with the number 0 has no cells: it is the table of the samples.
pub(super) const fn level(level: usize) -> u8 {
    SAMPLES + level as u8
}

#[derive(Debug)]
pub(super) struct Keys(Vec<u8>);

impl Keys {
    /// The bytes behind the history's own key.
    pub(super) const LEN: usize = 10;

    pub(super) fn new(mut key: Vec<u8>) -> Self {
        key.push(1);
        Self(key)
    }

    pub(super) fn size(&self) -> Vec<u8> {
        self.at(SIZE, 0)
    }

    /// What all keys of a table begin with.
    #[cfg(test)]
    pub(super) fn prefix(&self, table: u8) -> Vec<u8> {
        [&*self.0, &[table]].concat()
    }

    /// Negative times come before the others.
    pub(super) fn at(&self, table: u8, time: i64) -> Vec<u8> {
        let mut key = self.0.clone();
        key.push(table);
        key.extend((time ^ i64::MIN).to_be_bytes());
        key
    }

    /// The end of a table.
    pub(super) fn end(&self, table: u8) -> Vec<u8> {
        self.at(table + 1, i64::MIN)
    }

    /// The own key of the history that has this key.
    pub(super) fn own(key: &[u8]) -> Option<&[u8]> {
        key.len().checked_sub(Self::LEN).map(|len| &key[..len])
    }

    pub(super) fn time(key: &[u8]) -> i64 {
        key.last_chunk().map_or(0, |bytes| i64::from_be_bytes(*bytes) ^ i64::MIN)
    }
}
