//! Rights that a program gives at run time: `App::rights`. Its function may replace the role of each user.
//!
//! A user then has two roles: the one that the login or the proxy has given, and the one that counts. The first decides
//! whether the login is still valid.
//!
//! The function runs on threads of its own. One that hangs holds up only who is asked about: a request is refused, and an
//! open page stays as it is. Each user has a share of the threads, and so has each network of a user. The last
//! threads are for those who have none, so whoever it hangs for, others get their answers.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Mutex, Weak},
    time::{Duration, Instant},
};

use axum::{
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use futures_util::future::join_all;
use serde_json::json;
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore, oneshot, watch},
    time::{sleep, timeout},
};

use super::Identity;
use crate::{
    client::{Client, ClientId, Peer},
    rights::{Role, Roles, User},
    server::{driver::WeakDriver, lock, pool::Pool},
    words::{log, network::Network, panic::text_of},
};

/// How often the function is asked again for open pages.
pub(super) const TICK: Duration = Duration::from_secs(1);

/// The function is asked at each request, which waits for it.
const QUICK: Duration = Duration::from_millis(50);

/// How long somebody waits for the function. A person does not wait longer for a page.
const PATIENCE: Duration = Duration::from_secs(2);

/// The largest number of threads.
const THREADS: usize = 64;

/// How many of them are only for users who have no other call at work. So users for whom the function hangs leave some to
/// those who have not asked yet.
const FOR_OTHER_USERS: usize = 16;

/// How many threads one user has, from all networks. Guests are one user.
const OF_USER: usize = 16;

/// How many of these are only for networks from which this user has no other call at work.
const FOR_OTHER_NETWORKS: usize = 4;

/// How many threads one user has from one network.
const OF_SENDER: usize = 8;

/// What the function was asked about the sender of a request, with the user that it has made of it.
#[derive(Debug, Clone)]
pub(crate) struct Granted(pub(crate) Arc<Peer>);

type Ask = dyn Fn(&User, &Client) -> u8 + Send + Sync;

/// The function of a program.
pub(crate) struct Granting {
    roles: Roles,
    level: Box<Ask>,
    pool: Pool,
    all: Arc<Share>,
    users: Shares<String>,
    senders: Shares<(String, Option<Network>)>,
}

/// Some threads, of which some are only for those who have no other one.
#[derive(Debug)]
struct Share {
    of_all: Arc<Semaphore>,
    of_others: Arc<Semaphore>,
    size: usize,
}

/// While this is there, a thread of a share is taken.
struct Taken {
    _permit: OwnedSemaphorePermit,
    /// The share, so that it is not forgotten.
    share: Arc<Share>,
}

impl Share {
    fn new(size: usize, of_others: usize) -> Self {
        let semaphore = |permits| Arc::new(Semaphore::new(permits));
        Self { of_all: semaphore(size - of_others), of_others: semaphore(of_others), size }
    }

    /// Waits until a thread is free.
    async fn take(self: &Arc<Self>, has_none: bool) -> Option<Taken> {
        let of_all = Arc::clone(&self.of_all).acquire_owned();
        let permit = if has_none {
            tokio::select! {
                biased;
                permit = of_all => permit,
                permit = Arc::clone(&self.of_others).acquire_owned() => permit,
            }
        } else {
            of_all.await
        };
        Some(Taken { _permit: permit.ok()?, share: Arc::clone(self) })
    }
}

impl Taken {
    /// Whether no other thread of the share is taken.
    fn is_only_one(&self) -> bool {
        self.share.of_all.available_permits() + self.share.of_others.available_permits() + 1 == self.share.size
    }
}

/// The share of each one. Those who ask for nothing take no memory.
struct Shares<K> {
    size: usize,
    of_others: usize,
    of: Mutex<BTreeMap<K, Weak<Share>>>,
}

impl<K: Ord> Shares<K> {
    const fn new(size: usize, of_others: usize) -> Self {
        Self { size, of_others, of: Mutex::new(BTreeMap::new()) }
    }

    fn of(&self, whom: K) -> Arc<Share> {
        let mut all = lock(&self.of);
        if let Some(share) = all.get(&whom).and_then(Weak::upgrade) {
            return share;
        }
        // There are few others at any time: those who ask now.
        all.retain(|_, share| share.strong_count() > 0);
        let share = Arc::new(Share::new(self.size, self.of_others));
        all.insert(whom, Arc::downgrade(&share));
        share
    }
}

