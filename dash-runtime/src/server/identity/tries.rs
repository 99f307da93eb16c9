//! Limits on how often passwords may be tried: for each network, for each name from one network, and for each name.
//!
//! Nobody must be able to keep somebody else from logging in by trying her name. So a browser in which she has logged in
//! before has a bound of its own, and no other one (OWASP calls this device cookies). And if a name is tried very often,
//! those who have not tried it yet still get a try.

use std::{collections::BTreeMap, net::IpAddr, time::Duration};

use super::secret::Digest;
use crate::words::network::Network;

/// A try is forgotten after this time.
const TIME: Duration = Duration::from_secs(60);

/// Failed tries in [`TIME`].
const OF_NETWORK: usize = 20;
const OF_NAME_IN_NETWORK: usize = 5;
/// The bound for all networks of one site: a provider gives a customer an IPv6 prefix of 48 bits, with 65 536 networks.
const OF_SITE: usize = 100;
/// Above this, each network or site may try a name once.
const OF_NAME: usize = 100;
/// The bound for a name from all browsers in which its user has never logged in.
const OF_NAME_IN_ALL: usize = 300;
/// Failed tries of a browser in which the user has logged in before.
const OF_DEVICE: usize = 5;

/// What is remembered at most, so that strangers cannot fill the memory.
const MOST: usize = 10_000;

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    Network(Option<Network>),
    /// The first 48 bits of an IPv6 address.
    Site(u64),
    NameInNetwork(Option<Network>, String),
    NameInSite(u64, String),
    Name(String),
    /// The hash of a browser's secret.
    Device(Digest),
}

impl Key {
    const fn most(&self) -> usize {
        match self {
            // A site has as much as one network has.
            Self::Network(_) | Self::NameInSite(..) => OF_NETWORK,
            Self::Site(_) => OF_SITE,
            Self::NameInNetwork(..) => OF_NAME_IN_NETWORK,
            Self::Name(_) => OF_NAME_IN_ALL,
            Self::Device(_) => OF_DEVICE,
        }
    }

    /// How often it may be tried if the name was tried very often.
    const fn most_under_attack(&self) -> usize {
        match self {
            Self::NameInNetwork(..) | Self::NameInSite(..) => 1,
            _ => self.most(),
        }
    }
}

/// How much is forgotten at once if there is no room, so that a flood of tries does not search all of them for each.
const AT_ONCE: usize = MOST / 10;

/// How often all tries are searched for those that are over.
const SWEEP: Duration = Duration::from_secs(1);

/// The failed tries of the last minute.
#[derive(Debug, Default)]
pub(super) struct Tries {
    of: BTreeMap<Key, Vec<Duration>>,
    swept: Duration,
}

/// Who tries.
#[derive(Debug, Clone, Copy)]
pub(super) struct Who<'a> {
    pub(super) address: Option<IpAddr>,
    /// The name that is tried.
    pub(super) name: &'a str,
    /// The browser, if the user with this name has logged in there before.
    pub(super) device: Option<Digest>,
}

impl Who<'_> {
    /// What counts the try.
    fn keys(&self) -> Vec<Key> {
        let Self { address, name, device } = *self;
        if let Some(device) = device {
            return vec![Key::Device(device)];
        }
        let network = address.map(Network::from);
        let mut keys =
            vec![Key::Network(network), Key::NameInNetwork(network, name.to_owned()), Key::Name(name.to_owned())];
        if let Some(IpAddr::V6(address)) = address.map(|address| address.to_canonical()) {
            let [first, second, third, ..] = address.segments();
            let site = u64::from(first) << 32 | u64::from(second) << 16 | u64::from(third);
            keys.extend([Key::Site(site), Key::NameInSite(site, name.to_owned())]);
        }
        keys
    }
}

fn is_over(at: Duration, now: Duration) -> bool {
    now.saturating_sub(at) >= TIME
}

impl Tries {
    /// Counts a try, which may be made now.
    ///
    /// # Errors
    /// After which time it may be made.
    pub(super) fn begin(&mut self, now: Duration, who: Who<'_>) -> Result<(), Duration> {
        if now.saturating_sub(self.swept) >= SWEEP {
            self.sweep(now);
        }
        let keys = who.keys();
        for key in &keys {
            if let Some(tries) = self.of.get_mut(key) {
                tries.retain(|at| !is_over(*at, now));
            }
        }
        let count = |key| self.of.get(key).map_or(0, Vec::len);
        let is_attacked = keys.iter().any(|key| matches!(key, Key::Name(_)) && count(key) >= OF_NAME);
        let mut wait = None;
        for key in &keys {
            let Some(tries) = self.of.get(key) else { continue };
            let most = if is_attacked { key.most_under_attack() } else { key.most() };
            let first = tries.first().filter(|_| tries.len() >= most);
            wait = wait.max(first.map(|at| TIME.saturating_sub(now.saturating_sub(*at))));
        }
        if let Some(wait) = wait {
            return Err(wait);
        }
        for key in keys {
            if self.of.len() >= MOST && !self.of.contains_key(&key) {
                self.make_room(now);
            }
            self.of.entry(key).or_default().push(now);
        }
        Ok(())
    }

    /// Forgets what is over.
    fn sweep(&mut self, now: Duration) {
        self.swept = now;
        self.of.retain(|_, tries| {
            tries.retain(|at| !is_over(*at, now));
            !tries.is_empty()
        });
    }

