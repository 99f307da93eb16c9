//! The limit on the size of a value. Each value is held as a Rust value, as JSON, and in the frames for the clients. A
//! picture has its size beside its JSON, which is only a reference.

use super::Engine;
use crate::{callback::call::Write, numbers::PropNo, picture::Picture};

impl Engine {
    /// Whether all values that are written are small enough. The result of an edit is not checked: it is made of values
    /// that were, and its text is not made before a client needs it.
    ///
    /// # Errors
    /// The first value that is too large, with both sizes.
    pub(super) fn check_sizes<'a>(
        &mut self,
        writes: impl IntoIterator<Item = &'a (PropNo, Write)>,
    ) -> Result<(), String> {
        let limit = self.limits.value_size;
        for (prop, write) in writes {
            let size = match write {
                Write::Set(value) => {
                    let picture = Picture::of(value).map_or(0, |picture| picture.bytes().len());
                    picture.max(value.json().len())
                }
                Write::Append(items) => items.iter().map(|item| item.json().len()).sum(),
                Write::Edit(_) => 0,
            };
            if size > limit {
                self.counts.too_large += 1;
                let name = self.name_of(*prop);
                return Err(format!(
                    "the value of `{name}` has {size} bytes, and the limit is {limit} (Limits::value_size)"
                ));
            }
        }
        Ok(())
    }
}
