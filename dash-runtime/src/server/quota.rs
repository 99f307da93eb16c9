//! Bounds on how many of something may be open at once: in total, and for one network.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, MutexGuard,
        atomic::{AtomicU64, Ordering},
    },
};

use tokio::sync::watch;

use super::lock;
use crate::words::network::Network;

/// What may be open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Bounds {
    /// In total.
    pub(crate) total: usize,
    /// For one network.
    pub(crate) each: usize,
    /// Of both: the part that is kept free for clients that come back.
    pub(crate) returning: Fraction,
}

/// One of so many: `Fraction(8)` is an eighth. 0 is nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Fraction(pub(crate) usize);

impl Fraction {
    pub(crate) const NONE: Self = Self(0);

    const fn of(self, all: usize) -> usize {
        match all.checked_div(self.0) {
            Some(part) => part,
            None => 0,
        }
    }
}

/// Counts what is open, and refuses what is beyond the bounds.
#[derive(Debug)]
pub(crate) struct Quota {
    bounds: Bounds,
    by: Mutex<HashMap<Network, usize>>,
    open: watch::Sender<usize>,
    refused: AtomicU64,
}

/// Why something was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Full {
    /// The bound in total.
    Total(usize),
    /// The bound for one network.
    Network(usize),
}

impl Quota {
    pub(crate) fn new(bounds: Bounds) -> Arc<Self> {
        Arc::new(Self { bounds, by: Mutex::default(), open: watch::Sender::new(0), refused: AtomicU64::new(0) })
    }

    fn by(&self) -> MutexGuard<'_, HashMap<Network, usize>> {
        lock(&self.by)
    }

    /// Takes a place. Without a network, only the bound in total applies.
    ///
    /// # Errors
    /// If a bound is reached.
    pub(crate) fn take(self: &Arc<Self>, network: Option<Network>) -> Result<Place, Full> {
        let Bounds { total, each, returning } = self.bounds;
        let mut by = self.by();
        let open = *self.open.borrow();
        let mine = network.map_or(0, |network| by.get(&network).copied().unwrap_or(0));
        let full = if open >= total {
            Some(Full::Total(total))
        } else if network.is_some() && mine >= each {
            Some(Full::Network(each))
        } else {
            None
        };
        if let Some(full) = full {
            return Err(full);
        }
        let free_for_all = |bound: usize| bound - returning.of(bound);
        let for_anybody = open < free_for_all(total) && (network.is_none() || mine < free_for_all(each));
        if let Some(network) = network {
            *by.entry(network).or_default() += 1;
        }
        self.open.send_modify(|open| *open += 1);
        Ok(Place { quota: Arc::clone(self), network, for_anybody })
    }

    /// Waits until the bound in total is not reached.
    pub(crate) async fn room(&self) {
        self.at_most(self.bounds.total.saturating_sub(1)).await;
    }

    /// Waits until at most so many places are taken.
    pub(crate) async fn at_most(&self, count: usize) {
        // An error would mean that the sender was dropped, but `self` has it.
        let _ = self.open.subscribe().wait_for(|open| *open <= count).await;
    }

    pub(crate) fn open(&self) -> usize {
        *self.open.borrow()
    }

    pub(crate) fn refused(&self) -> u64 {
        self.refused.load(Ordering::Relaxed)
    }

    pub(crate) const fn bounds(&self) -> &Bounds {
        &self.bounds
    }

    /// Counts a refusal.
    pub(crate) fn count_refused(&self) {
        self.refused.fetch_add(1, Ordering::Relaxed);
    }
}

/// A place, which is free again when this is dropped.
#[derive(Debug)]
pub(crate) struct Place {
    quota: Arc<Quota>,
    network: Option<Network>,
    /// Whether newcomers may have it. Otherwise it is for a client that comes back.
    for_anybody: bool,
}

impl Place {
    /// Whether newcomers may have it. Otherwise it is for a client that comes back.
    pub(crate) const fn is_for_anybody(&self) -> bool {
        self.for_anybody
    }

    /// The place is given up because its client was a newcomer.
    pub(crate) fn refuse(self) {
        self.quota.count_refused();
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut by = self.quota.by();
        if let Some(network) = self.network
            && let Some(count) = by.get_mut(&network)
        {
            *count -= 1;
            if *count == 0 {
                by.remove(&network);
            }
        }
        // Under the lock, so that a place is never counted for one bound only.
        self.quota.open.send_modify(|open| *open -= 1);
    }
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use super::*;

    fn network(address: &str) -> Option<Network> {
        Some(address.parse::<IpAddr>().unwrap().into())
    }

    fn quota(total: usize, each: usize, returning: usize) -> Arc<Quota> {
        Quota::new(Bounds { total, each, returning: Fraction(returning) })
    }

    #[test]
    fn one_network_has_its_share_and_the_others_have_the_rest() {
        let quota = quota(4, 2, 0);
        let (one, two) = (network("10.0.0.1"), network("10.0.0.2"));
        let first = quota.take(one).unwrap();
        let _second = quota.take(one).unwrap();
        assert_eq!(quota.take(one).unwrap_err(), Full::Network(2));
        let _others = [quota.take(two).unwrap(), quota.take(None).unwrap()];
        assert_eq!(quota.take(network("10.0.0.3")).unwrap_err(), Full::Total(4));
        drop(first);
        assert!(quota.take(one).is_ok(), "the place is free again");
        assert_eq!(quota.open(), 3);
    }

    #[test]
    fn the_last_places_are_for_those_who_come_back() {
        let quota = quota(8, 4, 4);
        let take = |address| quota.take(network(address)).unwrap();
        let one: Vec<_> = (0..4).map(|_| take("10.0.0.1")).collect();
        assert_eq!(one.iter().map(Place::is_for_anybody).collect::<Vec<_>>(), [true, true, true, false]);
        let two: Vec<_> = (0..4).map(|_| take("10.0.0.2")).collect();
        assert_eq!(two.iter().map(Place::is_for_anybody).collect::<Vec<_>>(), [true, true, false, false]);
    }

    #[test]
    fn a_small_bound_keeps_no_place_free() {
        let quota = quota(2, 2, 8);
        let places = [quota.take(None).unwrap(), quota.take(None).unwrap()];
        assert!(places.iter().all(Place::is_for_anybody));
    }
}
