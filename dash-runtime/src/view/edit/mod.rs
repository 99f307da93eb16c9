//! Edits: what a callback returns to change a part of a value instead of writing all of it.
//!
//! An [`Edit`] is a list of steps on the typed value. The server applies it to the value that it has, as one step of
//! reading and writing, and sends browsers that are in step only the difference. Whoever joins later gets the result.

mod difference;
mod ops;
#[cfg(test)]
pub(crate) mod tests;

use std::{
    collections::BTreeMap,
    fmt,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

use ops::{At, Ops, encoded};

use crate::{prop::PropValue, value::Value, words::panic::text_of};

/// A change of a part of a `T`: for a state property, returned by a callback in place of the whole value.
///
/// ```
/// # use dash_runtime::edit::Edit;
/// // A list: a line more, and no more than a hundred.
/// let lines: Edit<Vec<String>> = Edit::list().push("door opened".to_owned()).keep_last(100);
/// // A map with texts as keys.
/// let levels: Edit<std::collections::BTreeMap<String, f64>> = Edit::map().insert("north", 0.5).remove("south");
/// // Anything, by a function on the typed value.
/// let count = Edit::with(|count: &mut f64| *count += 1.0);
/// # let _ = (lines, levels, count);
/// ```
///
/// The steps are done in their order, on the value that the property has then, also if somebody else has changed it
/// meanwhile: of two edits at the same time neither is lost. If one step does not fit, such as the removal of an item
/// that is not there, nothing is written, and the callback has failed.
///
/// An edit costs the server a copy of the value. What it costs the network is what changed.
pub struct Edit<T> {
    steps: Vec<Step<T>>,
}

/// Changes the value, and says so in the operations for browsers; or why it cannot.
type Step<T> = Box<dyn Fn(&mut T, &mut Ops) -> Result<(), String> + Send + Sync>;

impl<T> fmt::Debug for Edit<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Edit").field("steps", &self.steps.len()).finish()
    }
}

impl<T: PropValue> Edit<T> {
    const fn nothing() -> Self {
        Self { steps: Vec::new() }
    }

    fn step(mut self, step: impl Fn(&mut T, &mut Ops) -> Result<(), String> + Send + Sync + 'static) -> Self {
        self.steps.push(Box::new(step));
        self
    }

    /// Lets `change` work on the value. Browsers get the difference, or the whole value if that is shorter. The
    /// parameter of a closure needs its type: `Edit::with(|count: &mut f64| *count += 1.0)`.
    ///
    /// The whole dashboard waits for `change`, so it should be quick. It may be called again, on a newer value, if
    /// somebody else changed the property before the callback's turn was over; so what it does should depend on the
    /// value that it is given and on nothing else. If it panics, the callback has failed.
    pub fn with(change: impl Fn(&mut T) + Send + Sync + 'static) -> Self {
        Self::nothing().step(move |value, ops| {
            let before = encoded(value)?;
            change(value);
            ops.difference(&before, &encoded(value)?);
            Ok(())
        })
    }

    /// Writes all of the value, for a callback that edits only at times.
    pub fn whole(value: T) -> Self {
        Self::nothing().step(move |current, ops| {
            current.clone_from(&value);
            ops.replaced();
            Ok(())
        })
    }

    /// Does `next` after this.
    #[must_use]
    pub fn and(mut self, next: Self) -> Self {
        self.steps.extend(next.steps);
        self
    }

    /// What the edit makes of `value`: for a test of a callback that returns one.
    ///
    /// # Errors
    /// Why the edit does not fit.
    ///
    /// # Panics
    /// If a function given to [`with`](Self::with) does.
    pub fn of(&self, mut value: T) -> Result<T, String> {
        let mut ops = Ops::default();
        self.steps.iter().try_for_each(|step| step(&mut value, &mut ops))?;
        Ok(value)
    }

    /// The edit without its type; `None` if it has no steps.
    pub(crate) fn patch(self) -> Option<Patch> {
        if self.steps.is_empty() {
            return None;
        }
        let apply = move |value: &Value| {
            let Some(mut typed) = value.get::<T>().cloned() else { return Err("the value is of another type".into()) };
            let mut ops = Ops::default();
            self.steps.iter().try_for_each(|step| step(&mut typed, &mut ops))?;
            Ok(Edited { value: Value::lazy(typed), ops: ops.finish() })
        };
        Some(Patch { apply: Arc::new(apply), tried: None })
    }
}

/// Edits of a list. Items are counted from 0.
impl<I: PropValue> Edit<Vec<I>> {
    /// An edit of a list that does nothing yet.
    #[must_use]
    pub const fn list() -> Self {
        Self::nothing()
    }

    /// Adds an item at the end.
    #[must_use]
    pub fn push(self, item: I) -> Self {
        self.extend([item])
    }

    /// Adds items at the end.
    #[must_use]
    pub fn extend(self, items: impl IntoIterator<Item = I>) -> Self {
        let items: Vec<I> = items.into_iter().collect();
        self.step(move |list, ops| splice(list, list.len(), 0, &items, ops))
    }

    /// Puts an item before the one at `at`; at the list's length, at its end. Fails beyond that.
    #[must_use]
    pub fn insert(self, at: usize, item: I) -> Self {
        self.step(move |list, ops| splice(list, at, 0, std::slice::from_ref(&item), ops))
    }

    /// Takes the item at `at` out. Fails if there is none.
    #[must_use]
    pub fn remove(self, at: usize) -> Self {
        self.step(move |list, ops| splice(list, at, 1, &[], ops))
    }

    /// Puts another item in the place of the one at `at`. Fails if there is none.
    #[must_use]
    pub fn set(self, at: usize, item: I) -> Self {
        self.step(move |list, ops| splice(list, at, 1, std::slice::from_ref(&item), ops))
    }

