//! How an app is served: its settings, its address, its end, and what the program adds to it.

use std::{env, net::SocketAddr, path::Path, pin::Pin, sync::Arc};

use axum::Router;
use tokio::net::TcpListener;

#[cfg(feature = "nats")]
use super::fabric;
#[cfg(feature = "tls")]
use super::tls;
use super::{
    App,
    accept::Door,
    driver::Driver,
    kept::Kept,
    process::{Encryption, Reach, announce, end_by_force, log_to_stderr, stop_signal},
    quota::Quota,
    record::{Recording, Run},
    replay::command::Command,
    socket::CLOSE_TIME,
    store::{self, Flush, Store},
};
use crate::{
    error::{Error, Result},
    protocol::limits::Limits,
    words::log,
};

/// The address of [`Serve::serve`](super::Serve::serve), unless `DASH_BIND` is set.
pub(super) const BIND: &str = "127.0.0.1:8050";

/// Puts something around all routes.
pub(super) type Wrap = Box<dyn FnOnce(Router) -> Router + Send>;

/// What the program decides about its server.
#[derive(Default)]
pub(super) struct Own {
    pub(super) bind: Option<String>,
    /// The path that a proxy passes on, without a slash at the end. Empty if there is none.
    pub(super) base: String,
    /// What the program reads of each client.
    pub(super) kept: Kept,
    /// Further routes, and what is around all of them.
    pub(super) routes: Vec<Router>,
    pub(super) wraps: Vec<Wrap>,
    /// Is told the address.
    pub(super) told: Option<Box<dyn FnOnce(SocketAddr) + Send>>,
    /// When the server ends.
    pub(super) stop: Option<Pin<Box<dyn Future<Output = ()> + Send>>>,
    /// Where the program keeps what outlives its process.
    pub(super) store: Option<store::Place>,
    /// How soon that survives a power failure.
    pub(super) flush: Flush,
    /// The file for the record of the run.
    pub(super) record: Option<Recording>,
    /// Whether the routes are mounted in an application, which may have users of its own.
    pub(super) is_mounted: bool,
    /// In a replay: the record.
    pub(super) run: Option<Run>,
    #[cfg(feature = "tls")]
    pub(super) tls: super::tls::Settings,
    /// Where relays find the program.
    #[cfg(feature = "nats")]
    pub(super) fabric: fabric::Settings,
}

/// The settings of features that the program may not have. Without the feature, one of them must not be ignored: the
/// server would take everybody in, not encrypt, or keep nothing.
const OF_FEATURES: [(&str, bool, &[&str]); 4] = [
    ("nats", cfg!(feature = "nats"), &["DASH_FABRIC", "DASH_FABRIC_DOMAIN", "DASH_FABRIC_CREDS", "DASH_FABRIC_CA"]),
    ("store", cfg!(feature = "store"), &["DASH_DATA"]),
    ("users", cfg!(feature = "users"), &["DASH_USERS"]),
    (
        "tls",
        cfg!(feature = "tls"),
        &["DASH_TLS_CERT", "DASH_TLS_KEY", "DASH_TLS_NAMES", "DASH_TLS_FOLDER", "DASH_HTTP_REDIRECT"],
    ),
];

/// The variables that are set for features that the program does not have.
pub(super) fn missing_features() -> Vec<String> {
    let missing = OF_FEATURES.into_iter().filter(|(_, has, _)| !has);
    let set = missing.flat_map(|(feature, _, variables)| variables.iter().map(move |variable| (feature, variable)));
    let set = set.filter(|(_, variable)| env::var_os(variable).is_some());
    set.map(|(feature, variable)| {
        format!("{variable} needs the feature `{feature}` of dash-devices, which this program does not have")
    })
    .collect()
}

/// The entries of an environment variable that is a list with commas.
pub(super) fn listed(variable: &str) -> Vec<String> {
    let list = env::var(variable).unwrap_or_default();
    list.split(',').filter(|one| !one.trim().is_empty()).map(str::to_owned).collect()
}

/// Reads a path such as `/lamp` or `lab/lamp/`. Returns it with a slash before each name. Empty for `/`.
///
/// # Errors
/// Why it is not one.
fn base_path(text: &str) -> Result<String, String> {
    let names: Vec<&str> = text.trim().trim_matches('/').split('/').collect();
    if names == [""] {
        return Ok(String::new());
    }
    let is_plain = |name: &&str| {
        let is_letter = |letter: u8| letter.is_ascii_alphanumeric() || b"-_.~".contains(&letter);
        !matches!(*name, "" | "." | "..") && name.bytes().all(is_letter)
    };
    if !names.iter().all(is_plain) {
        return Err(format!("`{text}` is not a path such as `/lamp`, of letters, digits, `-`, `_`, `.` and `~`"));
    }
    Ok(names.iter().flat_map(|name| ["/", name]).collect())
}

