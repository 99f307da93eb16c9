//! The clients without a connection, and which of them is forgotten first when there are too many.
//!
//! A thousand visits must not push out the session of somebody whose connection was just lost. So the network that has
//! the most of these clients loses one. Of its clients it is the one that is the least likely to come back, or to miss
//! anything ([`Worth`]). Of equals it is the one that has been away for the longest time.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet, HashMap},
};

use crate::{client::ClientId, words::network::Network};

/// How much a client would miss its session. The lowest is forgotten first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Worth {
    /// Its page was closed.
    Closed,
    /// It was there for a short time only, and has sent no command.
    Visit,
    /// It lost its connection.
    Cut,
}

/// The place in the order: the worth, and when the client went away.
type Rank = (Worth, u64);

#[derive(Debug, Default)]
pub(super) struct Away {
    clients: HashMap<ClientId, (Option<Network>, Rank)>,
    /// The clients of each network, those first that are forgotten first.
    networks: BTreeMap<Option<Network>, BTreeSet<(Rank, ClientId)>>,
    /// The networks by the number of their clients, and then by the rank of their first one. The last one loses a
    /// client.
    order: BTreeSet<(usize, Reverse<Rank>, Option<Network>)>,
    count: u64,
}

impl Away {
    pub(super) fn add(&mut self, id: ClientId, network: Option<Network>, worth: Worth) {
        self.remove(id);
        self.count += 1;
        let rank = (worth, self.count);
        self.clients.insert(id, (network, rank));
        self.change(network, |clients| clients.insert((rank, id)));
    }

    pub(super) fn remove(&mut self, id: ClientId) {
        if let Some((network, rank)) = self.clients.remove(&id) {
            self.change(network, |clients| clients.remove(&(rank, id)));
        }
    }

    /// If there are more clients than `limit`, removes the one that is forgotten, and returns it.
    pub(super) fn take_excess(&mut self, limit: usize) -> Option<ClientId> {
        if self.clients.len() <= limit {
            return None;
        }
        let (.., network) = self.order.last()?;
        let (_, id) = *self.networks.get(network)?.first()?;
        self.remove(id);
        Some(id)
    }

    /// Changes the clients of a network, and keeps the order.
    fn change(&mut self, network: Option<Network>, change: impl FnOnce(&mut BTreeSet<(Rank, ClientId)>) -> bool) {
        let clients = self.networks.entry(network).or_default();
        let key = |clients: &BTreeSet<(Rank, ClientId)>| {
            clients.first().map(|(rank, _)| (clients.len(), Reverse(*rank), network))
        };
        if let Some(key) = key(clients) {
            self.order.remove(&key);
        }
        change(clients);
        match key(clients) {
            Some(key) => {
                self.order.insert(key);
            }
            None => {
                self.networks.remove(&network);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use super::*;

    fn network(last: u8) -> Option<Network> {
        Some(IpAddr::from([10, 0, 0, last]).into())
    }

    /// Adds clients with the numbers from 1, and returns the order in which they are forgotten.
    fn forgotten(clients: &[(u8, Worth)]) -> Vec<u64> {
        let mut away = Away::default();
        for (number, (last, worth)) in (1..).zip(clients) {
            away.add(ClientId(number), network(*last), *worth);
        }
        let mut order = Vec::new();
        while let Some(ClientId(number)) = away.take_excess(0) {
            order.push(number);
        }
        assert!(away.clients.is_empty() && away.networks.is_empty() && away.order.is_empty());
        order
    }

    #[test]
    fn closed_pages_first_then_visits_then_lost_connections_and_of_equals_the_oldest() {
        use Worth::{Closed, Cut, Visit};
        assert_eq!(forgotten(&[(1, Cut), (1, Visit), (1, Closed), (1, Visit), (1, Closed)]), [3, 5, 2, 4, 1]);
        assert_eq!(forgotten(&[(1, Cut), (2, Closed), (3, Visit)]), [2, 3, 1]);
    }

    #[test]
    fn the_network_with_the_most_clients_loses_one() {
        use Worth::{Closed, Cut};
        assert_eq!(forgotten(&[(1, Closed), (2, Cut), (2, Cut), (2, Cut)])[..2], [2, 3]);
    }

    #[test]
    fn who_came_back_is_not_forgotten() {
        let mut away = Away::default();
        away.add(ClientId(1), None, Worth::Cut);
        away.add(ClientId(2), None, Worth::Cut);
        away.remove(ClientId(1));
        assert_eq!((away.take_excess(1), away.take_excess(0)), (None, Some(ClientId(2))));
    }
}
