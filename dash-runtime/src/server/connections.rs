//! The open connections: how many there may be, and which one gives way when there are too many.
//!
//! A connection without a request is idle: a browser keeps some for its next request. Such a connection costs its client
//! nothing when it is closed, so the one that was idle for the longest time gives its place to a new connection.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use tokio::{sync::Notify, time::timeout};

use super::{
    lock,
    quota::{Full, Place, Quota},
};
use crate::words::network::Network;

/// How long a new connection waits for a place. Nobody else is accepted in this time.
const LONGEST_WAIT: Duration = Duration::from_millis(100);

/// All connections of one listener.
#[derive(Debug)]
pub(crate) struct Connections {
    pub(crate) quota: Arc<Quota>,
    /// The idle ones, by the time since when they are.
    idle: Mutex<BTreeMap<(Instant, u64), Arc<Connection>>>,
    /// Whether a new connection waits for a place.
    wanted: AtomicBool,
    /// Whether the last one has waited in vain, and there has been no free place since.
    in_vain: AtomicBool,
    last: AtomicU64,
    gave_way: AtomicU64,
}

/// One connection. It has its place until this is dropped, or until it has given way.
#[derive(Debug)]
pub(crate) struct Connection {
    number: u64,
    network: Option<Network>,
    place: Mutex<Option<Place>>,
    state: Mutex<State>,
    given: AtomicBool,
    close: Notify,
}

#[derive(Debug, Clone, Copy)]
enum State {
    Busy,
    /// Without a request, since then.
    Idle(Instant),
    Ended,
}

/// Somebody waits for a place. It ends also if who waits gives up.
struct Wanted<'a>(&'a AtomicBool);

impl Drop for Wanted<'_> {
    fn drop(&mut self) {
        self.0.store(false, Ordering::SeqCst);
    }
}

impl Connections {
    pub(crate) fn new(quota: Arc<Quota>) -> Arc<Self> {
        Arc::new(Self {
            quota,
            idle: Mutex::default(),
            wanted: AtomicBool::new(false),
            in_vain: AtomicBool::new(false),
            last: AtomicU64::new(0),
            gave_way: AtomicU64::new(0),
        })
    }

    /// Takes a new connection, which is idle. If there are too many, an idle one gives way. If the bound in total is
    /// reached, this waits for at most [`LONGEST_WAIT`] for the place of one that has given way or becomes idle. If that was
    /// in vain, the next ones do not wait until there is a free place. Otherwise clients that keep all places busy could keep
    /// the others from even being refused.
    ///
    /// # Errors
    /// If there are too many connections of the network, or in total, and none is idle.
    pub(crate) async fn take(&self, network: Option<Network>) -> Result<Arc<Connection>, Full> {
        let place = loop {
            match self.quota.take(network) {
                Ok(place) => break place,
                Err(full @ Full::Network(_)) => {
                    // The new connection has its place at once, so that this network does not hold up others.
                    let place = self.give_way(network).and_then(|connection| lock(&connection.place).take());
                    break place.ok_or(full).inspect_err(|_| self.quota.count_refused())?;
                }
                Err(full @ Full::Total(_)) => {
                    // Whatever becomes idle from here on gives way at once.
                    self.wanted.store(true, Ordering::SeqCst);
                    let _wanted = Wanted(&self.wanted);
                    let gives_way = self.give_way(None).is_some();
                    let waits = gives_way || !self.in_vain.load(Ordering::SeqCst);
                    if !waits || timeout(LONGEST_WAIT, self.quota.room()).await.is_err() {
                        self.in_vain.store(true, Ordering::SeqCst);
                        self.quota.count_refused();
                        return Err(full);
                    }
                }
            }
        };
        self.in_vain.store(false, Ordering::SeqCst);
        let connection = Arc::new(Connection {
            number: self.last.fetch_add(1, Ordering::Relaxed),
            network,
            place: Mutex::new(Some(place)),
            state: Mutex::new(State::Busy),
            given: AtomicBool::new(false),
            close: Notify::new(),
        });
        self.is_idle(&connection);
        Ok(connection)
    }

    /// Closes the longest idle connection of this network, or of all. It has its place until it is closed.
    pub(crate) fn give_way(&self, network: Option<Network>) -> Option<Arc<Connection>> {
        let mut idle = lock(&self.idle);
        let fits = |connection: &Connection| network.is_none() || connection.network == network;
        let key = *idle.iter().find(|(_, connection)| fits(connection))?.0;
        let connection = idle.remove(&key)?;
        drop(idle);
        self.gave_way.fetch_add(1, Ordering::Relaxed);
        connection.given.store(true, Ordering::SeqCst);
        connection.close.notify_one();
        Some(connection)
    }

    /// The connection has no request any more.
    pub(crate) fn is_idle(&self, connection: &Arc<Connection>) {
        let now = Instant::now();
        let mut state = lock(&connection.state);
        if matches!(*state, State::Busy) {
            *state = State::Idle(now);
            lock(&self.idle).insert((now, connection.number), Arc::clone(connection));
        }
        drop(state);
        if self.wanted.load(Ordering::SeqCst) {
            self.give_way(None);
        }
    }

