//! Sessions that belong to a login: all pages of one person borrow the same one, and it outlives the process.
//!
//! There is one session for each login, whatever page it was changed from. In an island with one queue per page, the
//! queues of the pages of one login take turns, in the order in which they asked: a turn begins when no other page of the
//! login has one. So callbacks see the session as if all pages of the login were one.
//!
//! A session is written down when its JSON has changed. It is forgotten when no page of the login was open for the days
//! that the dashboard says, when its user is removed from the users file, and if there are too many: then the one that
//! was unused for the longest time. How long ago a page was open follows from when the session was written last, so it is
//! written again every hour while a page is open. A round once an hour does both. So a clock that is wrong for a moment
//! at the start forgets nothing.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    time::Duration,
};

use super::{
    Engine,
    effects::Effects,
    item::{Cause, Hook, Item},
    kept::{KeptChange, KeptValue},
    lane::LaneId,
    session::{Data, Session},
};
use crate::{
    callback::lend::Part, client::ClientId, rights::LoginName, sessions::LoginSessions, value::Value, words::log,
};

/// The time between two rounds through all logins.
const ROUND: Duration = Duration::from_secs(3600);

/// What its name in the store begins with. No property has a name with spaces.
const HERE: &str = "session of login ";
const ELSEWHERE: &str = "session of user ";

/// The sessions of all logins.
#[derive(Default)]
pub(super) struct Logins {
    known: BTreeMap<LoginName, Login>,
    /// The logins that have a turn, by its queue.
    turns: BTreeMap<LaneId, LoginName>,
    /// The sessions that callbacks borrow, by the queue of the callback, with the number of the login.
    lent: BTreeMap<LaneId, (LoginName, u64)>,
    /// Queues whose login is free for them now.
    ready: VecDeque<LaneId>,
    /// What is to be written.
    changes: Vec<KeptChange>,
    last_round: Duration,
    next_number: u64,
}

struct Login {
    /// Tells it from an earlier login with the same name.
    number: u64,
    data: Data,
    /// The JSON of the data when it was last given back. Empty if it has none.
    json: String,
    /// Whether the store has it.
    is_stored: bool,
    /// When a page was open the last time, since the Unix epoch.
    seen: Duration,
    /// The queue that has a turn. It is in [`Logins::turns`] too.
    holder: Option<LaneId>,
    waiting: VecDeque<LaneId>,
}

/// Whose session has changed.
pub(super) enum Whose {
    Client(ClientId),
    Login(LoginName),
}

/// A session that a callback has given back.
#[derive(Default)]
pub(super) struct Returned {
    /// Whether the table of clients shows it.
    pub(super) in_table: bool,
    /// Whose it is, if it may have changed.
    pub(super) changed: Option<Whose>,
}

impl Logins {
    /// What is to be written since the last call.
    pub(super) fn take_changes(&mut self) -> Vec<KeptChange> {
        std::mem::take(&mut self.changes)
    }

    /// When the next round is due.
    pub(super) fn next_timeout(&self) -> Option<Duration> {
        (!self.known.is_empty()).then_some(self.last_round + ROUND)
    }

    /// What other readers see of a session.
    pub(super) fn seen(&self, name: &LoginName) -> Option<&Part> {
        self.known.get(name)?.data.seen()
    }

    /// Lets the queue have a turn for this login, or puts it in the line.
    fn take_turn(&mut self, name: &LoginName, lane: LaneId) -> bool {
        let Some(login) = self.known.get_mut(name) else { return true };
        match login.holder {
            None => {
                login.holder = Some(lane);
                self.turns.insert(lane, name.clone());
            }
            Some(holder) if holder == lane => {}
            Some(_) => {
                if !login.waiting.contains(&lane) {
                    login.waiting.push_back(lane);
                }
                return false;
            }
        }
        true
    }

    /// The queue has no turn any more. The next in the line gets it.
    fn leave(&mut self, lane: LaneId) {
        let Some(name) = self.turns.remove(&lane) else { return };
        let Some(login) = self.known.get_mut(&name) else { return };
        login.holder = login.waiting.pop_front();
        if let Some(next) = login.holder {
            self.turns.insert(next, name);
            self.ready.push_back(next);
        }
    }

