//! Wakes the task of a socket: for new values, for answers, and for the end of the connection.

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

/// Wakes the task of one socket.
#[derive(Debug)]
pub(crate) struct Notifier {
    pub(crate) socket: SocketNo,
    pub(crate) news: Notify,
    pub(crate) close: Notify,
    /// The answers for a page without a socket. Its frames come as requests, and its task only sends.
    replies: Mutex<PendingReplies>,
    why: OnceLock<Close>,
}

#[derive(Debug)]
struct PendingReplies {
    /// When the last frame of the page arrived.
    last_received: Instant,
    /// Whether the engine knows that the page is silent.
    silent: bool,
    /// The answers to its frames, which are sent in addition to new values.
    answers: VecDeque<String>,
}

impl Notifier {
    fn new(socket: SocketNo) -> Self {
        let replies =
            Mutex::new(PendingReplies { last_received: Instant::now(), silent: false, answers: VecDeque::new() });
        Self { socket, news: Notify::new(), close: Notify::new(), replies, why: OnceLock::new() }
    }

    /// Frames of the page have arrived. Returns whether the page was silent before.
    pub(crate) fn hears(&self) -> bool {
        let mut replies = lock(&self.replies);
        replies.last_received = Instant::now();
        std::mem::replace(&mut replies.silent, false)
    }

    /// Whether the page has become silent: for this long, for the first time.
    pub(crate) fn falls_silent(&self, after: Duration) -> bool {
        let mut replies = lock(&self.replies);
        replies.last_received.elapsed() >= after && !std::mem::replace(&mut replies.silent, true)
    }

    /// The frames of the page have been read. Queues their answers.
    pub(crate) fn reply(&self, answers: Vec<String>) {
        let mut replies = lock(&self.replies);
        replies.last_received = Instant::now();
        replies.answers.extend(answers);
        self.news.notify_one();
    }

    /// The next answer to send.
    pub(crate) fn next_reply(&self) -> Option<String> {
        lock(&self.replies).answers.pop_front()
    }

    /// Whether all answers have been sent.
    pub(crate) fn has_replied(&self) -> bool {
        lock(&self.replies).answers.is_empty()
    }

    /// The time since the last frame of the page.
    pub(crate) fn silent_for(&self) -> Duration {
        lock(&self.replies).last_received.elapsed()
    }

    pub(super) fn close(&self, why: Close) {
        // The first reason counts, because the task may already be ending.
        let _ = self.why.set(why);
        self.close.notify_one();
    }

    /// The reason for closing.
    pub(crate) fn why(&self) -> Close {
        self.why.get().cloned().unwrap_or(Close::TakenOver)
    }
}

impl Driver {
    /// Makes the notifier of a socket's task.
    ///
    /// Several sockets of one client may call this at the same time and in any order. The newest socket keeps its
    /// notifier in the map.
    pub(crate) fn notifier(&self, client: ClientId, socket: SocketNo) -> Arc<Notifier> {
        let notifier = Arc::new(Notifier::new(socket));
        // There may have been changes before the notifier existed.
        notifier.news.notify_one();
        let mut sockets = lock(&self.shared.sockets);
        if sockets.get(&client).is_none_or(|other| other.socket < socket)
            && let Some(older) = sockets.insert(client, Arc::clone(&notifier))
        {
            older.close(Close::TakenOver);
        }
        drop(sockets);
        // The socket may have been closed before the notifier existed.
        if let Some(why) = self.with_engine(|engine| engine.closing(client, socket)) {
            notifier.close(why);
        }
        notifier
    }

    /// The notifier of this socket, if it is the client's newest.
    pub(crate) fn notifier_of(&self, client: ClientId, socket: SocketNo) -> Option<Arc<Notifier>> {
        lock(&self.shared.sockets).get(&client).filter(|notifier| notifier.socket == socket).cloned()
    }

    /// Reports that a socket has ended.
    pub(crate) fn gone(&self, client: ClientId, socket: SocketNo) {
        let mut sockets = lock(&self.shared.sockets);
        if sockets.get(&client).is_some_and(|notifier| notifier.socket == socket) {
            sockets.remove(&client);
        }
        drop(sockets);
        self.event(|engine, now, fx| engine.gone(now, client, socket, fx));
    }
}