/// The function has not answered in time.
#[derive(Debug)]
pub(super) struct Silent;

impl IntoResponse for Silent {
    fn into_response(self) -> Response {
        let why = "the program does not say in time what you may do: try again";
        let body = axum::Json(json!({ "kind": "rights", "why": why }));
        (StatusCode::SERVICE_UNAVAILABLE, [(header::RETRY_AFTER, "1")], body).into_response()
    }
}

impl fmt::Debug for Granting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Granting").finish_non_exhaustive()
    }
}

impl Granting {
    pub(crate) fn new<R: Role>(ask: impl Fn(&User, &Client) -> R + Send + Sync + 'static) -> Self {
        Self {
            roles: Roles::of::<R>(),
            level: Box::new(move |user, client| ask(user, client).level()),
            pool: Pool::new("dash-rights", THREADS),
            all: Arc::new(Share::new(THREADS, FOR_OTHER_USERS)),
            users: Shares::new(OF_USER, FOR_OTHER_NETWORKS),
            senders: Shares::new(OF_SENDER, 0),
        }
    }

    pub(crate) const fn roles(&self) -> Roles {
        self.roles
    }

    /// The user of this peer, with the role that counts now. Waits for as long as the function takes. `held` is dropped when
    /// the function has returned, also if nobody waits for it any more.
    pub(super) async fn call(self: &Arc<Self>, peer: &Peer, held: impl Send + 'static) -> Option<User> {
        // First the narrowest share: who waits for that takes nothing from others.
        let name = peer.user.name().to_owned();
        let of_sender = self.senders.of((name.clone(), peer.address.map(Network::from))).take(false).await?;
        let of_user = self.users.of(name).take(of_sender.is_only_one()).await?;
        let of_all = self.all.take(of_user.is_only_one()).await?;
        let (granting, peer) = (Arc::clone(self), peer.clone());
        let (answers, answer) = oneshot::channel();
        self.pool.run(move || {
            let _held = (of_sender, of_user, of_all, held);
            // Who has waited too long does not need it any more.
            if !answers.is_closed() {
                let _ = answers.send(granting.grant(&peer));
            }
        });
        answer.await.ok()
    }

    /// The same, and does not wait for longer than a person does.
    ///
    /// # Errors
    /// If the function does not answer in time.
    pub(super) async fn ask(self: &Arc<Self>, peer: &Peer, held: impl Send + 'static) -> Result<User, Silent> {
        timeout(PATIENCE, self.call(peer, held)).await.ok().flatten().ok_or_else(|| {
            let line = || format!("the function of App::rights has not answered for {PATIENCE:?}: {}", peer.user);
            if log::is_rare("silent rights", 1, line) {
                log::error(&line());
            }
            Silent
        })
    }

    fn grant(&self, peer: &Peer) -> User {
        let user = peer.user.admitted();
        // Browsers send it with the socket, but not with the page. Both must get the same role.
        let peer = Peer { user: user.clone(), origin: None, ..peer.clone() };
        let client = Client { id: ClientId(0), peer: Arc::new(peer) };
        let begun = Instant::now();
        let level = catch_unwind(AssertUnwindSafe(|| (self.level)(&user, &client))).unwrap_or_else(|payload| {
            let why = text_of(&*payload);
            if log::is_rare("rights", 1, || why.clone()) {
                log::error(&format_args!(
                    "the function of App::rights has panicked, so {user} has the lowest role: {why}"
                ));
            }
            0
        });
        let took = begun.elapsed();
        let line =
            || format!("the function of App::rights took {took:?}: it is asked at each request, so it must be quick");
        if took > QUICK && log::is_rare("slow rights", 1, line) {
            log::warn(&line());
        }
        user.granted(level, self.roles)
    }
}

/// The open pages for which the function is at work: each with the place of its dashboard. There is one call at a time for
/// each of them, or one page for which the function hangs would soon take all threads.
#[derive(Default, Clone)]
struct AtWork(Arc<Mutex<BTreeSet<(usize, ClientId)>>>);

/// While this is there, the function is at work for the page.
struct Working(AtWork, (usize, ClientId));

