//! HTTP/1.1 as bytes, because the tests send what a library would forbid, such as two `Host` headers.

use std::{fmt::Write as _, io::Read as _, net::SocketAddr};

use flate2::read::GzDecoder;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpSocket, TcpStream},
};

use super::within;

/// A request.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    method: String,
    path: String,
    headers: Vec<(String, String)>,
    host: bool,
    body: String,
}

impl Request {
    pub(crate) fn get(path: &str) -> Self {
        Self::new("GET", path)
    }

    pub(crate) fn new(method: &str, path: &str) -> Self {
        Self { method: method.to_owned(), path: path.to_owned(), headers: Vec::new(), host: true, body: String::new() }
    }

    /// A request to open the socket, as a browser sends it.
    pub(crate) fn upgrade(path: &str) -> Self {
        Self::get(path)
            .header("Upgrade", "websocket")
            .header("Connection", "Upgrade")
            .header("Sec-WebSocket-Version", "13")
            .header("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==")
    }

    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Adds a JSON body.
    pub(crate) fn json(self, body: impl ToString) -> Self {
        self.header("Content-Type", "application/json").body(body)
    }

    /// Adds a body with any content.
    pub(crate) fn body(mut self, body: impl ToString) -> Self {
        self.body = body.to_string();
        let length = self.body.len().to_string();
        self.header("Content-Length", &length)
    }

    /// Replaces the `Host` header of the address. Two calls send both.
    pub(crate) fn host(mut self, value: &str) -> Self {
        self.host = false;
        self.header("Host", value)
    }

    pub(crate) fn without_host(mut self) -> Self {
        self.host = false;
        self
    }

    pub(crate) fn bytes(&self, address: SocketAddr) -> String {
        let mut text = format!("{} {} HTTP/1.1\r\n", self.method, self.path);
        if self.host {
            let _ = write!(text, "Host: {address}\r\n");
        }
        if !self.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("connection")) {
            text.push_str("Connection: close\r\n");
        }
        for (name, value) in &self.headers {
            let _ = write!(text, "{name}: {value}\r\n");
        }
        text.push_str("\r\n");
        text.push_str(&self.body);
        text
    }
}

/// A response.
#[derive(Debug)]
pub(crate) struct Response {
    pub(crate) status: u16,
    headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Response {
    pub(crate) fn parse(bytes: &[u8]) -> Self {
        let end = bytes.windows(4).position(|window| window == b"\r\n\r\n").expect("an end of the headers");
        let head = std::str::from_utf8(&bytes[..end]).unwrap();
        let mut lines = head.split("\r\n");
        let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
        let headers = lines
            .map(|line| line.split_once(": ").unwrap())
            .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
            .collect();
        Self { status, headers, body: bytes[end + 4..].to_vec() }
    }

    /// The only header of this name.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut found = self.headers.iter().filter(|(other, _)| other == name);
        let value = found.next().map(|(_, value)| value.as_str());
        assert!(found.next().is_none(), "{name} twice");
        value
    }

    /// The cookie that the answer sets whose name contains this, with its attributes.
    pub(crate) fn cookie(&self, name: &str) -> Option<&str> {
        let set = self.headers.iter().filter(|(header, _)| header == "set-cookie");
        set.map(|(_, cookie)| cookie.as_str())
            .find(|cookie| cookie.split('=').next().is_some_and(|it| it.contains(name)))
    }

    pub(crate) fn has_headers_like(&self, beginning: &str) -> bool {
        self.headers.iter().any(|(name, _)| name.starts_with(beginning))
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.body.clone()).unwrap()
    }

    pub(crate) fn gunzipped(&self) -> String {
        let mut text = String::new();
        GzDecoder::new(&*self.body).read_to_string(&mut text).unwrap();
        text
    }
}

/// Sends the request on a separate connection, and reads the whole response.
pub(crate) async fn send(address: SocketAddr, request: &Request) -> Response {
    send_over(TcpStream::connect(address).await.unwrap(), request).await
}

/// The same on this connection.
pub(crate) async fn send_over(mut stream: TcpStream, request: &Request) -> Response {
    within(&format!("an answer to {request:?}"), async {
        let address = stream.peer_addr().unwrap();
        stream.write_all(request.bytes(address).as_bytes()).await.unwrap();
        Response::parse(&read_answer(&mut stream).await)
    })
    .await
}

/// Connects from this address of the loopback network, such as `127.0.0.2`.
pub(crate) async fn connect_from(from: &str, address: SocketAddr) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind(SocketAddr::new(from.parse().unwrap(), 0)).unwrap();
    let stream = socket.connect(address).await.unwrap();
    stream.set_nodelay(true).unwrap();
    stream
}

/// Reads to the end of the connection, to the end of the head if it switches protocols, or to the announced length.
async fn read_answer(stream: &mut TcpStream) -> Vec<u8> {
    let (mut bytes, mut whole) = (Vec::new(), None);
    loop {
        let mut chunk = vec![0; 64 * 1024];
        let count = stream.read(&mut chunk).await.unwrap();
        bytes.extend_from_slice(&chunk[..count]);
        whole = whole.or_else(|| length(&bytes));
        if count == 0 || whole.is_some_and(|whole| bytes.len() >= whole) {
            return bytes;
        }
    }
}

/// The length of a response whose head is there. `None` if it ends with the connection.
fn length(bytes: &[u8]) -> Option<usize> {
    let end = bytes.windows(4).position(|window| window == b"\r\n\r\n")?;
    if bytes.starts_with(b"HTTP/1.1 101 ") {
        return Some(end + 4);
    }
    let announced = Response::parse(bytes).header("content-length")?.parse::<usize>().ok()?;
    Some(end + 4 + announced)
}