    /// Removes a login. What waits for it goes on without it.
    fn remove(&mut self, name: &LoginName) {
        let Some(login) = self.known.remove(name) else { return };
        self.ready.extend(login.waiting);
        self.turns.retain(|_, other| other != name);
        if login.is_stored {
            self.changes.push(KeptChange { key: key_of(name), value: None, rev: 0 });
        }
    }
}

impl Engine {
    /// How the sessions of logins are kept, if they are.
    fn login_sessions(&self) -> Option<LoginSessions> {
        self.plan.login_sessions
    }

    /// The time since the Unix epoch.
    fn date(&self, now: Duration) -> Duration {
        self.began + now
    }

    /// The login that this client's session belongs to. `None`: the session is the page's.
    pub(super) fn login_of(&self, session: &Session) -> Option<LoginName> {
        self.login_sessions().and_then(|_| session.client.user().login_name())
    }

    /// The session data of a client, as other readers see it.
    pub(super) fn session_seen<'a>(&'a self, session: &'a Session) -> Option<&'a Part> {
        match self.login_of(session) {
            Some(name) => self.logins.seen(&name),
            None => session.data.seen(),
        }
    }

    /// A page of a login is open from now on.
    pub(super) fn login_is_seen(&mut self, now: Duration, id: ClientId) {
        let Some(name) = self.roster.get(id).and_then(|session| self.login_of(session)) else { return };
        let date = self.date(now);
        if let Some(login) = self.login(&name) {
            login.seen = date.max(login.seen);
        }
    }

    /// The login with this name, which is made if it is not known.
    fn login(&mut self, name: &LoginName) -> Option<&mut Login> {
        let kept = self.login_sessions()?;
        if !self.logins.known.contains_key(name) {
            if self.logins.known.len() >= self.limits.logins {
                self.forget_longest_unused();
            }
            let data = self.roster.new_data();
            let json = (kept.encode)(&data).unwrap_or_default();
            self.add_login(name.clone(), data, json, self.began, false);
        }
        self.logins.known.get_mut(name)
    }

    fn add_login(&mut self, name: LoginName, data: Part, json: String, seen: Duration, is_stored: bool) {
        let number = self.logins.next_number;
        self.logins.next_number += 1;
        let data = Data::new(data);
        let login = Login { number, data, json, is_stored, seen, holder: None, waiting: VecDeque::new() };
        self.logins.known.insert(name, login);
    }

    /// The logins that have an open page.
    fn present_logins(&self) -> BTreeSet<LoginName> {
        let present = self.roster.all().filter(|session| session.presence.is_present());
        present.filter_map(|session| self.login_of(session)).collect()
    }

    fn forget_longest_unused(&mut self) {
        let present = self.present_logins();
        let unused = self.logins.known.iter().filter(|(name, login)| login.holder.is_none() && !present.contains(name));
        let Some(name) = unused.min_by_key(|(_, login)| login.seen).map(|(name, _)| name.clone()) else { return };
        log::warn(&format_args!(
            "the session of the login `{}` is forgotten: at most {} are kept, and it was unused for the longest time",
            name.name, self.limits.logins
        ));
        self.logins.remove(&name);
    }

    /// Takes the session of a client for a callback in this queue. The table shows a copy meanwhile.
    pub(super) fn lend_session(&mut self, id: ClientId, lane: LaneId) -> Option<Part> {
        let copy = self.plan.copy_session;
        let Some(name) = self.login_of(self.roster.get(id)?) else {
            return self.roster.get_mut(id)?.data.lend(copy);
        };
        let login = self.login(&name)?;
        let (data, number) = (login.data.lend(copy), login.number);
        self.logins.lent.insert(lane, (name, number));
        data
    }

