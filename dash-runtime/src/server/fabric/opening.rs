//! A socket that the relay itself opens to a device.
//!
//! The request for the stream, the request that opens the socket in it, and what is said first on the socket are sent
//! together, so the first answer comes after one way there and back. The owner reads them one after the other. If it does not
//! open the socket, it does not read what is behind the request: no frame is the beginning of a request.

use axum::http::{HeaderMap, HeaderValue, Uri};
use bytes::{Buf as _, BytesMut};
use tokio::io::AsyncReadExt as _;

use super::{WATCHERS, forward::to_device, relaying::Relaying, stream::Stream, words::Name};
use crate::server::hosts::Asked;

/// The longest head of an answer. Those of owners have a few hundred bytes.
const HEAD: usize = 16 * 1024;
const END: &[u8] = b"\r\n\r\n";

/// Why there is no socket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unopened {
    /// The device cannot be reached, or is lost before it answers.
    Gone,
    /// The device does not open it.
    Refused,
}

/// An open socket, and what of it has been read already.
pub(super) type Socket = (Stream, BytesMut);

/// What is asked for with a socket.
pub(super) struct Ask<'a> {
    pub(super) name: &'a Name,
    /// The path and the query below the device.
    pub(super) path: &'a Uri,
    pub(super) asked: &'a Asked,
    /// The headers of the page.
    pub(super) headers: HeaderMap,
    /// What its hello means, if it is not simply that of the page.
    pub(super) meaning: Option<&'static str>,
}

impl Ask<'_> {
    /// Opens it, and says the frames `say` on it.
    ///
    /// # Errors
    /// If there is no socket. The device may have got what was said nevertheless.
    pub(super) async fn open(self, relaying: &Relaying, say: &[u8]) -> Result<Socket, Unopened> {
        let (name, asked) = (self.name, self.asked);
        let first = [&self.head()[..], say].concat();
        let mut stream = relaying.open_with(name, asked, &first).await.map_err(|_| Unopened::Gone)?;
        let mut read = BytesMut::new();
        loop {
            if let Some(end) = read.windows(END.len()).position(|bytes| bytes == END) {
                let is_open = read.starts_with(b"HTTP/1.1 101 ");
                read.advance(end + END.len());
                return if is_open { Ok((stream, read)) } else { Err(Unopened::Refused) };
            }
            if read.len() > HEAD {
                return Err(Unopened::Refused);
            }
            if !stream.read_buf(&mut read).await.is_ok_and(|count| count > 0) {
                return Err(Unopened::Gone);
            }
        }
    }

    /// The request.
    fn head(self) -> Vec<u8> {
        let Self { name, path, mut headers, meaning, .. } = self;
        to_device(&mut headers, name, true);
        if let Some(meaning) = meaning {
            headers.insert(WATCHERS, HeaderValue::from_static(meaning));
        }
        let path = path.path_and_query().map_or("/", |path| path.as_str());
        let mut head = format!("GET {path} HTTP/1.1\r\n").into_bytes();
        for (name, value) in &headers {
            // Neither can have the end of a line in it.
            for part in [name.as_str().as_bytes(), b": ", value.as_bytes(), b"\r\n"] {
                head.extend_from_slice(part);
            }
        }
        head.extend_from_slice(b"\r\n");
        head
    }
}
