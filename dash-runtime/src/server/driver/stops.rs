//! The threads of stops: one for each, so that nothing else can keep it from running.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Weak,
        mpsc::{Receiver, Sender, channel},
    },
    thread,
};

use super::{Driver, Shared};
use crate::{
    engine::{
        Engine,
        gates::{GateNo, StopJob},
    },
    words::log,
};

/// The ways to the threads.
pub(super) type StopThreads = BTreeMap<GateNo, Sender<StopJob>>;

/// A thread that was not started yet.
pub(super) struct Waiting {
    name: String,
    jobs: Receiver<StopJob>,
}

/// Makes a way to a thread for each stop.
pub(super) fn prepare(engine: &Engine) -> (StopThreads, Vec<Waiting>) {
    let ways = engine.stops().map(|(gate, name)| {
        let (sender, jobs) = channel();
        ((gate, sender), Waiting { name: name.to_owned(), jobs })
    });
    ways.unzip()
}

/// Starts the threads. They end with the driver.
pub(super) fn start(shared: &Arc<Shared>, waiting: Vec<Waiting>) {
    for Waiting { name, jobs } in waiting {
        let shared = Arc::downgrade(shared);
        let thread = thread::Builder::new().name("dash-stop".to_owned());
        if let Err(error) = thread.spawn(move || work(&jobs, &shared)) {
            log::error(&format_args!("no thread for the stop {name}, so it cannot stop anything: {error}"));
        }
    }
}

fn work(jobs: &Receiver<StopJob>, shared: &Weak<Shared>) {
    while let Ok(job) = jobs.recv() {
        let (gate, failed) = (job.gate, job.run());
        let Some(shared) = shared.upgrade() else { return };
        Driver { shared }.event(|engine, now, fx| engine.stop_has_run(now, gate, failed, fx));
    }
}

impl Driver {
    /// Runs the function of a stop at once.
    pub(super) fn stop(&self, job: StopJob) {
        let gate = job.gate;
        if self.shared.stops.get(&gate).is_none_or(|thread| thread.send(job).is_err()) {
            let failed = Some("it has no thread".to_owned());
            self.event(|engine, now, fx| engine.stop_has_run(now, gate, failed, fx));
        }
    }
}
