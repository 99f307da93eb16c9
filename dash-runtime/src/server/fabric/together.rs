//! The sockets of all relays that watch for their pages, in one task of the owner.
//!
//! A change of a value is news for each of them at the same time. In a task each, they would wake several threads of the
//! runtime, and that costs more than the frames. In one task the thread that has made the change sends to all relays, one after
//! the other, and what they send leaves in one write.

use std::{panic::AssertUnwindSafe, pin::Pin, sync::OnceLock};

use futures_util::{FutureExt as _, StreamExt as _, stream::FuturesUnordered};
use tokio::sync::mpsc;

/// A socket that is being served. Its end is the end of the future.
type Socket = Pin<Box<dyn Future<Output = ()> + Send>>;

/// The task that serves the sockets. It begins with the first one, and ends with the last one when this is dropped.
#[derive(Debug, Default)]
pub(in crate::server) struct Together(OnceLock<mpsc::UnboundedSender<Socket>>);

impl Together {
    /// Serves a socket in the task.
    pub(in crate::server) fn serve(&self, socket: impl Future<Output = ()> + Send + 'static) {
        if std::env::var_os("DASH_APART").is_some() {
            tokio::spawn(socket);
            return;
        }
        let sockets = self.0.get_or_init(|| {
            let (sockets, new) = mpsc::unbounded_channel();
            tokio::spawn(serve(new));
            sockets
        });
        // An error means that the process ends.
        let _ = sockets.send(Box::pin(socket));
    }
}

async fn serve(mut new: mpsc::UnboundedReceiver<Socket>) {
    let (mut sockets, mut is_over) = (FuturesUnordered::new(), false);
    while !is_over || !sockets.is_empty() {
        tokio::select! {
            // A panic ends its own socket, as in a task of its own.
            socket = new.recv(), if !is_over => match socket {
                Some(socket) => sockets.push(AssertUnwindSafe(socket).catch_unwind()),
                None => is_over = true,
            },
            Some(_) = sockets.next(), if !sockets.is_empty() => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::sync::oneshot;

    use super::*;

    #[tokio::test]
    async fn a_socket_that_panics_or_waits_holds_up_no_other_and_all_are_served_to_their_end() {
        let together = Together::default();
        let (go, waits) = oneshot::channel::<()>();
        let [(first, first_ends), (second, second_ends)] = [oneshot::channel::<()>(), oneshot::channel()];
        together.serve(async move {
            waits.await.unwrap();
            first.send(()).unwrap();
        });
        together.serve(async { panic!("a fault") });
        together.serve(async move { second.send(()).unwrap() });
        second_ends.await.unwrap();
        drop(together);
        go.send(()).unwrap();
        first_ends.await.unwrap();
    }
}
