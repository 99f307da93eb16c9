//! Relays: pages of a device that is elsewhere, over a broker (NATS with JetStream).
//!
//! ```text
//! browser -- HTTP, WebSocket --> relay -- streams over the broker --> owner: the program with the device
//! ```
//!
//! The owner connects to the broker, so nothing has to reach the machine of the device. A relay has no device and no code of
//! the dashboard. It forwards each request, and each socket, over a stream of its own ([`stream`]). For the owner, a stream is
//! a connection like one of its own server, from the client that the relay names. So everything works as at the owner:
//! documents, the script, commands and their outcomes, private values, control and held controls, logins and rights,
//! histories, pictures, files. Every rule stays where it is, in the engine of the owner.
//!
//! **What a relay knows.** Nothing that lasts: which devices there are, files that never change, and the last frames and documents
//! for pages that only watch ([`shared`], [`documents`]). If it is killed, the page connects to another one and says its hello there: the owner still has
//! its session, or the page has done nothing yet that a session is for. So nothing is lost or done twice, for the reasons for
//! which this is so after any cut.
//!
//! **What a relay may.** It is trusted as a proxy is: it has checked the host of a request, and says from which address it
//! comes and whether it was encrypted. It does not say who asks. Logins are those of the owner, which enforces all rights, so
//! a relay sees only what passes through it. Whoever may publish on the subjects of the broker may do what a relay may.
//!
//! **Who is the owner.** A lease on the name of the device ([`lease`]). A second program with the name is refused. An owner
//! that has lost the broker goes on at its own address, and says that relays are cut off. It needs nothing from the broker:
//! after a restart of it, or the loss of its data, the next beat says everything again.
//!
//! **What is cut** is told at once. A stream does not outlive the connection of either end to the broker, or a beat that does
//! not come. The page then shows its values as old, with the reason. A command for a device that cannot be reached is
//! refused, and never waits. What was on its way before a cut was noticed is too old when it comes, by the age that the page
//! has written into it. A held control is released by the owner when its echo stops, as on any connection.
//!
//! | file | has |
//! | --- | --- |
//! | [`words`] | names, subjects, and what is said beside the streams |
//! | [`packet`], [`flow`], [`stream`] | a stream of bytes over messages: its packets, its rules without I/O, its table |
//! | [`lease`], [`directory`] | rules without I/O: who owns a name, and what a relay knows of the devices |
//! | [`access`] | the addresses of the broker, and with what a program proves who it is |
//! | [`broker`] | the only file that speaks to NATS, except for subscriptions |
//! | [`owner`], [`relay`], [`relaying`] | the two sides: the owner, the settings of a relay, a running relay |
//! | [`routes`], [`forward`], [`cache`] | the routes of a relay, a request to a device, and the files that a relay keeps because they never change |
//! | [`opening`] | a socket that the relay itself opens to a device |
//! | [`shared`] | pages that only watch, which share one stream |
//! | [`documents`] | the last document of a device that cannot be reached |
//! | [`announce`] | the owner's values in the lists of relays |
//! | [`list`], [`live`] | the relay's own pages, and what changes in the list |

mod access;
mod announce;
mod broker;
mod cache;
mod directory;
mod documents;
mod flow;
mod forward;
mod lease;
mod list;
mod live;
mod opening;
mod owner;
mod packet;
mod relay;
mod relaying;
mod routes;
mod shared;
mod stream;
mod words;

use std::{env, sync::Arc, time::SystemTime};

use axum::http::{HeaderMap, HeaderName};
use tokio::{sync::watch, task::JoinHandle};

pub(super) use self::access::Given;
pub(super) use self::owner::OfPage;
pub(crate) use self::owner::Tenure;
pub use self::relay::Relay;
use self::{access::Access, announce::Announcing, broker::Broker, owner::Owner, words::Name};
use super::{accept::Door, driver::Driver, hosts::Asked, random_hex, socket::Greet};
use crate::{
    error::{Error, Result},
    words::log,
};

/// An extension of a request that has come over a relay: what was asked for, as the relay says it. No client can set it.
#[derive(Debug, Clone)]
pub(super) struct Relayed(pub(super) Asked);