    /// Keeps the first `count` items.
    #[must_use]
    pub fn truncate(self, count: usize) -> Self {
        self.step(move |list, ops| splice(list, count.min(list.len()), list.len().saturating_sub(count), &[], ops))
    }

    /// Keeps the last `count` items.
    #[must_use]
    pub fn keep_last(self, count: usize) -> Self {
        self.step(move |list, ops| splice(list, 0, list.len().saturating_sub(count), &[], ops))
    }

    /// Takes all items out.
    #[must_use]
    pub fn clear(self) -> Self {
        self.truncate(0)
    }
}

/// Takes `gone` items out at `at`, and puts `new` there.
fn splice<I: PropValue>(list: &mut Vec<I>, at: usize, gone: usize, new: &[I], ops: &mut Ops) -> Result<(), String> {
    let end = at.checked_add(gone).filter(|end| *end <= list.len());
    let Some(end) = end else {
        return Err(match (gone, list.len()) {
            (0, len) => format!("nothing can be inserted at {at} of a list of {len}"),
            (_, 0) => format!("there is no item {at} in an empty list"),
            (_, len) => format!("there is no item {at} in a list of {len}, whose last is {}", len - 1),
        });
    };
    if gone == 0 && new.is_empty() {
        return Ok(());
    }
    let items = new.iter().map(encoded).collect::<Result<Vec<_>, _>>()?;
    ops.splice(&[], at, gone, &items.iter().map(String::as_str).collect::<Vec<_>>());
    list.splice(at..end, new.iter().cloned());
    Ok(())
}

/// Edits of a map with texts as keys.
impl<V: PropValue> Edit<BTreeMap<String, V>> {
    /// An edit of a map that does nothing yet.
    #[must_use]
    pub const fn map() -> Self {
        Self::nothing()
    }

    /// Gives `key` this value, whether it is there or not.
    #[must_use]
    pub fn insert(self, key: impl Into<String>, value: V) -> Self {
        let key = key.into();
        self.step(move |map, ops| {
            let new = encoded(&value)?;
            let next = (!map.contains_key(&key)).then(|| {
                let after = (std::ops::Bound::Excluded(&*key), std::ops::Bound::Unbounded);
                map.range::<str, _>(after).next().map(|(next, _)| &**next)
            });
            ops.member(&[], &key, &new, next.flatten());
            map.insert(key.clone(), value.clone());
            Ok(())
        })
    }

    /// Takes `key` out, if it is there.
    #[must_use]
    pub fn remove(self, key: impl Into<String>) -> Self {
        let key = key.into();
        self.step(move |map, ops| {
            if map.remove(&key).is_some() {
                ops.remove(&[At::Key(&key)]);
            }
            Ok(())
        })
    }

    /// Takes everything out.
    #[must_use]
    pub fn clear(self) -> Self {
        self.step(|map, ops| {
            if !map.is_empty() {
                map.clear();
                ops.set(&[], "{}");
            }
            Ok(())
        })
    }
}

/// An edit without its type.
#[derive(Clone)]
pub(crate) struct Patch {
    apply: Apply,
    /// What the patch was tried on, and what came out.
    tried: Option<(Value, Result<Edited, String>)>,
}

/// All steps, on a value that is of the right type.
type Apply = Arc<dyn Fn(&Value) -> Result<Edited, String> + Send + Sync>;

/// What came of an edit.
#[derive(Debug, Clone)]
pub(crate) struct Edited {
    pub(crate) value: Value,
    pub(crate) ops: Change,
}

/// What browsers that have the value from before are to be told.
#[derive(Debug, Clone)]
pub(crate) enum Change {
    /// The value is the same.
    Nothing,
    /// The operations, with commas between them.
    Ops(Arc<str>),
    /// The whole value, which is shorter.
    Whole,
    /// The whole value, in which nothing is left of the one from before.
    Replaced,
}

impl fmt::Debug for Patch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Patch").field("tried", &self.tried).finish_non_exhaustive()
    }
}

impl Patch {
    /// The value that this makes of `value`, or why it cannot. It is remembered for [`apply`](Self::apply).
    pub(crate) fn try_on(&mut self, value: &Value) -> Result<&Value, String> {
        let edited = self.apply(value);
        match &self.tried.insert((value.clone(), edited)).1 {
            Ok(edited) => Ok(&edited.value),
            Err(why) => Err(why.clone()),
        }
    }

    /// What came out when this was tried on this very value, if it was.
    pub(crate) fn tried_on(&self, value: &Value) -> Option<Result<&Value, &str>> {
        let (_, edited) = self.tried.as_ref().filter(|(before, _)| before.same(value))?;
        Some(edited.as_ref().map(|edited| &edited.value).map_err(String::as_str))
    }

    /// As it was before it was tried: without the values.
    pub(crate) fn untried(&self) -> Self {
        Self { apply: Arc::clone(&self.apply), tried: None }
    }

    /// What came out when this was tried.
    pub(crate) fn result(&self) -> Option<&Value> {
        self.tried.as_ref().and_then(|(_, edited)| edited.as_ref().ok()).map(|edited| &edited.value)
    }

    /// What comes of `value`.
    pub(crate) fn apply(&self, value: &Value) -> Result<Edited, String> {
        if let Some((_, edited)) = self.tried.as_ref().filter(|(before, _)| before.same(value)) {
            return edited.clone();
        }
        // The steps have code of the user in them.
        catch_unwind(AssertUnwindSafe(|| (self.apply)(value)))
            .unwrap_or_else(|payload| Err(format!("the edit panicked: {}", text_of(&*payload))))
    }
}