impl App {
    /// Sets other limits than the defaults.
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Also answers requests for this host name, such as `robot.local`, or for all names below one: `*.local`. A port or
    /// scheme in it is ignored. What is not a host name is an [`Error`] at the start. Requests for IP addresses and
    /// `localhost` are always answered. Requests for other names are refused, because a foreign website could let its own name point to
    /// this server (DNS rebinding).
    #[must_use]
    pub fn allow_host(mut self, name: &str) -> Self {
        self.hosts.allow_host(name);
        self
    }

    /// Lets pages of this origin use the socket and the HTTP service, such as `https://lab.example.org` if a proxy
    /// serves the page there.
    #[must_use]
    pub fn allow_origin(mut self, origin: &str) -> Self {
        self.hosts.allow_origin(origin);
        self
    }

    /// Lets pages of this origin show the dashboard in a frame, such as `http://homeassistant.local:8123`. Others may not,
    /// because a foreign page could place invisible controls under the pointer (clickjacking).
    #[must_use]
    pub fn allow_frame(mut self, origin: &str) -> Self {
        self.hosts.allow_frame(origin);
        self
    }

    /// Trusts a proxy in front of the server, by its address (`127.0.0.1`) or network (`172.16.0.0/12`). Only then the
    /// server reads `X-Forwarded-For`, `X-Forwarded-Host` and `X-Forwarded-Proto`, or `Forwarded` (RFC 7239): the address
    /// of a client is the one that the proxy names, for [`Client::address`](crate::client::Client::address) and for the
    /// limits of one address. A request with both kinds of headers is refused if they do not say the same, because the
    /// client may have sent one of them.
    #[must_use]
    pub fn trust_proxy(mut self, address: &str) -> Self {
        self.hosts.trust_proxy(address);
        self
    }

    /// Also answers below this path, such as `/lamp`, for a proxy that passes the path on. A proxy that takes it off needs
    /// no setting, because all addresses of a page are relative.
    #[must_use]
    pub fn base_path(mut self, path: &str) -> Self {
        match base_path(path) {
            Ok(path) => self.own.base = path,
            Err(why) => self.hosts.fault(why),
        }
        self
    }

    /// Keeps this header of each client's first socket for [`Client::header`](crate::client::Client::header), such as
    /// `X-Forwarded-User` of a proxy with a login.
    #[must_use]
    pub fn keep_header(mut self, name: &str) -> Self {
        if let Err(why) = self.own.kept.header(name) {
            self.hosts.fault(why);
        }
        self
    }

    /// Keeps this cookie of each client's first socket for [`Client::cookie`](crate::client::Client::cookie), such as the
    /// session of a login on the same host.
    #[must_use]
    pub fn keep_cookie(mut self, name: &str) -> Self {
        if let Err(why) = self.own.kept.cookie(name) {
            self.hosts.fault(why);
        }
        self
    }

    /// Adds routes of the program, such as a download. A route of the program replaces a page of the dashboard at the same
    /// path. The dashboard's checks apply: requests for other hosts are refused, and requests of foreign pages if their
    /// method is not `GET`, `HEAD` or `OPTIONS`. Responses get the dashboard's security headers, unless they have their own.
    ///
    /// ```text
    /// App::new::<Ui>(psu)?.routes(Router::new().route("/log.csv", get(csv))).serve().await
    /// ```
    #[must_use]
    pub fn routes(mut self, routes: Router) -> Self {
        self.own.routes.push(routes);
        self
    }

    /// Wraps all routes, also those of [`routes`](App::routes), for example in layers of `tower`. The check of hosts comes
    /// first.
    ///
    /// ```text
    /// App::new::<Ui>(psu)?.wrap(|router| router.layer(CompressionLayer::new())).serve().await
    /// ```
    #[must_use]
    pub fn wrap(mut self, wrap: impl FnOnce(Router) -> Router + Send + 'static) -> Self {
        self.own.wraps.push(Box::new(wrap));
        self
    }

    /// Calls `told` with the address when the server listens, instead of printing it.
    #[must_use]
    pub fn on_listen(mut self, told: impl FnOnce(SocketAddr) + Send + 'static) -> Self {
        self.own.told = Some(Box::new(told));
        self
    }

