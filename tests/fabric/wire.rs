//! A wire between two addresses, which the test can cut.

use std::{net::SocketAddr, sync::Arc};

use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
    sync::watch,
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

    pub(crate) fn cut(&self) {
        self.state.send_replace(State::Cut);
    }

    pub(crate) fn silence(&self) {
        self.state.send_replace(State::Silent);
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
        let change = tokio::select! {
            _ = copy_bidirectional(&mut near, &mut far) => return,
            change = state.changed() => change,
        };
        // What was on its way in this process is lost, so the connection cannot go on after it.
        if change.is_err() || *state.borrow() == State::Cut {
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
