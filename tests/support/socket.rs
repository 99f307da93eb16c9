//! A WebSocket or its replacement, controlled by the test.

use std::net::SocketAddr;

use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::Value;
use tokio::net::TcpStream;
use tokio_tungstenite::{
    WebSocketStream, client_async,
    tungstenite::{self, Message, client::IntoClientRequest as _, http::HeaderValue},
};

use super::{stream::Stream, within};

/// An open socket.
pub(crate) enum Socket {
    Web(WebSocketStream<TcpStream>),
    /// The two halves of the connection of a page without a WebSocket.
    Stream(Stream),
}

/// What was received.
#[derive(Debug, PartialEq)]
pub(crate) enum Heard {
    /// A text frame.
    Frame(Value),
    /// A part of a picture.
    Part(Vec<u8>),
    /// A close frame with this code.
    Closed(u16),
    /// The connection ended without a close frame.
    Gone,
}

impl Heard {
    /// The reason in a refusal frame.
    pub(crate) fn refusal(&self) -> &str {
        match self {
            Self::Frame(frame) if frame["t"] == "refused" => {
                assert!(frame["why"].as_str().is_some_and(|why| !why.is_empty()), "{frame}");
                frame["kind"].as_str().unwrap()
            }
            other => panic!("not a refusal: {other:?}"),
        }
    }
}

impl Socket {
    /// Opens the socket at `path`.
    pub(crate) async fn open(address: SocketAddr, path: &str) -> Self {
        let stream = TcpStream::connect(address).await.unwrap();
        stream.set_nodelay(true).unwrap();
        Self::over(stream, path, None).await.unwrap()
    }

    /// Opens the socket over this connection, from a page of `origin`. The error is the status of the response.
    pub(crate) async fn over(stream: TcpStream, path: &str, origin: Option<&str>) -> Result<Self, u16> {
        let headers: Vec<_> = origin.into_iter().map(|origin| ("origin", origin)).collect();
        Self::over_with(stream, path, &headers).await
    }

    /// The same, with these headers, whose names are in lower case.
    pub(crate) async fn over_with(
        stream: TcpStream,
        path: &str,
        headers: &[(&'static str, &str)],
    ) -> Result<Self, u16> {
        let address = stream.peer_addr().unwrap();
        let mut request = format!("ws://{address}{path}").into_client_request().unwrap();
        for (name, value) in headers {
            request.headers_mut().insert(*name, HeaderValue::from_str(value).unwrap());
        }
        match within("the upgrade", client_async(request, stream)).await {
            Ok((stream, _)) => Ok(Self::Web(stream)),
            Err(tungstenite::Error::Http(response)) => Err(response.status().as_u16()),
            Err(error) => panic!("{error}"),
        }
    }

    pub(crate) async fn say(&mut self, text: impl Into<String>) {
        self.send(Message::text(text.into())).await;
    }

    pub(crate) async fn send(&mut self, message: Message) {
        match (self, message) {
            (Self::Web(stream), message) => within("the server to read", stream.send(message)).await.unwrap(),
            (Self::Stream(stream), Message::Text(text)) => stream.say(&text).await,
            (Self::Stream(stream), Message::Close(_)) => stream.leave(),
            (Self::Stream(_), other) => panic!("a stream has no {other:?}"),
        }
    }

    fn web(&mut self) -> &mut WebSocketStream<TcpStream> {
        match self {
            Self::Web(stream) => stream,
            Self::Stream(_) => panic!("not a WebSocket"),
        }
    }

    /// The stream, if this is not a WebSocket.
    pub(crate) fn stream(&self) -> &Stream {
        match self {
            Self::Stream(stream) => stream,
            Self::Web(_) => panic!("a WebSocket"),
        }
    }

    /// Sends without waiting for the other end to read, which may never happen.
    pub(crate) async fn try_send(&mut self, message: Message) {
        let _ = within("the server to read or close", self.web().send(message)).await;
    }

    /// Sends several frames in one write.
    pub(crate) async fn say_at_once(&mut self, texts: impl IntoIterator<Item = String>) {
        for text in texts {
            within("the server to read", self.web().feed(Message::text(text))).await.unwrap();
        }
        within("the server to read", self.web().flush()).await.unwrap();
    }

    /// The next message, or the end.
    pub(crate) async fn hear(&mut self) -> Heard {
        let web = match self {
            Self::Web(web) => web,
            Self::Stream(stream) => return stream.hear().await,
        };
        within("a frame", async {
            loop {
                return match web.next().await {
                    Some(Ok(Message::Text(text))) => Heard::Frame(serde_json::from_str(&text).unwrap()),
                    Some(Ok(Message::Binary(part))) => Heard::Part(part.to_vec()),
                    Some(Ok(Message::Close(frame))) => Heard::Closed(frame.map_or(1005, |frame| frame.code.into())),
                    Some(Ok(Message::Ping(_) | Message::Pong(_))) => continue,
                    Some(Ok(other)) => panic!("{other:?}"),
                    Some(Err(_)) | None => Heard::Gone,
                };
            }
        })
        .await
    }

    /// The next text message as it was sent: a frame, or a part of one.
    pub(crate) async fn text(&mut self) -> String {
        let web = match self {
            Self::Web(web) => web,
            Self::Stream(stream) => return stream.text().await,
        };
        within("a message", async {
            loop {
                match web.next().await {
                    Some(Ok(Message::Text(text))) => return text.to_string(),
                    Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                    other => panic!("{other:?} instead of a text"),
                }
            }
        })
        .await
    }

    /// The next frame.
    pub(crate) async fn frame(&mut self) -> Value {
        match self.hear().await {
            Heard::Frame(frame) => frame,
            other => panic!("{other:?} instead of a frame"),
        }
    }
}