    /// The connection has a request.
    pub(crate) fn is_busy(&self, connection: &Connection) {
        self.leaves_idle(connection, State::Busy);
    }

    /// The connection has ended. From now on it is never idle, also when the last response is dropped later.
    pub(crate) fn has_ended(&self, connection: &Connection) {
        self.leaves_idle(connection, State::Ended);
    }

    fn leaves_idle(&self, connection: &Connection, next: State) {
        let before = std::mem::replace(&mut *lock(&connection.state), next);
        if let State::Idle(since) = before {
            lock(&self.idle).remove(&(since, connection.number));
        }
    }

    /// How many idle connections gave way to others.
    pub(crate) fn gave_way(&self) -> u64 {
        self.gave_way.load(Ordering::Relaxed)
    }
}

impl Connection {
    /// Waits until the connection must close.
    pub(crate) async fn must_close(&self) {
        self.close.notified().await;
    }

    /// Whether it has given its place to another one.
    pub(crate) fn has_given_way(&self) -> bool {
        self.given.load(Ordering::SeqCst)
    }
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use super::*;
    use crate::server::quota::{Bounds, Fraction};

    fn connections(total: usize, each: usize) -> Arc<Connections> {
        Connections::new(Quota::new(Bounds { total, each, returning: Fraction(0) }))
    }

    fn network(last: u8) -> Option<Network> {
        Some(IpAddr::from([10, 0, 0, last]).into())
    }

    #[tokio::test]
    async fn the_longest_idle_connection_of_a_network_gives_way_to_its_next_one() {
        let all = connections(9, 2);
        let other = all.take(network(2)).await.unwrap();
        let (first, second) = (all.take(network(1)).await.unwrap(), all.take(network(1)).await.unwrap());
        all.is_busy(&first);
        all.is_idle(&first);
        let third = all.take(network(1)).await.unwrap();
        assert_eq!(
            [&other, &first, &second, &third].map(|connection| connection.has_given_way()),
            [false, false, true, false]
        );
        second.must_close().await;
        assert_eq!((all.quota.open(), all.gave_way()), (3, 1));
        drop(second);
        assert_eq!(all.quota.open(), 3, "its place was given away");
    }

    #[tokio::test]
    async fn a_network_whose_connections_all_have_requests_gets_no_further_one() {
        let all = connections(9, 1);
        let busy = all.take(network(1)).await.unwrap();
        all.is_busy(&busy);
        assert_eq!(all.take(network(1)).await.unwrap_err(), Full::Network(1));
        assert!(all.take(network(2)).await.is_ok());
    }

    #[tokio::test]
    async fn a_connection_that_has_ended_is_not_kept() {
        let all = connections(9, 9);
        let ended = all.take(network(1)).await.unwrap();
        all.is_busy(&ended);
        all.has_ended(&ended);
        all.is_idle(&ended);
        drop(ended);
        assert_eq!(all.quota.open(), 0);
    }

    #[tokio::test]
    async fn if_all_places_are_taken_the_first_connection_that_becomes_idle_gives_way() {
        let all = connections(2, 2);
        let (one, two) = (all.take(network(1)).await.unwrap(), all.take(network(2)).await.unwrap());
        all.is_busy(&one);
        all.is_busy(&two);
        let taking = tokio::spawn({
            let all = Arc::clone(&all);
            async move { all.take(network(3)).await.is_ok() }
        });
        while !all.wanted.load(Ordering::SeqCst) {
            tokio::task::yield_now().await;
        }
        all.is_idle(&one);
        assert!(one.has_given_way() && !two.has_given_way());
        assert!(!taking.is_finished(), "its descriptor is still in use");
        drop(one);
        assert!(taking.await.unwrap());
    }

    #[tokio::test(start_paused = true)]
    async fn fault_clients_that_kept_all_places_busy_stopped_the_accept_loop() {
        let all = connections(2, 2);
        let busy = [all.take(network(1)).await.unwrap(), all.take(network(2)).await.unwrap()];
        busy.iter().for_each(|connection| all.is_busy(connection));
        let began = tokio::time::Instant::now();
        for _ in 0..100 {
            assert_eq!(all.take(network(3)).await.unwrap_err(), Full::Total(2));
        }
        assert!(began.elapsed() <= LONGEST_WAIT * 2, "only the first one waits: {:?}", began.elapsed());
        assert_eq!(all.quota.refused(), 100);
        let [one, two] = busy;
        drop(one);
        let third = all.take(network(3)).await.unwrap();
        all.is_busy(&third);
        // Whoever becomes idle gives way, as before.
        let taking = tokio::spawn({
            let all = Arc::clone(&all);
            async move { all.take(network(4)).await.is_ok() }
        });
        while !all.wanted.load(Ordering::SeqCst) {
            tokio::task::yield_now().await;
        }
        all.is_idle(&two);
        drop(two);
        assert!(taking.await.unwrap());
    }
}
