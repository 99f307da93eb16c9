//! A wire between two addresses, which the test can cut.

use std::{io, net::SocketAddr, sync::Arc, time::Duration};

use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    sync::watch,
    time::sleep,
};

/// A wire. It ends when this is dropped.
pub(crate) struct Wire {
    pub(crate) address: SocketAddr,
    state: Arc<watch::Sender<State>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Whole,
    /// All connections are closed, and new ones are too.
    Cut,
    /// Connections stay open, and nothing passes: a link that has gone away without a word.
    Silent,
    /// So many bytes per second pass, in each direction of each connection.
    Slow(u32),
}

impl Wire {
    /// A wire to this address.
    pub(crate) async fn to(target: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (state, mut seen) = watch::channel(State::Whole);
        tokio::spawn(async move {
            loop {
                let accepted = tokio::select! {
                    accepted = listener.accept() => accepted,
                    // The wire is dropped.
                    () = async { while seen.changed().await.is_ok() {} } => return,
                };
                let Ok((near, _)) = accepted else { return };
                tokio::spawn(carry(near, target, seen.clone()));
            }
        });
        Self { address, state: Arc::new(state) }
    }

    /// The broker behind it.
    pub(crate) fn url(&self) -> String {
        format!("nats://{}", self.address)
    }

    pub(crate) fn cut(&self) {
        self.state.send_replace(State::Cut);
    }

    pub(crate) fn silence(&self) {
        self.state.send_replace(State::Silent);
    }

    pub(crate) fn slow(&self, bytes_per_second: u32) {
        self.state.send_replace(State::Slow(bytes_per_second));
    }

    pub(crate) fn mend(&self) {
        self.state.send_replace(State::Whole);
    }
}

async fn carry(mut near: TcpStream, target: SocketAddr, mut state: watch::Receiver<State>) {
    let connected = async {
        let _ = state.wait_for(|state| *state != State::Silent).await;
        if *state.borrow() == State::Cut { None } else { TcpStream::connect(target).await.ok() }
    };
    let Some(mut far) = connected.await else { return };
    let _ = (near.set_nodelay(true), far.set_nodelay(true));
    loop {
        let ((near_in, near_out), (far_in, far_out)) = (near.split(), far.split());
        let (up, down) = (pass(near_in, far_out, state.clone()), pass(far_in, near_out, state.clone()));
        let change = tokio::select! {
            _ = async { tokio::try_join!(up, down) } => return,
            change = state.wait_for(|state| matches!(state, State::Cut | State::Silent)) => change.map(|state| *state),
        };
        if change.is_ok_and(|state| state == State::Cut) {
            return;
        }
        if state.wait_for(|state| *state != State::Silent).await.is_err() {
            return;
        }
        if *state.borrow() == State::Cut {
            return;
        }
    }
}

/// Passes on what one end sends.
async fn pass(
    mut from: impl AsyncRead + Unpin,
    mut to: impl AsyncWrite + Unpin,
    state: watch::Receiver<State>,
) -> io::Result<()> {
    let mut buffer = vec![0; 64 * 1024];
    loop {
        let rate = match *state.borrow() {
            State::Slow(rate) => Some(rate),
            _ => None,
        };
        let most = if rate.is_some() { 256 } else { buffer.len() };
        let count = from.read(&mut buffer[..most]).await?;
        if count == 0 {
            return to.shutdown().await;
        }
        to.write_all(&buffer[..count]).await?;
        if let Some(rate) = rate {
            sleep(Duration::from_secs_f64(count as f64 / f64::from(rate))).await;
        }
    }
}
