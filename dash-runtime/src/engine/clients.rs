//! The table of clients: who is present, whether the page is visible, and the session data. It also counts the viewers:
//! sources with `when = watched` run only while there is one.

use std::{sync::Arc, time::Duration};

use super::{
    Engine,
    effects::{Close, Effects},
    item::{Cause, Hook, Item},
    lane::LaneId,
    presence::Presence,
};
use crate::{
    client::ClientId,
    clients::Row,
    handle::PushError,
    numbers::{IslandNo, Numbering},
    prop::Kind,
    protocol::client::Refusal,
};

impl Engine {
    /// All clients that are present, in the order in which they joined.
    pub(crate) fn table(&self) -> Vec<Row> {
        let copy = self.plan.copy_session;
        let present = self.roster.all().filter(|session| session.presence.is_present());
        let row = present.map(|session| Row {
            client: session.client.clone(),
            connected: session.presence.socket().is_some(),
            visible: session.is_visible(),
            session: copy.zip(self.session_seen(session)).and_then(|(copy, data)| copy(data)),
        });
        row.collect()
    }

    /// Updates the viewers and the table, after the presence or the visibility of the client may have changed.
    pub(super) fn visibility_changed(&mut self, now: Duration, id: ClientId, fx: &mut Effects) {
        if let Some(session) = self.roster.get_mut(id) {
            let is_viewer = session.is_visible();
            match (std::mem::replace(&mut session.is_viewer, is_viewer), is_viewer) {
                (false, true) => self.add_viewer(now, fx),
                (true, false) => self.remove_viewer(),
                _ => {}
            }
        }
        self.table_changed(now, fx);
    }

    /// Counts one more viewer. For the first one, sources that waited run at once, but never sooner than one period
    /// after their last run. So a page that is hidden and shown repeatedly does not run a device faster than a page
    /// that stays visible.
    pub(crate) fn add_viewer(&mut self, now: Duration, fx: &mut Effects) {
        if self.roster.add_viewer() && self.scheduler.is_started() {
            let plan = &self.plan;
            self.clock.answers.expect(now, |source| plan.callbacks[source].watched());
            self.tick(now, fx);
        }
    }

    /// Counts one viewer less.
    pub(crate) const fn remove_viewer(&mut self) {
        self.roster.remove_viewer();
    }

    /// The table has changed. The callbacks on it get a turn: the shared ones once, the private ones once for each
    /// client.
    pub(super) fn table_changed(&mut self, now: Duration, fx: &mut Effects) {
        let (shared, private) = self.table_lanes();
        for island in shared {
            self.offer_table(now, LaneId { island, client: None }, None, fx);
        }
        if private.is_empty() {
            return;
        }
        let here = self.roster.all().filter(|session| matches!(session.presence, Presence::Here { .. }));
        // A new client sees the table only after its connect hooks have run.
        let here: Vec<ClientId> =
            here.filter(|session| session.hooks.started).map(|session| session.client.id).collect();
        for id in here {
            self.show_table_to(now, id, fx);
        }
    }

    /// Queues a turn for the client's private callbacks on the table.
    pub(super) fn show_table_to(&mut self, now: Duration, id: ClientId, fx: &mut Effects) {
        for island in self.table_lanes().1 {
            self.offer_table(now, self.lane_of(island, id), Some(id), fx);
        }
    }

    fn offer_table(&mut self, now: Duration, lane: LaneId, client: Option<ClientId>, fx: &mut Effects) {
        self.offer(now, lane, Item { client, ticket: None, cause: Cause::Hook(Hook::Clients) }, fx);
    }

    /// The islands with callbacks on the table: those with shared ones, and those with private ones.
    fn table_lanes(&self) -> (Vec<IslandNo>, Vec<IslandNo>) {
        let mut islands = (Vec::new(), Vec::new());
        for callback in self.plan.callbacks.iter().filter(|callback| callback.has(Hook::Clients)) {
            let islands = if callback.shared() { &mut islands.0 } else { &mut islands.1 };
            if !islands.contains(&callback.island) {
                islands.push(callback.island);
            }
        }
        islands
    }

    /// The page reports whether it is hidden.
    ///
    /// # Errors
    /// When the page sends too many commands.
    pub(super) fn view(&mut self, now: Duration, id: ClientId, hidden: bool, fx: &mut Effects) -> Result<(), Refusal> {
        let Some(session) = self.roster.get_mut(id).filter(|session| session.hidden != hidden) else {
            return Ok(());
        };
        session.commands.may_command(now, &self.limits)?;
        session.hidden = hidden;
        if hidden {
            self.release_all_of(now, id, fx);
        }
        self.visibility_changed(now, id, fx);
        Ok(())
    }

    /// The page shows a stream now whose items were not in its document.
    ///
    /// # Errors
    /// There is no such property, or the client sends too many frames.
    pub(super) fn ask_for_stream(
        &mut self,
        now: Duration,
        id: ClientId,
        prop: u64,
        fx: &mut Effects,
    ) -> Result<(), Refusal> {
        let number = Numbering::read(prop).filter(|number| self.plan.numbering.is_in_table(*number));
        // What a client may not see does not exist for it.
        let view = self.roster.get(id).and_then(|session| self.plan.rights.view(session.level));
        let number = number.filter(|number| !self.plan.hides(view, *number));
        let number = number.ok_or(Refusal::UnknownProperty(prop))?;
        let wiring = self.plan.prop(number);
        if wiring.info.kind != Kind::Stream || !self.is_shown(id, wiring.component_no) {
            // A callback may have replaced the component meanwhile. The page asks again when it comes back.
            return Ok(());
        }
        let Some(session) = self.roster.get_mut(id) else { return Ok(()) };
        session.commands.may_command(now, &self.limits)?;
        session.asked_streams.insert(number);
        fx.wake_client(id);
        Ok(())
    }

    /// Disconnects the client for the program: closes its socket, and its page shows the reason. The page reconnects
    /// when its user asks for it.
    ///
    /// # Errors
    /// When the client is not present.
    pub(crate) fn disconnect(
        &mut self,
        now: Duration,
        id: ClientId,
        why: Arc<str>,
        fx: &mut Effects,
    ) -> Result<(), PushError> {
        let session = self.roster.get_mut(id).filter(|session| session.presence.is_present()).ok_or(PushError::Gone)?;
        let socket = session.presence.socket();
        session.disconnected = Some((socket, Arc::clone(&why)));
        if let Some(socket) = socket {
            fx.close.push((id, socket, Close::Disconnected(why)));
            self.detach(now, id, fx);
        }
        self.withdraw(id, fx);
        self.client_disconnected(now, id, fx);
        self.forget_longest_gone(now, fx);
        Ok(())
    }

    /// The reason for a disconnect that the client had no socket to receive. Returned once, when the page reconnects by
    /// itself.
    pub(super) fn take_unreported_disconnect(&mut self, id: ClientId) -> Option<Arc<str>> {
        let (_, why) = self.roster.get_mut(id)?.disconnected.take_if(|(socket, _)| socket.is_none())?;
        Some(why)
    }
}
