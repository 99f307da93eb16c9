//! What the task of a socket is told: that there is something new, what is to be answered, and that it is to end.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, OnceLock},
    time::{Duration, Instant},
};

use tokio::sync::Notify;

use super::{Driver, lock};
use crate::{
    client::ClientId,
    engine::{effects::Close, session::SocketNo},
};

/// What the task of a socket is told.
#[derive(Debug)]
pub(crate) struct Notifier {
    pub(crate) socket: SocketNo,
    pub(crate) news: Notify,
    pub(crate) close: Notify,
    /// For a page whose frames come by request, while its task only sends.
    replies: Mutex<PendingReplies>,
    why: OnceLock<Close>,
}

#[derive(Debug)]
struct PendingReplies {
    /// When a frame of the page came last.
    heard: Instant,
    /// What is to be said to its frames, beside all that is new.
    answers: VecDeque<String>,
}

impl Notifier {
    fn new(socket: SocketNo) -> Self {
        let replies = Mutex::new(PendingReplies { heard: Instant::now(), answers: VecDeque::new() });
        Self { socket, news: Notify::new(), close: Notify::new(), replies, why: OnceLock::new() }
    }

    /// Frames of the page have come, and this is to be answered.
    pub(crate) fn reply(&self, answers: Vec<String>) {
        let mut replies = lock(&self.replies);
        replies.heard = Instant::now();
        replies.answers.extend(answers);
        self.news.notify_one();
    }

    /// The next answer, to be sent.
    pub(crate) fn next_reply(&self) -> Option<String> {
        lock(&self.replies).answers.pop_front()
    }

    /// Whether all answers are sent.
    pub(crate) fn has_replied(&self) -> bool {
        lock(&self.replies).answers.is_empty()
    }

    /// How long no frame of the page has come.
    pub(crate) fn silent_for(&self) -> Duration {
        lock(&self.replies).heard.elapsed()
    }

    pub(super) fn close(&self, why: Close) {
        // The first reason counts: the task may be on its way out already.
        let _ = self.why.set(why);
        self.close.notify_one();
    }

    /// Why it is to be closed.
    pub(crate) fn why(&self) -> Close {
        self.why.get().cloned().unwrap_or(Close::TakenOver)
    }
}

impl Driver {
    /// Where the task of this socket is told things from now on.
    ///
    /// Several sockets of one client may come here at once and in any order; the newest stays, whatever the order.
    pub(crate) fn notifier(&self, client: ClientId, socket: SocketNo) -> Arc<Notifier> {
        let notifier = Arc::new(Notifier::new(socket));
        // What was new before there was a notifier.
        notifier.news.notify_one();
        let mut sockets = lock(&self.shared.sockets);
        if sockets.get(&client).is_none_or(|other| other.socket < socket)
            && let Some(older) = sockets.insert(client, Arc::clone(&notifier))
        {
            older.close(Close::TakenOver);
        }
        drop(sockets);
        // Closed before there was a notifier to say so.
        if let Some(why) = self.with_engine(|engine| engine.closing(client, socket)) {
            notifier.close(why);
        }
        notifier
    }

    /// Where the task of this socket is told things, while it is the client's newest.
    pub(crate) fn notifier_of(&self, client: ClientId, socket: SocketNo) -> Option<Arc<Notifier>> {
        lock(&self.shared.sockets).get(&client).filter(|notifier| notifier.socket == socket).cloned()
    }

    /// The socket is gone.
    pub(crate) fn gone(&self, client: ClientId, socket: SocketNo) {
        let mut sockets = lock(&self.shared.sockets);
        if sockets.get(&client).is_some_and(|notifier| notifier.socket == socket) {
            sockets.remove(&client);
        }
        drop(sockets);
        self.event(|engine, now, fx| engine.gone(now, client, socket, fx));
    }
}
