//! Edits: a callback returns one to change a part of a value instead of writing the whole value.
//!
//! An [`Edit`] is a list of steps on the typed value. The server applies it to its current value, so reading and
//! writing are one step. Clients that are up to date get only the difference. Clients that join later get the result.

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

use crate::{into_value::IntoValue, prop::PropValue, value::Value, words::panic::text_of};

/// A change of a part of a `T`. A callback returns it for a state property in place of the whole value.
///
/// ```
/// # use dash_runtime::edit::Edit;
/// // A list: adds a line, and keeps at most a hundred.
/// let lines: Edit<Vec<String>> = Edit::list().push("door opened".to_owned()).keep_last(100);
/// // A map with texts as keys.
/// let levels: Edit<std::collections::BTreeMap<String, f64>> = Edit::map().insert("north", 0.5).remove("south");
/// // Any type: a function on the typed value.
/// let count = Edit::with(|count: &mut f64| *count += 1.0);
/// # let _ = (lines, levels, count);
/// ```
///
/// The steps are applied in their order to the value that the property has at that moment, even if another callback or
/// client has changed it in the meantime. So of two edits at the same time, none is lost. If one step does not fit,
/// such as the removal of an item that does not exist, nothing is written and the callback has failed.
///
/// An edit costs the server one copy of the value. Only the changed part is sent over the network.
pub struct Edit<T> {
    steps: Vec<Step<T>>,
}

/// Changes the value and records the operations for browsers. Returns an error if it does not fit.
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

    /// Changes the value with the function `change`. Browsers get the difference, or the whole value if that is
    /// shorter. The parameter of a closure needs its type: `Edit::with(|count: &mut f64| *count += 1.0)`.
    ///
    /// `change` must be quick, because the whole dashboard waits for it. It may be called again with a newer value, if
    /// the property has changed before the turn of the callback ended. So its result must depend only on the value that
    /// it gets. If it panics, the callback has failed.
    pub fn with(change: impl Fn(&mut T) + Send + Sync + 'static) -> Self {
        Self::nothing().step(move |value, ops| {
            let before = encoded(value)?;
            change(value);
            ops.difference(&before, &encoded(value)?);
            Ok(())
        })
    }

    /// Writes the whole value, for a callback that returns an edit only sometimes.
    pub fn whole(value: T) -> Self {
        Self::nothing().step(move |current, ops| {
            current.clone_from(&value);
            ops.replaced();
            Ok(())
        })
    }

    /// Appends the steps of `next`.
    #[must_use]
    pub fn and(mut self, next: Self) -> Self {
        self.steps.extend(next.steps);
        self
    }

    /// Applies the edit to `value`, for the test of a callback that returns an edit.
    ///
    /// # Errors
    /// The reason, if a step does not fit.
    ///
    /// # Panics
    /// If a function given to [`with`](Self::with) panics.
    pub fn of(&self, mut value: T) -> Result<T, String> {
        let mut ops = Ops::default();
        self.steps.iter().try_for_each(|step| step(&mut value, &mut ops))?;
        Ok(value)
    }

    /// The edit without its type. `None` if it has no steps.
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
    /// An edit of a list without steps.
    #[must_use]
    pub const fn list() -> Self {
        Self::nothing()
    }

    /// Appends an item.
    #[must_use]
    pub fn push(self, item: I) -> Self {
        self.extend([item])
    }

    /// Appends items.
    #[must_use]
    pub fn extend(self, items: impl IntoIterator<Item = I>) -> Self {
        let items: Vec<I> = items.into_iter().collect();
        self.step(move |list, ops| splice(list, list.len(), 0, &items, ops))
    }

    /// Inserts an item at index `at`. If `at` is the length of the list, this appends the item. Fails if `at` is
    /// larger.
    #[must_use]
    pub fn insert(self, at: usize, item: I) -> Self {
        self.step(move |list, ops| splice(list, at, 0, std::slice::from_ref(&item), ops))
    }

    /// Removes the item at index `at`. Fails if there is none.
    #[must_use]
    pub fn remove(self, at: usize) -> Self {
        self.step(move |list, ops| splice(list, at, 1, &[], ops))
    }

    /// Replaces the item at index `at`. Fails if there is none.
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

    /// Removes all items.
    #[must_use]
    pub fn clear(self) -> Self {
        self.truncate(0)
    }
}

/// Replaces `gone` items from index `at` on by `new`.
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
    /// An edit of a map without steps.
    #[must_use]
    pub const fn map() -> Self {
        Self::nothing()
    }

    /// Sets the value of `key`, and adds the key if it does not exist.
    #[must_use]
    pub fn insert(self, key: impl IntoValue<String>, value: V) -> Self {
        let key = key.into_value();
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

    /// Removes `key`, if it exists.
    #[must_use]
    pub fn remove(self, key: impl IntoValue<String>) -> Self {
        let key = key.into_value();
        self.step(move |map, ops| {
            if map.remove(&key).is_some() {
                ops.remove(&[At::Key(&key)]);
            }
            Ok(())
        })
    }

    /// Removes all keys.
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
    /// The value that the patch was tried on, and the result.
    tried: Option<(Value, Result<Edited, String>)>,
}

/// All steps, on a value with the right type.
type Apply = Arc<dyn Fn(&Value) -> Result<Edited, String> + Send + Sync>;

/// The result of an edit.
#[derive(Debug, Clone)]
pub(crate) struct Edited {
    pub(crate) value: Value,
    pub(crate) ops: Change,
}

/// What a browser with the previous value must get.
#[derive(Debug, Clone)]
pub(crate) enum Change {
    /// Nothing: the value is the same.
    Nothing,
    /// The operations, with commas between them.
    Ops(Arc<str>),
    /// The whole value, which is shorter than the operations.
    Whole,
    /// The whole value, which was set without using the previous one.
    Replaced,
}

impl fmt::Debug for Patch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Patch").field("tried", &self.tried).finish_non_exhaustive()
    }
}

impl Patch {
    /// Applies the patch to `value`, and keeps the result for [`apply`](Self::apply). Returns the reason if it does not
    /// fit.
    pub(crate) fn try_on(&mut self, value: &Value) -> Result<&Value, String> {
        let edited = self.apply(value);
        match &self.tried.insert((value.clone(), edited)).1 {
            Ok(edited) => Ok(&edited.value),
            Err(why) => Err(why.clone()),
        }
    }

    /// The kept result, if the patch was tried on exactly this value.
    pub(crate) fn tried_on(&self, value: &Value) -> Option<Result<&Value, &str>> {
        let (_, edited) = self.tried.as_ref().filter(|(before, _)| before.same(value))?;
        Some(edited.as_ref().map(|edited| &edited.value).map_err(String::as_str))
    }

    /// A copy of the patch without the kept value and result.
    pub(crate) fn untried(&self) -> Self {
        Self { apply: Arc::clone(&self.apply), tried: None }
    }

    /// The value of the kept result.
    pub(crate) fn result(&self) -> Option<&Value> {
        self.tried.as_ref().and_then(|(_, edited)| edited.as_ref().ok()).map(|edited| &edited.value)
    }

    /// Applies the patch to `value`, or takes the kept result for it.
    pub(crate) fn apply(&self, value: &Value) -> Result<Edited, String> {
        if let Some((_, edited)) = self.tried.as_ref().filter(|(before, _)| before.same(value)) {
            return edited.clone();
        }
        // The steps call the user's code, which may panic.
        catch_unwind(AssertUnwindSafe(|| (self.apply)(value)))
            .unwrap_or_else(|payload| Err(format!("the edit panicked: {}", text_of(&*payload))))
    }
}