    /// Returns the session of a callback that has ended. `json` is what the session of a login is now.
    pub(super) fn give_back_session(
        &mut self,
        id: Option<ClientId>,
        lane: LaneId,
        data: Part,
        json: Option<Result<String, String>>,
    ) -> Returned {
        let in_table = self.plan.copy_session.is_some();
        let Some((name, number)) = self.logins.lent.remove(&lane) else {
            let Some(session) = id.and_then(|id| self.roster.get_mut(id)) else { return Returned::default() };
            session.data.give_back(data);
            return Returned { in_table, changed: id.map(Whose::Client) };
        };
        let (rev, is_kept, largest) = (self.rev(), self.kept.is_on(), self.limits.session_size);
        let Logins { known, changes, .. } = &mut self.logins;
        // The user may have been removed meanwhile.
        let Some(login) = known.get_mut(&name).filter(|login| login.number == number) else {
            return Returned::default();
        };
        login.data.give_back(data);
        let json = json.unwrap_or_else(|| Err("it has no JSON".to_owned())).unwrap_or_else(|why| {
            if log::is_rare("session", 1, || name.name.to_string()) {
                log::error(&format_args!("the session of the login `{}` is not kept: {why}", name.name));
            }
            String::new()
        });
        if login.json == json && !json.is_empty() {
            return Returned { in_table, changed: None };
        }
        login.json = json;
        let fits = !login.json.is_empty() && login.json.len() <= largest;
        if login.json.len() > largest && log::is_rare("session", 1, || name.name.to_string()) {
            log::warn(&format_args!(
                "the session of the login `{}` is larger than {largest} bytes, so it is not kept",
                name.name
            ));
        }
        if is_kept && (fits || login.is_stored) {
            // In the place of one that cannot be kept there is none: an older one would come back as if it were the last.
            let value = fits.then(|| Value::of_json(login.json.clone()));
            changes.push(KeptChange { key: key_of(&name), value, rev });
            login.is_stored = fits;
        }
        Returned { in_table, changed: Some(Whose::Login(name)) }
    }

    /// A callback has changed a session. The callbacks with `on = session` of the pages that have it get a turn.
    pub(super) fn session_changed(&mut self, now: Duration, whose: &Whose, fx: &mut Effects) {
        if !self.plan.callbacks.iter().any(|callback| callback.has(Hook::Session)) {
            return;
        }
        let has_it = |session: &&Session| match whose {
            Whose::Client(id) => session.client.id == *id,
            Whose::Login(name) => self.login_of(session).as_ref() == Some(name),
        };
        let started = self.roster.all().filter(|session| session.presence.is_present() && session.hooks.started);
        let ids: Vec<ClientId> = started.filter(has_it).map(|session| session.client.id).collect();
        for id in ids {
            for lane in self.lanes_with(Hook::Session, id) {
                self.offer(now, lane, Item { client: Some(id), ticket: None, cause: Cause::Hook(Hook::Session) }, fx);
            }
        }
    }

    // ---- the pages of one login take turns ----

    /// Whether this queue may begin a turn now. If not, it is in the line of its login.
    pub(super) fn may_begin(&mut self, lane: LaneId) -> bool {
        if self.plan.island_of_logins != Some(lane.island) || self.scheduler.is_idle(lane) {
            return true;
        }
        let session = lane.client.and_then(|id| self.roster.get(id));
        let Some(name) = session.and_then(|session| self.login_of(session)) else { return true };
        // It is made before the first turn, so that there is something to wait for.
        let _ = self.login(&name);
        self.logins.take_turn(&name, lane)
    }

    /// The queue has no turn in progress any more.
    pub(super) fn turn_is_over(&mut self, lane: LaneId) {
        if self.plan.island_of_logins == Some(lane.island) && self.scheduler.turn(lane).is_none() {
            self.logins.leave(lane);
        }
    }

    /// The next queue whose login is free for it now.
    pub(super) fn next_ready(&mut self) -> Option<LaneId> {
        self.logins.ready.pop_front()
    }

    // ---- what outlives the process ----

