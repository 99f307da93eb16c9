//! A broker: `nats-server` as a separate process on a free port, with its data in a folder of its own.

use std::{
    fs,
    net::SocketAddr,
    path::PathBuf,
    process::{Child, Command, Stdio},
    sync::atomic::{AtomicU32, Ordering},
};

use tokio::net::TcpStream;

use crate::support::{eventually, free_address};

/// The domain of what brokers keep.
pub(crate) const DOMAIN: &str = "hub";

/// A broker, which may be killed and started again. It ends when this is dropped.
pub(crate) struct Nats {
    pub(crate) address: SocketAddr,
    config: String,
    child: Option<Child>,
    folder: PathBuf,
}

impl Nats {
    /// A broker that keeps what owners say.
    pub(crate) async fn start() -> Self {
        Self::with("").await
    }

    /// The same, with these further lines in its configuration.
    pub(crate) async fn with(config: &str) -> Self {
        let mut nats = Self::stopped(config).await;
        nats.again().await;
        nats
    }

    /// A broker that has its address and does not run.
    pub(crate) async fn stopped(config: &str) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("dash-nats-{}-{count}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        Self { address: free_address(), config: config.to_owned(), child: None, folder }
    }

    /// Starts it, at the same address and with the data that it had.
    pub(crate) async fn again(&mut self) {
        self.kill();
        let Self { address, config, folder, .. } = self;
        let jetstream = if config.contains("leafnodes { remotes") {
            // A leaf keeps nothing: its owners use the hub.
            String::new()
        } else {
            format!("jetstream {{ store_dir: \"{}\", domain: {DOMAIN} }}\n", folder.join("data").display())
        };
        let file = folder.join("nats.conf");
        fs::write(&file, format!("listen: \"{address}\"\n{jetstream}{config}\n")).unwrap();
        let mut command = Command::new("nats-server");
        command.arg("-c").arg(&file).stdin(Stdio::null()).stdout(Stdio::null());
        let child = command.stderr(fs::File::create(folder.join("log")).unwrap()).spawn();
        self.child =
            Some(child.unwrap_or_else(|_| panic!("nats-server is not installed: apt-get install nats-server")));
        let address = self.address;
        eventually("the broker", async || TcpStream::connect(address).await.ok()).await;
    }

    /// Kills it, as a power cut does.
    pub(crate) fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }

    /// Removes its data. It must not run.
    pub(crate) fn forget(&self) {
        fs::remove_dir_all(self.folder.join("data")).unwrap();
    }

    /// What it has written to its log.
    pub(crate) fn log(&self) -> String {
        fs::read_to_string(self.folder.join("log")).unwrap_or_default()
    }

    pub(crate) fn url(&self) -> String {
        format!("nats://{}", self.address)
    }
}

impl Drop for Nats {
    fn drop(&mut self) {
        self.kill();
        let _ = fs::remove_dir_all(&self.folder);
    }
}
