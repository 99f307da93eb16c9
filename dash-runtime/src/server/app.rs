//! The app: a dashboard with its device and its settings, before it is served.

#[cfg(feature = "testing")]
use std::any::TypeId;
use std::{path::Path, sync::Arc, time::SystemTime};

use axum::Router;
use tokio::sync::watch;

#[cfg(feature = "testing")]
use super::link::Host;
use super::{
    access::Access,
    api::fault::ModuleFaults,
    assets::Assets,
    descriptors,
    devices::{DeviceEntry, Key},
    driver::{Driver, Writers},
    hosts::Hosts,
    link::Link,
    meter::Meter,
    page::ACCOUNT_PLACE,
    random_hex,
    record::{Header, Run, Writer as RecordWriter},
    replay::{self, command::Command},
    serving::Own,
    state::{Running, Site},
    store::{self, Keeper, Writer},
};
use crate::{
    callback::lend::Part,
    dashboard::{Dashboard, NewSession},
    element::Element,
    engine::{
        Engine,
        gates::StopJob,
        kept::KeptValue,
        plan::{Plan, Planned},
    },
    error::{Error, Result},
    handle::{Handle, backend::Backend},
    into_value::IntoValue,
    protocol::limits::Limits,
    rights::Roles,
    words::log,
};

/// A dashboard with one or several devices, ready to be served. [`serve`](App::serve) serves it alone.
/// [`into_router`](App::into_router) makes it a part of a larger axum application.
pub struct App {
    /// At least one.
    members: Vec<Member>,
    /// The dashboard type of all members.
    #[cfg(feature = "testing")]
    dashboard: TypeId,
    pub(super) limits: Limits,
    pub(super) hosts: Hosts,
    pub(super) own: Own,
    pub(super) access: Access,
    /// Makes the dashboard of a replay.
    replay: fn() -> Result<Member>,
    /// The command with which the program was started, if the device is not opened because of it.
    command: Option<Command>,
}

/// A device with its page, and with its key if there are several devices.
struct Member {
    key: Option<Key>,
    plan: Arc<Plan>,
    layout: Element,
    assets: Assets,
    link: Unstarted,
    /// `None` in a replay.
    device: Option<Part>,
    /// The functions of the stops.
    stops: Vec<StopJob>,
}

/// The link to an engine that has not been started. If it is dropped before the start, handles get
/// [`PushError::Ended`](crate::handle::PushError::Ended).
struct Unstarted(Arc<Link>);

impl Drop for Unstarted {
    fn drop(&mut self) {
        self.0.give_up();
    }
}

impl std::fmt::Debug for App {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("App").field("limits", &self.limits).field("hosts", &self.hosts).finish_non_exhaustive()
    }
}

impl App {
    /// The dashboard `D` on `device`.
    ///
    /// # Errors
    /// If the layout leaves out a component or a required value. The message has all faults.
    pub fn new<D: Dashboard>(device: D::Device) -> Result<Self> {
        Self::with::<D>(|_| device)
    }

    /// The dashboard `D` on a device that is made with a handle. With it the device can push values, for example from
    /// its own thread: `App::with::<Ui>(Thermostat::start)`.
    ///
    /// # Errors
    /// The same as [`new`](Self::new). After an error, `device` has not been called.
    pub fn with<D: Dashboard>(device: impl FnOnce(Handle<D>) -> D::Device) -> Result<Self> {
        Ok(Self::of::<D>(vec![Member::of::<D>(None, device)?]))
    }

    /// The dashboard `D` once for each of `devices`. Each has its own queues, shared state and clients. A client opens
    /// the page of a device at `/<key>/`. The page at `/` lists all devices. A device that is slow, overloaded or
    /// broken does not affect the others. Only the [limits](App::limits) on sockets and connections apply to the whole
    /// program.
    ///
    /// The key is the name of the device in addresses. It has 1 to 64 characters: letters (a to z), digits, `-`, `_`
    /// and `.`. It begins with a letter or a digit, and is not one of the reserved names `api`, `health` and
    /// `schema.json`.
    ///
    /// ```text
    /// App::each::<Ui>([("door", Camera::open(0)), ("garden", Camera::open(1))])?.serve().await
    /// ```
    ///
    /// # Errors
    /// If there is no device, a key is invalid or a duplicate, or the layout is incomplete. The message has all faults.
    pub fn each<D: Dashboard>(devices: impl IntoIterator<Item = (impl IntoValue<String>, D::Device)>) -> Result<Self> {
        let (keys, devices): (Vec<String>, Vec<D::Device>) =
            devices.into_iter().map(|(key, device)| (key.into_value(), device)).unzip();
        let keys = Key::all(keys).map_err(Error::devices)?;
        let members = keys.into_iter().zip(devices).map(|(key, device)| Member::of::<D>(Some(key), |_| device));
        Ok(Self::of::<D>(members.collect::<Result<_>>()?))
    }

