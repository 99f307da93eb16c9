//! Rights that a program gives at run time: `App::rights`. Its function may replace the role of each user.
//!
//! A user then has two roles: the one that the login or the proxy has given, and the one that counts. The first decides
//! whether the login is still valid.
//!
//! The function runs on threads of its own. One that hangs holds up only who is asked about: a request is refused, and an
//! open page stays as it is. Each user has a share of the threads, so whoever it hangs for, others get their answers.

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

/// The largest number of threads. If so many hang, nobody gets an answer.
const THREADS: usize = 64;

/// How many of them one user has from one network. If so many hang, only these requests get no answer.
const OF_SENDER: usize = 8;

/// How many of them one user has, from all networks.
const OF_USER: usize = 16;

/// How many may wait for the function at once, of those who have a thread of their share.
const ASKING: usize = 256;

/// What the function was asked about the sender of a request, with the user that it has made of it.
#[derive(Debug, Clone)]
pub(crate) struct Granted(pub(crate) Arc<Peer>);

type Ask = dyn Fn(&User, &Client) -> u8 + Send + Sync;

/// The function of a program.
pub(crate) struct Granting {
    roles: Roles,
    level: Box<Ask>,
    pool: Pool,
    asking: Arc<Semaphore>,
    senders: Shares<(String, Option<Network>)>,
    users: Shares<String>,
}

/// How many threads each one has. Those who ask for nothing take no memory.
struct Shares<K> {
    each: usize,
    of: Mutex<BTreeMap<K, Weak<Semaphore>>>,
}

impl<K: Ord> Shares<K> {
    const fn new(each: usize) -> Self {
        Self { each, of: Mutex::new(BTreeMap::new()) }
    }

    /// Waits until a thread of this share is free. It is taken until the permit is dropped.
    async fn take(&self, of: K) -> Option<OwnedSemaphorePermit> {
        let share = {
            let mut all = lock(&self.of);
            if let Some(share) = all.get(&of).and_then(Weak::upgrade) {
                share
            } else {
                // There are few others at any time: those who ask now.
                all.retain(|_, share| share.strong_count() > 0);
                let share = Arc::new(Semaphore::new(self.each));
                all.insert(of, Arc::downgrade(&share));
                share
            }
        };
        share.acquire_owned().await.ok()
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
            asking: Arc::new(Semaphore::new(ASKING)),
            senders: Shares::new(OF_SENDER),
            users: Shares::new(OF_USER),
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
        let of_sender = self.senders.take((name.clone(), peer.address.map(Network::from))).await?;
        let of_user = self.users.take(name).await?;
        let place = Arc::clone(&self.asking).acquire_owned().await.ok()?;
        let (granting, peer) = (Arc::clone(self), peer.clone());
        let (answers, answer) = oneshot::channel();
        self.pool.run(move || {
            let _held = (of_sender, of_user, place, held);
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
