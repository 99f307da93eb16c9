//! Does the commands of a record again.

use std::{collections::BTreeMap, time::Duration};

use serde::Deserialize;

use super::{ClientHandle, InMemory};
use crate::{
    error::{Error, Result},
    rights::User,
    server::record::{Kind, Run, Walked},
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
    /// What became of it now. `None` if it cannot be done again, because its value is secret or not in the record as a
    /// whole, or its callback does not end.
    pub now: Option<String>,
    /// Why, if it was not carried out now.
    pub why: Option<String>,
}

/// What a record says of a client.
#[derive(Deserialize)]
struct ClientCame {
    client: String,
    user: String,
    role: String,
    came: bool,
}

/// What a record says of a command.
#[derive(Deserialize)]
struct Commanded {
    n: u64,
    at: u64,
    user: String,
    client: Option<String>,
    property: String,
    new: Option<String>,
    outcome: String,
}

/// What happens again in a replay.
enum Happened {
    Client(ClientCame),
    Command(Commanded),
}

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
    /// that it is from, with the role of then.
    ///
    /// # Errors
    /// If the record cannot be read.
    pub fn replay(
        &mut self,
        record: impl AsRef<std::path::Path>,
        mut each: impl FnMut(&mut Self, &Replayed),
    ) -> Result<()> {
        let mut run = Run::open(record.as_ref()).map_err(Error::record)?;
        let mut all: Vec<(u64, u64, Happened)> = Vec::new();
        run.walk(|_, walked| {
            if let Walked::Other(entry) = walked {
                // What is of a later version is not done again.
                if entry.kind == Kind::Client
                    && let Ok(client) = serde_json::from_slice(&entry.body)
                {
                    all.push((entry.at, 0, Happened::Client(client)));
                } else if entry.kind == Kind::Audit
                    && let Ok(command) = serde_json::from_slice::<Commanded>(&entry.body)
                {
                    all.push((command.at, command.n, Happened::Command(command)));
                }
            }
            Ok(())
        })
        .map_err(Error::record)?;
        // A command is in the record when it is over. The next one may have come before that.
        all.sort_by_key(|(at, number, _)| (*at, *number));
        let roles = self.core.state().engine.plan().rights.roles;
        let user = |name: &str, role: &str| match roles.level(role) {
            Ok(level) => roles.user(name, level, None),
            // Without roles, or with one that the dashboard has no longer.
            Err(_) => User::local().named(name),
        };
        let mut pages: BTreeMap<String, (ClientHandle, u64)> = BTreeMap::new();
        for (at, _, happened) in all {
            let at = Duration::from_micros(at);
            let now = self.core.state().now;
            self.advance(at.saturating_sub(now));
            match happened {
                Happened::Client(ClientCame { client, user: name, role, came: true }) => {
                    let page = self.join_as(user(&name, &role));
                    pages.insert(client, (page, 0));
                }
                Happened::Client(ClientCame { client, .. }) => {
                    if let Some((page, _)) = pages.remove(&client) {
                        self.leave(&page);
                    }
                }
                Happened::Command(command) => {
                    // A request of a program, and a client that came before the record.
                    let client = command.client.clone().unwrap_or_else(|| format!("program {}", command.user));
                    if !pages.contains_key(&client) {
                        let page = self.join_as(User::local().named(&command.user));
                        pages.insert(client.clone(), (page, 0));
                    }
                    let Some((page, sent)) = pages.get_mut(&client) else { continue };
                    let replayed = self.command_again(page, sent, command);
                    each(self, &replayed);
                }
            }
        }
        Ok(())
    }

    fn command_again(&mut self, page: &ClientHandle, sent: &mut u64, command: Commanded) -> Replayed {
        let Commanded { at, user, property, new, outcome, .. } = command;
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
        let is_event = self.core.state().engine.plan().is_event(prop);
        let value = match &replayed.value {
            // A value that was cut is no JSON.
            Some(value) if serde_json::from_str::<serde::de::IgnoredAny>(value).is_ok() => value.as_str(),
            None if is_event => "null",
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
            (replayed.now, replayed.why) = (Some(record.outcome.to_owned()), record.why.take());
        }
        replayed
    }
}
