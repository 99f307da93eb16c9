//! One request to a device, over a stream of its own. The owner answers it like a request of its own server, and the answer
//! goes back as it is: documents, the script, sockets, event streams, files in both directions.
//!
//! A stream has one request, so nothing of one client can get into the request of another one.

use axum::{
    body::Body,
    http::{HeaderMap, HeaderName, HeaderValue, Request, Response, StatusCode, Uri, header},
};
use bytes::Bytes;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::{
    io::{AsyncRead, AsyncWrite, AsyncWriteExt as _, copy, split},
    time::sleep,
};

use super::{WATCHERS, stream::Stream, words::Name};
use crate::server::{page::Theme, socket::CLOSE_TIME};

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

/// What a device may not say about the host of the relay, which it shares with other devices: that its service worker may
/// have the pages of all of them, that the browser forgets the logins at all of them, that it comes only with TLS or to
/// another port, or that it reports to somebody which pages of others were visited.
const OF_THE_WHOLE_HOST: [HeaderName; 9] = [
    HeaderName::from_static("service-worker-allowed"),
    HeaderName::from_static("clear-site-data"),
    header::STRICT_TRANSPORT_SECURITY,
    header::ALT_SVC,
    HeaderName::from_static("nel"),
    HeaderName::from_static("report-to"),
    HeaderName::from_static("reporting-endpoints"),
    HeaderName::from_static("origin-agent-cluster"),
    HeaderName::from_static("accept-ch"),
];

/// The prefix with which browsers take a cookie only for the whole host.
const HOST: &str = "__Host-";

/// Makes the headers of a request those that a device gets.
pub(super) fn to_device(headers: &mut HeaderMap, name: &Name, wants_socket: bool) {
    OF_A_CONNECTION.iter().for_each(|name| _ = headers.remove(name));
    headers.remove(WATCHERS);
    if wants_socket {
        headers.insert(header::CONNECTION, HeaderValue::from_static("upgrade"));
        headers.insert(header::UPGRADE, HeaderValue::from_static("websocket"));
    }
    cookies_to_device(headers, name);
}

/// Whether the request says nothing to the device about who sends it.
pub(super) fn is_of_anybody(headers: &HeaderMap, name: &Name) -> bool {
    let mut own = HeaderMap::new();
    headers.get_all(header::COOKIE).iter().for_each(|line| _ = own.append(header::COOKIE, line.clone()));
    cookies_to_device(&mut own, name);
    let is_theme = |line: &HeaderValue| {
        let pairs = line.to_str().map(|line| line.split(';').map(str::trim).collect::<Vec<_>>()).unwrap_or_default();
        pairs.iter().all(|pair| pair.split_once('=').is_some_and(|(name, _)| name == Theme::COOKIE))
    };
    !headers.contains_key(header::AUTHORIZATION) && own.get_all(header::COOKIE).iter().all(is_theme)
}

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
    to_device(request.headers_mut(), name, wants_socket);
    let mut response = sender.send_request(request).await?;
    answer_of_device(response.headers_mut(), name);
    if response.status() == StatusCode::SWITCHING_PROTOCOLS
        && let Some(ours) = ours
    {
        let theirs = hyper::upgrade::on(&mut response);
        tokio::spawn(async move {
            if let Ok((ours, theirs)) = tokio::try_join!(ours, theirs) {
                let (from_page, to_page) = split(TokioIo::new(ours));
                let (from_device, to_device) = split(TokioIo::new(theirs));
                pass_on(Way::new(from_page, to_device), Way::new(from_device, to_page)).await;
            }
        });
        return Ok(response.map(|_| Body::empty()));
    }
    let headers = response.headers_mut();
    OF_A_CONNECTION.iter().for_each(|name| _ = headers.remove(name));
    Ok(response.map(Body::new))
}

/// One direction of a socket that is passed on.
pub(super) struct Way<R, W> {
    /// What has been read already.
    pub(super) before: Vec<Bytes>,
    reader: R,
    writer: W,
}

impl<R: AsyncRead + Unpin, W: AsyncWrite + Unpin> Way<R, W> {
    pub(super) const fn new(reader: R, writer: W) -> Self {
        Self { before: Vec::new(), reader, writer }
    }

    /// Until the reader ends or an end is lost.
    async fn pass(mut self) -> std::io::Result<()> {
        for bytes in self.before {
            self.writer.write_all(&bytes).await?;
        }
        self.writer.flush().await?;
        copy(&mut self.reader, &mut self.writer).await?;
        self.writer.shutdown().await
    }
}

/// Passes bytes on between a page and a device, until one of them ends. The page connects again then.
pub(super) async fn pass_on<R, W, S, T>(up: Way<R, W>, down: Way<S, T>)
where
    R: AsyncRead + Unpin,
    W: AsyncWrite + Unpin,
    S: AsyncRead + Unpin,
    T: AsyncWrite + Unpin,
{
    let up = async {
        let _ = up.pass().await;
        // The device may have said why it has closed the socket.
        sleep(CLOSE_TIME).await;
    };
    tokio::select! {
        _ = down.pass() => {}
        () = up => {}
    }
}

/// Whether the request opens a WebSocket.
pub(super) fn is_socket(headers: &HeaderMap) -> bool {
    headers.get(header::UPGRADE).is_some_and(|upgrade| upgrade.as_bytes().eq_ignore_ascii_case(b"websocket"))
}

