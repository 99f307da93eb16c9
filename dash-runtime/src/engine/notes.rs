//! What the program has to say to one person: notes that their page shows, each once.

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

/// The last notes to one client. Each has a revision, as values do: so a page that comes back after a cut is told those
/// that it has not seen.
#[derive(Debug, Default)]
pub(crate) struct Notes {
    list: VecDeque<Note>,
}

#[derive(Debug)]
struct Note {
    rev: u64,
    text: String,
    /// Whether it was handed to a socket.
    told: bool,
}

impl Notes {
    /// Adds a note. Of more than a page can show the oldest is forgotten.
    fn add(&mut self, text: String, rev: u64) {
        if self.list.len() == NOTES {
            self.list.pop_front();
        }
        self.list.push_back(Note { rev, text, told: false });
    }

    /// Those newer than `from`. A page that asks for everything (`from` is 0) may have shown what it was told.
    pub(crate) fn write_since(&mut self, from: u64, update: &mut Update) {
        for note in self.list.iter_mut().filter(|note| if from == 0 { !note.told } else { note.rev > from }) {
            note.told = true;
            update.notes.push_str(&quoted(&note.text));
            update.notes.push(',');
        }
    }
}

impl Engine {
    /// The client's page is to show a note: at once, or, if its link is cut just now, when it is back.
    ///
    /// # Errors
    /// When the client is not there.
    pub(crate) fn message(&mut self, id: ClientId, text: String, fx: &mut Effects) -> Result<(), PushError> {
        let session = self.roster.get_mut(id).filter(|session| session.presence.is_present()).ok_or(PushError::Gone)?;
        session.notes.add(text, self.truth.store.next_rev());
        fx.wake_client(id);
        Ok(())
    }
}
