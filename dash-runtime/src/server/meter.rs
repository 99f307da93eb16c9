//! Counters of the server, for `/health`, and the lines of the log about limits that were reached.

#[cfg(feature = "nats")]
use std::sync::OnceLock;
use std::{
    net::IpAddr,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use serde_json::{Value, json};
#[cfg(feature = "nats")]
use tokio::sync::watch;

#[cfg(feature = "nats")]
use super::fabric::Tenure;
use super::{
    connections::Connections,
    quota::{Bounds, Fraction, Full, Quota},
};
use crate::{protocol::limits::Limits, words::log};

/// The part of the sockets that is kept free for pages that come back after a lost connection.
const RETURNING: Fraction = Fraction(8);

/// What the server has counted since the start.
#[derive(Debug)]
pub(crate) struct Meter {
    pub(crate) connections: Arc<Connections>,
    pub(crate) sockets: Arc<Quota>,
    /// Connections that were closed because their client read nothing for too long.
    pub(crate) unread: Arc<AtomicU64>,
    /// Connections that were closed because no request came.
    pub(crate) silent: AtomicU64,
    /// Connections that could not be accepted.
    pub(crate) failed_accepts: AtomicU64,
    /// Whether relays can reach this program, if it has a broker.
    #[cfg(feature = "nats")]
    pub(crate) fabric: OnceLock<watch::Receiver<Tenure>>,
}

impl Meter {
    pub(crate) fn of(limits: &Limits) -> Self {
        let bounds = |total, each, returning| Quota::new(Bounds { total, each, returning });
        let connections = bounds(limits.connections, limits.connections_per_address, Fraction::NONE);
        let sockets = bounds(limits.sockets, limits.sockets_per_address, RETURNING);
        let connections = Connections::new(connections);
        let (silent, failed_accepts) = (AtomicU64::new(0), AtomicU64::new(0));
        Self {
            connections,
            sockets,
            unread: Arc::default(),
            silent,
            failed_accepts,
            #[cfg(feature = "nats")]
            fabric: OnceLock::new(),
        }
    }

    /// Tells in the log that a limit is reached. `what` are connections or sockets.
    pub(crate) fn told_full(&self, full: Full, address: Option<IpAddr>, what: &'static str) {
        let line = || match (full, address) {
            (Full::Network(limit), Some(address)) => format!(
                "{address} has {limit} {what}, which is the limit for one address: further ones are refused. If it is a \
                 proxy, name it with DASH_PROXIES or App::trust_proxy. Otherwise Limits::{what}_per_address sets the limit"
            ),
            (Full::Network(limit) | Full::Total(limit), _) => format!(
                "{limit} {what} are open, which is the limit: further ones are refused. Limits::{what} sets it, and the \
                 operating system limits the open files of a process (ulimit -n)"
            ),
        };
        if log::is_rare(what, 1, line) {
            log::warn(&line());
        }
    }

    /// All counters.
    pub(crate) fn report(&self) -> Value {
        let count = |count: &AtomicU64| count.load(Ordering::Relaxed);
        let places = |quota: &Quota| {
            let bounds = quota.bounds();
            json!({
                "open": quota.open(),
                "limit": bounds.total,
                "limit_per_address": bounds.each,
                "refused": quota.refused(),
            })
        };
        let mut connections = places(&self.connections.quota);
        connections["gave_way"] = self.connections.gave_way().into();
        connections["not_read"] = count(&self.unread).into();
        connections["silent"] = count(&self.silent).into();
        connections["failed_accepts"] = count(&self.failed_accepts).into();
        #[cfg_attr(not(feature = "nats"), allow(unused_mut, reason = "only programs with a broker say more"))]
        let mut report = json!({
            "connections": connections,
            "sockets": places(&self.sockets),
            "log": { "repeats": log::unwritten() },
        });
        #[cfg(feature = "nats")]
        if let Some(tenure) = self.fabric.get() {
            report["fabric"] = tenure.borrow().report();
        }
        report
    }
}
