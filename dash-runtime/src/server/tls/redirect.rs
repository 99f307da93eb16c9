//! Plain HTTP leads to HTTPS. Only requests for this server's own names are answered, so that nobody can make the server
//! lead a browser elsewhere.

use std::{
    net::{IpAddr, SocketAddr},
    sync::Arc,
};

use axum::{
    Router,
    extract::{ConnectInfo, Request},
    http::{StatusCode, Uri, header, uri::Authority},
    response::{IntoResponse, Response},
};
use tower_service::Service as _;

use crate::server::hosts::{Asked, Hosts};

/// Where plain HTTP is spoken.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Plain {
    /// At this port, which also speaks TLS.
    Same(u16),
    /// At a port of its own. This one speaks TLS.
    Apart(u16),
}

/// Answers every request with the address of the same page with HTTPS. A trusted proxy may use plain HTTP for clients
/// whose own connections are encrypted: their requests go on to `routes`.
pub(crate) fn router(hosts: Arc<Hosts>, plain: Plain, routes: Router) -> Router {
    Router::new().fallback(move |request: Request| {
        let (hosts, mut routes) = (Arc::clone(&hosts), routes.clone());
        async move {
            let peer: Option<IpAddr> = request.extensions().get().map(|ConnectInfo::<SocketAddr>(peer)| peer.ip());
            let asked = match hosts.check_host(peer, false, request.headers(), request.uri()) {
                Ok(asked) => asked,
                Err(refused) => return refused.into_response(),
            };
            if asked.from_proxy && asked.encrypted == Some(true) {
                // The error type has no values.
                return routes.call(request).await.unwrap_or_else(|never| match never {});
            }
            answer(&asked, plain, request.uri())
        }
    })
}

fn answer(asked: &Asked, plain: Plain, uri: &Uri) -> Response {
    let path = uri.path_and_query().map_or("/", |path| path.as_str());
    // The target of `OPTIONS *` is no path.
    let path = if path.starts_with('/') { path } else { "/" };
    let to = format!("https://{}{path}", encrypted_host(&asked.host, plain));
    // A browser that keeps it would use HTTPS also when the server has none any more.
    let headers = [(header::LOCATION, to.as_str()), (header::CACHE_CONTROL, "no-store"), (header::CONNECTION, "close")];
    (StatusCode::PERMANENT_REDIRECT, headers, format!("this server speaks HTTPS: {to}\n")).into_response()
}

/// The host with the port that speaks TLS.
fn encrypted_host(asked: &str, plain: Plain) -> String {
    let named = asked.parse::<Authority>().ok();
    let host = named.as_ref().map_or(asked, Authority::host);
    match (plain, named.as_ref().and_then(Authority::port_u16)) {
        (Plain::Same(_), Some(port)) | (Plain::Same(port @ 80), None) => format!("{host}:{port}"),
        // Something in front of the server has another port, which is not known here, and most likely the usual one.
        (Plain::Same(_), None) | (Plain::Apart(443), _) => host.to_owned(),
        (Plain::Apart(port), _) => format!("{host}:{port}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_port_is_the_one_that_speaks_tls() {
        for (asked, plain, host) in [
            ("rover.local:8050", Plain::Same(8050), "rover.local:8050"),
            ("rover.local:9000", Plain::Same(8050), "rover.local:9000"),
            ("rover.local", Plain::Same(80), "rover.local:80"),
            ("rover.local", Plain::Same(8050), "rover.local"),
            ("[::1]:8050", Plain::Same(8050), "[::1]:8050"),
            ("rover.local", Plain::Apart(8050), "rover.local:8050"),
            ("rover.local:8080", Plain::Apart(443), "rover.local"),
            ("[fd00::7]:80", Plain::Apart(8443), "[fd00::7]:8443"),
            ("192.168.1.7", Plain::Apart(8443), "192.168.1.7:8443"),
        ] {
            assert_eq!(encrypted_host(asked, plain), host, "{asked} at {plain:?}");
        }
    }
}
