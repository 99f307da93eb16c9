//! What the user implements: components, device, callbacks, layout.

use crate::{binding::Bindings, callback::Callbacks, components::Components, element::Element, failure::Failure};

/// For expansions: what the dashboard keeps for each client, `Self`, is a `T`.
#[diagnostic::on_unimplemented(
    message = "this dashboard keeps no `{T}` for its clients",
    label = "borrows a session of type `{T}`, but `type Session` is `{Self}`",
    note = "a `#[session]` parameter is a `&mut` of the dashboard's `type Session`"
)]
pub trait SessionIs<T> {}
impl<T> SessionIs<T> for T {}

/// A dashboard: components, the device behind them, the callbacks between them, and the page.
pub trait Dashboard: Components {
    /// What the callbacks drive. It is moved into the dashboard and lent to one callback at a time as `&mut`.
    type Device: Send + 'static;

    /// What is kept for each client, and lent to its private callbacks. `()` when nothing is. If it is `Clone`, others see a
    /// copy of it in the table of [`Clients`](crate::clients::Clients); one is made when a callback borrows it, too.
    type Session: Default + Send + 'static;

    /// The callbacks, checked by the compiler: `callbacks![first, second]`.
    const CALLBACKS: Callbacks<Self>;

    /// Properties that go together without a callback, and what each browser computes by itself:
    /// `bindings![bind(Ui::slider.value, Ui::number.value)]`. None, if nothing is said of them.
    const BINDINGS: Bindings<Self> = Bindings::NONE;

    /// The page. Each component is moved to its place.
    fn layout(self) -> Element;

    /// A callback without an `on_error` of its own returned an error or panicked. Unless this is written, it is logged.
    ///
    /// Called on the thread or task that ran the callback, after the person who asked was told and the device is back; so it
    /// holds up nothing of the island, but an `async fn` leads to a call where nothing should block. Several may be called
    /// at once. If it panics, that is logged.
    fn on_error(failure: &Failure) {
        failure.log();
    }
}