/// The header with which a relay says what a hello means ([`shared`]). No browser can send it through a relay.
const WATCHERS: HeaderName = HeaderName::from_static("dash-watchers");

/// What a hello means over a socket that a relay has opened, if it is not that of a page.
pub(super) fn greeting(asked: &Asked, headers: &HeaderMap) -> Option<Greet> {
    let meaning = headers.get(WATCHERS).filter(|_| asked.relayed.is_some())?;
    shared::Meaning::ALL.into_iter().find(|one| meaning == one.word()).map(shared::Meaning::greet)
}

/// Where relays find a program, as it was set.
#[derive(Debug, Clone, Default)]
pub(super) struct Settings {
    /// The addresses of the broker, and the name of the device.
    pub(super) place: Option<(String, String)>,
    pub(super) given: Given,
}

impl Settings {
    /// Reads `DASH_FABRIC` and the variables that begin with it.
    ///
    /// # Errors
    /// If the first one has not both, the address of a broker and a name.
    pub(super) fn read_environment(&mut self) -> Result<()> {
        if let Ok(place) = env::var("DASH_FABRIC") {
            self.place = Some(place_in(&place).map_err(Error::fabric)?);
        }
        self.given.read_environment();
        Ok(())
    }

    /// Checks the settings, before anything starts. `None` if relays are not wanted. `is_open` tells that there is no login.
    ///
    /// # Errors
    /// If the address, a file, the domain or the name cannot be used.
    pub(super) fn checked(self, is_open: bool) -> Result<Option<Checked>> {
        let Some((servers, name)) = self.place else { return Ok(None) };
        let name = Name::parse(&name).map_err(Error::fabric)?;
        let access = self.given.checked(&servers).map_err(Error::fabric)?;
        if is_open {
            log::warn(&"everybody who reaches a relay can see and use this dashboard: there is no login");
        }
        Ok(Some(Checked { access, name }))
    }
}

/// Reads the addresses of the broker, and after the last slash the name of the device, such as
/// `nats://hub.example.org:4222/lab.rover-7`.
fn place_in(text: &str) -> std::result::Result<(String, String), String> {
    match text.trim().rsplit_once('/') {
        Some((servers, name)) if !name.is_empty() && !servers.is_empty() && !servers.ends_with('/') => {
            Ok((servers.to_owned(), name.to_owned()))
        }
        _ => Err("DASH_FABRIC has the address of a broker and the name of this device, such as \
                  `nats://hub.example.org:4222/lab.rover-7`"
            .to_owned()),
    }
}

/// Settings that can be used.
pub(super) struct Checked {
    access: Access,
    name: Name,
}

impl Checked {
    /// Starts to be the owner of the name. `/health` says whether it is. The task ends with the server.
    ///
    /// # Errors
    /// If the system has no random numbers. A broker that is not there is no error.
    pub(super) async fn start(self, page: OfPage, drivers: Vec<Driver>, door: Door) -> Result<JoinHandle<()>> {
        let Self { access, name } = self;
        let broker = Broker::connect(&access, &format!("dash-devices {name}")).await.map_err(Error::fabric)?;
        let begun = Tenure::CutOff { since: SystemTime::now(), why: "there is no connection to the broker yet".into() };
        let (tenure, told) = watch::channel(begun);
        // It is set once.
        let _ = door.meter.fabric.set(told);
        let run = random_hex().map_err(Error::random)?;
        let announcing = Announcing::new(&drivers);
        let owner = Owner { broker, name, page, run, tenure, drivers, announcing, door: Arc::new(door) };
        Ok(tokio::spawn(owner.run()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_setting_has_a_broker_and_a_name() {
        let (servers, name) = place_in("nats://a:4222,nats://b:4222/lab.rover-7").unwrap();
        assert_eq!((&*servers, &*name), ("nats://a:4222,nats://b:4222", "lab.rover-7"));
        for bad in ["", "lab.rover-7", "nats://hub:4222", "nats://hub:4222/", "/rover"] {
            assert!(place_in(bad).is_err(), "{bad}");
        }
    }
}
