//! A replay: the record of a run is served as the dashboard was, without its device.
//!
//! [`player`] goes through the record on a thread of its own. [`shower`] makes of its states what the engine of the replay
//! shows (`engine/replaying.rs`). [`transport`] has the bar on each page and the requests that it sends. All viewers see
//! the same place of the run, because there is one player.

pub(super) mod command;
mod player;
mod shower;
mod transport;

use std::sync::Arc;

pub(super) use player::Player;
pub(crate) use shower::Shower;
pub(crate) use transport::Transport;
pub(super) use transport::routes;

use super::{
    driver::Driver,
    record::{RecordError, Run},
};
use crate::{engine::plan::Plan, words::log};

/// Shows the begin of the run, and says in the log what of it cannot be shown.
///
/// # Errors
/// If the system gives no thread.
pub(super) fn play(driver: &Driver, plan: &Arc<Plan>, run: Run) -> Result<Player, RecordError> {
    let path = run.path().display().to_string();
    if run.lost() > 0 {
        log::warn(&format_args!(
            "{path}: the last {} bytes cannot be read, because the program or the power ended while they were written, or because they are damaged",
            run.lost()
        ));
    }
    if !run.gaps().is_empty() {
        log::warn(&format_args!("{path}: changes are missing at {} places", run.gaps().len()));
    }
    let (shower, told) = Shower::new(plan, run.header());
    told.iter().for_each(|line| log::warn(&format_args!("{path}: {line}")));
    Player::start(driver.downgrade(), run, shower)
}
