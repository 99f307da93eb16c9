//! The connection of a page without a WebSocket: events in one direction, requests in the other.

use std::net::SocketAddr;

use serde_json::{Value, json};

use super::{
    Heard,
    events::Events,
    http::{self, Request, Response},
};

/// Both halves.
pub(crate) struct Stream {
    address: SocketAddr,
    path: String,
    /// `None` before the hello, and after the page has left.
    events: Option<Events>,
    session: String,
}

impl Stream {
    pub(crate) fn new(address: SocketAddr, path: &str) -> Self {
        Self { address, path: path.to_owned(), events: None, session: String::new() }
    }

    /// Sends a frame of the page. The first is the hello.
    pub(crate) async fn say(&mut self, text: &str) {
        if self.events.is_some() {
            let answer = self.put(&[text]).await;
            assert_eq!(answer.status, 204, "{answer:?}");
            return;
        }
        let hello = Request::new("POST", &self.path).json(text);
        self.events = Some(Events::open(self.address, &hello).await.unwrap());
    }

    /// Sends frames of the page in one request.
    pub(crate) async fn put(&self, frames: &[&str]) -> Response {
        http::send(self.address, &self.request(&format!("[{}]", frames.join(",")))).await
    }

    /// A request that belongs to this stream.
    pub(crate) fn request(&self, body: &str) -> Request {
        let number = self.events.as_ref().and_then(|events| events.header("dash-stream")).expect("a number");
        let request = Request::new("PUT", &self.path).json(body);
        request.header("Dash-Session", &self.session).header("Dash-Stream", number)
    }

    /// The next message, or the end.
    pub(crate) async fn hear(&mut self) -> Heard {
        let Some(event) = self.events.as_mut().expect("an open stream").event().await else { return Heard::Gone };
        if let Some(data) = event.strip_prefix("event: close\ndata: ") {
            let close: Value = serde_json::from_str(data).unwrap();
            return Heard::Closed(u16::try_from(close["code"].as_u64().unwrap()).unwrap());
        }
        let frame: Value = serde_json::from_str(event.strip_prefix("data: ").unwrap()).unwrap();
        if frame["t"] == json!("welcome") {
            self.session = frame["session"].as_str().unwrap().to_owned();
        }
        Heard::Frame(frame)
    }

    /// The next message as it was sent: a frame, or a part of one.
    pub(crate) async fn text(&mut self) -> String {
        let event = self.events.as_mut().expect("an open stream").event().await.expect("an event");
        event.strip_prefix("data: ").expect("a frame").to_owned()
    }

    /// Closes the page's end.
    pub(crate) fn leave(&mut self) {
        self.events = None;
    }
}
