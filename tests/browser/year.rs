//! A year in a chart: it is opened, and zoomed to a minute. It is never blank, and each answer comes at once.

use std::{
    fs,
    path::PathBuf,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use dash_devices::{Handle, prelude::*};

use crate::{
    support::{
        Server, Tab, browser_test, get,
        logger::{self, Logger, PLOT, requests},
    },
    trend::DRAWN,
};

const DAY: u64 = 86_400;
const YEAR: u64 = 365 * DAY;

/// What was asked of the history: each request with the time until its answer began, in milliseconds.
const ANSWERS: &str = concat!(
    requests!(),
    ".filter(({ responseStart }) => responseStart > 0).map((one) => [one.name, one.responseStart - one.requestStart])"
);

/// A directory that is removed in the end.
struct Folder(PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// A sample so many seconds before `now`: the days of a year, the minutes of a day, and noise.
fn sample(now: SystemTime, before: u64) -> Sample {
    let (at, noise) = (before as f64, (before.wrapping_mul(2_654_435_761) % 1_000) as f64 / 100.0);
    let wave = 25.0 * (at / 5_000_000.0).sin() + 10.0 * (at / 13_751.0).sin();
    Sample::at(now - Duration::from_secs(before), [((50.0 + wave + noise) * 100.0).round() / 100.0])
}

/// Gives the history the samples of a year, the oldest first, as fast as it takes them.
async fn fill(server: &Server, handle: &Handle<Logger>, now: SystemTime, times: impl Iterator<Item = u64>) -> u64 {
    let mut times = times.peekable();
    let mut count = 0;
    while times.peek().is_some() {
        let samples: Vec<_> = times.by_ref().take(50_000).map(|before| sample(now, before)).collect();
        count += samples.len() as u64;
        let newest = now.duration_since(UNIX_EPOCH).unwrap().as_secs() - YEAR;
        handle.push(changes![Logger::history.points = samples]).unwrap();
        // A read takes what waits, and the thread of the store writes it every two seconds. More than that is refused.
        let _ = get(server.address, &format!("/api/history/history/points?from={newest}&to={}", newest + 1)).await;
        if count % 100_000 == 0 {
            tokio::time::sleep(Duration::from_millis(2_200)).await;
        }
    }
    // A program does not measure a year at once. Until all of it is sorted, a read waits.
    tokio::time::sleep(Duration::from_millis(2_200)).await;
    let _ = get(server.address, "/api/history/history/points").await;
    count
}

/// Presses a key until the shown span is no longer, or no shorter, than this, and waits after each press until the answer is
/// drawn. Returns the smallest part of the chart's width that was drawn in any frame.
async fn zoom(tab: &Tab<'_>, key: &str, is_there: impl Fn(f64) -> bool) -> f64 {
    // Twice as long as what is shown.
    const ASKED: &str = concat!(
        "(() => { const all = ",
        requests!(),
        "; if (all.length === 0) return [0, 60]; const at = new URL(all.at(-1).name); \
         return [all.length, (at.searchParams.get('to') - at.searchParams.get('from')) / 2]; })()"
    );
    let mut worst = 1.0_f64;
    loop {
        let (before, _) = tab.js::<(u32, f64)>(ASKED).await;
        tab.record(DRAWN).await;
        tab.keys(key).await;
        tab.until(&format!("{ASKED}[0] > {before} && record.length > 3")).await;
        // The frames in which the answer is drawn.
        tokio::time::sleep(Duration::from_millis(60)).await;
        let (drawn, (_, seconds)) = (tab.recorded().await, tab.js::<(u32, f64)>(ASKED).await);
        let least = drawn.iter().copied().fold(1.0, f64::min);
        println!("{seconds:.0} s: {:.0} % drawn in the worst of {} frames", least * 100.0, drawn.len());
        worst = worst.min(least);
        if is_there(seconds) {
            return worst;
        }
    }
}

fn year_to_minute(times: impl Iterator<Item = u64>) {
    browser_test(async |browser| {
        let folder = std::env::temp_dir().join(format!("dash-year-{}", std::process::id()));
        let folder = Folder(folder);
        let (server, handle) = logger::logger(|app| app.store(&folder.0)).await;
        // What is pushed before the start is in the history as far as it fits on a page.
        let _ = get(server.address, "/").await;
        let now = SystemTime::now();
        // Samples of a year that are far apart are one line.
        handle.push(changes![Logger::history.gap = Some(200_000.0)]).unwrap();
        let count = fill(&server, &handle, now, times).await;
        // The chart is live.
        let live = tokio::spawn(async move {
            loop {
                tokio::time::sleep(Duration::from_secs(1)).await;
                handle.push(changes![Logger::history.points = sample(SystemTime::now(), 0)]).unwrap();
            }
        });
        let tab = browser.open(&server.url()).await;
        tab.run("performance.setResourceTimingBufferSize(1000)").await;
        tab.until(&format!("{DRAWN} > 0.9")).await;
        tab.focus(PLOT).await;
        let out = zoom(&tab, "-", |seconds| seconds > 0.9 * YEAR as f64).await;
        tab.until(&format!("{DRAWN} > 0.9")).await;
        let back = zoom(&tab, "+", |seconds| seconds < 61.0).await;
        live.abort();
        let answers: Vec<(String, f64)> = tab.js(ANSWERS).await;
        let mut times: Vec<f64> = answers.iter().map(|(_, time)| *time).collect();
        times.sort_by(f64::total_cmp);
        println!(
            "{count} samples: {} answers, {:.1} ms in the middle, {:.1} ms the slowest; at least {:.0} % of the width drawn \
             in each frame to the year, and {:.0} % back to the minute",
            times.len(),
            times[times.len() / 2],
            times[times.len() - 1],
            out * 100.0,
            back * 100.0
        );
        assert!(out > 0.4 && back > 0.4, "it was blank: {out} {back}");
        assert!(times.len() > 30, "{} answers from a minute to a year and back", times.len());
        // The same once more, because other programs use the machine too.
        for (url, first) in answers {
            let path = url.split_once("/api/").unwrap().1;
            let mut best = first;
            for _ in 0..5 {
                if best < 100.0 {
                    break;
                }
                let begun = std::time::Instant::now();
                let _ = get(server.address, &format!("/api/{path}")).await;
                best = best.min(begun.elapsed().as_secs_f64() * 1e3);
            }
            assert!(best < 100.0, "{path} takes {best} ms");
        }
    });
}

/// The farther from now and from the middle, around which the keys zoom, the fewer: 7 000 samples.
#[test]
fn a_year_is_zoomed_to_a_minute_without_a_blank() {
    // Half of what is shown last on the way to the year.
    let middle = 60 * (1 << 18);
    let step = |before: u64| (before.min(before.abs_diff(middle)) / 200).max(1);
    let older = |before: &u64| Some(before + step(*before)).filter(|before| *before < YEAR);
    let mut times: Vec<u64> = std::iter::successors(Some(0), older).collect();
    times.reverse();
    year_to_minute(times.into_iter());
}

#[test]
#[ignore = "takes a quarter of an hour: cargo test -p browser-tests --test browser year -- --ignored --nocapture"]
fn a_year_of_one_sample_a_second_is_zoomed_to_a_minute_without_a_blank() {
    year_to_minute((0..YEAR).rev());
}