    /// [`serve`](App::serve) ends when `stop` completes, instead of on Ctrl-C and SIGTERM.
    #[must_use]
    pub fn stop_when(mut self, stop: impl Future<Output = ()> + Send + 'static) -> Self {
        self.own.stop = Some(Box::pin(stop));
        self
    }

    /// Listens on this address, such as `0.0.0.0:8050`. `DASH_BIND` overrides it.
    #[must_use]
    pub fn bind(mut self, address: &str) -> Self {
        self.own.bind = Some(address.to_owned());
        self
    }

    /// Keeps what has `#[keep]` in this directory, so that it is there again after a restart. The directory is made if it
    /// is missing, and one process at a time can use it. `DASH_DATA` overrides the path.
    #[cfg(feature = "store")]
    #[must_use]
    pub fn store(mut self, path: impl crate::into_value::IntoValue<std::path::PathBuf>) -> Self {
        self.own.store = Some(store::Place::Directory(path.into_value()));
        self
    }

    /// Like [`store`](App::store), in a store of the program's own, or in a
    /// [`MemoryStore`](crate::server::store::MemoryStore) for tests.
    #[must_use]
    pub fn store_in(mut self, store: impl Store) -> Self {
        self.own.store = Some(store::Place::Own(Box::new(store)));
        self
    }

    /// How long a power failure may take back what is kept in the store.
    #[must_use]
    pub fn store_flush(mut self, flush: Flush) -> Self {
        self.own.flush = flush;
        self
    }

    /// Records the run in this file: each change of what pages show, who came and went, and what each command wanted and
    /// became of it. `board replay run.ddlog`, with the program's own name, shows it again without the device:
    /// see [`App::open`]. `DASH_RECORD` overrides the path.
    ///
    /// ```text
    /// App::new::<Ui>(psu)?.record("run.ddlog").serve().await
    /// App::new::<Ui>(psu)?.record(Recording::new("run.ddlog").size(8 << 30)).serve().await
    /// ```
    ///
    /// All files together take at most 1 GiB, unless [`Recording::size`] says another number. A record that is there at the
    /// start becomes an older part: `run.ddlog.1`. With several devices, each has a file of its own: `run-door.ddlog`.
    ///
    /// The values of `#[secret]` components and those that only one client sees are not in the record, and neither are the
    /// bytes of pictures and files. Only the owner of the file can read it. It is an [`Error`] at the start if it cannot be
    /// written. A fault while the dashboard runs is in the log and in `/health`, and the dashboard goes on.
    #[must_use]
    pub fn record(mut self, recording: impl Into<Recording>) -> Self {
        self.own.record = Some(recording.into());
        self
    }

    /// Also serves the dashboard over relays, which find it by this name at this broker: `nats://host:4222`,
    /// `tls://user:password@host`, or several servers of it with commas between them. The name, such as `lab.rover-7`, has
    /// parts of letters, digits, `-` and `_` with dots between them. A second program with the same name is not served, and
    /// says so in its log and in `/health`. Without the broker, everything goes on at the own address.
    ///
    /// Whoever reaches a relay reaches the dashboard: see [`Relay`](super::Relay). `DASH_FABRIC`, such as
    /// `nats://host:4222/lab.rover-7`, overrides both.
    #[cfg(feature = "nats")]
    #[must_use]
    pub fn fabric(
        mut self,
        servers: impl crate::into_value::IntoValue<String>,
        name: impl crate::into_value::IntoValue<String>,
    ) -> Self {
        self.own.fabric.place = Some((servers.into_value(), name.into_value()));
        self
    }

    /// The JetStream domain of the broker of [`fabric`](App::fabric). It is needed if a leaf node of NATS is between the program
    /// and the broker that keeps what owners say. `DASH_FABRIC_DOMAIN` overrides it.
    #[cfg(feature = "nats")]
    #[must_use]
    pub fn fabric_domain(mut self, domain: impl crate::into_value::IntoValue<String>) -> Self {
        self.own.fabric.given.domain = Some(domain.into_value());
        self
    }

    /// Proves to the broker of [`fabric`](App::fabric) who this program is, with what is in this file: a line
    /// `user:password`, the seed of an NKey of a user, or the JWT and the key of a `.creds` file. So no password is in the
    /// address, which other programs of the machine may see. `DASH_FABRIC_CREDS` overrides the path.
    #[cfg(feature = "nats")]
    #[must_use]
    pub fn fabric_credentials(mut self, file: impl AsRef<std::path::Path>) -> Self {
        self.own.fabric.given.credentials = Some(file.as_ref().to_owned());
        self
    }

