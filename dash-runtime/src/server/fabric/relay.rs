//! A relay: a server without a device, and its settings.

use std::{
    env,
    net::SocketAddr,
    path::Path,
    pin::Pin,
    sync::{Arc, Mutex},
};

use tokio::{net::TcpListener, sync::watch};

use super::{access::Given, broker::Broker, relaying::Relaying, routes::router, shared::Boards, stream::Streams};
#[cfg(not(feature = "tls"))]
use crate::server::accept;
#[cfg(feature = "tls")]
use crate::server::tls;
use crate::{
    error::{Error, Result},
    protocol::limits::Limits,
    server::{
        accept::Door,
        assets, descriptors,
        hosts::Hosts,
        meter::Meter,
        process::{Encryption, Reach, announce, log_to_stderr, stop_signal},
        random_hex,
        serving::{self, BIND},
    },
};

/// A server that has no device. It serves the pages of devices that are elsewhere, over a broker.
///
/// `/` lists the devices. The page of a device is at `/d/<name>/`. Logins and rights are those of the device.
///
/// ```text
/// Relay::new("nats://127.0.0.1:4222").allow_host("fleet.example.org").serve().await
/// ```
pub struct Relay {
    servers: String,
    given: Given,
    bind: Option<String>,
    hosts: Hosts,
    #[cfg(feature = "tls")]
    tls: tls::Settings,
    limits: Limits,
    told: Option<Box<dyn FnOnce(SocketAddr) + Send>>,
    stop: Option<Pin<Box<dyn Future<Output = ()> + Send>>>,
}

impl std::fmt::Debug for Relay {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The addresses may have passwords.
        f.debug_struct("Relay").field("limits", &self.limits).field("hosts", &self.hosts).finish_non_exhaustive()
    }
}

impl Relay {
    /// A relay that uses this broker: `nats://host:4222`, `tls://user:password@host`, or several servers of it with commas
    /// between them.
    pub fn new(servers: impl Into<String>) -> Self {
        Self {
            servers: servers.into(),
            given: Given::default(),
            bind: None,
            hosts: Hosts::default(),
            #[cfg(feature = "tls")]
            tls: tls::Settings::default(),
            limits: Limits::default(),
            told: None,
            stop: None,
        }
    }

    /// The JetStream domain of the broker, as [`App::fabric_domain`](crate::server::App::fabric_domain).
    /// `DASH_FABRIC_DOMAIN` overrides it.
    #[must_use]
    pub fn domain(mut self, domain: &str) -> Self {
        self.given.domain = Some(domain.to_owned());
        self
    }

    /// Proves to the broker who this relay is, as [`App::fabric_credentials`](crate::server::App::fabric_credentials).
    /// `DASH_FABRIC_CREDS` overrides the path.
    #[must_use]
    pub fn credentials(mut self, file: impl AsRef<Path>) -> Self {
        self.given.credentials = Some(file.as_ref().to_owned());
        self
    }

    /// Trusts these authorities for the broker, as [`App::fabric_authority`](crate::server::App::fabric_authority).
    /// `DASH_FABRIC_CA` overrides the path.
    #[must_use]
    pub fn authority(mut self, file: impl AsRef<Path>) -> Self {
        self.given.authority = Some(file.as_ref().to_owned());
        self
    }

    /// Encrypts the connections of browsers with this certificate and its key, as
    /// [`App::tls`](crate::server::App::tls). `DASH_TLS_CERT` and `DASH_TLS_KEY` override the paths. Needs the feature `tls`.
    #[cfg(feature = "tls")]
    #[must_use]
    pub fn tls(mut self, certificate: impl AsRef<Path>, key: impl AsRef<Path>) -> Self {
        self.tls.files(certificate.as_ref(), key.as_ref());
        self
    }

    /// Encrypts them with a certificate that the relay makes for these names, as
    /// [`App::tls_self_signed`](crate::server::App::tls_self_signed). It needs a [folder](Self::tls_folder).
    /// `DASH_TLS_NAMES` overrides the names. Needs the feature `tls`.
    #[cfg(feature = "tls")]
    #[must_use]
    pub fn tls_self_signed(mut self, names: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.tls.own(names.into_iter().map(Into::into));
        self
    }

    /// Keeps the certificate that the relay [makes](Self::tls_self_signed), and its key, in this folder. `DASH_TLS_FOLDER`
    /// overrides it. Needs the feature `tls`.
    #[cfg(feature = "tls")]
    #[must_use]
    pub fn tls_folder(mut self, folder: impl AsRef<Path>) -> Self {
        self.tls.keep_in(folder.as_ref());
        self
    }

    /// Also listens on this address for plain HTTP, and leads browsers from there to HTTPS, as
    /// [`App::redirect_http`](crate::server::App::redirect_http). `DASH_HTTP_REDIRECT` overrides it. Needs the feature `tls`.
    #[cfg(feature = "tls")]
    #[must_use]
    pub fn redirect_http(mut self, address: &str) -> Self {
        self.tls.redirect_from(address);
        self
    }

    /// Listens on this address, such as `0.0.0.0:8050`. `DASH_BIND` overrides it.
    #[must_use]
    pub fn bind(mut self, address: &str) -> Self {
        self.bind = Some(address.to_owned());
        self
    }

