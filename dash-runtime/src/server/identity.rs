//! Who sends a request.

use std::convert::Infallible;

use axum::{
    extract::{FromRequestParts, Request},
    http::{Extensions, request::Parts},
    middleware::Next,
    response::Response,
};

use crate::rights::User;

/// Gives each request its user, unless a layer of the program has done so.
pub(super) async fn identify(mut request: Request, next: Next) -> Response {
    request.extensions_mut().get_or_insert_with(User::local);
    next.run(request).await
}

/// The user in the extensions of a request. A request that has none gets the lowest role.
pub(super) fn user_of(extensions: &Extensions) -> User {
    extensions.get().cloned().unwrap_or_else(User::nobody)
}

/// The user who sends a request.
pub(super) struct Visitor(pub(super) User);

impl<S: Sync> FromRequestParts<S> for Visitor {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self(user_of(&parts.extensions)))
    }
}
