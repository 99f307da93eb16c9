//! A client that follows the protocol like the page's script: it sends the hello, numbers its commands and applies
//! updates.

use std::{collections::BTreeMap, net::SocketAddr, time::Instant};

use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;

use super::{Heard, Page, Socket, stream::Stream, within};

/// The outcome of a command.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Outcome {
    Applied,
    Accepted,
    Merged,
    Failed(String),
    Refused { kind: String, why: String },
    Expired,
    Unknown,
}

impl Outcome {
    fn of(outcome: &Value) -> Self {
        let text = |at: usize| outcome[at].as_str().unwrap_or_else(|| panic!("{outcome}")).to_owned();
        let rev = || assert!(outcome[2].is_u64(), "{outcome}");
        match outcome[1].as_u64().unwrap() {
            0 => (rev(), Self::Applied).1,
            1 => (rev(), Self::Accepted).1,
            2 => (rev(), Self::Merged).1,
            3 => Self::Failed(text(2)),
            4 => Self::Refused { kind: text(2), why: text(3) },
            5 => (text(2), Self::Expired).1,
            6 => (text(2), Self::Unknown).1,
            other => panic!("outcome {other}"),
        }
    }

    /// The reason of a refusal.
    pub(crate) fn kind(&self) -> &str {
        match self {
            Self::Refused { kind, .. } => kind,
            other => panic!("not refused: {other:?}"),
        }
    }
}

/// A picture that has come over the socket.
#[derive(Debug, PartialEq)]
pub(crate) struct Arrived {
    /// The line in front of the file.
    pub(crate) head: Value,
    pub(crate) file: Vec<u8>,
}

/// An open page.
pub(crate) struct Browser {
    pub(crate) address: SocketAddr,
    pub(crate) page: Page,
    pub(crate) socket: Socket,
    pub(crate) session: String,
    pub(crate) epoch: String,
    pub(crate) rev: u64,
    /// When it was last connected.
    pub(crate) welcomed: Instant,
    values: Vec<Value>,
    quality: BTreeMap<usize, String>,
    /// All outcomes that were received, in order.
    outcomes: BTreeMap<u64, Vec<Outcome>>,
    /// The number of the last command.
    pub(crate) last: u64,
    /// All updates as received.
    pub(crate) updates: Vec<Value>,
    /// All pictures as received.
    pub(crate) pictures: Vec<Arrived>,
    /// The parts of a picture that has not arrived completely.
    parts: Vec<u8>,
}

/// After this number of frames from a client without a pause, the server sends news (`FRAMES_BEFORE_NEWS` of its
/// socket).
const FRAMES_BEFORE_NEWS: usize = 64;

impl Browser {
    /// Opens the page's socket and sends the hello.
    pub(crate) async fn join(address: SocketAddr, page: Page) -> Self {
        let stream = TcpStream::connect(address).await.unwrap();
        stream.set_nodelay(true).unwrap();
        Self::join_over(stream, page).await
    }

    /// The same over this connection.
    pub(crate) async fn join_over(stream: TcpStream, page: Page) -> Self {
        Self::join_over_with(stream, page, &[]).await
    }