    /// Forgets what is over, and if that is not enough, what was tried least often, and of that the oldest. So somebody with
    /// many networks pushes out what these have tried once, and not the names that are tried again and again.
    fn make_room(&mut self, now: Duration) {
        self.sweep(now);
        if self.of.len() < MOST {
            return;
        }
        let mut by_use: Vec<_> = self.of.iter().map(|(key, tries)| (tries.len(), tries.last(), key)).collect();
        by_use.sort_unstable();
        let least: Vec<Key> = by_use.into_iter().take(AT_ONCE).map(|(_, _, key)| key.clone()).collect();
        for key in least {
            self.of.remove(&key);
        }
    }

    /// The try has succeeded. It does not count.
    pub(super) fn succeeded(&mut self, who: Who<'_>) {
        for key in who.keys() {
            if let Some(tries) = self.of.get_mut(&key) {
                tries.pop();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(last: u8) -> Option<IpAddr> {
        Some(IpAddr::from([10, 0, 0, last]))
    }

    fn who(address: Option<IpAddr>, name: &str) -> Who<'_> {
        Who { address, name, device: None }
    }

    #[test]
    fn a_name_is_tried_five_times_a_minute_from_one_network() {
        let (mut tries, now) = (Tries::default(), Duration::from_secs(100));
        for _ in 0..5 {
            tries.begin(now, who(address(1), "ada")).unwrap();
        }
        assert_eq!(tries.begin(now + Duration::from_secs(20), who(address(1), "ada")), Err(Duration::from_secs(40)));
        assert_eq!(tries.begin(now, who(address(2), "ada")), Ok(()), "the person herself is not locked out");
        assert_eq!(tries.begin(now + TIME, who(address(1), "ada")), Ok(()));
    }

    #[test]
    fn a_network_tries_twenty_names_a_minute() {
        let (mut tries, now) = (Tries::default(), Duration::ZERO);
        for at in 0..20 {
            tries.begin(now, who(address(1), &format!("user{at}"))).unwrap();
        }
        assert!(tries.begin(now, who(address(1), "another")).is_err());
    }

    #[test]
    fn fault_twenty_addresses_kept_a_user_from_logging_in() {
        let (mut tries, now) = (Tries::default(), Duration::ZERO);
        for at in 0..100 {
            tries.begin(now, who(address(at % 20), "ada")).unwrap();
        }
        for at in 0..20 {
            assert!(tries.begin(now, who(address(at), "ada")).is_err());
        }
        // She herself is elsewhere, and does not know her password well.
        assert_eq!(tries.begin(now, who(address(99), "ada")), Ok(()));
        assert!(tries.begin(now, who(address(99), "ada")).is_err(), "each network has one try under attack");
        // A whole site is one of them.
        assert_eq!(tries.begin(now, who(ipv6(1, 1), "ada")), Ok(()));
        assert!(tries.begin(now, who(ipv6(1, 2), "ada")).is_err());
        assert_eq!(tries.begin(now, who(address(99), "bob")), Ok(()), "another name");
    }

    #[test]
    fn a_name_is_tried_three_hundred_times_a_minute_at_most_and_a_known_browser_has_its_own_bound() {
        let (mut tries, now) = (Tries::default(), Duration::ZERO);
        let of = |at: u32| Some(IpAddr::from((0x0a00_0000 + at).to_be_bytes()));
        let made = (0..10_000).filter(|at| tries.begin(now, who(of(*at), "ada")).is_ok()).count();
        assert_eq!(made, 300);
        let known = Who { device: Some(Digest::of("her browser")), ..who(of(1), "ada") };
        for _ in 0..5 {
            assert_eq!(tries.begin(now, known), Ok(()), "also from a network that tries passwords");
        }
        assert!(tries.begin(now, known).is_err());
        assert_eq!(tries.begin(now, Who { device: Some(Digest::of("her phone")), ..known }), Ok(()));
        assert_eq!(tries.begin(now + TIME, known), Ok(()));
    }

    #[test]
    fn who_knows_the_password_is_never_slowed_down() {
        let mut tries = Tries::default();
        for _ in 0..50 {
            tries.begin(Duration::ZERO, who(address(1), "ada")).unwrap();
            tries.succeeded(who(address(1), "ada"));
        }
    }

    fn ipv6(site: u16, network: u16) -> Option<IpAddr> {
        Some(IpAddr::from([0x2001, 0xdb8, site, network, 0, 0, 0, 1]))
    }

    #[test]
    fn fault_some_thousand_ipv6_networks_kept_everybody_from_logging_in() {
        let (mut tries, now) = (Tries::default(), Duration::from_secs(100));
        for _ in 0..5 {
            tries.begin(now, who(address(1), "ada")).unwrap();
        }
        for at in 0..95 {
            tries.begin(now, who(address(100 + at), "ada")).unwrap();
        }
        for site in 0..6_000 {
            tries.begin(now, who(ipv6(site, 0), &format!("user{site}"))).unwrap();
        }
        assert!(tries.of.len() <= MOST);
        assert_eq!(tries.begin(now, who(address(2), "bob")), Ok(()), "others can log in");
        assert!(tries.begin(now, who(address(1), "ada")).is_err(), "what was tried often is not forgotten");
        assert!(tries.of[&Key::Name("ada".to_owned())].len() >= 100);
    }

    #[test]
    fn the_networks_of_one_ipv6_site_have_a_bound_together() {
        let (mut tries, now) = (Tries::default(), Duration::ZERO);
        for network in 0..100 {
            tries.begin(now, who(ipv6(1, network), &format!("user{network}"))).unwrap();
        }
        assert!(tries.begin(now, who(ipv6(1, 200), "another")).is_err());
        assert_eq!(tries.begin(now, who(ipv6(2, 0), "another")), Ok(()));
    }
}
