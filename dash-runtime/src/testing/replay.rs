//! Does the commands of a record again.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use serde::Deserialize;

use super::{ClientHandle, InMemory};
use crate::{
    error::{Error, Result},
    rights::{Roles, User},
    server::record::{Kind, Run, Walked},
    words::log,
};

/// A command of a record that was done again: see [`InMemory::replay`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replayed {
    /// When it came, since the start of the run.
    pub at: Duration,
    /// Who sent it.
    pub user: String,
    /// What it was for, such as `speed.value`.
    pub property: String,
    /// The value, as JSON. `None` for an event without one.
    pub value: Option<String>,
    /// What became of it in the run: `applied`, `merged`, `failed`, `refused`, `expired` or `unknown`.
    pub before: String,
    /// What became of it now. `None` if it cannot be done again, because its value is secret, or each client has its own,
    /// or it is not in the record as a whole, or its callback does not end.
    pub now: Option<String>,
    /// Why, if it was not carried out now.
    pub why: Option<String>,
}

/// What a record says of a client.
#[derive(Deserialize)]
struct RecordedClient {
    client: String,
    user: String,
    /// `None` for a user who may do everything.
    role: Option<String>,
    /// Whether it came or went. In a list of those who are there, it is missing.
    #[serde(default)]
    came: bool,
}

/// What a record says of a command.
#[derive(Deserialize)]
struct Commanded {
    n: u64,
    at: u64,
    user: String,
    /// `None` for a user who may do everything.
    role: Option<String>,
    client: Option<String>,
    property: String,
    new: Option<String>,
    hidden: bool,
    outcome: String,
    times: u64,
}

impl Commanded {
    /// Whether it can be done again. What lets go of a control is done by the server, and of several refusals that were
    /// counted the record has only the last.
    fn is_one(&self) -> bool {
        self.outcome != "released" && self.times == 1
    }
}

/// What happens again in a replay. In the order in which it happens at the same time.
enum Happened {
    Came(RecordedClient),
    /// These clients are there, and no others.
    Present(Vec<RecordedClient>),
    Command(Commanded),
    Gone(String),
}

impl Happened {
    /// The time, if it is not that of its frame, and the order at the same time. A client that goes has done before what
    /// it did.
    const fn order(&self, at: u64) -> (u64, u8, u64) {
        match self {
            Self::Came(_) | Self::Present(_) => (at, 0, 0),
            Self::Command(command) => (command.at, 1, command.n),
            Self::Gone(_) => (at, 2, 0),
        }
    }

    /// What a frame of the record says. `None` for what is not done again, and for what is of a later version.
    fn of(kind: Kind, body: &[u8]) -> Option<Self> {
        match kind {
            Kind::Client => {
                let client: RecordedClient = serde_json::from_slice(body).ok()?;
                Some(if client.came { Self::Came(client) } else { Self::Gone(client.client) })
            }
            Kind::Present => serde_json::from_slice(body).ok().map(Self::Present),
            Kind::Audit => serde_json::from_slice(body).ok().filter(Commanded::is_one).map(Self::Command),
            _ => None,
        }
    }
}

/// The pages that are open in a replay, by the names of their clients in the record, with the number of their last command.
#[derive(Default)]
struct Pages {
    open: BTreeMap<String, (ClientHandle, u64)>,
    /// The roles that the dashboard does not have, of which the log has told.
    unknown: BTreeSet<String>,
}

impl Pages {
    fn user(&mut self, roles: Roles, name: &str, role: Option<&str>) -> User {
        let Some(role) = role else { return User::local().named(name) };
        let level = roles.level(role).unwrap_or_else(|_| {
            // Nobody may do more than in the run.
            if !roles.names().is_empty() && self.unknown.insert(role.to_owned()) {
                log::warn(&format_args!(
                    "the record has the role `{role}`, and the dashboard has not: its users are {} in the replay",
                    roles.name(0)
                ));
            }
            0
        });
        roles.user(name, level, None)
    }

    /// Opens a page for this client, if it has none.
    fn open(&mut self, app: &mut InMemory, client: &str, name: &str, role: Option<&str>) -> &mut (ClientHandle, u64) {
        let roles = app.core.state().engine.plan().rights.roles;
        let user = self.user(roles, name, role);
        self.open.entry(client.to_owned()).or_insert_with(|| (app.join_as(user), 0))
    }

    fn close(&mut self, app: &mut InMemory, client: &str) {
        if let Some((page, _)) = self.open.remove(client) {
            app.leave(&page);
        }
    }
}

/// What stands before the name of a user for a program, which has no page in the run.
const PROGRAM: &str = "program ";

