//! Addresses for programs that must be told their port before they start.

use std::{
    net::{SocketAddr, TcpListener},
    sync::atomic::{AtomicU32, Ordering},
};

/// An address that nobody listens on, and that nobody is given by chance later.
///
/// The port is not one that the system gives to connections and to listeners on port 0 (32 768 and above on Linux). Such
/// a port is often taken by another test before the program listens on it. Processes begin at different ports, so that
/// two of them do not choose the same one at the same time.
pub(crate) fn free_address() -> SocketAddr {
    const FIRST: u32 = 10_000;
    const COUNT: u32 = 22_000;
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let begin = std::process::id().wrapping_mul(97);
    let ports = std::iter::repeat_with(|| begin.wrapping_add(NEXT.fetch_add(1, Ordering::Relaxed)) % COUNT + FIRST);
    let address = |port| SocketAddr::from(([127, 0, 0, 1], u16::try_from(port).unwrap()));
    let free = ports.take(1_000).map(address).find(|address| TcpListener::bind(address).is_ok());
    free.unwrap_or_else(|| panic!("no port of 1 000 is free"))
}
