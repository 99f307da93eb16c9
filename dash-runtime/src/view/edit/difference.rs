//! The operations that change one JSON text into another.
//!
//! Both texts come from the same `Serialize`, so equal values have equal texts. Equal parts are found without parsing,
//! and numbers keep their text.

use std::{borrow::Cow, collections::BTreeMap, fmt};

use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor},
};
use serde_json::value::RawValue;

use super::ops::{At, Ops};

/// The largest depth of the search. A value that differs below this depth is written whole.
const DEPTH: usize = 32;

/// Appends the operations that change `before` into `after`, two JSON texts at `path`.
pub(super) fn difference(path: &[At<'_>], before: &str, after: &str, ops: &mut Ops) {
    if before == after {
        return;
    }
    let start = ops.len();
    let found = path.len() < DEPTH
        && match (before.as_bytes().first(), after.as_bytes().first()) {
            (Some(b'['), Some(b'[')) => lists(path, before, after, ops),
            (Some(b'{'), Some(b'{')) => objects(path, before, after, ops),
            _ => false,
        };
    if !found || ops.len() - start > after.len() {
        ops.cut(start);
        ops.set(path, after);
    }
}

/// Items that are equal at the start and at the end stay. Between them, items are compared one by one if both lists
/// have the same number of them.
fn lists(path: &[At<'_>], before: &str, after: &str, ops: &mut Ops) -> bool {
    let (Some(before), Some(after)) = (items(before), items(after)) else { return false };
    let equal = |(a, b): &(&&str, &&str)| a == b;
    let head = before.iter().zip(&after).take_while(equal).count();
    let tail = before[head..].iter().rev().zip(after[head..].iter().rev()).take_while(equal).count();
    let (before, after) = (&before[head..before.len() - tail], &after[head..after.len() - tail]);
    if before.len() == after.len() {
        for (at, (before, after)) in before.iter().zip(after).enumerate() {
            difference(&[path, &[At::Index(head + at)]].concat(), before, after, ops);
        }
    } else {
        ops.splice(path, head, before.len(), after);
    }
    true
}

/// Returns false if members have changed their order, because there is no operation for that.
fn objects(path: &[At<'_>], before: &str, after: &str, ops: &mut Ops) -> bool {
    let (Some(before), Some(after)) = (members(before), members(after)) else { return false };
    let (old, new) = (by_key(&before), by_key(&after));
    let stay = before.iter().map(|(key, _)| key).filter(|key| new.contains_key(&***key));
    let stayed = after.iter().map(|(key, _)| key).filter(|key| old.contains_key(&***key));
    if old.len() < before.len() || new.len() < after.len() || !stay.eq(stayed) {
        return false;
    }
    for (key, _) in before.iter().filter(|(key, _)| !new.contains_key(&**key)) {
        ops.remove(&[path, &[At::Key(key)]].concat());
    }
    // From last to first, because a new member is inserted before the member that follows it, which must exist by then.
    let mut next = None;
    for (key, json) in after.iter().rev() {
        match old.get(&**key) {
            Some(old) => difference(&[path, &[At::Key(key)]].concat(), old, json, ops),
            None => ops.member(path, key, json, next),
        }
        next = Some(&**key);
    }
    true
}

type Member<'a> = (Cow<'a, str>, &'a str);

fn by_key<'a>(members: &'a [Member<'a>]) -> BTreeMap<&'a str, &'a str> {
    members.iter().map(|(key, json)| (&**key, *json)).collect()
}

fn items(list: &str) -> Option<Vec<&str>> {
    let items: Vec<&RawValue> = serde_json::from_str(list).ok()?;
    Some(items.into_iter().map(RawValue::get).collect())
}

fn members(object: &str) -> Option<Vec<Member<'_>>> {
    serde_json::from_str::<Members<'_>>(object).ok().map(|members| members.0)
}

/// The members of an object, in their order.
struct Members<'a>(Vec<Member<'a>>);

impl<'de: 'a, 'a> Deserialize<'de> for Members<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder;

        impl<'de> Visitor<'de> for InOrder {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some(key) = map.next_key::<Key<'de>>()? {
                    members.push((key.0, map.next_value::<&'de RawValue>()?.get()));
                }
                Ok(Members(members))
            }
        }

        deserializer.deserialize_map(InOrder)
    }
}

/// The name of a member. Borrowed, unless it has an escaped character.
#[derive(Deserialize)]
#[serde(transparent)]
struct Key<'a>(#[serde(borrow)] Cow<'a, str>);
