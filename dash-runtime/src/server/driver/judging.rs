//! Runs the checks of what clients want, without the engine's lock.

use std::{
    collections::BTreeMap,
    sync::Arc,
    time::{Duration, Instant},
};

use tokio::{sync::oneshot, time::timeout};

use super::{Driver, lock};
use crate::{
    client::ClientId,
    engine::{
        Engine,
        effects::Effects,
        judging::{CheckJob, Judged, Verdict},
        requests::RequestNo,
    },
    numbers::CallbackNo,
    protocol::{client::Incoming, server::Outcome},
    rights::User,
};

/// The longest time for the check of a command. Meanwhile the sender's next commands wait, except a press of a stop.
const PATIENCE: Duration = Duration::from_secs(1);

/// So often the checks of a command run again because a value that they have seen has changed meanwhile.
const ROUNDS: usize = 10;

/// The runs of the checks of one command.
#[derive(Debug)]
pub(crate) struct Rounds {
    begun: Instant,
    left: usize,
}

impl Rounds {
    pub(crate) fn new() -> Self {
        Self { begun: Instant::now(), left: ROUNDS }
    }

    /// Begins another one. Returns whether it is the last.
    fn next(&mut self) -> bool {
        self.left = self.left.saturating_sub(1);
        self.left == 0
    }

    /// The time that is left for checks.
    fn patience(&self) -> Duration {
        PATIENCE.saturating_sub(self.begun.elapsed())
    }
}

/// So many runs of one check may be late. Each has a thread, and callbacks need threads too.
const LATE: usize = 8;

/// The runs of checks that nobody waits for any more.
pub(super) type LateChecks = BTreeMap<CallbackNo, usize>;

impl Driver {
    /// Whether frames have to be judged at all.
    pub(crate) fn has_checks(&self) -> bool {
        self.shared.has_checks
    }

    /// Runs the checks of a frame from a client.
    pub(crate) async fn judge_frame(&self, client: ClientId, frame: &Incoming<'_>, rounds: &mut Rounds) -> Judged {
        let Incoming::Command(command) = frame else { return Judged::default() };
        if !self.shared.has_checks {
            return Judged::default();
        }
        self.judge(self.with_engine(|engine| engine.checks_of_command(Some(client), command)), rounds).await
    }

    /// Runs the checks of what a user wants: properties by their numbers, with the values as JSON. `client` is the page
    /// for which the user acts.
    pub(crate) async fn judge_all(
        &self,
        client: Option<ClientId>,
        user: &User,
        wanted: &[(u64, &str)],
        rounds: &mut Rounds,
    ) -> Judged {
        if !self.shared.has_checks {
            return Judged::default();
        }
        let jobs =
            self.with_engine(|engine| engine.checks_of(client, engine.level_of(Some(user)), wanted.iter().copied()));
        self.judge(jobs, rounds).await
    }

    /// Like [`request`](Self::request), after the checks of what is wanted: for which page, by whom, and properties by their
    /// numbers with the values as JSON.
    pub(crate) async fn judged_request<R, E>(
        &self,
        (client, user, wanted): (Option<ClientId>, &User, &[(u64, &str)]),
        mut event: impl FnMut(&mut Engine, Duration, &mut Effects) -> Result<R, E>,
        number: impl Fn(&R) -> RequestNo,
    ) -> Result<(R, oneshot::Receiver<Outcome>), E> {
        let mut rounds = Rounds::new();
        loop {
            let judged = self.judge_all(client, user, wanted, &mut rounds).await;
            let ask = |engine: &mut Engine, now, fx: &mut Effects| {
                if engine.is_stale(&judged) {
                    return Err(None);
                }
                engine.judged(judged, |engine| event(engine, now, fx)).map_err(Some)
            };
            match self.request(ask, &number) {
                Ok(asked) => return Ok(asked),
                Err(Some(refused)) => return Err(refused),
                // The checks run again.
                Err(None) => {}
            }
        }
    }

    async fn judge(&self, jobs: Vec<CheckJob>, rounds: &mut Rounds) -> Judged {
        let last = rounds.next();
        let mut verdicts = Vec::with_capacity(jobs.len());
        for job in jobs {
            verdicts.push(self.judge_one(job, rounds.patience()).await);
        }
        Judged { verdicts, took: rounds.begun.elapsed(), last: last || rounds.patience().is_zero() }
    }

    async fn judge_one(&self, job: CheckJob, patience: Duration) -> Verdict {
        let callback = job.callback();
        if lock(&self.shared.late_checks).get(&callback).is_some_and(|late| *late >= LATE) {
            return job.late("its check has not answered several times, and still runs");
        }
        let late = job.late("its check has not answered within a second");
        let (sender, mut verdict) = oneshot::channel();
        let shared = Arc::downgrade(&self.shared);
        self.shared.pool.run(move || {
            if sender.send(job.run()).is_err()
                && let Some(shared) = shared.upgrade()
                && let Some(late) = lock(&shared.late_checks).get_mut(&callback)
            {
                *late -= 1;
            }
        });
        if let Ok(said) = timeout(patience, &mut verdict).await {
            return said.unwrap_or(late);
        }
        // It may have ended just now.
        let mut all = lock(&self.shared.late_checks);
        verdict.close();
        if let Ok(said) = verdict.try_recv() {
            return said;
        }
        *all.entry(callback).or_default() += 1;
        late
    }
}
