//! Commands of a page that come by HTTP requests, one at a time, instead of through its socket.
//!
//! They share the numbers of the page's other commands. So each acts once, whichever way it comes, and a page that
//! reconnects can resume. Only the response differs: the request waits for the outcome, and gets the states that are
//! newer than those of the page. It gets no items of streams and no edits. These come through the socket, each once and
//! in order, and a request must not take any of them.

use std::time::Duration;

use super::{Engine, effects::Effects, requests::RequestNo, session::Session};
use crate::{
    client::ClientId,
    protocol::{
        client::{Incoming, Refusal},
        server::{Outcome, Update},
    },
    rights::User,
};

/// A command that was taken, now or before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PageRequest {
    pub(crate) client: ClientId,
    pub(crate) number: u64,
    /// The request that waits for the outcome.
    pub(crate) request: RequestNo,
}

impl Engine {
    /// Takes the frame of a command, from the page with this session token.
    ///
    /// # Errors
    /// When nothing was taken. The page can use the number again.
    pub(crate) fn page_request(
        &mut self,
        now: Duration,
        session: &str,
        user: Option<&User>,
        frame: &Incoming<'_>,
        fx: &mut Effects,
    ) -> Result<PageRequest, Refusal> {
        self.try_page_request(now, session, user, frame, fx).inspect_err(|refusal| self.counts.refused(refusal))
    }

    fn try_page_request(
        &mut self,
        now: Duration,
        session: &str,
        user: Option<&User>,
        frame: &Incoming<'_>,
        fx: &mut Effects,
    ) -> Result<PageRequest, Refusal> {
        self.end_what_is_over(now, fx);
        let client = self.client_of_user(session, user).ok_or(Refusal::NoSession)?;
        let Incoming::Command(command) = frame else {
            return Err(Refusal::Malformed("a request must contain one command".to_owned()));
        };
        let number = command.number;
        let expected = self.roster.get(client).map_or(0, Session::next_number);
        if number > expected {
            return Err(Refusal::Gap { expected });
        }
        // The watch starts before the command is taken, because its outcome may be known at once.
        let request = self.requests.watch(client, number);
        if self.put_off(now, client, Incoming::Command(*command), fx).is_some() {
            self.command(now, client, command, fx);
        }
        // For a repeated command, the known outcome is the answer.
        match self.roster.get(client).and_then(|session| session.commands.known(number)) {
            None | Some(Outcome::Accepted { .. }) => {}
            Some(outcome) => self.requests.answer_watched(client, number, &outcome),
        }
        Ok(PageRequest { client, number, request })
    }

    /// The states newer than the page's place (epoch and revision), and the known outcome of its command, as one frame.
    pub(crate) fn peek(&self, asked: &PageRequest, place: Option<(&str, u64)>) -> String {
        let rev = self.truth.store.rev();
        let Some(session) = self.roster.get(asked.client) else { return Update::frame(&[], rev) };
        let from = place.filter(|(epoch, from)| *epoch == self.epoch && *from <= rev && *from >= session.since);
        let from = from.map_or(0, |(_, from)| from);
        let mut update = Update::default();
        let view = self.plan.rights.view(session.level);
        for prop in self.truth.store.changed_since(from) {
            self.truth.store.slot(prop).write_whole(prop, from, &self.plan, view, &mut update);
        }
        for (prop, slot) in session.own.iter().filter(|(_, slot)| slot.rev() > from) {
            slot.write_whole(*prop, from, &self.plan, view, &mut update);
        }
        if let Some(outcome) = session.commands.known(asked.number) {
            outcome.write(asked.number, &mut update.outcomes);
            update.outcomes.push(',');
        }
        Update::frame(&[&update], rev)
    }
}