    /// Like [`each`](App::each), with devices that are made from their key and a handle to their own dashboard. Use it
    /// for devices that push values from their own thread, and for devices that are found by name.
    ///
    /// ```text
    /// App::each_with::<Ui>(["door", "garden"], |key, handle| Camera::start(key, handle))?.serve().await
    /// ```
    ///
    /// # Errors
    /// The same as [`each`](App::each). If a key is invalid, no device is made.
    pub fn each_with<D: Dashboard>(
        keys: impl IntoIterator<Item = impl IntoValue<String>>,
        mut device: impl FnMut(&str, Handle<D>) -> D::Device,
    ) -> Result<Self> {
        let keys = Key::all(keys.into_iter().map(IntoValue::into_value).collect()).map_err(Error::devices)?;
        let members = keys.into_iter().map(|key| {
            let name = key.clone();
            Member::of::<D>(Some(key), |handle| device(name.as_str(), handle))
        });
        Ok(Self::of::<D>(members.collect::<Result<_>>()?))
    }

    /// Writes a record as an MCAP file. Returns what was written.
    ///
    /// # Errors
    /// If one of the files cannot be read or written.
    #[cfg(feature = "mcap")]
    pub(super) fn export(&self, from: &Path, to: &Path) -> Result<String> {
        let member = (self.replay)()?;
        super::record::mcap::export(&member.plan, from, to).map_err(Error::record)
    }