impl InMemory {
    /// Does again what people did in the record of a run, at the same times of the virtual clock: pages are opened and
    /// closed, and commands are sent. So a record from the field becomes a test, with a simulated device. `each` is called
    /// after each command, and can look at the dashboard.
    ///
    /// ```text
    /// let mut app = InMemory::new::<Ui>(Psu::simulated())?;
    /// app.replay("tests/overshoot.ddlog", |app, command| {
    ///     assert_eq!(command.now.as_ref(), Some(&command.before), "{command:?}");
    ///     assert!(app.handle::<Ui>().get(Ui::voltage.value) < 5.5);
    /// })?;
    /// ```
    ///
    /// The values that the device had are not put in: the simulated device has its own. Each command is sent as the user
    /// that it is from, with the role of then. If the dashboard has no such role any more, it is sent with the lowest one,
    /// and the log says so.
    ///
    /// Not sent again is what lets go of a held control, because the server does it by itself, and what was refused several
    /// times, because the record has only its number.
    ///
    /// # Errors
    /// If the record cannot be read.
    pub fn replay(
        &mut self,
        record: impl AsRef<std::path::Path>,
        mut each: impl FnMut(&mut Self, &Replayed),
    ) -> Result<()> {
        let mut run = Run::open(record.as_ref()).map_err(Error::record)?;
        let mut all: Vec<(u64, Happened)> = Vec::new();
        run.walk(|_, walked| {
            if let Walked::Other(entry) = walked {
                all.extend(Happened::of(entry.kind, &entry.body).map(|happened| (entry.at, happened)));
            }
            Ok(())
        })
        .map_err(Error::record)?;
        // A command is in the record when it is over. The next one may have come before that.
        all.sort_by_key(|(at, happened)| happened.order(*at));
        let mut pages = Pages::default();
        for (at, happened) in all {
            let (at, ..) = happened.order(at);
            let now = self.core.state().now;
            self.advance(Duration::from_micros(at).saturating_sub(now));
            match happened {
                Happened::Came(RecordedClient { client, user, role, .. }) => {
                    pages.open(self, &client, &user, role.as_deref());
                }
                Happened::Gone(client) => pages.close(self, &client),
                Happened::Present(there) => {
                    // They came before the record, or it has a gap.
                    let is_gone = |client: &String| {
                        !client.starts_with(PROGRAM) && there.iter().all(|present| present.client != *client)
                    };
                    let gone: Vec<String> = pages.open.keys().filter(|client| is_gone(client)).cloned().collect();
                    gone.iter().for_each(|client| pages.close(self, client));
                    for RecordedClient { client, user, role, .. } in there {
                        pages.open(self, &client, &user, role.as_deref());
                    }
                }
                Happened::Command(command) => {
                    let role = command.role.clone();
                    // A program may have several tokens, each with a role.
                    let program = || format!("{PROGRAM}{} {role:?}", command.user);
                    let client = command.client.clone().unwrap_or_else(program);
                    let (page, sent) = pages.open(self, &client, &command.user, role.as_deref());
                    let replayed = self.command_again(page, sent, command);
                    each(self, &replayed);
                }
            }
        }
        Ok(())
    }

    fn command_again(&mut self, page: &ClientHandle, sent: &mut u64, command: Commanded) -> Replayed {
        let Commanded { at, user, property, new, hidden, outcome, .. } = command;
        let mut replayed = Replayed {
            at: Duration::from_micros(at),
            user,
            property,
            value: new,
            before: outcome,
            now: None,
            why: None,
        };
        let prop = self.core.state().engine.find_named(&replayed.property);
        let Some(prop) = prop else {
            replayed.why = Some("the dashboard has no such property now".to_owned());
            return replayed;
        };
        let (is_event, is_nothing) = {
            let state = self.core.state();
            let plan = state.engine.plan();
            (plan.is_event(prop), plan.prop(prop).info.ty.is::<()>())
        };
        let value = match &replayed.value {
            // A value that was cut is no JSON.
            Some(value) if serde_json::from_str::<serde::de::IgnoredAny>(value).is_ok() => value.as_str(),
            None if is_event && (is_nothing || !hidden) => "null",
            _ => {
                replayed.why = Some("the value is not in the record".to_owned());
                return replayed;
            }
        };
        *sent += 1;
        let frame = format!("{{\"n\":{sent},\"p\":{prop},\"v\":{value}}}");
        let before = {
            let state = &mut *self.core.state();
            state.engine.keep_record();
            state.engine.take_records();
            state.done.get_or_insert_default().drain(..).for_each(drop);
            state.engine.last_record()
        };
        self.send(page, &frame);
        // A page reads what it gets. Otherwise its commands would wait for their outcomes.
        self.frames(page);
        let state = &mut *self.core.state();
        let done = state.done.iter_mut().flatten().find(|record| record.number > before);
        if let Some(record) = done {
            (replayed.now, replayed.why) = (Some(record.outcome.name().to_owned()), record.why.take());
        }
        replayed
    }
}