    /// Trusts a broker whose certificate is from the authorities in this file, in the PEM form, and from no other ones. The
    /// address of the broker begins with `tls://`. `DASH_FABRIC_CA` overrides the path.
    #[cfg(feature = "nats")]
    #[must_use]
    pub fn fabric_authority(mut self, file: impl AsRef<std::path::Path>) -> Self {
        self.own.fabric.given.authority = Some(file.as_ref().to_owned());
        self
    }

    /// Serves the dashboard alone, until Ctrl-C or SIGTERM, or until [`stop_when`](App::stop_when). Prints its address,
    /// or passes it to [`on_listen`](App::on_listen).
    ///
    /// `DASH_BIND` overrides the address. `DASH_HOSTS` adds host names, `DASH_ORIGINS` and `DASH_FRAMES` add origins, and
    /// `DASH_PROXIES` adds proxies, separated by commas. `DASH_BASE` overrides the [path](App::base_path). With the feature
    /// `store`, `DASH_DATA` names the directory of the store. With the feature
    /// `tls`, `DASH_TLS_CERT` and `DASH_TLS_KEY`, or `DASH_TLS_NAMES`, encrypt the connections. Unless the
    /// program has set up [`tracing`] itself, failed callbacks and other warnings are written to the standard error.
    /// `RUST_LOG` sets the level, such as `dash_runtime=debug`.
    ///
    /// The program ends within a second after the signal, even if a callback hangs. If `main` does not return in time
    /// because of such a callback, the process is terminated.
    ///
    /// # Errors
    /// If the server cannot listen on the address, or a setting such as an allowed host is not what it should be.
    pub async fn serve(mut self) -> Result<()> {
        self.access.read_environment();
        #[cfg(feature = "users")]
        if self.access.command().map_err(Error::users)? {
            return Ok(());
        }
        let command = Command::given().map_err(Error::command)?;
        if let Some(Command::Export(from, to)) = &command {
            return self.export_command(from, to);
        }
        let bind = env::var("DASH_BIND").ok().or_else(|| self.own.bind.take()).unwrap_or_else(|| BIND.to_owned());
        listed("DASH_HOSTS").iter().for_each(|name| self.hosts.allow_host(name));
        listed("DASH_ORIGINS").iter().for_each(|origin| self.hosts.allow_origin(origin));
        listed("DASH_FRAMES").iter().for_each(|origin| self.hosts.allow_frame(origin));
        listed("DASH_PROXIES").iter().for_each(|proxy| self.hosts.trust_proxy(proxy));
        if let Ok(path) = env::var("DASH_BASE") {
            self = self.base_path(&path);
        }
        missing_features().into_iter().for_each(|why| self.hosts.fault(why));
        #[cfg(feature = "store")]
        if let Some(path) = env::var_os("DASH_DATA") {
            self = self.store(path);
        }
        if let Some(path) = env::var_os("DASH_RECORD").filter(|path| !path.is_empty()) {
            self = self.record(std::path::PathBuf::from(path));
        }
        #[cfg(feature = "tls")]
        self.own.tls.read_environment();
        #[cfg(feature = "nats")]
        self.own.fabric.read_environment()?;
        if let Some(Command::Replay(path)) = &command {
            log_to_stderr();
            self = self.replaying(path)?;
        }
        let told = self.own.told.take();
        let reach = if self.access.is_open() { Reach::All } else { Reach::Login };
        let told = move |address, encrypted: &Encryption| match told {
            Some(told) => told(address),
            None => announce(address, reach, encrypted),
        };
        // A program that has its own end may go on after it.
        let is_all = self.own.stop.is_none();
        let stop = self.own.stop.take().unwrap_or_else(|| Box::pin(stop_signal()));
        log_to_stderr();
        let listener = TcpListener::bind(&bind).await.map_err(|source| Error::bind("DASH_BIND", bind, source))?;
        let address = listener.local_addr()?;
        if !self.run(listener, stop, |encrypted| told(address, encrypted)).await? && is_all {
            end_by_force();
        }
        Ok(())
    }

    #[cfg(feature = "mcap")]
    #[allow(clippy::print_stdout, reason = "a command answers the person at the terminal")]
    fn export_command(&self, from: &Path, to: &Path) -> Result<()> {
        println!("{}", self.export(from, to)?);
        Ok(())
    }

