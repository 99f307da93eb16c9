//! A checker of what pages may show as live: nothing that is older than the time after which a device is cut off.
//!
//! The device says the time many times per second. A page that is connected, and has read everything that has come, has the
//! time of its values. The clocks of all processes are that of this machine.

use std::time::{Instant, SystemTime, UNIX_EPOCH};

use tokio::time::timeout;

use super::{
    kills::{Random, seed, try_resume},
    *,
};
use crate::support::Heard;

/// How old the values of a page may be that is connected: the lease, and what a busy machine needs. The time after which a
/// relay gives up a stream without a word of the owner is longer, so it does not hide a lease that is not looked after.
pub(crate) const OLDEST: Duration = Duration::from_millis(900 + 2_000);
/// How often the device says the time.
const EACH: Duration = Duration::from_millis(50);
/// A page that gets nothing for this long has read everything.
const QUIET: Duration = Duration::from_millis(20);
/// How long a page that has come back may need for what it has missed.
const CATCH_UP: Duration = Duration::from_secs(1);

/// Milliseconds since 1970.
fn clock() -> u64 {
    u64::try_from(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis()).unwrap()
}

/// The device says the time, until its program ends.
pub(crate) fn tell_the_time<D: Dashboard>(
    handle: Handle<D>,
    changes: impl Fn(String) -> dash_devices::Changes<D> + Send + 'static,
) {
    std::thread::spawn(move || {
        while handle.push(changes(clock().to_string())).is_ok() {
            std::thread::sleep(EACH);
        }
    });
}

/// Receives the next frame, or the end of the socket. While nothing comes, the page must not be connected for long with old
/// values. Of a device that does not say the time, nothing is checked. May be cancelled.
pub(crate) async fn hear(page: &mut Browser) -> Heard {
    loop {
        if let Ok(heard) = timeout(QUIET, page.hear()).await {
            return heard;
        }
        if let Some(said) = page.value("time.text").as_str().and_then(|text| text.parse().ok())
            && page.welcomed.elapsed() > CATCH_UP
        {
            let age = Duration::from_millis(clock().saturating_sub(said));
            assert!(age < OLDEST, "a page shows values as live that are {age:?} old; seed {}", seed());
        }
    }
}

/// Two relays, and which of them cannot reach the device now, so that they must not welcome a page.
#[derive(Clone)]
pub(crate) struct Relays {
    pub(crate) all: [SocketAddr; 2],
    cut_off: Arc<Mutex<Vec<SocketAddr>>>,
}

impl Relays {
    pub(crate) fn new(all: [SocketAddr; 2]) -> Self {
        Self { all, cut_off: Arc::default() }
    }

    pub(crate) fn one(&self, random: &mut Random) -> SocketAddr {
        self.all[random.below(2) as usize]
    }

    /// These relays cannot reach the device from now on, and have had the time to notice it.
    fn are_cut_off(&self, relays: &[SocketAddr]) {
        self.cut_off.lock().unwrap().extend(relays);
    }

    /// All relays may reach the device.
    fn are_mended(&self) {
        self.cut_off.lock().unwrap().clear();
    }

    /// Connects a page again, if that is possible now.
    pub(crate) async fn resume(&self, page: &mut Browser, at: SocketAddr) -> bool {
        let is_welcome = try_resume(page, at).await;
        assert!(!is_welcome || !self.cut_off.lock().unwrap().contains(&at), "a relay that is cut off welcomes a page");
        is_welcome
    }

    /// These relays cannot reach the device since then. Waits until they must have noticed it. From then on, for this time
    /// longer, they say that the device is not there, give no document as live, and welcome no page.
    pub(crate) async fn must_say_it(&self, relays: &[SocketAddr], since: Instant, longer: Duration) {
        let told = since + OLDEST;
        for relay in relays {
            loop {
                let health = http::send(*relay, &Request::get("/health")).await;
                let health: Value = serde_json::from_str(&health.text()).unwrap();
                if health["devices"][NAME]["there"] == false {
                    break;
                }
                assert!(Instant::now() < told, "a relay says that a silent device is there: {health}");
                tokio::time::sleep(QUIET).await;
            }
        }
        tokio::time::sleep_until(told.into()).await;
        self.are_cut_off(relays);
        for relay in relays {
            let document = http::send(*relay, &Request::get(PATH)).await;
            assert_eq!(document.status, 503, "{}", document.text());
        }
        tokio::time::sleep(longer).await;
        self.are_mended();
    }
}
