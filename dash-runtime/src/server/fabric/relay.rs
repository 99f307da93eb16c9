//! A relay: a server without a device, and its settings.

use std::{
    env,
    net::SocketAddr,
    pin::Pin,
    sync::{Arc, Mutex},
};

use tokio::{net::TcpListener, sync::watch};

use super::{
    broker::{self, Broker},
    relaying::Relaying,
    routes::router,
    stream::Streams,
};
use crate::{
    error::{Error, Result},
    protocol::limits::Limits,
    server::{
        accept::{self, Door},
        assets, descriptors,
        hosts::Hosts,
        meter::Meter,
        process::{Encryption, announce, log_to_stderr, stop_signal},
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
    domain: Option<String>,
    bind: Option<String>,
    hosts: Hosts,
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
            domain: None,
            bind: None,
            hosts: Hosts::default(),
            limits: Limits::default(),
            told: None,
            stop: None,
        }
    }

    /// The JetStream domain of the broker, as [`App::fabric_domain`](crate::server::App::fabric_domain).
    /// `DASH_FABRIC_DOMAIN` overrides it.
    #[must_use]
    pub fn domain(mut self, domain: &str) -> Self {
        self.domain = Some(domain.to_owned());
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

    /// Serves until Ctrl-C or SIGTERM, or until [`stop_when`](Relay::stop_when). `DASH_BIND`, `DASH_HOSTS` and
    /// `DASH_PROXIES` are read as by [`App::serve`](crate::server::App::serve).
    ///
    /// # Errors
    /// If the relay cannot listen on the address, or a setting is not what it should be. A broker that is not there is no
    /// error: the relay tries again.
    pub async fn serve(mut self) -> Result<()> {
        serving::listed("DASH_HOSTS").iter().for_each(|name| self.hosts.allow_host(name));
        serving::listed("DASH_PROXIES").iter().for_each(|proxy| self.hosts.trust_proxy(proxy));
        if let Ok(domain) = env::var("DASH_FABRIC_DOMAIN") {
            self.domain = Some(domain);
        }
        let bind = env::var("DASH_BIND").ok().or_else(|| self.bind.take()).unwrap_or_else(|| BIND.to_owned());
        let told = self.told.take();
        let stop = self.stop.take().unwrap_or_else(|| Box::pin(stop_signal()));
        log_to_stderr();
        let listener = TcpListener::bind(&bind).await.map_err(|source| Error::bind("DASH_BIND", bind, source))?;
        let address = listener.local_addr()?;
        self.run(listener, stop, || match told {
            Some(told) => told(address),
            None => announce(address, true, &Encryption::default()),
        })
        .await
    }

    /// Serves on `listener` until `stop` completes.
    ///
    /// # Errors
    /// If a setting is not what it should be.
    pub async fn serve_on(self, listener: TcpListener, stop: impl Future<Output = ()>) -> Result<()> {
        self.run(listener, stop, || ()).await
    }

    async fn run(self, listener: TcpListener, stop: impl Future<Output = ()>, started: impl FnOnce()) -> Result<()> {
        let Self { servers, domain, hosts, limits, .. } = self;
        if !hosts.faults().is_empty() {
            return Err(Error::hosts(hosts.faults().to_vec()));
        }
        let servers = broker::servers(&servers).map_err(Error::fabric)?;
        broker::warn_of(&servers);
        let run = random_hex().map_err(Error::random)?;
        let domain = domain.as_deref().map(broker::domain).transpose().map_err(Error::fabric)?;
        let broker = Broker::connect(servers, domain, "dash-relay").await.map_err(Error::fabric)?;
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
        started();
        tokio::select! {
            () = accept::serve(listener, door) => {}
            () = stop => {}
        }
        ending.send_replace(true);
        task.abort();
        Ok(())
    }
}
