//! What the requests of one program have in common: its running dashboards.

use std::{net::IpAddr, sync::Arc};

use axum::Router;
use tokio::sync::watch;

use super::{
    api,
    assets::Assets,
    audit::AuditLog,
    devices::DeviceEntry,
    driver::Driver,
    hosts::Hosts,
    identity::Identity,
    kept::Kept,
    meter::Meter,
    quota::{Full, Place},
    record::{Recorder, Writer as RecordWriter},
    replay::Player,
    serving::Wrap,
    store::Writer,
};
use crate::{element::Element, engine::plan::Plan, protocol::limits::Limits, rights::User, words::network::Network};

/// A running dashboard.
pub(super) struct Running {
    pub(super) driver: Driver,
    pub(super) plan: Arc<Plan>,
    pub(super) layout: Element,
    pub(super) assets: Assets,
    /// The reports of pages about the user's modules.
    pub(super) faults: api::fault::ModuleFaults,
    /// Which device it is, if there are several.
    pub(super) device: Option<DeviceEntry>,
    pub(super) hosts: Arc<Hosts>,
    pub(super) identity: Arc<Identity>,
    /// The headers and cookies that the program reads.
    pub(super) kept: Arc<Kept>,
    pub(super) ending: watch::Sender<bool>,
    pub(super) meter: Arc<Meter>,
    /// If it is a replay: what goes through the record.
    pub(super) player: Option<Player>,
}

impl Drop for Running {
    fn drop(&mut self) {
        self.player.iter().for_each(Player::end);
    }
}

impl Running {
    /// A place for a socket or a stream of this address.
    ///
    /// # Errors
    /// If there are too many. The log has a line.
    pub(super) fn seat(&self, address: Option<IpAddr>) -> Result<Place, Full> {
        let place = self.meter.sockets.take(address.map(Network::from));
        place.inspect_err(|full| {
            self.meter.sockets.count_refused();
            self.meter.told_full(*full, address, "sockets");
        })
    }

    /// The key of the device. Empty if there is only one.
    pub(super) fn key(&self) -> &str {
        self.device.as_ref().map_or("", DeviceEntry::key)
    }

    /// Reports that the dashboard runs, with its counters since the start.
    /// A user who does not see everything does not learn what is stuck.
    pub(super) fn health(&self, user: &User) -> serde_json::Value {
        let store = self.driver.store_report();
        let is_kept =
            store.as_ref().is_none_or(|store| !matches!(store["status"].as_str(), Some("failing" | "broken")));
        let recorder = self.driver.recorder();
        let is_recorded = recorder.is_none_or(Recorder::is_written);
        let audit = self.driver.audit();
        let is_audited = audit.is_none_or(AuditLog::is_written);
        let mut report = self.driver.with_engine(|engine| {
            let stuck = engine.stuck();
            let seen = if engine.view_for(user).is_none() { &*stuck } else { &[] };
            serde_json::json!({
                "status": match () {
                    () if !stuck.is_empty() => "stuck",
                    () if !is_kept => "not kept",
                    () if !is_audited => "not audited",
                    () if !is_recorded => "not recorded",
                    () => "ok",
                },
                "stuck": seen,
                "epoch": engine.epoch(),
                "rev": engine.rev(),
                "clients": engine.clients(),
                "counts": engine.counts(),
            })
        });
        if let Some(store) = store {
            report["store"] = store;
        }
        if let Some(recorder) = recorder {
            report["record"] = recorder.report();
        }
        if let Some(audit) = audit {
            report["audit"] = audit.report();
        }
        report
    }
}

/// Everything that one program serves: one dashboard, or one for each device.
pub(super) struct Site {
    pub(super) dashboards: Vec<Running>,
    pub(super) hosts: Arc<Hosts>,
    pub(super) identity: Arc<Identity>,
    pub(super) ending: watch::Sender<bool>,
    pub(super) limits: Limits,
    pub(super) meter: Arc<Meter>,
    /// Routes of the program, what it puts around all routes, and the path that a proxy passes on.
    pub(super) routes: Vec<Router>,
    pub(super) wraps: Vec<Wrap>,
    pub(super) base: String,
    /// Writes what outlives the process, if there is a store.
    pub(super) writer: Option<Arc<Writer>>,
    /// Writes who wanted what, if the program keeps it.
    pub(super) audit: Option<AuditLog>,
    /// Write the records of the runs.
    pub(super) records: Vec<RecordWriter>,
}

impl Site {
    pub(super) fn drivers(&self) -> Vec<Driver> {
        self.dashboards.iter().map(|running| running.driver.clone()).collect()
    }

    /// The title of the dashboard. With several devices, they all have the same.
    pub(super) fn title(&self) -> String {
        self.dashboards.first().map_or_else(String::new, |first| super::page::title(&first.layout).to_owned())
    }

    /// The schema of the pages of people who have not said who they are, if relays can answer those that only watch. Layers
    /// of the program may tell clients apart.
    #[cfg(feature = "nats")]
    pub(super) fn schema_of_watchers(&self) -> Option<String> {
        let [only] = &*self.dashboards else { return None };
        let user = self.identity.of_anybody().filter(|_| only.device.is_none() && self.wraps.is_empty())?;
        only.driver.with_engine(|engine| engine.schema_of_watchers(&user))
    }

    /// The schemas of the documents that everybody gets who has not said who he is, of each device. None if layers of the
    /// program may tell people apart.
    #[cfg(feature = "nats")]
    pub(super) fn schemas_of_documents(&self) -> Vec<String> {
        let Some(user) = self.identity.of_anybody().filter(|_| self.wraps.is_empty()) else { return Vec::new() };
        let schema = |running: &Running| running.driver.with_engine(|engine| engine.schema_of_documents(&user));
        let mut schemas: Vec<_> = self.dashboards.iter().filter_map(schema).collect();
        // Devices of one kind have one.
        schemas.sort_unstable();
        schemas.dedup();
        schemas
    }

    /// Looks from time to time whether users have left or have other rights, and ends their clients.
    pub(super) fn watch_users(&self) {
        let drivers = || self.drivers().iter().map(Driver::downgrade).collect();
        if self.identity.granting.is_some() {
            let identity = Arc::downgrade(&self.identity);
            tokio::spawn(super::identity::granted::watch(identity, drivers(), self.ending.subscribe()));
        }
        #[cfg(feature = "users")]
        if let Some(accounts) = &self.identity.accounts {
            tokio::spawn(super::identity::accounts::watch(
                Arc::downgrade(accounts),
                drivers(),
                self.ending.subscribe(),
            ));
        }
    }
}
