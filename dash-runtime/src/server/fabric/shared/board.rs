//! The logs of all devices whose pages share, and who uses them.
//!
//! ```text
//! idle --a page comes--> starting --the first frame--> live --lost, or nobody watches--> idle
//! ```

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::{Duration, Instant, SystemTime},
};

use bytes::Bytes;
use tokio::{
    sync::{Notify, watch},
    time::{sleep, timeout},
};

use super::{
    log::{Clock, Log},
    watch::{self as watching, Lost},
};
use crate::server::{
    fabric::{
        documents::{self, elapsed},
        relaying::Relaying,
        words::Name,
    },
    hosts::Asked,
    lock,
};

/// How long a page waits for the log to be live. After that it gets a stream of its own.
const PATIENCE: Duration = Duration::from_secs(3);
/// How long a stream to a device is kept that nobody watches, so that a page that is loaded again finds it.
const IDLE: Duration = Duration::from_secs(10);
/// How long a log is kept without a stream, so that pages get only what they have missed after a cut.
const KEPT: Duration = Duration::from_secs(600);
/// After this time a device is tried again that had too much for a log.
const AGAIN: Duration = Duration::from_secs(60);

/// The log of one device, with who uses it.
#[derive(Debug, Default)]
pub(in crate::server::fabric) struct Board {
    pub(super) state: Mutex<State>,
    /// Raised with each change of the state.
    changes: watch::Sender<u64>,
    /// The relay must ask the owner for all values, or say whether somebody looks.
    pub(super) wanted: Notify,
    /// Whether all values are needed, and whether the owner was asked for them.
    wants_whole: AtomicBool,
    pub(super) asks_whole: AtomicBool,
    pages: AtomicUsize,
    visible: AtomicUsize,
}

#[derive(Debug, Default)]
pub(super) struct State {
    pub(super) log: Log,
    pub(super) phase: Phase,
    /// How often there was a stream. A page that has joined at one does not go on with the next one by itself.
    pub(super) turn: u64,
    pub(super) clock: Option<Clock>,
    /// When the owner was last heard, by both clocks. Everything before that is in the log.
    pub(super) heard: Option<(Instant, SystemTime)>,
    /// Until when pages do not share, because there is too much.
    refused: Option<Instant>,
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) enum Phase {
    #[default]
    Idle,
    Starting,
    Live,
    /// The program has disconnected the relay, with this last frame.
    Disconnected(String),
}

impl Board {
    /// Changes the state, and wakes all pages.
    pub(super) fn change<R>(&self, change: impl FnOnce(&mut State) -> R) -> R {
        let result = change(&mut lock(&self.state));
        self.changes.send_modify(|count| *count += 1);
        result
    }

    pub(super) fn changes(&self) -> watch::Receiver<u64> {
        self.changes.subscribe()
    }

    /// Whether anybody looks at a page.
    pub(super) fn is_seen(&self) -> bool {
        self.visible.load(Ordering::SeqCst) > 0
    }

    /// Nobody has watched for a while.
    pub(super) async fn is_left(&self) {
        loop {
            let left = self.pages.load(Ordering::SeqCst) == 0;
            sleep(IDLE).await;
            if left && self.pages.load(Ordering::SeqCst) == 0 {
                return;
            }
        }
    }

    /// The run of the program, and the newest revision that has come.
    pub(in crate::server::fabric) fn position(&self) -> (String, u64) {
        let state = lock(&self.state);
        let (epoch, rev) = state.log.position();
        (epoch.to_owned(), rev)
    }

    /// The frames that a page of this revision needs to be as new as the log, and how old it is then.
    pub(in crate::server::fabric) fn since(&self, epoch: &str, rev: u64) -> Option<(Vec<Bytes>, Duration)> {
        let state = lock(&self.state);
        Some((state.log.since(epoch, rev)?, elapsed(state.heard?)))
    }

    /// All values are needed.
    pub(super) fn want_whole(&self) {
        self.wants_whole.store(true, Ordering::SeqCst);
        self.wanted.notify_one();
    }

    /// Whether the owner must be asked for all values. One answer is enough for all pages.
    pub(super) fn may_ask_whole(&self) -> bool {
        self.wants_whole.load(Ordering::SeqCst) && !self.asks_whole.load(Ordering::SeqCst)
    }

    /// All values have come, or a new stream has begun. A page that needs newer ones says so again.
    pub(super) fn has_whole(&self) {
        self.wants_whole.store(false, Ordering::SeqCst);
        self.asks_whole.store(false, Ordering::SeqCst);
    }
}

