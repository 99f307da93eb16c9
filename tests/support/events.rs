//! A client of server-sent events.

use std::net::SocketAddr;

use serde_json::Value;
use tokio::{
    io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader},
    net::TcpStream,
};

use super::{http::Request, within};

/// An open stream of events.
pub(crate) struct Events {
    stream: BufReader<TcpStream>,
    /// The received text that is not a whole event yet.
    rest: String,
    /// The id of the last event.
    pub(crate) id: String,
    /// The head of the response, in lower case.
    head: String,
}

impl Events {
    /// Sends the request and reads the head of the response. The error is its status.
    pub(crate) async fn open(address: SocketAddr, request: &Request) -> Result<Self, u16> {
        Self::over(TcpStream::connect(address).await.unwrap(), request).await
    }

    /// The same over this connection.
    pub(crate) async fn over(mut stream: TcpStream, request: &Request) -> Result<Self, u16> {
        let address = stream.peer_addr().unwrap();
        stream.write_all(request.bytes(address).as_bytes()).await.unwrap();
        let mut stream = BufReader::new(stream);
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            within("the head of an answer", stream.read_line(&mut head)).await.unwrap();
        }
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        if status != 200 {
            return Err(status);
        }
        let head = head.to_ascii_lowercase();
        assert!(head.contains("\r\ncontent-type: text/event-stream\r\n"), "{head}");
        assert!(head.contains("\r\ncache-control: no-store\r\n"), "{head}");
        Ok(Self { stream, rest: String::new(), id: String::new(), head })
    }

    /// A header of the response.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
    }

    /// The next event with an id. `None` at the end of the stream.
    pub(crate) async fn next(&mut self) -> Option<Value> {
        let event = self.event().await?;
        let (id, data) = event.split_once('\n').unwrap();
        self.id = id.strip_prefix("id: ").unwrap().to_owned();
        Some(serde_json::from_str(data.strip_prefix("data: ").unwrap()).unwrap())
    }

    /// The lines of the next event. `None` at the end of the stream.
    pub(crate) async fn event(&mut self) -> Option<String> {
        loop {
            let event = self.block().await?;
            if event != ":" {
                return Some(event);
            }
        }
    }

    /// Waits for this number of comments, which the server sends while there are no events.
    pub(crate) async fn is_alive(&mut self, comments: usize) {
        for _ in 0..comments {
            assert_eq!(self.block().await.as_deref(), Some(":"));
        }
    }

    /// The text before the next empty line: an event or a comment.
    async fn block(&mut self) -> Option<String> {
        loop {
            if let Some((block, rest)) = self.rest.split_once("\n\n") {
                let (block, rest) = (block.to_owned(), rest.to_owned());
                self.rest = rest;
                return Some(block);
            }
            let chunk = within("an event", self.chunk()).await?;
            self.rest.push_str(&chunk);
        }
    }

    /// One chunk of the body. `None` at its end.
    async fn chunk(&mut self) -> Option<String> {
        let mut size = String::new();
        self.stream.read_line(&mut size).await.ok()?;
        let size = usize::from_str_radix(size.trim(), 16).ok().filter(|size| *size > 0)?;
        let mut chunk = vec![0; size + 2];
        self.stream.read_exact(&mut chunk).await.ok()?;
        chunk.truncate(size);
        Some(String::from_utf8(chunk).unwrap())
    }
}
