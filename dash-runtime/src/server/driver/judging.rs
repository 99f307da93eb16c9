//! Runs the checks of what clients want, without the engine's lock.

use std::time::Duration;

use tokio::{sync::oneshot, time::timeout};

use super::Driver;
use crate::{
    client::ClientId,
    engine::judging::{CheckJob, Verdict},
    protocol::client::{Incoming, parse},
};

/// The longest time for the checks of a command. Meanwhile the sender's next commands wait, also a stop.
const PATIENCE: Duration = Duration::from_secs(1);

impl Driver {
    /// Runs the checks of a frame from a client.
    pub(crate) async fn judge_frame(&self, client: ClientId, text: &str) -> Vec<Verdict> {
        if !self.shared.has_checks {
            return Vec::new();
        }
        let Ok(Incoming::Command(command)) = parse(text) else { return Vec::new() };
        self.judge(self.with_engine(|engine| engine.checks_of_command(Some(client), &command))).await
    }

    /// Runs the checks of what a client wants: properties by their numbers, with the values as JSON.
    pub(crate) async fn judge_all(&self, client: Option<ClientId>, wanted: &[(u64, &str)]) -> Vec<Verdict> {
        if !self.shared.has_checks {
            return Vec::new();
        }
        self.judge(self.with_engine(|engine| engine.checks_of(client, wanted.iter().copied()))).await
    }

    async fn judge(&self, jobs: Vec<CheckJob>) -> Vec<Verdict> {
        let mut verdicts = Vec::with_capacity(jobs.len());
        for job in jobs {
            let late = job.late("its check has not answered within a second");
            let (sender, verdict) = oneshot::channel();
            // An error means that nobody waits any more.
            self.shared.pool.run(move || drop(sender.send(job.run())));
            verdicts.push(timeout(PATIENCE, verdict).await.ok().and_then(Result::ok).unwrap_or(late));
        }
        verdicts
    }
}