    #[cfg_attr(
        not(feature = "testing"),
        allow(clippy::extra_unused_type_parameters, reason = "a dashboard in memory is asked which one it is")
    )]
    fn of<D: Dashboard>(members: Vec<Member>) -> Self {
        Self {
            members,
            #[cfg(feature = "testing")]
            dashboard: TypeId::of::<D>(),
            limits: Limits::default(),
            hosts: Hosts::default(),
            own: Own::default(),
            access: Access::open(Roles::of::<D::Role>()),
            replay: Member::replay::<D>,
            command: None,
        }
    }

    /// Like [`with`](App::with), but the device is made only if it is needed. If the program was started as
    /// `board replay run.ddlog` or `board export run.ddlog run.mcap`, the device is not opened:
    ///
    /// ```text
    /// App::open::<Ui, _>(|_| Psu::open("/dev/ttyUSB0"))?.record("run.ddlog").serve().await
    /// ```
    ///
    /// `replay` serves the dashboard from the record of a run, to all who may use it, with the rights that they have. It
    /// can be played, paused, stepped through and searched. No callback runs, and nothing can be changed. `export` needs
    /// [`serve`](App::serve). With [`new`](App::new) and [`with`](App::with) the same commands work, but the device was opened before, and is dropped.
    ///
    /// # Errors
    /// The error of `device`, and the same as [`new`](App::new).
    pub fn open<D: Dashboard, E: From<Error>>(
        device: impl FnOnce(Handle<D>) -> std::result::Result<D::Device, E>,
    ) -> std::result::Result<Self, E> {
        Self::opened::<D, E>(Command::given().map_err(Error::command)?, device)
    }

    /// The same, for a program that was started with this command.
    pub(crate) fn opened<D: Dashboard, E: From<Error>>(
        command: Option<Command>,
        device: impl FnOnce(Handle<D>) -> std::result::Result<D::Device, E>,
    ) -> std::result::Result<Self, E> {
        Ok(match command {
            None => Self::of::<D>(vec![Member::try_of::<D, E>(None, device)?]),
            command => Self { command, ..Self::of::<D>(vec![Member::replay::<D>()?]) },
        })
    }

    /// Does what the command wants because of which the device was not opened. Without a device, nothing else may be
    /// served or recorded.
    ///
    /// # Errors
    /// If the record cannot be read, or the command is not one for a server.
    pub(super) fn commanded(mut self) -> Result<Self> {
        match self.command.take() {
            None => Ok(self),
            Some(Command::Replay(path)) => self.replaying(path),
            Some(Command::Export(..)) => Err(Error::command(
                "`export` is a command for `App::serve`, and this program serves the dashboard in another way"
                    .to_owned(),
            )),
        }
    }

    /// The dashboard `D` from the record of a run, without a device: what `board replay run.ddlog` serves.
    ///
    /// # Errors
    /// If the record cannot be read, and the same as [`new`](App::new).
    pub fn replay<D: Dashboard>(record: impl AsRef<Path>) -> Result<Self> {
        Self::of::<D>(vec![Member::replay::<D>()?]).replaying(record)
    }

    /// Makes it the replay of this record, as `board replay run.ddlog` does. Its device is dropped, and with it all that
    /// could reach the device: the routes of the program, the stores and the records.
    ///
    /// # Errors
    /// If the record cannot be read.
    pub fn replaying(mut self, record: impl AsRef<Path>) -> Result<Self> {
        let run = Run::open(record.as_ref()).map_err(Error::record)?;
        self.members = vec![(self.replay)()?];
        self.command = None;
        self.access.forget_audit();
        let Own { bind, base, kept, wraps, told, stop, .. } = self.own;
        #[cfg(feature = "tls")]
        let tls = self.own.tls;
        self.own = Own {
            bind,
            base,
            kept,
            wraps,
            told,
            stop,
            #[cfg(feature = "tls")]
            tls,
            run: Some(run),
            ..Own::default()
        };
        Ok(self)
    }

    /// Starts the dashboard and returns its routes, for `nest_service` or `merge`. (`nest` works too, but does not
    /// answer requests whose path ends with a slash.) Callbacks run as long as the routes or a clone of them exist.
    ///
    /// Callbacks get the client's address only if the application is served with
    /// `into_make_service_with_connect_info::<SocketAddr>()`.
    ///
    /// # Errors
    /// If the system has no random numbers, or a setting such as an allowed host is not what it should be. The server of
    /// the larger application encrypts, so a certificate here is an error too.
    ///
    /// # Panics
    /// If called outside a tokio runtime.
    pub fn into_router(mut self) -> Result<Router> {
        self = self.commanded()?;
        #[cfg(feature = "tls")]
        if self.own.tls.is_wanted() {
            let why = "App::tls, App::tls_self_signed and App::redirect_http are for `serve` and `serve_on`: routes that are \
                       mounted in an application are encrypted by its server";
            return Err(Error::tls(why.to_owned()));
        }
        #[cfg(feature = "nats")]
        if self.own.fabric.place.is_some() {
            let why = "App::fabric is for `serve` and `serve_on`: relays cannot reach routes that are mounted in an application";
            return Err(Error::fabric(why.to_owned()));
        }
        self.own.is_mounted = true;
        Ok(self.start()?.router())
    }

    /// The type of the dashboard.
    #[cfg(feature = "testing")]
    pub(crate) const fn dashboard(&self) -> TypeId {
        self.dashboard
    }

    /// Whether it keeps what `#[keep]` names.
    #[cfg(feature = "testing")]
    pub(crate) const fn has_store(&self) -> bool {
        self.own.store.is_some()
    }

    /// For tests: passes the engine to `build`, with the way to the store if there is one, and also returns the layout and
    /// the assets. If there are several devices, it uses the first.
    ///
    /// # Errors
    /// If the store cannot be opened or read.
    #[cfg(feature = "testing")]
    pub(crate) fn launch<H: Host + 'static>(
        self,
        epoch: String,
        build: impl FnOnce(Engine, Arc<Link>, Option<Keeper>) -> H,
    ) -> Result<Option<(Arc<H>, Element, Assets)>> {
        let Some(Member { key, layout, assets, device, link, stops, .. }) = self.members.into_iter().next() else {
            return Ok(None);
        };
        let name = key.as_ref().map_or("", Key::as_str);
        let store = self.own.store.map(store::Place::open).transpose().map_err(Error::store)?;
        let values = store.as_deref().map(|store| store::load(store, name)).transpose().map_err(Error::store)?;
        let (values, told) = values.unwrap_or_default();
        let writer = store.map(|store| Writer::start(store, self.own.flush)).transpose().map_err(Error::store)?;
        let keeper = writer.map(|writer| Keeper::new(writer, name, &epoch));
        let link = Arc::clone(&link.0);
        let backend = link.launch(|mut engine| {
            engine.configure(device, epoch, self.limits);
            if let Some(keeper) = &keeper {
                remember(&mut engine, keeper, values, told);
            }
            engine.set_stops(stops);
            Arc::new(build(engine, Arc::clone(&link), keeper))
        });
        Ok(backend.map(|backend| (backend, layout.without(ACCOUNT_PLACE), assets)))
    }

    /// Checks that the sessions of logins have what they need.
    fn check_logins(&self) -> Result<()> {
        if self.members.iter().all(|member| member.plan.login_sessions.is_none()) {
            return Ok(());
        }
        let mut faults = Vec::new();
        if self.own.store.is_none() {
            faults.push(
                "`SESSION_OF` keeps the sessions of logins, and there is no store: call `App::store(\"data\")`, or set DASH_DATA=data",
            );
        }
        // A layer of the program, or of the application around it, may know the users.
        if !self.own.is_mounted && self.own.wraps.is_empty() && !self.access.has_users() {
            faults.push(
                "`SESSION_OF` keeps the sessions of logins, and nobody can log in: call `App::users(\"users.toml\")` or `App::proxy_users`, or set DASH_USERS=users.toml",
            );
        }
        if faults.is_empty() { Ok(()) } else { Err(Error::layout(faults.into_iter().map(str::to_owned).collect())) }
    }

    pub(super) fn start(self) -> Result<Site> {
        if !self.hosts.faults().is_empty() {
            return Err(Error::hosts(self.hosts.faults().to_vec()));
        }
        self.check_logins()?;
        let Own { routes, wraps, base, kept, store, flush, record, mut run, .. } = self.own;
        let store = store.map(store::Place::open).transpose().map_err(Error::store)?;
        let mut remembered = Vec::with_capacity(self.members.len());
        for member in &self.members {
            let values = store.as_deref().map(|store| store::load(store, member.name()));
            remembered.push(values.transpose().map_err(Error::store)?.unwrap_or_default());
        }
        let writer = store.map(|store| Writer::start(store, flush)).transpose().map_err(Error::store)?;
        let kept = Arc::new(kept);
        let limits = descriptors::fitted(self.limits);
        let meter = Arc::new(Meter::of(&limits));
        let has_proxies = self.hosts.has_proxies();
        let hosts = Arc::new(self.hosts);
        let audit = self.access.audit(limits.audit_records).map_err(Error::users)?;
        let identity = Arc::new(self.access.identity(has_proxies, Arc::clone(&kept)).map_err(Error::users)?);
        let ending = watch::Sender::new(false);
        let keys: Arc<[Key]> = self.members.iter().filter_map(|member| member.key.clone()).collect();
        let mut dashboards = Vec::with_capacity(self.members.len());
        let mut records = Vec::new();
        let members = self.members.into_iter().zip(remembered).enumerate();
        for (at, (Member { key, plan, layout, assets, link, device, stops }, (values, told))) in members {
            let epoch = random_hex().map_err(Error::random)?;
            let own = limits.clone();
            let name = key.as_ref().map_or("", Key::as_str);
            let audit = audit.clone().map(|audit| (audit, name.to_owned()));
            // A clock that is set before 1970 shows no times.
            let started = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
            let keeper = writer.clone().map(|writer| Keeper::new(writer, name, &epoch));
            if keeper.is_none() && plan.keeps() > 0 {
                log::warn(
                    &"there is no store, so what has `#[keep]` is lost at a restart: call `App::store(\"data\")`, or set DASH_DATA=data",
                );
            }
            let recorder = match &record {
                Some(recording) => {
                    let header = Header::of(&plan, &limits, &epoch, name, started);
                    let writer = RecordWriter::start(&recording.of_device(name), &header).map_err(Error::record)?;
                    let recorder = writer.recorder();
                    records.push(writer);
                    Some(recorder)
                }
                None => None,
            };
            let own_keeper = keeper.clone();
            let configure = |engine: &mut Engine| {
                engine.configure(device, epoch, own);
                engine.began_at(started);
                if let Some(keeper) = &own_keeper {
                    remember(engine, keeper, values, told);
                }
                engine.set_stops(stops);
            };
            // `None` would mean that the engine was started before. Only an app starts its engines, and this consumes
            // the app.
            let Some(driver) = Driver::start(&link.0, Writers { audit, keeper, recorder }, configure) else { continue };
            // Only one dashboard is replayed.
            let player = run.take().map(|run| replay::play(&driver, &plan, run)).transpose().map_err(Error::record)?;
            dashboards.push(Running {
                player,
                assets,
                faults: ModuleFaults::default(),
                driver,
                device: key.map(|_| DeviceEntry::new(&keys, at)),
                hosts: Arc::clone(&hosts),
                identity: Arc::clone(&identity),
                kept: Arc::clone(&kept),
                ending: ending.clone(),
                meter: Arc::clone(&meter),
                plan,
                // A page on which nobody can log in has no byte of it.
                layout: if identity.has_login() { layout } else { layout.without(ACCOUNT_PLACE) },
            });
        }
        let site =
            Site { dashboards, hosts, identity, ending, limits, meter, routes, wraps, base, writer, records, audit };
        site.watch_users();
        Ok(site)
    }
}

