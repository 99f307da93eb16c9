//! Why the server closes a socket: codes in the range for applications (RFC 6455, section 7.4.2), and of those of the
//! standard the one that makes a difference to the page.

/// A frame was larger than the server takes (of the standard).
pub(crate) const TOO_LARGE: u16 = 1009;
/// The other end does not read.
pub(crate) const SLOW: u16 = 4000;
/// The same session goes on over another socket.
pub(crate) const TAKEN_OVER: u16 = 4001;
/// No hello in time.
pub(crate) const NO_HELLO: u16 = 4002;
/// Not a sound for too long.
pub(crate) const SILENT: u16 = 4003;
/// The program wants it so.
pub(crate) const DISCONNECTED: u16 = 4005;
