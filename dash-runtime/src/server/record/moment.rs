//! The state at one revision of a record.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    sync::Arc,
};

use serde_json::value::RawValue;

use super::{Header, ListInfo, Place, Present, edits};

/// The state at one revision.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Moment {
    /// Microseconds since the start of the run.
    pub(crate) at: u64,
    pub(crate) rev: u64,
    pub(crate) values: BTreeMap<Place, Held>,
}

/// What one property has. Values are JSON.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Held {
    /// `None` for a stream, and for a value that is not known.
    pub(crate) value: Option<Arc<str>>,
    /// The items of a stream, the oldest first, each with the level that is needed to see it.
    pub(crate) items: Option<VecDeque<(u8, Arc<str>)>>,
    pub(crate) is_secret: bool,
    /// Why the value is bad, and whether the device has refused it.
    pub(crate) quality: Option<(Arc<str>, bool)>,
}

/// What has changed from one moment to a later one.
#[derive(Debug, Default)]
pub(crate) struct Touched {
    /// The properties, with the number of items that streams have got. `None`: everything of it may be new.
    pub(crate) places: BTreeMap<Place, Option<usize>>,
    /// How many items streams have got, also with a whole state.
    pub(crate) new_items: BTreeMap<Place, usize>,
    /// Everything may be new.
    pub(crate) all: bool,
}

impl Touched {
    fn whole(&mut self, place: &Place) {
        self.places.insert(place.clone(), None);
    }

    fn appended(&mut self, place: &Place, count: usize) {
        if let Some(already) = self.places.entry(place.clone()).or_insert(Some(0)) {
            *already += count;
        }
    }
}

impl Moment {
    /// Applies a change. With `whole`, it is the whole state.
    ///
    /// # Errors
    /// If the body is not one of a change, or an edit does not fit. What fits is applied.
    pub(super) fn apply(
        &mut self,
        header: &Header,
        body: &[u8],
        whole: bool,
        touched: &mut Touched,
    ) -> Result<(), String> {
        let present: Present = serde_json::from_slice(body).map_err(|error| error.to_string())?;
        if whole {
            self.values.clear();
            touched.all = true;
        }
        let mut faults = Vec::new();
        for (place, value) in present.v {
            touched.whole(&place);
            if let Some(list) = header.lists.iter().find(|list| list.0 == place.number()) {
                self.remove_rows(*list, value.get(), touched);
            }
            self.held(&place).value = Some(text(value));
        }
        for (place, operations) in present.e {
            touched.whole(&place);
            let held = self.held(&place);
            match edits::edited(held.value.as_deref().unwrap_or("null"), operations.get()) {
                Ok(value) => held.value = Some(value.into()),
                Err(why) => faults.push(why),
            }
        }
        for (place, replace, new, count) in present.s {
            let ring = header.props.get(place.number()).map_or(0, |prop| prop.ring);
            if replace == 0 {
                touched.appended(&place, new.len());
            } else {
                touched.whole(&place);
            }
            *touched.new_items.entry(place.clone()).or_default() += count;
            let items = self.held(&place).items.get_or_insert_default();
            if replace != 0 {
                items.clear();
            }
            items.extend(new.into_iter().map(|(level, item)| (level, text(item))));
            items.drain(..items.len().saturating_sub(ring));
        }
        for (place, why, refused) in present.q {
            touched.appended(&place, 0);
            self.held(&place).quality = why.map(|why| (why.into(), refused != 0));
        }
        for place in present.x {
            touched.whole(&place);
            *self.held(&place) = Held { is_secret: true, ..Held::default() };
        }
        faults.into_iter().next().map_or(Ok(()), Err)
    }

    fn held(&mut self, place: &Place) -> &mut Held {
        self.values.entry(place.clone()).or_default()
    }

    /// The list has these keys from now on. The values of rows that it has no longer are dropped.
    fn remove_rows(&mut self, ListInfo(_, first, end): ListInfo, keys: &str, touched: &mut Touched) {
        let keys: Vec<Box<RawValue>> = serde_json::from_str(keys).unwrap_or_default();
        let keys: BTreeSet<&str> = keys.iter().map(|key| key.get()).collect();
        let is_gone = |place: &Place| {
            (first..end).contains(&place.number()) && place.key().is_some_and(|key| !keys.contains(key))
        };
        self.values.retain(|place, _| !is_gone(place));
        touched.places.retain(|place, _| !is_gone(place));
        touched.new_items.retain(|place, _| !is_gone(place));
    }
}

fn text(value: Box<RawValue>) -> Arc<str> {
    Box::<str>::from(value).into()
}