/// Gives the engine what the store has of earlier runs. From now on the engine collects what has to be kept, and the keeper
/// must take it. So this is not called without a store.
fn remember(engine: &mut Engine, keeper: &Keeper, values: Vec<KeptValue>, told: Vec<String>) {
    told.into_iter().chain(engine.restore(values)).for_each(|line| log::warn(&line));
    engine.keep();
    refill(engine, keeper);
}

/// Gives the streams whose history is kept the samples from before the restart, as many as a page gets.
fn refill(engine: &mut Engine, keeper: &Keeper) {
    let plan = Arc::clone(engine.plan());
    keeper.know_histories(&plan);
    for (prop, key) in engine.histories() {
        let wiring = plan.prop(prop);
        let Some(history) = &wiring.history else { continue };
        match keeper.open_history(&key, history, wiring.info) {
            Ok(items) => engine.restore_measured(prop, items),
            Err(error) => log::warn(&format_args!("the history of `{}` cannot be read: {error}", engine.name_of(prop))),
        }
    }
}

impl Member {
    /// The key of the device. Empty if there is only one.
    fn name(&self) -> &str {
        self.key.as_ref().map_or("", Key::as_str)
    }

    fn of<D: Dashboard>(key: Option<Key>, device: impl FnOnce(Handle<D>) -> D::Device) -> Result<Self> {
        Self::try_of::<D, Error>(key, |handle| Ok(device(handle)))
    }

