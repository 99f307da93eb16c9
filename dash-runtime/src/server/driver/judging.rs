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
    engine::judging::{CheckJob, Judged, Verdict},
    numbers::CallbackNo,
    protocol::client::Incoming,
    rights::User,
};

/// The longest time for the check of a command. Meanwhile the sender's next commands wait, except a press of a stop.
const PATIENCE: Duration = Duration::from_secs(1);

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
    pub(crate) async fn judge_frame(&self, client: ClientId, frame: &Incoming<'_>) -> Judged {
        let Incoming::Command(command) = frame else { return Judged::default() };
        if !self.shared.has_checks {
            return Judged::default();
        }
        self.judge(self.with_engine(|engine| engine.checks_of_command(Some(client), command))).await
    }

    /// Runs the checks of what a user wants: properties by their numbers, with the values as JSON. `client` is the page
    /// for which the user acts.
    pub(crate) async fn judge_all(&self, client: Option<ClientId>, user: &User, wanted: &[(u64, &str)]) -> Judged {
        if !self.shared.has_checks {
            return Judged::default();
        }
        let jobs =
            self.with_engine(|engine| engine.checks_of(client, engine.level_of(Some(user)), wanted.iter().copied()));
        self.judge(jobs).await
    }

    async fn judge(&self, jobs: Vec<CheckJob>) -> Judged {
        let begun = Instant::now();
        let mut verdicts = Vec::with_capacity(jobs.len());
        for job in jobs {
            verdicts.push(self.judge_one(job).await);
        }
        Judged { verdicts, took: begun.elapsed() }
    }

    async fn judge_one(&self, job: CheckJob) -> Verdict {
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
        if let Ok(said) = timeout(PATIENCE, &mut verdict).await {
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
