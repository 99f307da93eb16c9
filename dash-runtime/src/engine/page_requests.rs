//! Commands of a page that come by request, one at a time, instead of through its socket.
//!
//! They have the numbers of the page's other commands, so that each acts once whichever way it comes, and a page that
//! comes back finds the place where it was. What differs is the answer: the request waits for the outcome, and is told
//! the states that are newer than what the page has. It is told no items of streams and no parts of values: those come
//! through the socket, each once and in order, and a look ahead must not disturb that.

use std::time::Duration;

use super::{Engine, effects::Effects, requests::RequestNo};
use crate::{
    client::ClientId,
    protocol::{
        client::{Incoming, Refusal, parse},
        server::{Outcome, Update},
    },
};

/// A command that was taken, or had been before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PageRequest {
    pub(crate) client: ClientId,
    pub(crate) number: u64,
    /// Waits for the outcome.
    pub(crate) request: RequestNo,
}

impl Engine {
    /// The client with this session.
    pub(crate) fn client_of(&self, session: &str) -> Option<ClientId> {
        self.roster.client_of(session)
    }

    /// The frame of a command, of the page with this session.
    ///
    /// # Errors
    /// When nothing was taken, so that the number is still to come.
    pub(crate) fn page_request(
        &mut self,
        now: Duration,
        session: &str,
        text: &str,
        fx: &mut Effects,
    ) -> Result<PageRequest, Refusal> {
        self.page_requested(now, session, text, fx).inspect_err(|refusal| self.counts.refused(refusal))
    }

    fn page_requested(
        &mut self,
        now: Duration,
        session: &str,
        text: &str,
        fx: &mut Effects,
    ) -> Result<PageRequest, Refusal> {
        let client = self.roster.client_of(session).ok_or(Refusal::NoSession)?;
        let command = match parse(text)? {
            Incoming::Command(command) => command,
            _ => return Err(Refusal::Malformed("a request has one command".to_owned())),
        };
        let number = command.number;
        let expected = self.roster.get(client).map_or(0, |session| session.commands.last_number() + 1);
        if number > expected {
            return Err(Refusal::Gap { expected });
        }
        // Waited for before anything is done, because it may be done at once.
        let request = self.requests.watch(client, number);
        self.command(now, client, &command, fx);
        // One that came again: what is known of it is the answer.
        match self.roster.get(client).and_then(|session| session.commands.known(number)) {
            None | Some(Outcome::Accepted { .. }) => {}
            Some(outcome) => self.requests.tell_watched(client, number, &outcome),
        }
        Ok(PageRequest { client, number, request })
    }

    /// The states that are newer than a page's place (epoch and revision), as one frame, with what is known of its command.
    pub(crate) fn peek(&self, asked: &PageRequest, place: Option<(&str, u64)>) -> String {
        let rev = self.truth.store.rev();
        let Some(session) = self.roster.get(asked.client) else { return Update::frame(&[], rev) };
        let from = place.filter(|(epoch, from)| *epoch == self.epoch && *from <= rev && *from >= session.since);
        let from = from.map_or(0, |(_, from)| from);
        let mut update = Update::default();
        for prop in self.truth.store.changed_since(from) {
            self.truth.store.slot(prop).write_whole(prop, from, &mut update);
        }
        for (prop, slot) in session.own.iter().filter(|(_, slot)| slot.rev() > from) {
            slot.write_whole(*prop, from, &mut update);
        }
        if let Some(outcome) = session.commands.known(asked.number) {
            outcome.write(asked.number, &mut update.outcomes);
            update.outcomes.push(',');
        }
        Update::frame(&[&update], rev)
    }
}
