//! Notes: messages of the program that one client's page shows, each once.

use std::collections::VecDeque;

use super::{Engine, effects::Effects};
use crate::{
    client::ClientId,
    handle::PushError,
    protocol::{
        limits::NOTES,
        server::{Update, quoted},
    },
};

/// The last notes to one client. Each has a revision, as values do. So a page that reconnects gets those that it has
/// missed.
#[derive(Debug, Default)]
pub(crate) struct Notes {
    list: VecDeque<Note>,
}

#[derive(Debug)]
struct Note {
    rev: u64,
    text: String,
    /// Whether it was given to a socket.
    sent: bool,
}

impl Notes {
    /// Adds a note. Drops the oldest if there are more than a page can show.
    fn add(&mut self, text: String, rev: u64) {
        if self.list.len() == NOTES {
            self.list.pop_front();
        }
        self.list.push_back(Note { rev, text, sent: false });
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Writes the notes newer than revision `from`. A page that asks for everything (`from` is 0) gets only those that
    /// were never sent, because it may have shown the others.
    pub(crate) fn write_since(&mut self, from: u64, update: &mut Update) {
        for note in self.list.iter_mut().filter(|note| if from == 0 { !note.sent } else { note.rev > from }) {
            note.sent = true;
            update.notes.push_str(&quoted(&note.text));
            update.notes.push(',');
        }
    }
}

impl Engine {
    /// Adds a note to the page of each client that has a connection.
    #[cfg(feature = "nats")]
    pub(crate) fn message_to_all(&mut self, text: &str, fx: &mut Effects) {
        let all: Vec<_> = self.roster.connected().collect();
        for id in all {
            // One that has just left needs no message.
            let _ = self.message(id, text.to_owned(), fx);
        }
    }

    /// Adds a note to the client's page. It is sent at once, or when the page reconnects.
    ///
    /// # Errors
    /// When the client is not present.
    pub(crate) fn message(&mut self, id: ClientId, text: String, fx: &mut Effects) -> Result<(), PushError> {
        let session = self.roster.get_mut(id).filter(|session| session.presence.is_present()).ok_or(PushError::Gone)?;
        session.notes.add(text, self.truth.store.next_rev());
        fx.wake_client(id);
        Ok(())
    }
}
