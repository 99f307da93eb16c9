//! Parameters that are neither properties nor borrowed: they are made from the run itself.

use super::{call::Call, spec::scope};
use crate::client::Client;

/// A type that a callback of scope `S` can take as a plain parameter.
#[diagnostic::on_unimplemented(
    message = "a callback cannot take a plain parameter of type `{Self}`",
    label = "where would this come from?",
    note = "write `#[input(Ui::component.property)]` or `#[state(Ui::component.property)]` before the parameter to read a property; take `&mut Device` to borrow the device, `#[session] name: &mut Session` to borrow the client's session",
    note = "`#[callback]` can take a `Client`; `#[callback_shared]`, which may run without one, takes `Option<Client>`"
)]
pub trait Extract<S>: Sized {
    #[doc(hidden)]
    fn extract(call: &Call) -> Self;
}

impl Extract<scope::Private> for Client {
    fn extract(call: &Call) -> Self {
        // A private callback runs for a client; the engine fills it in for each.
        let Some(client) = call.client() else { panic!("a private callback without a client; please report it") };
        client.clone()
    }
}

impl<S> Extract<S> for Option<Client> {
    fn extract(call: &Call) -> Self {
        call.client().cloned()
    }
}
