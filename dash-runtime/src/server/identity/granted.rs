//! Rights that a program gives at run time: `App::rights`. Its function may replace the role of each user.
//!
//! A user then has two roles: the one that the login or the proxy has given, and the one that counts. The first decides
//! whether the login is still valid.

use std::{
    fmt,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Weak},
    time::{Duration, Instant},
};

use tokio::{sync::watch, time::sleep};

use super::Identity;
use crate::{
    client::{Client, ClientId, Peer},
    rights::{Role, Roles, User},
    server::{detached::detached, driver::WeakDriver},
    words::{log, panic::text_of},
};

/// How often the function is asked again for open pages.
pub(super) const TICK: Duration = Duration::from_secs(1);

/// The function is asked at each request, and nothing else is done on that thread meanwhile.
const QUICK: Duration = Duration::from_millis(50);

/// What the function was asked about the sender of a request, with the user that it has made of it.
#[derive(Debug, Clone)]
pub(crate) struct Granted(pub(crate) Arc<Peer>);

type Ask = dyn Fn(&User, &Client) -> u8 + Send + Sync;

/// The function of a program.
pub(crate) struct Granting {
    roles: Roles,
    level: Box<Ask>,
}

impl fmt::Debug for Granting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Granting").finish_non_exhaustive()
    }
}

impl Granting {
    pub(crate) fn new<R: Role>(ask: impl Fn(&User, &Client) -> R + Send + Sync + 'static) -> Self {
        Self { roles: Roles::of::<R>(), level: Box::new(move |user, client| ask(user, client).level()) }
    }

    pub(crate) const fn roles(&self) -> Roles {
        self.roles
    }

    /// The user of this peer, with the role that counts now.
    pub(crate) fn grant(&self, peer: &Peer) -> User {
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

/// Asks again for all open pages until the server ends. Pages whose user has another role now load again.
pub(crate) async fn watch(identity: Weak<Identity>, drivers: Vec<WeakDriver>, mut ending: watch::Receiver<bool>) {
    loop {
        tokio::select! {
            () = crate::server::ended(&mut ending) => return,
            () = sleep(TICK) => {}
        }
        let drivers: Vec<_> = drivers.iter().filter_map(WeakDriver::upgrade).collect();
        let Some(identity) = identity.upgrade().filter(|_| !drivers.is_empty()) else { return };
        // The function of the user may take a while, and does not run under the engine's lock.
        let asked = detached("dash-rights", move || {
            let Some(granting) = &identity.granting else { return };
            for driver in drivers {
                let clients = driver.with_engine(|engine| engine.peers());
                let changed = clients.into_iter().filter(|(_, peer)| granting.grant(peer) != peer.user);
                let changed: Vec<ClientId> = changed.map(|(id, _)| id).collect();
                if !changed.is_empty() {
                    driver.event(|engine, now, fx| {
                        engine.log_out(now, |client| !changed.contains(&client.id), fx);
                        engine.regrant_callers(now, &changed, fx);
                    });
                }
            }
        });
        let _ = asked.await;
    }
}