/// The place of one page. While there is one, the log has a stream.
#[derive(Debug)]
pub(super) struct Seat {
    pub(super) board: Arc<Board>,
    pub(super) schema: String,
    is_visible: bool,
}

impl Seat {
    /// The page is visible, or hidden.
    pub(super) fn show(&mut self, visible: bool) {
        if std::mem::replace(&mut self.is_visible, visible) != visible {
            match visible {
                true => self.board.visible.fetch_add(1, Ordering::SeqCst),
                false => self.board.visible.fetch_sub(1, Ordering::SeqCst),
            };
            self.board.wanted.notify_one();
        }
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.show(false);
        self.board.pages.fetch_sub(1, Ordering::SeqCst);
    }
}

/// All logs of a relay.
#[derive(Debug, Default)]
pub(in crate::server::fabric) struct Boards(Mutex<HashMap<Name, Arc<Board>>>);

impl Boards {
    /// A seat at the log of the device, when it is live. `None` if there is none now.
    pub(super) async fn seat(
        &self,
        relaying: &Arc<Relaying>,
        name: &Name,
        schema: &str,
        asked: &Asked,
    ) -> Option<Seat> {
        let board = {
            let mut boards = lock(&self.0);
            let board = boards.entry(name.clone()).or_default();
            // Under the lock, so that it is not forgotten meanwhile.
            board.pages.fetch_add(1, Ordering::SeqCst);
            Arc::clone(board)
        };
        let seat = Seat { board: Arc::clone(&board), schema: schema.to_owned(), is_visible: false };
        let mut changes = board.changes();
        {
            let mut state = lock(&board.state);
            if state.refused.is_some_and(|until| Instant::now() < until) {
                return None;
            }
            if !matches!(state.phase, Phase::Starting | Phase::Live) {
                state.phase = Phase::Starting;
                state.turn += 1;
                board.has_whole();
                let (relaying, name) = (Arc::clone(relaying), name.clone());
                let (schema, asked) = (schema.to_owned(), Asked { client: None, ..asked.clone() });
                tokio::spawn(run(relaying, name, schema, asked, Arc::clone(&board)));
            }
        }
        let live = async {
            loop {
                changes.borrow_and_update();
                match &lock(&board.state).phase {
                    Phase::Live => return true,
                    Phase::Starting => {}
                    Phase::Idle | Phase::Disconnected(_) => return false,
                }
                if changes.changed().await.is_err() {
                    return false;
                }
            }
        };
        timeout(PATIENCE, live).await.is_ok_and(|live| live).then_some(seat)
    }

    /// The log of this device, if there is one.
    pub(in crate::server::fabric) fn board(&self, name: &Name) -> Option<Arc<Board>> {
        lock(&self.0).get(name).cloned()
    }

    /// How many pages share, for `/health`.
    pub(in crate::server::fabric) fn pages(&self) -> usize {
        lock(&self.0).values().map(|board| board.pages.load(Ordering::SeqCst)).sum()
    }

    /// Drops a log that nobody uses any more.
    fn forget(&self, name: &Name, board: &Arc<Board>) {
        let mut boards = lock(&self.0);
        let is_unused = || board.pages.load(Ordering::SeqCst) == 0 && lock(&board.state).phase != Phase::Starting;
        if boards.get(name).is_some_and(|known| Arc::ptr_eq(known, board)) && is_unused() {
            boards.remove(name);
        }
    }
}

/// Keeps the log live until the stream is lost or nobody watches any more.
async fn run(relaying: Arc<Relaying>, name: Name, schema: String, asked: Asked, board: Arc<Board>) {
    let lost = tokio::select! {
        lost = watching::watch(&relaying, &name, &schema, &asked, &board) => lost,
        () = board.is_left() => Lost::Left,
        never = documents::refresh(&relaying, &name, &asked, &board) => match never {},
    };
    tracing::debug!(%name, ?lost, "pages do not share any more");
    let turn = board.change(|state| {
        state.phase = match &lost {
            Lost::Disconnected(frame) => Phase::Disconnected(frame.clone()),
            _ => Phase::Idle,
        };
        state.clock = None;
        if matches!(lost, Lost::Refused) {
            state.refused = Some(Instant::now() + AGAIN);
            state.log = Log::default();
        }
        state.turn
    });
    if !matches!(lost, Lost::Left) {
        sleep(KEPT).await;
    }
    if lock(&board.state).turn == turn {
        relaying.boards.forget(&name, &board);
    }
}
