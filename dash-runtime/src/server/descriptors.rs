//! The limit of the operating system on open files. Each connection needs one.

use crate::protocol::limits::Limits;

/// The part of the descriptors that is left to the program: its devices, files and libraries.
const OWN: usize = 8;
/// The part of the connections that is not for sockets, so that pages can be loaded when all sockets are taken.
const PAGES: usize = 8;

/// How many files this process may have open. `None` if there is no limit.
fn descriptors() -> Option<usize> {
    #[cfg(unix)]
    {
        let limit = rustix::process::getrlimit(rustix::process::Resource::Nofile).current?;
        usize::try_from(limit).ok()
    }
    #[cfg(not(unix))]
    None
}

/// The limits that this process can keep.
pub(super) fn fitted(limits: Limits) -> Limits {
    match descriptors() {
        Some(descriptors) => fit(&limits, descriptors),
        None => limits,
    }
}

fn fit(limits: &Limits, descriptors: usize) -> Limits {
    let connections = limits.connections.min(descriptors - descriptors / OWN).max(1);
    let sockets = limits.sockets.min(connections - connections / PAGES).max(1);
    // The share of one address stays the same part of the total.
    let share = |each: usize, all: usize, fitted: usize| {
        let share = each.saturating_mul(fitted).checked_div(all).unwrap_or(each);
        if fitted < all { share.max(1) } else { each }
    };
    if connections < limits.connections {
        tracing::debug!(
            connections,
            sockets,
            descriptors,
            "the limit on open files lowers the limits on connections and sockets"
        );
    }
    Limits {
        connections_per_address: share(limits.connections_per_address, limits.connections, connections),
        sockets_per_address: share(limits.sockets_per_address, limits.sockets, sockets),
        connections,
        sockets,
        ..limits.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(limits: &Limits) -> [usize; 4] {
        [limits.connections, limits.connections_per_address, limits.sockets, limits.sockets_per_address]
    }

    #[test]
    fn with_256_descriptors_connections_sockets_and_shares_are_in_proportion() {
        let fitted = fit(&Limits::default(), 256);
        assert_eq!(of(&fitted), [224, 56, 196, 49]);
        assert_eq!(of(&fit(&Limits::default(), 1 << 20)), of(&Limits::default()));
        let small = Limits::default().sockets(2);
        assert_eq!(of(&fit(&small, 256)), [224, 56, 2, 1_024]);
        assert_eq!(of(&fit(&Limits::default(), 1)), [1, 1, 1, 1]);
    }
}
