//! The callbacks of a dashboard: the wiring, the borrow and the body of each.

use std::{fmt, future::Future, marker::PhantomData, pin::Pin};

use crate::{
    callback::{
        call::Call,
        check,
        lend::Borrow,
        spec::{Scope, Spec, Wired},
    },
    dashboard::Dashboard,
    fields::Page,
    place::{self, At},
};

/// A future that runs a callback on a `Call`.
pub type CallFuture<'a> = Pin<Box<dyn Future<Output = ()> + Send + 'a>>;

/// How a callback is run.
#[derive(Clone, Copy)]
pub enum Body {
    /// A `fn`, which runs on a thread that may block.
    Sync(fn(&mut Call)),
    /// An `async fn`.
    Async(for<'a> fn(&'a mut Call) -> CallFuture<'a>),
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Sync(_) => "Sync",
            Self::Async(_) => "Async",
        })
    }
}

/// A callback in the dashboard `D`, which can lend what it borrows. `G` has the properties that it names: the dashboard
/// itself, or a group in it.
pub trait CallbackFor<D: Dashboard, G = D>: Wired {
    /// Wiring, borrow and body.
    const DEF: CallbackDef;
}

/// Reads the values that start a callback, and says whether they may take effect.
pub type CheckFn = fn(&Call) -> Result<(), String>;

/// A callback that can be planned and run.
#[derive(Debug, Clone, Copy)]
pub struct CallbackDef {
    /// The wiring.
    pub spec: Spec,
    /// What it borrows of the device.
    pub borrow: Option<Borrow>,
    /// How to run it.
    pub body: Body,
    /// The check of the values that start it, if it has one.
    pub check: Option<CheckFn>,
}

/// A callback in the list of the dashboard `D`.
#[doc(hidden)]
#[derive(Debug)]
pub struct Listed<D> {
    pub(crate) def: CallbackDef,
    dashboard: PhantomData<fn(D)>,
}

/// The callbacks of a dashboard, made by `callbacks![..]`.
pub struct Callbacks<D: 'static> {
    list: &'static [Listed<D>],
}

impl<D> fmt::Debug for Callbacks<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = self.list.iter().map(|Listed { def: CallbackDef { spec, .. }, .. }| match spec.place() {
            "" => spec.name.to_owned(),
            place => format!("{} for {}", spec.name, place::path(place)),
        });
        f.debug_list().entries(names).finish()
    }
}

impl<D: Dashboard> Callbacks<D> {
    /// For `callbacks!`: the list, which the macro checks.
    #[doc(hidden)]
    pub const fn new(list: &'static [Listed<D>]) -> Self {
        Self { list }
    }

    /// The number of callbacks.
    #[doc(hidden)]
    pub const fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether there are no callbacks.
    #[doc(hidden)]
    pub const fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// For `bindings!`: the wiring of each callback. `N` is [`len`](Self::len).
    #[doc(hidden)]
    pub const fn specs<const N: usize>(&self) -> [&'static Spec; N] {
        const NO_CALLBACK: &Spec = &Spec::new("", "", 0, Scope::Shared);
        let mut specs = [NO_CALLBACK; N];
        let mut i = 0;
        while i < N && i < self.list.len() {
            specs[i] = &self.list[i].def.spec;
            i += 1;
        }
        specs
    }

    pub(crate) fn defs(&self) -> impl Iterator<Item = CallbackDef> {
        self.list.iter().map(|listed| listed.def)
    }
}

/// For `callbacks!`: the entry of callback `C` in dashboard `D`. Panics, at the caller's place, if a parameter of `C`
/// is for another dashboard.
#[track_caller]
pub const fn listed<D: Dashboard + Page, C: CallbackFor<D>>() -> Listed<D> {
    check::params::<D>(&C::SPEC);
    check::rights(&C::SPEC);
    Listed { def: C::DEF, dashboard: PhantomData }
}

/// For `callbacks!`: the entry of callback `C`, which was written for the group `G`, for one such group in dashboard
/// `D`. Panics like [`listed`].
#[track_caller]
pub const fn listed_at<D: Dashboard + Page, C: CallbackFor<D, G>, G>(place: At<G>) -> Listed<D> {
    check::params::<D>(&C::SPEC);
    let mut def = C::DEF;
    def.spec = def.spec.at(place);
    check::rights(&def.spec);
    Listed { def, dashboard: PhantomData }
}
