//! The close codes of the server. They are in the range for applications (RFC 6455, section 7.4.2), except for the one
//! standard code that the page handles in its own way.

/// A frame is larger than the server accepts (standard code).
pub(crate) const TOO_LARGE: u16 = 1009;
/// The client does not read.
pub(crate) const SLOW: u16 = 4000;
/// The same session continues over another socket.
pub(crate) const TAKEN_OVER: u16 = 4001;
/// No hello arrived in time.
pub(crate) const NO_HELLO: u16 = 4002;
/// Nothing arrived for too long.
pub(crate) const SILENT: u16 = 4003;
/// The program has disconnected the client.
pub(crate) const DISCONNECTED: u16 = 4005;
