//! How the session of a client is copied.

use std::{
    marker::PhantomData,
    panic::{AssertUnwindSafe, catch_unwind},
};

use crate::{
    callback::lend::Part,
    words::{log, panic::text_of},
};

/// The session that a callback borrows.
#[derive(Debug, Clone, Copy)]
pub struct SessionSpec {
    /// Copies the session, if its type is `Clone`. The copy is `None` if `clone` panicked.
    pub(crate) copy: Option<fn(&Part) -> Option<Part>>,
}

/// For expansions: `SessionCopy::<Login>::SESSION` is this type's own constant if `Login` is `Clone`, and the constant
/// of [`NoSessionCopy`] if it is not. So a session needs `Clone` only where a copy is used.
#[derive(Debug)]
pub struct SessionCopy<T>(PhantomData<T>);

impl<T: Clone + Send + 'static> SessionCopy<T> {
    /// With a function that copies it.
    pub const SESSION: SessionSpec = SessionSpec { copy: Some(copy::<T>) };
}

/// For expansions: see [`SessionCopy`].
pub trait NoSessionCopy {
    /// Without a function that copies it.
    const SESSION: SessionSpec = SessionSpec { copy: None };
}

impl<T> NoSessionCopy for SessionCopy<T> {}

/// Catches a panic, because the engine calls this while its state is incomplete.
fn copy<T: Clone + Send + 'static>(data: &Part) -> Option<Part> {
    let data = data.downcast_ref::<T>()?;
    let copied = catch_unwind(AssertUnwindSafe(|| Box::new(data.clone()) as Part));
    copied.inspect_err(|panic| log::error(&format_args!("a session could not be copied: {}", text_of(&**panic)))).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Fixed;

    #[derive(Clone)]
    struct Copied(u32);

    struct Panics;

    impl Clone for Panics {
        fn clone(&self) -> Self {
            panic!("no")
        }
    }

    fn copy_of(session: SessionSpec, data: impl Send + 'static) -> Option<Part> {
        session.copy.and_then(|copy| copy(&(Box::new(data) as Part)))
    }

    #[test]
    fn a_session_is_copied_if_its_type_is_clone() {
        let copied = copy_of(SessionCopy::<Copied>::SESSION, Copied(7)).and_then(|part| part.downcast::<Copied>().ok());
        assert_eq!(copied.map(|copied| copied.0), Some(7));
        assert!(SessionCopy::<Fixed>::SESSION.copy.is_none());
    }

    #[test]
    fn a_clone_that_panics_is_no_copy() {
        assert!(copy_of(SessionCopy::<Panics>::SESSION, Panics).is_none());
    }
}
