//! Frames of a page about a view that is not placed yet.
//!
//! The document of a dashboard with a router has the view at its path before its client has joined: see
//! [`router`](super::router). Which components are on the page of the client itself is known when its own run of the
//! router's callback has ended. Frames about a component of the view can come before that: a restored value, a quick
//! press, the request for the first picture. They wait for the end of that run, and grow old meanwhile like everything
//! else. They are not numbered yet, as if they were still on the wire. So a page that reconnects sends them again.

use std::{borrow::Cow, mem, time::Duration};

use super::{Engine, effects::Effects, lane::LaneId, turn::Turn};
use crate::{
    callback::trigger::Occasion,
    client::ClientId,
    protocol::client::{Command, Incoming},
};

/// How many bytes of values may wait for the view of one client: a few of the largest that a browser keeps.
const MOST: usize = 256 * 1024;

/// The frames of one client that wait for its view.
#[derive(Default)]
pub(crate) struct Early {
    /// Whether the router's callback still has to make the view of this client.
    awaits_view: bool,
    frames: Vec<Waiting>,
}

/// A frame, and when it arrived.
struct Waiting {
    frame: Frame,
    arrived: Duration,
}

enum Frame {
    Command { number: u64, prop: u64, value: Box<str>, age: Duration, at: Option<Duration> },
    Stream { prop: u64 },
    Picture { prop: u64, has: Option<String>, got: Option<String> },
}

impl Early {
    /// Whether there is room for one more frame with a value of so many bytes.
    fn has_room(&self, bytes: usize, most: usize) -> bool {
        let of = |waiting: &Waiting| match &waiting.frame {
            Frame::Command { value, .. } => value.len(),
            _ => 0,
        };
        self.frames.len() < most && self.frames.iter().map(of).sum::<usize>() + bytes <= MOST
    }

    /// The number of commands that wait.
    pub(super) fn commands(&self) -> usize {
        self.frames.iter().filter(|waiting| matches!(waiting.frame, Frame::Command { .. })).count()
    }
}

impl Engine {
    /// The client shows a view that the router's callback has to make.
    pub(super) fn await_view(&mut self, id: ClientId) {
        if let Some(session) = self.roster.get_mut(id) {
            session.early.awaits_view = true;
        }
    }

    /// The frames are lost with their connection.
    pub(super) fn forget_early(&mut self, id: ClientId) {
        if let Some(session) = self.roster.get_mut(id) {
            session.early.frames.clear();
        }
    }

    /// Keeps the frame until the view is placed, if it is about a component that may be in the view. Otherwise it gives it
    /// back.
    pub(super) fn put_off<'a>(
        &mut self,
        now: Duration,
        id: ClientId,
        frame: Incoming<'a>,
        fx: &mut Effects,
    ) -> Option<Incoming<'a>> {
        let Some(session) = self.roster.get(id).filter(|session| session.early.awaits_view) else { return Some(frame) };
        let (Incoming::Command(Command { prop, .. }) | Incoming::Stream { prop } | Incoming::Picture { prop, .. }) =
            frame
        else {
            return Some(frame);
        };
        let known = self.plan.read_number(prop);
        let is_here = known.is_none_or(|number| self.is_shown(id, self.plan.prop(number).component_no));
        let waits = match &frame {
            // The order of the commands of a page is kept.
            Incoming::Command(command) => {
                command.number == session.next_number() && (!is_here || session.early.commands() > 0)
            }
            _ => !is_here,
        };
        if !waits {
            return Some(frame);
        }
        let cannot_wait = match &frame {
            // The verdicts of checks are those of now.
            Incoming::Command(command) => {
                self.is_first_press(command) || known.is_some_and(|number| self.plan.checkers(number).next().is_some())
            }
            _ => false,
        };
        let bytes = if let Incoming::Command(command) = &frame { command.value.len() } else { 0 };
        if cannot_wait || !session.early.has_room(bytes, self.limits.outstanding) {
            self.let_in(now, id, fx);
            return Some(frame);
        }
        let frame = match frame {
            Incoming::Command(Command { number, prop, value, age, at }) => {
                Frame::Command { number, prop, value: value.into(), age, at }
            }
            Incoming::Picture { prop, has, got } => {
                Frame::Picture { prop, has: has.map(Cow::into_owned), got: got.map(Cow::into_owned) }
            }
            _ => Frame::Stream { prop },
        };
        if let Some(session) = self.roster.get_mut(id) {
            session.early.frames.push(Waiting { frame, arrived: now });
        }
        None
    }

    /// The client whose view this turn has made, if it waited for that.
    pub(super) fn viewer_of(&self, lane: LaneId, turn: &Turn) -> Option<ClientId> {
        let (router, id) = (self.plan.router?, turn.client?);
        let makes = turn.occasion == Occasion::Start || turn.changed.iter().any(|prop| router.is_path(*prop));
        let awaits = self.roster.get(id)?.early.awaits_view;
        (makes && awaits && router.is_in(&self.plan, lane.island)).then_some(id)
    }

    /// The view is placed, or what has come now must not wait for it. Takes the frames that have waited, in their order.
    pub(super) fn let_in(&mut self, now: Duration, id: ClientId, fx: &mut Effects) {
        let Some(session) = self.roster.get_mut(id) else { return };
        for Waiting { frame, arrived } in mem::take(&mut session.early).frames {
            // What is refused then was on the page when the person saw it. A command has its outcome, and the page asks
            // again for the others when they come back.
            match frame {
                Frame::Command { number, prop, value, age, at } => {
                    let age = age + now.saturating_sub(arrived);
                    self.command(now, id, &Command { number, prop, value: &value, age, at }, fx);
                }
                Frame::Stream { prop } => {
                    let _ = self.ask_for_stream(now, id, prop, fx);
                }
                Frame::Picture { prop, has, got } => {
                    if self.ask_for_picture(now, id, prop, has.as_deref(), got.as_deref()) == Ok(true) {
                        fx.wake_client(id);
                    }
                }
            }
        }
    }
}
