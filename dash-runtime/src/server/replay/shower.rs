//! What a replay shows of a state.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use crate::{
    engine::{
        plan::Plan,
        replaying::{ShownChange, ShownContent},
    },
    numbers::PropNo,
    server::record::{Header, Held, Moment, Place, Touched},
    value::Value,
};

/// Makes of the states of a record what the dashboard shows. The record may be of another version of it.
pub(crate) struct Shower {
    plan: Arc<Plan>,
    /// For each property of the record, that of the dashboard.
    props: Vec<Option<PropNo>>,
    names: Vec<String>,
    /// The roles of the run, the lowest first.
    roles: Vec<String>,
    /// The JSON of the values that are shown, to read only what has changed. Not of those in rows, because a row may go.
    shown: BTreeMap<usize, Arc<str>>,
    /// The properties whose values cannot be shown, of which the log has told.
    misfits: BTreeSet<usize>,
}

impl Shower {
    /// Also returns what has to be told about the differences between the record and the dashboard.
    pub(crate) fn new(plan: &Arc<Plan>, header: &Header) -> (Self, Vec<String>) {
        let recorded = || plan.numbered().filter(|(no, _)| plan.is_recorded(*no));
        let by_name: BTreeMap<String, PropNo> = recorded().map(|(no, prop)| (prop.name(), no)).collect();
        let all: BTreeSet<String> = plan.numbered().map(|(_, prop)| prop.name()).collect();
        let props: Vec<_> = header.props.iter().map(|prop| by_name.get(&prop.name).copied()).collect();
        let mut told = Vec::new();
        if header.dashboard != plan.name {
            told.push(format!(
                "the record is of the dashboard `{}`, and this is `{}`: what has the same name is shown",
                header.dashboard, plan.name
            ));
        }
        if header.schema != plan.table.schema {
            let known: BTreeSet<&str> = header.props.iter().map(|prop| prop.name.as_str()).collect();
            let gone: Vec<&str> = known.iter().copied().filter(|name| !all.contains(*name)).collect();
            let new: Vec<String> =
                recorded().map(|(_, prop)| prop.name()).filter(|name| !known.contains(name.as_str())).collect();
            told.push("the dashboard has changed since the record was made: what still fits is shown".to_owned());
            if !gone.is_empty() {
                told.push(format!("the record has these, which the dashboard has no longer: {}", gone.join(", ")));
            }
            if !new.is_empty() {
                told.push(format!("the dashboard has these, which are not in the record: {}", new.join(", ")));
            }
        }
        let names = header.props.iter().map(|prop| prop.name.clone()).collect();
        let shower = Self {
            plan: Arc::clone(plan),
            props,
            names,
            roles: header.roles.clone(),
            shown: BTreeMap::new(),
            misfits: BTreeSet::new(),
        };
        (shower, told)
    }

    /// What is new in `moment`. Also returns what has to be told, of each property once.
    pub(crate) fn changes(&mut self, moment: &Moment, touched: &Touched) -> (Vec<ShownChange>, Vec<String>) {
        let (mut changes, mut told) = (Vec::new(), Vec::new());
        let places: Vec<(&Place, Option<usize>)> = match touched.all {
            true => moment.values.keys().map(|place| (place, None)).collect(),
            false => touched.places.iter().map(|(place, count)| (place, *count)).collect(),
        };
        for (place, appended) in places {
            let number = place.number();
            let (Some(prop), Some(held)) = (self.props.get(number).copied().flatten(), moment.values.get(place)) else {
                continue;
            };
            let content = self.content(prop, place, held, appended);
            let (content, quality) = match content {
                Ok(content) => (content, held.quality.clone()),
                Err(why) => {
                    if self.misfits.insert(number) {
                        told.push(format!("`{}` is not shown: {why}", self.names[number]));
                    }
                    (ShownContent::Same, Some((Arc::from(why), false)))
                }
            };
            changes.push(ShownChange { prop, key: place.key().map(Arc::from), content, quality });
        }
        (changes, told)
    }

    fn content(
        &mut self,
        prop: PropNo,
        place: &Place,
        held: &Held,
        appended: Option<usize>,
    ) -> Result<ShownContent, String> {
        if held.is_secret {
            return Err("it is secret, so its value is not in the record".to_owned());
        }
        if let Some(items) = &held.items {
            let count = appended.filter(|count| *count < items.len());
            let new = items.iter().skip(count.map_or(0, |count| items.len() - count));
            let read = |(level, item): &(u8, Arc<str>)| {
                let value = self.read(prop, item)?;
                Ok((self.plan.level_of_recorded(*level, &self.roles, &value), value))
            };
            let new = new.map(read).collect::<Result<Vec<_>, String>>()?;
            return Ok(if count.is_some() { ShownContent::Append(new) } else { ShownContent::Items(new) });
        }
        let Some(json) = held.value.as_ref().filter(|_| appended.is_none()) else { return Ok(ShownContent::Same) };
        if matches!(place, Place::Prop(number) if self.shown.get(number) == Some(json)) {
            return Ok(ShownContent::Same);
        }
        let value = self.read(prop, json)?;
        if let Place::Prop(number) = place {
            self.shown.insert(*number, Arc::clone(json));
        }
        Ok(ShownContent::Value(value))
    }

    fn read(&self, prop: PropNo, json: &str) -> Result<Value, String> {
        let is_same_kind = |error: String| format!("its type has changed, or its value is not in the record: {error}");
        self.plan.read_recorded(prop, json).map_err(is_same_kind)
    }
}
