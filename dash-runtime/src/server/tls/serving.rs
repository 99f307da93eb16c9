//! Serving with TLS: the certificate is opened before the start, and plain HTTP leads to HTTPS.

use std::{path::Path, sync::Arc};

use tokio::net::TcpListener;

use super::{
    live::{Live, watch},
    redirect,
    settings::{Settings, Tls},
};
use crate::{
    error::{Error, Result},
    server::{
        App,
        accept::{self, Door},
        hosts::Hosts,
        process::Encryption,
    },
};

impl App {
    /// Reads or makes the certificate, and listens on the address for plain HTTP.
    pub(in crate::server) async fn open_tls(
        &mut self,
        encryption: &mut Encryption,
    ) -> Result<(Option<Arc<Live>>, Option<TcpListener>)> {
        let settings = std::mem::take(&mut self.own.tls);
        settings.start(&mut self.hosts, self.access.users_file(), encryption).await
    }
}

impl Settings {
    /// Reads or makes the certificate, allows its names, and listens on the address for plain HTTP. `users` is the users
    /// file, if there is one.
    pub(in crate::server) async fn start(
        self,
        hosts: &mut Hosts,
        users: Option<&Path>,
        encryption: &mut Encryption,
    ) -> Result<(Option<Arc<Live>>, Option<TcpListener>)> {
        self.host_names().iter().for_each(|name| hosts.allow_host(name));
        let Some(Tls { live, redirect }) = self.open(users).map_err(Error::tls)? else {
            return Ok((None, None));
        };
        let plain = match redirect {
            Some(address) => {
                let bound = TcpListener::bind(&address).await;
                Some(bound.map_err(|source| Error::bind("DASH_HTTP_REDIRECT", address, source))?)
            }
            None => None,
        };
        *encryption = Encryption {
            is_on: true,
            fingerprint: live.fingerprint(),
            plain: plain.as_ref().map(TcpListener::local_addr).transpose()?,
        };
        Ok((Some(live), plain))
    }
}

/// Serves `door` with TLS if there is a certificate, and what leads there at the address for plain HTTP.
pub(in crate::server) async fn serve(
    listener: TcpListener,
    plain: Option<TcpListener>,
    door: Door,
    tls: Option<Arc<Live>>,
) {
    let Some(live) = tls else { return accept::serve(listener, door).await };
    tokio::spawn(watch(Arc::clone(&live), door.shutdown.clone()));
    // The address was read before, so this does not fail.
    let port = listener.local_addr().map_or(443, |address| address.port());
    let leading = |plain| redirect::router(Arc::clone(&door.hosts), plain, door.router.clone());
    let apart = plain.map(|plain| {
        let router = leading(redirect::Plain::Apart(port));
        let (meter, connections) = (Arc::clone(&door.meter), Arc::clone(&door.connections));
        let (hosts, shutdown) = (Arc::clone(&door.hosts), door.shutdown.clone());
        accept::serve(
            plain,
            Door { router, limits: door.limits.clone(), meter, connections, hosts, shutdown, tls: None },
        )
    });
    let same = leading(redirect::Plain::Same(port));
    let encrypted = accept::serve(listener, Door { tls: Some((live, same)), ..door });
    match apart {
        // Both end with the server.
        Some(apart) => _ = tokio::join!(encrypted, apart),
        None => encrypted.await,
    }
}