    /// Takes the sessions from before the restart out of what was kept. Returns the rest, and what has to be told about
    /// sessions that do not come back.
    pub(super) fn restore_logins(&mut self, kept: Vec<KeptValue>) -> (Vec<KeptValue>, Vec<String>) {
        let (sessions, rest): (Vec<_>, Vec<_>) = kept.into_iter().partition(|value| name_in(&value.key).is_some());
        let Some(LoginSessions { decode, .. }) = self.login_sessions() else {
            let told = (!sessions.is_empty()).then(|| {
                let count = sessions.len();
                format!(
                    "the store has the sessions of {count} logins, and leaves them there: each page has its own now"
                )
            });
            return (rest, told.into_iter().collect());
        };
        let mut told = Vec::new();
        for KeptValue { key, json, age } in sessions {
            let Some(name) = name_in(&key) else { continue };
            // Of a version without ids. It may be that of an earlier user of this name, so nobody gets it.
            if key_of(&name) != key {
                self.logins.changes.push(KeptChange { key, value: None, rev: 0 });
                continue;
            }
            match decode(&json) {
                Ok(data) => {
                    let seen = self.began.saturating_sub(age.unwrap_or_default());
                    self.add_login(name, data, json, seen, true);
                }
                Err(why) => told.push(format!(
                    "the session of the login `{}` from before the restart is not used: {why}",
                    name.name
                )),
            }
        }
        (rest, told)
    }

    /// The users file has changed. Forgets the sessions of those who have logged in here and are not in it any more, so
    /// that a new user with the name of a removed one gets nothing of hers.
    #[cfg(any(test, feature = "users"))]
    pub(crate) fn forget_logins(&mut self, now: Duration, is_known: impl Fn(&str, u64) -> bool, fx: &mut Effects) {
        let known = self.logins.known.keys();
        let gone = known.filter(|name| name.entry.is_some_and(|entry| !is_known(&name.name, entry)));
        let gone: Vec<LoginName> = gone.cloned().collect();
        gone.iter().for_each(|name| self.logins.remove(name));
        self.run_ready(now, fx);
    }

    /// Once an hour: logins with an open page are in use, and those that were unused for too long are forgotten.
    pub(super) fn watch_logins(&mut self, now: Duration) {
        let Some(LoginSessions { days, .. }) = self.login_sessions() else { return };
        if now < self.logins.last_round + ROUND || self.logins.known.is_empty() {
            return;
        }
        self.logins.last_round = now;
        let (date, rev, is_kept) = (self.date(now), self.rev(), self.kept.is_on());
        for name in self.present_logins() {
            let Logins { known, changes, .. } = &mut self.logins;
            let Some(login) = known.get_mut(&name) else { continue };
            login.seen = date;
            if is_kept && login.is_stored {
                let value = Some(Value::of_json(login.json.clone()));
                changes.push(KeptChange { key: key_of(&name), value, rev });
            }
        }
        // When it was seen is known to the hour.
        let longest = Duration::from_secs(u64::from(days) * 24 * 3600) + ROUND;
        let is_over = |login: &Login| login.holder.is_none() && date.saturating_sub(login.seen) > longest;
        let known = self.logins.known.iter();
        let over: Vec<LoginName> = known.filter(|(_, login)| is_over(login)).map(|(name, _)| name.clone()).collect();
        over.iter().for_each(|name| self.logins.remove(name));
    }
}

/// The name in the store.
fn key_of(name: &LoginName) -> Vec<u8> {
    let kind = if name.entry.is_some() { HERE } else { ELSEWHERE };
    format!("{kind}{name}").into_bytes()
}

/// The login whose session has this name in the store.
fn name_in(key: &[u8]) -> Option<LoginName> {
    let key = std::str::from_utf8(key).ok()?;
    let elsewhere = |name: &str| LoginName { entry: None, name: name.into() };
    let here = |text: &str| match text.split_once(' ') {
        Some((entry, name)) => LoginName { entry: u64::from_str_radix(entry, 16).ok(), name: name.into() },
        // Of a version that had no ids.
        None => LoginName { entry: Some(0), name: text.into() },
    };
    key.strip_prefix(HERE).map(here).or_else(|| key.strip_prefix(ELSEWHERE).map(elsewhere))
}