    #[cfg(not(feature = "mcap"))]
    #[allow(clippy::unused_self, reason = "it is used with the feature")]
    fn export_command(&self, _: &Path, _: &Path) -> Result<()> {
        Err(Error::command(
            "`export` needs the feature `mcap` of dash-devices, which this program does not have".to_owned(),
        ))
    }

    /// Serves the dashboard on `listener` until `stop` completes. Then it closes the sockets, waits for running
    /// callbacks (see [`Limits::shutdown`]), and drops the device.
    ///
    /// # Errors
    /// If the system has no random numbers, or a setting such as an allowed host is not what it should be.
    pub async fn serve_on(self, listener: TcpListener, stop: impl Future<Output = ()>) -> Result<()> {
        self.run(listener, stop, |_| ()).await.map(|_| ())
    }

    /// Serves the dashboard, and returns whether all callbacks have ended. Calls `started` when nothing can prevent the
    /// start any more.
    async fn run(
        mut self,
        listener: TcpListener,
        stop: impl Future<Output = ()>,
        started: impl FnOnce(&Encryption),
    ) -> Result<bool> {
        self = self.commanded()?;
        #[cfg_attr(not(feature = "tls"), allow(unused_mut, reason = "only TLS changes it"))]
        let mut encryption = Encryption::default();
        #[cfg(feature = "tls")]
        let (tls, plain) = self.open_tls(&mut encryption).await?;
        #[cfg(feature = "nats")]
        let relays = std::mem::take(&mut self.own.fabric).checked(self.access.is_open())?;
        let site = self.start()?;
        #[cfg(feature = "nats")]
        let page = fabric::OfPage {
            title: site.title(),
            watch: site.schema_of_watchers(),
            documents: site.schemas_of_documents(),
        };
        let (drivers, ending) = (site.drivers(), site.ending.clone());
        let (identity, writer, audit) = (Arc::clone(&site.identity), site.writer.clone(), site.audit.clone());
        let mut site = site;
        let records = std::mem::take(&mut site.records);
        let (limits, meter) = (site.limits.clone(), Arc::clone(&site.meter));
        let door = Door {
            limits: limits.clone(),
            connections: Arc::clone(&meter.connections),
            meter: Arc::clone(&meter),
            hosts: Arc::clone(&site.hosts),
            shutdown: ending.subscribe(),
            router: site.router(),
            #[cfg(feature = "tls")]
            tls: None,
        };
        #[cfg(feature = "nats")]
        let relays = match relays {
            Some(fabric) => Some(fabric.start(page, drivers.clone(), door.unencrypted()).await?),
            None => None,
        };
        started(&encryption);
        #[cfg(feature = "tls")]
        let served = tls::serve(listener, plain, door, tls);
        #[cfg(not(feature = "tls"))]
        let served = super::accept::serve(listener, door);
        tokio::select! {
            () = served => {}
            () = stop => {}
        }
        ending.send_replace(true);
        drivers.iter().for_each(Driver::cancel);
        let all_quiet = async {
            for driver in &drivers {
                driver.quiet().await;
            }
        };
        let quiet = tokio::time::timeout(limits.shutdown, all_quiet).await.is_ok();
        drivers.iter().for_each(Driver::close);
        if !quiet {
            log::warn(&"a callback is still running: the program ends without waiting for it");
        }
        if let Some(writer) = writer {
            writer.end().await;
        }
        if let Some(audit) = audit {
            audit.end().await;
        }
        for record in records {
            record.end().await;
        }
        wait_for_sockets(&meter.sockets).await;
        #[cfg(feature = "nats")]
        if let Some(task) = relays {
            // It has its own limit of time.
            let _ = task.await;
        }
        identity.release();
        Ok(quiet)
    }
}

/// Waits until the tasks of all sockets have sent their close frames and returned their places. The time for each is
/// limited.
async fn wait_for_sockets(sockets: &Quota) {
    if tokio::time::timeout(CLOSE_TIME * 2, sockets.at_most(0)).await.is_err() {
        tracing::debug!("a socket was not closed in time");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_base_path_is_read_as_people_write_it() {
        for (text, path) in [("/lamp", "/lamp"), ("lamp/", "/lamp"), ("/lab/lamp/", "/lab/lamp"), ("/", ""), ("", "")] {
            assert_eq!(base_path(text).as_deref(), Ok(path));
        }
        for bad in ["/a b", "/{lamp}", "/a//b", "/..", "/lamp?x", "http://robot.local/lamp", "/lämpchen"] {
            assert!(base_path(bad).is_err(), "{bad}");
        }
    }
}
