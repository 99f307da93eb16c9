//! Plain parameters, which are neither properties nor borrows. They are made from the run itself.

use crate::callback::params::{Owner, Source};
use crate::callback::{call::Call, spec::scope};
use crate::{
    client::Client, clients::Clients, components::Components, dashboard::Dashboard, fields::Page, handle::Handle,
    place::Place, rights::User,
};

/// A type that a callback with scope `S` can take as a plain parameter.
pub trait Extract<S>: Sized {
    /// Its source.
    const OF: Source = Source::Run;

    #[doc(hidden)]
    fn extract(call: &Call) -> Self;
}

/// For expansions: a plain parameter of a `#[callback]`.
#[diagnostic::on_unimplemented(
    message = "a callback cannot take a plain parameter of type `{Self}`",
    label = "nothing gives this parameter a value",
    note = "`#[input(Ui::component.property)]` or `#[state(Ui::component.property)]` before the parameter reads a property; `&mut Device` borrows the device; `#[session] name: &mut Session` borrows what is kept for the client; `Client` is who asked; `Cancellation` tells whether the run was cancelled"
)]
pub trait PrivateParam: Sized {
    #[doc(hidden)]
    const OF: Source;

    #[doc(hidden)]
    fn extract(call: &Call) -> Self;
}

#[diagnostic::do_not_recommend]
impl<T: Extract<scope::Private>> PrivateParam for T {
    const OF: Source = T::OF;

    fn extract(call: &Call) -> Self {
        Extract::extract(call)
    }
}

/// For expansions: a plain parameter of a `#[callback_shared]`.
#[diagnostic::on_unimplemented(
    message = "a shared callback cannot take a plain parameter of type `{Self}`",
    label = "nothing gives this parameter a value",
    note = "`#[input(Ui::component.property)]` or `#[state(Ui::component.property)]` before the parameter reads a property; `&mut Device` borrows the device",
    note = "a shared callback runs for everybody, and not always because of a client: take `Option<Client>`, or make it a `#[callback]`"
)]
pub trait SharedParam: Sized {
    #[doc(hidden)]
    const OF: Source;

    #[doc(hidden)]
    fn extract(call: &Call) -> Self;
}

#[diagnostic::do_not_recommend]
impl<T: Extract<scope::Shared>> SharedParam for T {
    const OF: Source = T::OF;

    fn extract(call: &Call) -> Self {
        Extract::extract(call)
    }
}

impl Extract<scope::Private> for Client {
    const OF: Source = Source::Client;

    fn extract(call: &Call) -> Self {
        // A private callback runs for a client, and the engine sets the client of each run.
        let Some(client) = call.client() else { panic!("a private callback without a client; please report it") };
        client.clone()
    }
}

impl<S> Extract<S> for Option<Client> {
    fn extract(call: &Call) -> Self {
        call.client().cloned()
    }
}

/// Who sent the command that started the run, from a page or over HTTP. `None` for a run by the clock, by the program or at
/// the start. A request of a program has a user, but no [`Client`].
impl<S> Extract<S> for Option<User> {
    fn extract(call: &Call) -> Self {
        call.user().cloned()
    }
}

impl<S> Extract<S> for Place {
    fn extract(call: &Call) -> Self {
        call.place
    }
}

impl<S, D: Dashboard + Page> Extract<S> for Clients<D> {
    const OF: Source = Source::Dashboard(Owner::of::<D>());

    fn extract(call: &Call) -> Self {
        call.handle().clients()
    }
}

impl<S, D: Components + Page> Extract<S> for Handle<D> {
    const OF: Source = Source::Dashboard(Owner::of::<D>());

    fn extract(call: &Call) -> Self {
        call.handle()
    }
}