    fn try_of<D: Dashboard, E: From<Error>>(
        key: Option<Key>,
        device: impl FnOnce(Handle<D>) -> std::result::Result<D::Device, E>,
    ) -> std::result::Result<Self, E> {
        let mut member = Self::planned::<D>(key, Plan::of::<D>())?;
        let device = device(Handle::new(Arc::clone(&member.link.0) as Arc<dyn Backend>))?;
        member.stops = member.plan.functions_of_stops(D::stops(&device).into_functions()).map_err(Error::layout)?;
        member.device = Some(Box::new(device));
        Ok(member)
    }

    /// The dashboard of a replay, which has no device.
    fn replay<D: Dashboard>() -> Result<Self> {
        Self::planned::<D>(None, Plan::of_replay::<D>())
    }

    fn planned<D: Dashboard>(key: Option<Key>, planned: std::result::Result<Planned, Vec<String>>) -> Result<Self> {
        let Planned { plan, slots, layout, pieces } = planned.map_err(Error::layout)?;
        let assets = Assets::of([&layout, &pieces], &plan, key.is_some()).map_err(Error::modules)?;
        let plan = Arc::new(plan);
        let engine = Engine::new(Arc::clone(&plan), slots, || Box::new(<D::Session as NewSession>::new_session()));
        let link = Unstarted(Arc::new(Link::new(engine)));
        Ok(Self { key, plan, layout, assets, link, device: None, stops: Vec::new() })
    }
}
