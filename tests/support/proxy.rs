//! Real proxies in front of an app: nginx and Caddy, as separate processes on free ports.

use std::{
    fs,
    net::SocketAddr,
    path::PathBuf,
    process::{Child, Command, Stdio},
    sync::atomic::{AtomicU32, Ordering},
};

use tokio::net::TcpStream;

use super::{eventually, free_address};

/// A running proxy. It ends when this is dropped.
pub(crate) struct Proxy {
    pub(crate) address: SocketAddr,
    child: Child,
    folder: PathBuf,
}

impl Proxy {
    /// nginx with this `server` block. In it, the address of the guide stands for `app`, and port 80 for a free port.
    pub(crate) async fn nginx(server: &str, app: SocketAddr) -> Self {
        let (address, folder) = (free_address(), folder());
        let server = with_app(server, app).replace("listen 80;", &format!("listen {address};"));
        let folders = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
        let folders: String = folders.iter().map(|name| format!("    {name}_temp_path {name};\n")).collect();
        // One process, so that it ends with its only process.
        let config = format!(
            "daemon off;\nmaster_process off;\npid nginx.pid;\nerror_log stderr;\nevents {{}}\nhttp {{\n    access_log off;\n{folders}{server}}}\n"
        );
        fs::write(folder.join("nginx.conf"), config).unwrap();
        // Debian has it in a folder that only root has in its path.
        let program = ["/usr/sbin/nginx", "nginx"].into_iter().find(|program| has(program)).unwrap_or_else(|| {
            panic!("nginx is not installed: apt-get install nginx");
        });
        let mut command = Command::new(program);
        command.arg("-p").arg(&folder).args(["-c", "nginx.conf", "-e", "stderr"]);
        Self::start(command, address, folder).await
    }

    /// Caddy with this site. In it, the address of the guide stands for `app`, and the name for a free port.
    pub(crate) async fn caddy(site: &str, app: SocketAddr) -> Self {
        let (address, folder) = (free_address(), folder());
        let site = with_app(site, app).replace("lab.example.org", &format!("http://{address}"));
        fs::write(folder.join("Caddyfile"), format!("{{\n    admin off\n}}\n{site}")).unwrap();
        assert!(has("caddy"), "Caddy is not installed: apt-get install caddy");
        let mut command = Command::new("caddy");
        command.args(["run", "--adapter", "caddyfile", "--config"]).arg(folder.join("Caddyfile"));
        command.env("HOME", &folder).env("XDG_DATA_HOME", &folder).env("XDG_CONFIG_HOME", &folder);
        Self::start(command, address, folder).await
    }

    async fn start(mut command: Command, address: SocketAddr, folder: PathBuf) -> Self {
        let log = folder.join("log");
        let output = fs::File::create(&log).unwrap();
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(output).spawn().unwrap();
        let mut proxy = Self { address, child, folder };
        eventually("the proxy", || {
            let ended = proxy.child.try_wait().unwrap();
            assert!(ended.is_none(), "the proxy has ended:\n{}", fs::read_to_string(&log).unwrap_or_default());
            async move { TcpStream::connect(address).await.ok() }
        })
        .await;
        proxy
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn with_app(config: &str, app: SocketAddr) -> String {
    assert!(config.contains("127.0.0.1:8050"), "{config}");
    config.replace("127.0.0.1:8050", &app.to_string())
}

fn has(program: &str) -> bool {
    let asked = Command::new(program).arg("-v").stdout(Stdio::null()).stderr(Stdio::null()).status();
    asked.is_ok()
}

fn folder() -> PathBuf {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let folder = std::env::temp_dir().join(format!("dash-proxy-{}-{count}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    folder
}

/// The code blocks of the guide's chapter on serving in this language.
pub(crate) fn guide(language: &str) -> Vec<&'static str> {
    let guide = include_str!("../../docs/guide/serving.md");
    let begin = format!("\n```{language}\n");
    let mut parts = guide.split(&begin);
    parts.next();
    parts.map(|part| part.split("```").next().unwrap()).collect()
}
