//! A connection to a browser's own protocol: Chromium's, or WebDriver BiDi of Firefox. Both number their commands, and send
//! events between the answers.

use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::{WebSocketStream, tungstenite::Message};

pub(super) struct Wire {
    socket: WebSocketStream<TcpStream>,
    commands: u64,
    events: Vec<Value>,
}

impl Wire {
    /// Connects to this address, such as `127.0.0.1:9222`, and path.
    pub(super) async fn connect(address: &str, path: &str) -> Self {
        let stream = TcpStream::connect(address).await.unwrap();
        let (socket, _) = tokio_tungstenite::client_async(format!("ws://{address}{path}"), stream).await.unwrap();
        Self { socket, commands: 0, events: Vec::new() }
    }

    /// A command to the browser, and its result, or the answer that says why there is none.
    pub(super) async fn try_command(&mut self, method: &str, params: &Value) -> Result<Value, Value> {
        self.commands += 1;
        let command = json!({ "id": self.commands, "method": method, "params": params });
        self.socket.send(Message::text(command.to_string())).await.unwrap();
        loop {
            let message = self.socket.next().await.unwrap().unwrap();
            let Message::Text(text) = message else { continue };
            let mut answer: Value = serde_json::from_str(&text).unwrap();
            if answer["id"] == self.commands {
                return if answer["error"].is_null() { Ok(answer["result"].take()) } else { Err(answer) };
            }
            self.events.push(answer);
        }
    }

    /// A command to the browser, and its result.
    pub(super) async fn command(&mut self, method: &str, params: Value) -> Value {
        self.try_command(method, &params).await.unwrap_or_else(|answer| panic!("{method} {params}: {answer}"))
    }

    /// The events that came before the answers so far.
    pub(super) fn take_events(&mut self) -> Vec<Value> {
        std::mem::take(&mut self.events)
    }
}