/// The part of a cookie's name that says from which device it is. It ends with a letter that cookies may have in their
/// names and devices may not, so no mark is the beginning of another one.
fn mark(name: &Name) -> String {
    format!("d.{name}!")
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

/// Lets the device say only what is about itself.
fn answer_of_device(headers: &mut HeaderMap, name: &Name) {
    OF_THE_WHOLE_HOST.iter().for_each(|name| _ = headers.remove(name));
    cookies_of_device(headers, name);
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
    use proptest::prelude::*;

    use super::*;

    fn headers(name: &HeaderName, values: &[&str]) -> HeaderMap {
        values.iter().map(|value| (name.clone(), HeaderValue::from_str(value).unwrap())).collect()
    }

    fn cookies(sent: &[&str]) -> Option<String> {
        cookies_for(&Name::parse("lab.rover-7").unwrap(), sent)
    }

    fn cookies_for(name: &Name, sent: &[&str]) -> Option<String> {
        let mut headers = headers(&header::COOKIE, sent);
        cookies_to_device(&mut headers, name);
        headers.get(header::COOKIE).map(|cookie| cookie.to_str().unwrap().to_owned())
    }

    /// The cookie as the browser sends it back, after this device has set it.
    fn set_by(name: &Name, cookie: &str) -> String {
        let mut headers = headers(&header::SET_COOKIE, &[&format!("{cookie}; Path=/")]);
        cookies_of_device(&mut headers, name);
        headers[header::SET_COOKIE].to_str().unwrap().split(';').next().unwrap().to_owned()
    }

    /// Fault: names have dots, and a dot was also the end of the mark. So `lab` got the login of `lab.rover-7`.
    #[test]
    fn s09_a_device_does_not_get_the_login_of_a_device_whose_name_begins_with_its_own() {
        let (lab, rover) = (Name::parse("lab").unwrap(), Name::parse("lab.rover-7").unwrap());
        for cookie in ["__Host-dash-login=secret", "dash-login-8050=secret"] {
            assert_eq!(cookies_for(&lab, &[&set_by(&rover, cookie)]), None);
            assert_eq!(cookies_for(&rover, &[&set_by(&lab, cookie)]), None);
        }
        // Nor what a device names like the part of a name.
        assert_eq!(cookies_for(&rover, &[&set_by(&lab, "rover-7!sid=forged")]), None);
    }

    /// Fault: a hostile device could serve a worker that has the pages of all devices, or clear all logins.
    #[test]
    fn s09_a_device_says_nothing_about_the_whole_host_of_a_relay() {
        let mut headers = headers(&header::SET_COOKIE, &["sid=a"]);
        let of_the_host = [
            ("service-worker-allowed", "/"),
            ("clear-site-data", "\"*\""),
            ("clear-site-data", "\"cookies\""),
            ("strict-transport-security", "max-age=63072000; includeSubDomains"),
            ("alt-svc", "h3=\"elsewhere.example:443\""),
            ("report-to", "{\"group\":\"all\"}"),
            ("nel", "{\"report_to\":\"all\",\"success_fraction\":1}"),
        ];
        for (name, value) in of_the_host {
            headers.append(name, HeaderValue::from_static(value));
        }
        answer_of_device(&mut headers, &Name::parse("lab").unwrap());
        let left: Vec<_> = headers.iter().map(|(name, value)| (name.as_str(), value.to_str().unwrap())).collect();
        assert_eq!(left, [("set-cookie", "d.lab!sid=a")]);
    }

    proptest! {
        /// The names are alike, with a short alphabet, so that many are the beginning of another one.
        #[test]
        fn s09_a_cookie_comes_back_to_the_device_that_has_set_it_and_to_no_other_one(
            one in "[ab-]{1,2}(\\.[ab-]{1,2}){0,2}",
            more in "(\\.?[ab-]{1,2}){0,2}",
            cookie in "(__Host-)?(d\\.)?[ab.!-]{1,6}=[a-z]{0,3}",
        ) {
            let other = Name::parse(&format!("{one}{more}")).unwrap();
            let one = Name::parse(&one).unwrap();
            for (setter, reader) in [(&one, &other), (&other, &one), (&one, &one)] {
                let back = cookies_for(reader, &[&set_by(setter, &cookie)]);
                prop_assert_eq!(back, (setter == reader).then(|| cookie.clone()));
            }
        }
    }

    #[test]
    fn s09_a_device_does_not_get_the_login_of_another_one() {
        for (sent, got) in [
            (&["d.lab.rover-7!sid=a"][..], Some("sid=a")),
            (&["__Host-d.lab.rover-7!sid=a; d.lab.rover-8!sid=b"], Some("__Host-sid=a")),
            (&["d.lab.rover-70!sid=b", "sid=c", "__Host-sid=d", "__Host-d.lab!sid=e"], None),
            (&["dash-theme=dark; d.lab.rover-7!sid=a=b"], Some("dash-theme=dark; sid=a=b")),
            (&["d.lab.rover-7=a", "d.lab.rover-7.sid=a", ""], None),
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
        assert_eq!(set, ["__Host-d.lab.rover-7!sid=a; Path=/; Secure", "d.lab.rover-7!sid=b; Path=/"]);
        let back: Vec<_> = set.iter().map(|cookie| cookie.split(';').next().unwrap()).collect();
        assert_eq!(cookies(&[&back.join("; ")]).as_deref(), Some("__Host-sid=a; sid=b"));
    }
}