impl AtWork {
    /// `None` if it is at work for this page already.
    fn begin(&self, page: (usize, ClientId)) -> Option<Working> {
        lock(&self.0).insert(page).then(|| Working(self.clone(), page))
    }
}

impl Drop for Working {
    fn drop(&mut self) {
        lock(&self.0.0).remove(&self.1);
    }
}

/// Asks again for all open pages until the server ends. Pages whose user has another role now load again.
pub(crate) async fn watch(identity: Weak<Identity>, drivers: Vec<WeakDriver>, mut ending: watch::Receiver<bool>) {
    let at_work = AtWork::default();
    loop {
        tokio::select! {
            () = crate::server::ended(&mut ending) => return,
            () = sleep(TICK) => {}
        }
        let drivers: Vec<_> = drivers.iter().filter_map(WeakDriver::upgrade).collect();
        let Some(identity) = identity.upgrade().filter(|_| !drivers.is_empty()) else { return };
        let Some(granting) = &identity.granting else { return };
        for (place, driver) in drivers.into_iter().enumerate() {
            let clients = driver.with_engine(|engine| engine.peers());
            let asked = clients.iter().map(async |(id, peer)| {
                // As long as the function is silent, they keep the role that they have.
                let working = at_work.begin((place, *id))?;
                let now = granting.ask(peer, working).await;
                now.is_ok_and(|now| now != peer.user).then_some(*id)
            });
            let changed: Vec<ClientId> = join_all(asked).await.into_iter().flatten().collect();
            if !changed.is_empty() {
                driver.event(|engine, now, fx| {
                    engine.log_out(now, |client| !changed.contains(&client.id), fx);
                    engine.regrant_callers(now, &changed, fx);
                });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use dash_macros::Role;
    use tokio::task::JoinSet;

    use super::*;

    #[derive(Debug, Clone, Copy, PartialEq, Role)]
    enum Rank {
        Guest,
    }

    fn peer(name: &str, address: u8) -> Peer {
        let address = IpAddr::from([10, 0, address, 1]);
        Peer { user: User::new(name, Rank::Guest), address: Some(address), ..Peer::default() }
    }

    /// The function hangs for users with such names, and for addresses from 100 on.
    fn hanging() -> (Arc<Granting>, std::sync::mpsc::Sender<()>) {
        let (hold, held) = std::sync::mpsc::channel::<()>();
        let held = Mutex::new(held);
        let hangs = move |user: &User, client: &Client| {
            let is_far = matches!(client.address(), Some(IpAddr::V4(address)) if address.octets()[2] >= 100);
            if user.name().starts_with("hang") || is_far {
                let _ = lock(&held).recv();
            }
            Rank::Guest
        };
        (Arc::new(Granting::new(hangs)), hold)
    }

    /// Has the function hang, so that as many threads are taken as can be.
    async fn hang(granting: &Arc<Granting>, peers: impl IntoIterator<Item = Peer>) -> JoinSet<Option<User>> {
        let mut calls = JoinSet::new();
        for peer in peers {
            let granting = Arc::clone(granting);
            calls.spawn(async move { granting.call(&peer, ()).await });
        }
        // Each of them has taken a thread, or waits for one.
        for _ in 0..1_000 {
            tokio::task::yield_now().await;
        }
        calls
    }

    #[tokio::test]
    async fn fault_four_users_for_whom_the_function_hangs_stopped_all_others() {
        let (granting, hold) = hanging();
        let mut many = Vec::new();
        for user in 0..8 {
            let name = format!("hang{user}");
            many.extend((0..4).flat_map(|address| (0..10).map(move |_| address)).map(|address| peer(&name, address)));
        }
        let calls = hang(&granting, many).await;
        for other in ["ada", "eve"] {
            assert!(granting.ask(&peer(other, 1), ()).await.is_ok(), "{other}");
        }
        drop((hold, calls));
    }

    #[tokio::test]
    async fn fault_two_networks_for_which_the_function_hangs_stopped_all_guests() {
        let (granting, hold) = hanging();
        let many = [100, 101].into_iter().flat_map(|address| (0..20).map(move |_| peer("guest", address)));
        let calls = hang(&granting, many).await;
        assert!(granting.ask(&peer("guest", 1), ()).await.is_ok());
        drop((hold, calls));
    }
}