    /// Also answers requests for this host name, as [`App::allow_host`](crate::server::App::allow_host). The devices
    /// need not know it.
    #[must_use]
    pub fn allow_host(mut self, name: &str) -> Self {
        self.hosts.allow_host(name);
        self
    }

    /// Trusts a proxy in front of the relay, as [`App::trust_proxy`](crate::server::App::trust_proxy).
    #[must_use]
    pub fn trust_proxy(mut self, address: &str) -> Self {
        self.hosts.trust_proxy(address);
        self
    }

    /// Sets other limits on connections than the defaults. The limits on clients and values are those of the devices.
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Calls `told` with the address when the relay listens, instead of printing it.
    #[must_use]
    pub fn on_listen(mut self, told: impl FnOnce(SocketAddr) + Send + 'static) -> Self {
        self.told = Some(Box::new(told));
        self
    }

    /// [`serve`](Relay::serve) ends when `stop` completes, instead of on Ctrl-C and SIGTERM.
    #[must_use]
    pub fn stop_when(mut self, stop: impl Future<Output = ()> + Send + 'static) -> Self {
        self.stop = Some(Box::pin(stop));
        self
    }

    /// Serves until Ctrl-C or SIGTERM, or until [`stop_when`](Relay::stop_when). `DASH_BIND`, `DASH_HOSTS`, `DASH_PROXIES`,
    /// and with the feature `tls` those that begin with `DASH_TLS` and `DASH_HTTP_REDIRECT`, are read as by [`App::serve`](crate::server::App::serve).
    ///
    /// # Errors
    /// If the relay cannot listen on the address, or a setting is not what it should be. A broker that is not there is no
    /// error: the relay tries again.
    pub async fn serve(mut self) -> Result<()> {
        serving::listed("DASH_HOSTS").iter().for_each(|name| self.hosts.allow_host(name));
        serving::listed("DASH_PROXIES").iter().for_each(|proxy| self.hosts.trust_proxy(proxy));
        self.given.read_environment();
        serving::missing_features().into_iter().for_each(|why| self.hosts.fault(why));
        #[cfg(feature = "tls")]
        self.tls.read_environment();
        let bind = env::var("DASH_BIND").ok().or_else(|| self.bind.take()).unwrap_or_else(|| BIND.to_owned());
        let told = self.told.take();
        let stop = self.stop.take().unwrap_or_else(|| Box::pin(stop_signal()));
        log_to_stderr();
        let listener = TcpListener::bind(&bind).await.map_err(|source| Error::bind("DASH_BIND", bind, source))?;
        let address = listener.local_addr()?;
        self.run(listener, stop, |encryption| match told {
            Some(told) => told(address),
            None => announce(address, Reach::Relay, encryption),
        })
        .await
    }

    /// Serves on `listener` until `stop` completes.
    ///
    /// # Errors
    /// If a setting is not what it should be.
    pub async fn serve_on(self, listener: TcpListener, stop: impl Future<Output = ()>) -> Result<()> {
        self.run(listener, stop, |_| ()).await
    }

    async fn run(
        #[cfg_attr(not(feature = "tls"), allow(unused_mut, reason = "only TLS changes it"))] mut self,
        listener: TcpListener,
        stop: impl Future<Output = ()>,
        started: impl FnOnce(&Encryption),
    ) -> Result<()> {
        #[cfg_attr(not(feature = "tls"), allow(unused_mut, reason = "only TLS changes it"))]
        let mut encryption = Encryption::default();
        #[cfg(feature = "tls")]
        let (tls, plain) = std::mem::take(&mut self.tls).start(&mut self.hosts, None, &mut encryption).await?;
        let Self { servers, given, hosts, limits, .. } = self;
        if !hosts.faults().is_empty() {
            return Err(Error::hosts(hosts.faults().to_vec()));
        }
        let access = given.checked(&servers).map_err(Error::fabric)?;
        let run = random_hex().map_err(Error::random)?;
        let broker = Broker::connect(&access, "dash-relay").await.map_err(Error::fabric)?;
        let limits = descriptors::fitted(limits);
        let (meter, ending) = (Arc::new(Meter::of(&limits)), watch::Sender::new(false));
        let (streams, outgoing) = Streams::new();
        broker.send(outgoing);
        let relaying = Arc::new(Relaying {
            broker,
            streams,
            link: Mutex::new(None),
            directory: Mutex::default(),
            cache: Mutex::default(),
            boards: Boards::default(),
            limits: limits.clone(),
            meter: Arc::clone(&meter),
            style: assets::relay_style(),
            script: assets::relay_script(),
            run,
            changes: watch::Sender::new(0),
            ending: ending.subscribe(),
        });
        let task = tokio::spawn(Arc::clone(&relaying).keep());
        let hosts = Arc::new(hosts);
        let door = Door {
            router: router(relaying, Arc::clone(&hosts)),
            limits,
            connections: Arc::clone(&meter.connections),
            meter,
            hosts,
            shutdown: ending.subscribe(),
            #[cfg(feature = "tls")]
            tls: None,
        };
        started(&encryption);
        #[cfg(feature = "tls")]
        let served = tls::serve(listener, plain, door, tls);
        #[cfg(not(feature = "tls"))]
        let served = accept::serve(listener, door);
        tokio::select! {
            () = served => {}
            () = stop => {}
        }
        ending.send_replace(true);
        task.abort();
        Ok(())
    }
}
