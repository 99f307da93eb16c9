//! One request to a device, over a stream of its own. The owner answers it like a request of its own server, and the answer
//! goes back as it is: documents, the script, sockets, event streams, files in both directions.
//!
//! A stream has one request, so nothing of one client can get into the request of another one.

use axum::{
    body::Body,
    http::{HeaderMap, HeaderName, HeaderValue, Request, Response, StatusCode, Uri, header},
};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::io::copy_bidirectional;

use super::{stream::Stream, words::Name};
use crate::server::page::Theme;

/// Headers of one connection. They are not passed on (RFC 9110, 7.6.1).
const OF_A_CONNECTION: [HeaderName; 7] = [
    header::CONNECTION,
    HeaderName::from_static("keep-alive"),
    HeaderName::from_static("proxy-connection"),
    header::TE,
    header::TRAILER,
    header::TRANSFER_ENCODING,
    header::UPGRADE,
];

/// The prefix with which browsers take a cookie only for the whole host.
const HOST: &str = "__Host-";

/// Sends the request over the stream. `path` is the path and the query below the device.
///
/// # Errors
/// If the stream ends before the answer begins.
pub(super) async fn forward(
    stream: Stream,
    name: &Name,
    path: Uri,
    mut request: Request<Body>,
) -> Result<Response<Body>, hyper::Error> {
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
    tokio::spawn(async move {
        if let Err(error) = connection.with_upgrades().await {
            tracing::debug!(%error, "a stream has ended");
        }
    });
    let wants_socket = is_socket(request.headers());
    let ours = wants_socket.then(|| hyper::upgrade::on(&mut request));
    *request.uri_mut() = path;
    let headers = request.headers_mut();
    OF_A_CONNECTION.iter().for_each(|name| _ = headers.remove(name));
    if wants_socket {
        headers.insert(header::CONNECTION, HeaderValue::from_static("upgrade"));
        headers.insert(header::UPGRADE, HeaderValue::from_static("websocket"));
    }
    cookies_to_device(headers, name);
    let mut response = sender.send_request(request).await?;
    cookies_of_device(response.headers_mut(), name);
    if response.status() == StatusCode::SWITCHING_PROTOCOLS
        && let Some(ours) = ours
    {
        let theirs = hyper::upgrade::on(&mut response);
        tokio::spawn(async move {
            if let Ok((ours, theirs)) = tokio::try_join!(ours, theirs) {
                // An error ends both, and the page connects again.
                let _ = copy_bidirectional(&mut TokioIo::new(ours), &mut TokioIo::new(theirs)).await;
            }
        });
        return Ok(response.map(|_| Body::empty()));
    }
    let headers = response.headers_mut();
    OF_A_CONNECTION.iter().for_each(|name| _ = headers.remove(name));
    Ok(response.map(Body::new))
}

/// Whether the request opens a WebSocket.
fn is_socket(headers: &HeaderMap) -> bool {
    headers.get(header::UPGRADE).is_some_and(|upgrade| upgrade.as_bytes().eq_ignore_ascii_case(b"websocket"))
}

/// The part of a cookie's name that says from which device it is.
fn mark(name: &Name) -> String {
    format!("d.{name}.")
}

/// Passes on only the cookies of this device, and the theme. All devices of a relay have one host, and no device must get
/// the login of another one.
fn cookies_to_device(headers: &mut HeaderMap, name: &Name) {
    let mark = mark(name);
    let lines: Vec<HeaderValue> = headers.get_all(header::COOKIE).iter().cloned().collect();
    let pairs = lines.iter().filter_map(|line| line.to_str().ok()).flat_map(|line| line.split(';')).map(str::trim);
    let own = pairs.filter_map(|pair| {
        if pair.split_once('=').is_some_and(|(name, _)| name == Theme::COOKIE) {
            return Some(pair.to_owned());
        }
        match pair.strip_prefix(HOST) {
            Some(rest) => Some(format!("{HOST}{}", rest.strip_prefix(mark.as_str())?)),
            None => Some(pair.strip_prefix(mark.as_str())?.to_owned()),
        }
    });
    let own = own.collect::<Vec<_>>().join("; ");
    headers.remove(header::COOKIE);
    // What is left of a header is a header.
    if let (false, Ok(own)) = (own.is_empty(), HeaderValue::try_from(own)) {
        headers.insert(header::COOKIE, own);
    }
}

/// Marks the cookies that the device sets.
fn cookies_of_device(headers: &mut HeaderMap, name: &Name) {
    let mark = mark(name);
    let set: Vec<HeaderValue> = headers.get_all(header::SET_COOKIE).iter().cloned().collect();
    headers.remove(header::SET_COOKIE);
    for cookie in set.iter().filter_map(|cookie| cookie.to_str().ok()) {
        let marked = match cookie.strip_prefix(HOST) {
            Some(rest) => format!("{HOST}{mark}{rest}"),
            None => format!("{mark}{cookie}"),
        };
        if let Ok(marked) = HeaderValue::try_from(marked) {
            headers.append(header::SET_COOKIE, marked);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(name: &HeaderName, values: &[&str]) -> HeaderMap {
        values.iter().map(|value| (name.clone(), HeaderValue::from_str(value).unwrap())).collect()
    }

    fn cookies(sent: &[&str]) -> Option<String> {
        let mut headers = headers(&header::COOKIE, sent);
        cookies_to_device(&mut headers, &Name::parse("lab.rover-7").unwrap());
        headers.get(header::COOKIE).map(|cookie| cookie.to_str().unwrap().to_owned())
    }

    #[test]
    fn s09_a_device_does_not_get_the_login_of_another_one() {
        for (sent, got) in [
            (&["d.lab.rover-7.sid=a"][..], Some("sid=a")),
            (&["__Host-d.lab.rover-7.sid=a; d.lab.rover-8.sid=b"], Some("__Host-sid=a")),
            (&["d.lab.rover-70.sid=b", "sid=c", "__Host-sid=d", "__Host-d.lab.sid=e"], None),
            (&["dash-theme=dark; d.lab.rover-7.sid=a=b"], Some("dash-theme=dark; sid=a=b")),
            (&["d.lab.rover-7=a", ""], None),
        ] {
            assert_eq!(cookies(sent).as_deref(), got, "{sent:?}");
        }
    }

    #[test]
    fn a_cookie_that_a_device_sets_comes_back_to_it_alone() {
        let name = Name::parse("lab.rover-7").unwrap();
        let mut headers = headers(&header::SET_COOKIE, &["__Host-sid=a; Path=/; Secure", "sid=b; Path=/"]);
        cookies_of_device(&mut headers, &name);
        let set: Vec<_> = headers.get_all(header::SET_COOKIE).iter().map(|cookie| cookie.to_str().unwrap()).collect();
        assert_eq!(set, ["__Host-d.lab.rover-7.sid=a; Path=/; Secure", "d.lab.rover-7.sid=b; Path=/"]);
        let back: Vec<_> = set.iter().map(|cookie| cookie.split(';').next().unwrap()).collect();
        assert_eq!(cookies(&[&back.join("; ")]).as_deref(), Some("__Host-sid=a; sid=b"));
    }
}