    /// The same, with these headers, whose names are in lower case.
    pub(crate) async fn join_over_with(stream: TcpStream, page: Page, headers: &[(&'static str, &str)]) -> Self {
        let address = stream.peer_addr().unwrap();
        let socket = Socket::over_with(stream, page.socket(), headers).await.unwrap();
        Self::join_through(address, socket, page).await
    }

    /// Sends the hello without a WebSocket.
    pub(crate) async fn join_by_request(address: SocketAddr, page: Page) -> Self {
        let socket = Socket::Stream(Stream::new(address, page.stream()));
        Self::join_through(address, socket, page).await
    }

    async fn join_through(address: SocketAddr, mut socket: Socket, page: Page) -> Self {
        socket.say(page.hello().to_string()).await;
        let welcome = socket.frame().await;
        assert_eq!((&welcome["t"], &welcome["last"]), (&json!("welcome"), &json!(0)));
        Self {
            address,
            session: welcome["session"].as_str().unwrap().to_owned(),
            epoch: welcome["epoch"].as_str().unwrap().to_owned(),
            rev: page.state["rev"].as_u64().unwrap(),
            welcomed: Instant::now(),
            values: page.state["values"].as_array().unwrap().clone(),
            quality: BTreeMap::new(),
            outcomes: BTreeMap::new(),
            last: 0,
            updates: Vec::new(),
            pictures: Vec::new(),
            parts: Vec::new(),
            socket,
            page,
        }
    }

    /// Drops the connection without a goodbye, and reconnects at the same position. Returns the welcome.
    pub(crate) async fn come_back(&mut self) -> Value {
        self.come_back_to(self.address).await
    }

    /// The same, to a restarted server.
    pub(crate) async fn come_back_to(&mut self, address: SocketAddr) -> Value {
        self.address = address;
        self.come_back_through(Socket::open(address, self.page.socket()).await).await
    }

    /// The same, without a WebSocket.
    pub(crate) async fn come_back_by_request(&mut self) -> Value {
        self.come_back_through(Socket::Stream(Stream::new(self.address, self.page.stream()))).await
    }

    async fn come_back_through(&mut self, socket: Socket) -> Value {
        self.resume_over(socket).await.expect("a welcome")
    }

    /// Reconnects over this socket. Returns the welcome, or nothing if the socket ends before it.
    pub(crate) async fn resume_over(&mut self, socket: Socket) -> Option<Value> {
        let mut hello = self.page.hello();
        hello["epoch"] = json!(self.epoch);
        hello["rev"] = json!(self.rev);
        hello["session"] = json!(self.session);
        self.greet_over(socket, &hello).await
    }

    /// Begins again with the same document, as another page. Returns the welcome, or nothing if the socket ends before it.
    #[allow(dead_code, reason = "only the tests of relays use it")]
    pub(crate) async fn begin_over(&mut self, socket: Socket) -> Option<Value> {
        let state = &self.page.state;
        self.epoch = state["epoch"].as_str().unwrap().to_owned();
        self.rev = state["rev"].as_u64().unwrap();
        self.values = state["values"].as_array().unwrap().clone();
        self.quality.clear();
        self.outcomes.clear();
        (self.session, self.last) = (String::new(), 0);
        let hello = self.page.hello();
        self.greet_over(socket, &hello).await
    }

    async fn greet_over(&mut self, socket: Socket, hello: &Value) -> Option<Value> {
        self.updates.clear();
        self.parts.clear();
        self.socket = socket;
        match &self.socket {
            Socket::Web(_) => self.socket.try_send(Message::text(hello.to_string())).await,
            Socket::Stream(_) => self.socket.say(hello.to_string()).await,
        }
        let Heard::Frame(welcome) = self.socket.hear().await else { return None };
        assert_eq!(welcome["t"], "welcome");
        self.welcomed = Instant::now();
        self.session = welcome["session"].as_str().unwrap().to_owned();
        if self.epoch != welcome["epoch"] {
            self.epoch = welcome["epoch"].as_str().unwrap().to_owned();
            self.rev = 0;
            // Numbers of commands begin again.
            self.outcomes.clear();
        }
        Some(welcome)
    }

    /// Sends a command for a property such as `slider.value`, and returns its number.
    pub(crate) async fn set(&mut self, prop: &str, value: impl Into<Value>) -> u64 {
        self.set_aged(prop, value, 0).await
    }

    /// The same, with an age in milliseconds.
    pub(crate) async fn set_aged(&mut self, prop: &str, value: impl Into<Value>, age: u64) -> u64 {
        self.last += 1;
        let mut command = json!({ "n": self.last, "p": self.page.number(prop), "v": value.into() });
        if age > 0 {
            command["a"] = json!(age);
        }
        self.socket.say(command.to_string()).await;
        self.last
    }

    /// Sets the property and waits for the final outcome.
    pub(crate) async fn outcome_of(&mut self, prop: &str, value: impl Into<Value>) -> Outcome {
        let number = self.set(prop, value).await;
        self.outcome(number).await
    }

    /// Sets the property, and asserts success.
    pub(crate) async fn apply(&mut self, prop: &str, value: impl Into<Value>) {
        assert_eq!(self.outcome_of(prop, value).await, Outcome::Applied, "{prop}");
    }

    /// Waits for the final outcome of a command.
    pub(crate) async fn outcome(&mut self, number: u64) -> Outcome {
        let last = |browser: &Self| browser.outcomes.get(&number).and_then(|all| all.last()).cloned();
        self.until(&format!("an outcome of {number}"), |browser| {
            last(browser).is_some_and(|outcome| outcome != Outcome::Accepted)
        })
        .await;
        last(self).unwrap()
    }

    /// All outcomes of a command so far.
    pub(crate) fn outcomes(&self, number: u64) -> &[Outcome] {
        self.outcomes.get(&number).map_or(&[], Vec::as_slice)
    }

    /// The value that this client has.
    pub(crate) fn value(&self, prop: &str) -> &Value {
        &self.values[self.page.number(prop)]
    }

    /// All values that this client has.
    pub(crate) fn values(&self) -> &[Value] {
        &self.values
    }

    /// Why the property is bad, or `None`.
    pub(crate) fn bad(&self, prop: &str) -> Option<&str> {
        self.quality.get(&self.page.number(prop)).map(String::as_str)
    }

    /// Waits until the property has this value.
    pub(crate) async fn sees(&mut self, prop: &str, value: impl Into<Value>) {
        let value = value.into();
        self.until(&format!("{prop} = {value}"), |browser| *browser.value(prop) == value).await;
    }

    /// Receives frames until the condition holds.
    pub(crate) async fn until(&mut self, what: &str, condition: impl Fn(&Self) -> bool) {
        within(what, async {
            while !condition(self) {
                self.receive().await;
            }
        })
        .await;
    }

    /// Asks for the next picture of a property, as a page that has drawn the last one.
    pub(crate) async fn ask_for_picture(&mut self, prop: &str) {
        let number = self.page.number(prop);
        let drawn = self.pictures.iter().rev().find(|picture| picture.head["p"] == number);
        let mut question = json!({ "t": "picture", "p": number });
        if let Some(drawn) = drawn {
            question["has"] = drawn.head["id"].clone();
        }
        self.socket.say(question.to_string()).await;
    }

    /// The next picture of a property that the page has asked for.
    pub(crate) async fn picture(&mut self) -> &Arrived {
        let before = self.pictures.len();
        self.until("a picture", |browser| browser.pictures.len() > before).await;
        &self.pictures[before]
    }

    /// Receives everything that the server has for this client now. It does not wait for running callbacks.
    pub(crate) async fn settle(&mut self) {
        let ping = r#"{"t":"ping"}"#;
        if let Socket::Web(_) = &self.socket {
            // Within this number of frames the server checks once for news, even without a notification.
            let pings = FRAMES_BEFORE_NEWS + 1;
            self.socket.say_at_once(std::iter::repeat_n(ping.to_owned(), pings)).await;
            for _ in 0..pings {
                while self.take().await["t"] != "pong" {}
            }
            return;
        }
        // After an answer the server checks for news.
        for _ in 0..2 {
            self.socket.say(ping).await;
            while self.take().await["t"] != "pong" {}
        }
    }

    /// Receives frames until the socket ends, and returns how it ended.
    pub(crate) async fn end(&mut self) -> Heard {
        loop {
            match self.hear().await {
                Heard::Frame(_) => {}
                end => return end,
            }
        }
    }

    /// Receives the next frame, or the end of the socket. Keeps the parts of pictures.
    pub(crate) async fn hear(&mut self) -> Heard {
        loop {
            match self.socket.hear().await {
                Heard::Part(part) => self.collect(&part),
                Heard::Frame(frame) => {
                    self.update(&frame);
                    return Heard::Frame(frame);
                }
                end => return end,
            }
        }
    }

    /// Receives the next frame and returns it.
    pub(crate) async fn take(&mut self) -> Value {
        loop {
            if let Some(frame) = self.receive().await {
                return frame;
            }
        }
    }

    /// Receives the next message. Returns it if it is a frame, and keeps it if it is a part of a picture.
    pub(crate) async fn receive(&mut self) -> Option<Value> {
        match self.socket.hear().await {
            Heard::Frame(frame) => {
                self.update(&frame);
                Some(frame)
            }
            Heard::Part(part) => {
                self.collect(&part);
                None
            }
            other => panic!("{other:?} instead of a frame"),
        }
    }

    fn collect(&mut self, part: &[u8]) {
        let (mark, bytes) = part.split_first().expect("a part has a mark");
        self.parts.extend_from_slice(bytes);
        match mark {
            b'+' => {}
            b'=' => {
                let whole = std::mem::take(&mut self.parts);
                let end = whole.iter().position(|byte| *byte == b'\n').expect("a line in front of the file");
                let head = serde_json::from_slice(&whole[..end]).unwrap();
                self.pictures.push(Arrived { head, file: whole[end + 1..].to_vec() });
            }
            other => panic!("a part with the mark {other}"),
        }
    }

    fn update(&mut self, frame: &Value) {
        let Some(rev) = frame["r"].as_u64() else { return };
        assert!(rev >= self.rev, "back from {} to {rev}", self.rev);
        let list = |key: &str| frame[key].as_array().into_iter().flatten();
        let number = |entry: &Value| usize::try_from(entry[0].as_u64().unwrap()).unwrap();
        for entry in list("p") {
            self.values[number(entry)] = entry[1].clone();
        }
        for entry in list("d") {
            let value = &mut self.values[number(entry)];
            entry[1].as_array().unwrap().iter().for_each(|operation| operate(value, operation));
        }
        for entry in list("s") {
            let items = entry[1].as_array().unwrap();
            let ring = self.values[number(entry)].as_array_mut().unwrap();
            if entry[2] == 1 {
                ring.clear();
            } else {
                assert!(!items.is_empty(), "{frame}");
            }
            ring.extend(items.iter().cloned());
        }
        for entry in list("q") {
            match entry[1].as_str() {
                Some(why) => self.quality.insert(number(entry), why.to_owned()),
                None => self.quality.remove(&number(entry)),
            };
        }
        for entry in list("a") {
            self.outcomes.entry(entry[0].as_u64().unwrap()).or_default().push(Outcome::of(entry));
        }
        self.rev = rev;
        self.updates.push(frame.clone());
    }
}

/// Applies an edit operation to a value.
fn operate(value: &mut Value, operation: &Value) {
    let operation = operation.as_array().unwrap();
    let at = |value: &Value| usize::try_from(value.as_u64().unwrap()).unwrap();
    let path: Vec<&Value> = operation[0].as_array().unwrap().iter().collect();
    let inner = |value, path: &[&Value]| {
        path.iter().fold(value, |value: &mut Value, step| match step.as_str() {
            Some(key) => value.get_mut(key).unwrap_or_else(|| panic!("no {key}")),
            None => value.get_mut(at(step)).unwrap_or_else(|| panic!("no {step}")),
        })
    };
    match (&operation[1..], &path[..]) {
        ([start, gone, items], path) => {
            let list = inner(value, path).as_array_mut().unwrap();
            list.splice(at(start)..at(start) + at(gone), items.as_array().unwrap().iter().cloned());
        }
        ([], [path @ .., key]) => {
            let object = inner(value, path).as_object_mut().unwrap();
            assert!(object.remove(key.as_str().unwrap()).is_some(), "no {key}");
        }
        ([new, ..], [path @ .., Value::String(key)]) => inner(value, path)[key.as_str()] = new.clone(),
        ([new, ..], path) => *inner(value, path) = new.clone(),
        _ => panic!("{operation:?}"),
    }
}
