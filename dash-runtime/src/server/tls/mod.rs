//! TLS: the server encrypts its connections itself, with certificate files or with a certificate that it makes.
//!
//! The handshake is above the write deadline and below HTTP, so all limits of connections hold for encrypted ones too
//! ([`accept`](super::accept)).

mod files;
mod live;
mod own;
mod pem;
mod redirect;
mod serving;
mod settings;
mod stream;
mod validity;

pub(super) use live::Live;
pub(super) use serving::serve;
pub(super) use settings::Settings;
pub(super) use stream::{Stream, speaks_tls};
