//! The trait that the user implements: components, device, callbacks, layout.

use super::{sessions::SessionOf, stops::Stops};
use crate::{binding::Bindings, callback::Callbacks, components::Components, element::Element, failure::Failure};

/// For expansions: `Self`, the dashboard's session type, is a `T`.
#[diagnostic::on_unimplemented(
    message = "this dashboard keeps no `{T}` for its clients",
    label = "borrows a session of type `{T}`, but `type Session` is `{Self}`",
    note = "a `#[session]` parameter is a `&mut` of the dashboard's `type Session`"
)]
pub trait SessionIs<T> {}
impl<T> SessionIs<T> for T {}

/// A type that [`Dashboard::Session`] can be: its default is the session of a client that joins. Implemented for every
/// type with `Default`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the session of a client",
    label = "has no default, with which the session of a client starts",
    note = "write `#[derive(Default)]` above the type, or `impl Default` for it"
)]
pub trait NewSession: Sized {
    /// The session of a client that joins.
    fn new_session() -> Self;
}

#[diagnostic::do_not_recommend]
impl<T: Default> NewSession for T {
    fn new_session() -> Self {
        Self::default()
    }
}

/// A dashboard: its components, its device, its callbacks and its page.
pub trait Dashboard: Components {
    /// The device that the callbacks drive. The dashboard owns it, and lends it as `&mut` to one callback at a time.
    type Device: Send + 'static;

    /// The data that the dashboard keeps for each client and lends to the client's private callbacks. Use `()` for
    /// none. If it is `Clone`, the table of [`Clients`](crate::clients::Clients) has copies of it. One more copy is
    /// made whenever a callback borrows it.
    type Session: NewSession + Send + 'static;

    /// Whose the sessions are. The default, [`SessionOf::PAGE`], gives each page its own. With `const SESSION_OF:
    /// SessionOf<Self> = SessionOf::login();` all pages of a login have one session, which is there again after a restart.
    const SESSION_OF: SessionOf<Self> = SessionOf::PAGE;

    /// The callbacks, checked at compile time: `callbacks![first, second]`.
    const CALLBACKS: Callbacks<Self>;

    /// Properties that are one, and properties that each browser computes: `bindings![bind(Ui::slider.value,
    /// Ui::number.value)]`. The default is none.
    const BINDINGS: Bindings<Self> = Bindings::NONE;

    /// The role that is needed to change anything in the dashboard, groups and lists included: `const DEFAULT_NEEDS:
    /// Option<Role> = Some(Role::Operator);`. `#[needs(..)]` on a field, and `needs = ..` on a struct or a callback, say
    /// otherwise for what they are on. The default is `None`: everybody may change what has no such attribute.
    const DEFAULT_NEEDS: Option<Self::Role> = None;

    /// Whether a page that is reloaded in its tab is the same client again, with its session, its private values and its
    /// number. It disconnects and connects, so the callbacks for that run. The default is `false`: a reload is a new
    /// client. After a restart of the program it is one in any case. Another tab is another client.
    ///
    /// The token of the session is in the tab's storage while no page is in the tab.
    const SAME_CLIENT_AFTER_RELOAD: bool = false;

    /// The functions of the stops: for each `Stop` one that stops the device. It is called once, before the device is
    /// lent to callbacks. The functions share with the device what they need, for example an `Arc` of the motor's line.
    /// A dashboard without a `Stop` needs none.
    fn stops(_device: &Self::Device) -> Stops<Self> {
        Stops::new()
    }

    /// The page. It moves each component to its place.
    fn layout(self) -> Element;

    /// The components that are marked `#[dynamic]`, with the values with which they start: the same pieces of the page that
    /// callbacks place later, each component once. The default is nothing, and then they start with the defaults of their
    /// types.
    ///
    /// A value behind `.place()` in a callback is known only when somebody sees that piece of the page. A set-point that
    /// callbacks give to a device must be known before: it belongs here, or the first person who opens the page changes what
    /// the device does.
    ///
    /// ```text
    /// fn settings() -> Element {
    ///     card("Settings", Ui::wanted.place().label("Wanted").unit("%").value(40))
    /// }
    ///
    /// impl Dashboard for Ui {
    ///     ...
    ///     fn dynamic() -> Element {
    ///         settings()
    ///     }
    /// }
    /// ```
    fn dynamic() -> Element {
        Element::default()
    }

    /// Called when a callback without its own `on_error` returned an error or panicked. The default writes the failure
    /// to the log.
    ///
    /// It runs on the thread or task that ran the callback, after the client has got the error and the device has been
    /// returned. So it does not delay other callbacks of the island. After an `async fn` it runs on a thread of the
    /// tokio runtime, so it must not block there. Several calls may run at the same time. If it panics, that is logged.
    fn on_error(failure: &Failure) {
        failure.log();
    }
}
