//! The driver: SCPI over a serial line.
//!
//! A query waits for its answer. A command has none, so it can be sent at any time, also while an answer is awaited: that
//! is what the stop does.

use std::{fmt, io, sync::Arc, time::Duration};

use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader, ReadHalf, WriteHalf, split},
    runtime::Handle,
    sync::Mutex,
    time::timeout,
};
use tokio_serial::SerialStream;

/// How long an answer may take.
const ANSWER: Duration = Duration::from_secs(3);

/// How long the operating system may take to accept a line.
const WRITE: Duration = Duration::from_millis(200);

/// Why the supply did not do what it was asked to.
#[derive(Debug)]
pub(crate) enum BusError {
    /// The line is broken.
    Line(io::Error),
    /// There was no answer in time.
    Silent(String),
    /// The answer is not what was asked for.
    Garbled { query: String, answer: String },
    /// The supply refused the command, with its own words.
    Refused(String),
}

impl fmt::Display for BusError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Line(error) => write!(f, "the serial line is broken: {error}"),
            Self::Silent(query) => write!(f, "no answer to {query} within {} s", ANSWER.as_secs()),
            Self::Garbled { query, answer } => write!(f, "{answer:?} is no answer to {query}"),
            Self::Refused(words) => write!(f, "the supply refused it: {words}"),
        }
    }
}

impl std::error::Error for BusError {}

impl From<io::Error> for BusError {
    fn from(error: io::Error) -> Self {
        Self::Line(error)
    }
}

/// Told of each line that is sent (`>`) and received (`<`).
type Trace = Arc<dyn Fn(String) + Send + Sync>;

/// The way to the supply. Clones send on the same line.
#[derive(Clone)]
pub(crate) struct Sender {
    line: Arc<Mutex<WriteHalf<SerialStream>>>,
    trace: Trace,
}

impl Sender {
    /// Sends a command, which has no answer.
    ///
    /// # Errors
    /// If the line is broken, or does not take it in time.
    pub(crate) async fn send(&self, command: &str) -> Result<(), BusError> {
        (self.trace)(format!("> {command}"));
        let write = async { self.line.lock().await.write_all(format!("{command}\n").as_bytes()).await };
        timeout(WRITE, write).await.map_err(|_| io::Error::from(io::ErrorKind::TimedOut))??;
        Ok(())
    }

    /// A function that sends a command, for a thread that has no runtime.
    pub(crate) fn sending(&self, command: &'static str) -> impl Fn() -> Result<(), BusError> + Send + Sync + use<> {
        let (sender, runtime) = (self.clone(), Handle::current());
        move || runtime.block_on(sender.send(command))
    }
}

/// A supply on a serial line.
pub(crate) struct Supply {
    answers: BufReader<ReadHalf<SerialStream>>,
    sender: Sender,
    /// Whether an answer may still come that nobody waits for.
    is_behind: bool,
}

impl Supply {
    /// Takes a line. `trace` is told of each line that is sent and received.
    pub(crate) fn new(line: SerialStream, trace: impl Fn(String) + Send + Sync + 'static) -> Self {
        let (reader, writer) = split(line);
        let sender = Sender { line: Arc::new(Mutex::new(writer)), trace: Arc::new(trace) };
        Self { answers: BufReader::new(reader), sender, is_behind: false }
    }

    pub(crate) fn sender(&self) -> Sender {
        self.sender.clone()
    }

    /// Asks, and waits for the answer.
    ///
    /// # Errors
    /// If the line is broken or there is no answer in time.
    pub(crate) async fn ask(&mut self, query: &str) -> Result<String, BusError> {
        const NAME: &str = "*IDN?";
        if self.is_behind {
            // Answers come in the order of the queries, so what comes before the name is older than this. And the supply
            // has a word about the query that it did not answer, which would be taken for one about the next command.
            self.sender.send("*CLS").await?;
            self.sender.send(NAME).await?;
            while self.answer(NAME).await?.split(',').count() != 4 {}
            self.is_behind = false;
        }
        self.sender.send(query).await?;
        self.answer(query).await
    }

    async fn answer(&mut self, query: &str) -> Result<String, BusError> {
        let mut answer = String::new();
        self.is_behind = true;
        let read = timeout(ANSWER, self.answers.read_line(&mut answer)).await;
        if read.map_err(|_| BusError::Silent(query.to_owned()))?? == 0 {
            return Err(io::Error::from(io::ErrorKind::UnexpectedEof).into());
        }
        self.is_behind = false;
        let answer = answer.trim().to_owned();
        (self.sender.trace)(format!("< {answer}"));
        Ok(answer)
    }

    /// Asks for a number.
    ///
    /// # Errors
    /// As [`ask`](Self::ask), or if the answer is no number.
    pub(crate) async fn number(&mut self, query: &str) -> Result<f64, BusError> {
        let answer = self.ask(query).await?;
        answer.parse().map_err(|_| BusError::Garbled { query: query.to_owned(), answer })
    }

    /// Sends a command, and asks whether the supply took it.
    ///
    /// # Errors
    /// As [`ask`](Self::ask), or if the supply refused the command.
    pub(crate) async fn set(&mut self, command: &str) -> Result<(), BusError> {
        self.sender.send(command).await?;
        let error = self.ask("SYST:ERR?").await?;
        if error.starts_with("0,") { Ok(()) } else { Err(BusError::Refused(error)) }
    }
}
