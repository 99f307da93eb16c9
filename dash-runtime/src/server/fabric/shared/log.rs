//! What a relay has of one device for the pages that watch: the frames that it got, and all values at one revision. A rule
//! without input and output.
//!
//! The frames are those of the engine, unchanged. So a page gets from here what the owner would send to it, or more. A page
//! names the revision that it has, and gets the frame that leads on from there ([`Log::next`]):
//!
//! - The frame that begins at its revision.
//! - A frame that begins before it, if it has whole values only: they are those of its end, wherever a page comes from. Edits and
//!   items of streams would be applied twice.
//! - Otherwise all values, if they are not older than what the page has. A page never goes back.
//! - Otherwise it waits, and the relay asks the owner for all values as they are now.

use std::{
    collections::VecDeque,
    time::{Duration, Instant},
};

use bytes::Bytes;
use serde::{Deserialize, de::IgnoredAny};

use super::frames::ForPages;

/// How many bytes of frames are kept, also for pages that come back after a cut.
const MOST: usize = 1024 * 1024;
/// The same, as a number of frames.
const FRAMES: usize = 4096;
/// After this many bytes of frames since the last one, the relay asks for all values again, unless these are more.
const FRESH: usize = 256 * 1024;
/// All values may have this many bytes. A device with more has a stream for each page.
const WHOLE: usize = 4 * 1024 * 1024;

/// See the head of this file.
#[derive(Debug, Default)]
pub(super) struct Log {
    epoch: String,
    /// The revision of the last frame.
    rev: u64,
    frames: VecDeque<Entry>,
    bytes: usize,
    whole: Option<(u64, ForPages)>,
    /// Whether the next frame has all values.
    awaits_whole: bool,
    /// How many bytes of frames have come since all values.
    since_whole: usize,
}

#[derive(Debug)]
struct Entry {
    from: u64,
    to: u64,
    /// Whether it has whole values only.
    is_plain: bool,
    frame: ForPages,
}

/// What a page gets next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Next {
    /// It has everything.
    Nothing,
    /// A frame that leads to this revision.
    Frame { to: u64, frame: ForPages },
    /// All values at this revision.
    Whole { to: u64, frame: ForPages },
    /// What the page needs must come from the owner.
    Wait,
}

/// Why frames of an owner cannot be used.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Unusable {
    /// It is not a frame of the protocol that leads on from the last one.
    Faulty,
    TooLarge,
}

/// The parts of an update, as far as they matter here.
#[derive(Deserialize)]
struct Update {
    r: u64,
    w: Option<IgnoredAny>,
    d: Option<IgnoredAny>,
    s: Option<IgnoredAny>,
    a: Option<IgnoredAny>,
    m: Option<IgnoredAny>,
    b: Option<IgnoredAny>,
}

impl Update {
    const fn is_plain(&self) -> bool {
        self.w.is_none()
            && self.d.is_none()
            && self.s.is_none()
            && self.a.is_none()
            && self.m.is_none()
            && self.b.is_none()
    }
}

impl Log {
    /// The position for the hello of the relay.
    pub(super) fn position(&self) -> (&str, u64) {
        (&self.epoch, self.rev)
    }

    pub(super) fn epoch(&self) -> &str {
        &self.epoch
    }

    pub(super) const fn rev(&self) -> u64 {
        self.rev
    }

    /// The owner has welcomed the relay, which has said this position. What is from another run of it is dropped.
    pub(super) fn welcome(&mut self, epoch: &str) {
        if self.epoch != epoch || self.rev == 0 {
            *self = Self { epoch: epoch.to_owned(), awaits_whole: true, ..Self::default() };
        }
    }

    /// A frame has come from the owner: an update, and after a newline perhaps all values.
    ///
    /// # Errors
    /// If it cannot be used.
    pub(super) fn hear(&mut self, message: &Bytes) -> Result<(), Unusable> {
        let end = message.iter().position(|byte| *byte == b'\n').unwrap_or(message.len());
        let (frame, whole) = (message.slice(..end), message.get(end + 1..).map(|whole| message.slice_ref(whole)));
        let update: Update = serde_json::from_slice(&frame).map_err(|_| Unusable::Faulty)?;
        if std::mem::take(&mut self.awaits_whole) {
            self.rev = update.r;
            return self.set_whole(&frame);
        }
        if update.r < self.rev {
            return Err(Unusable::Faulty);
        }
        let frame = ForPages::of(&frame);
        if update.r > self.rev {
            let (from, is_plain) = (self.rev, update.is_plain());
            self.rev = update.r;
            self.bytes += frame.len();
            self.since_whole += frame.len();
            self.frames.push_back(Entry { from, to: update.r, is_plain, frame });
        }
        whole.map_or(Ok(()), |whole| self.set_whole(&whole))?;
        self.drop_oldest();
        Ok(())
    }

    fn set_whole(&mut self, frame: &Bytes) -> Result<(), Unusable> {
        if frame.len() > WHOLE {
            return Err(Unusable::TooLarge);
        }
        self.whole = Some((self.rev, ForPages::of(frame)));
        self.since_whole = 0;
        Ok(())
    }

    fn drop_oldest(&mut self) {
        while self.bytes > MOST || self.frames.len() > FRAMES {
            let Some(oldest) = self.frames.pop_front() else { break };
            self.bytes -= oldest.frame.len();
            // All values lead nowhere without the frames after them.
            self.whole.take_if(|(rev, _)| *rev < oldest.to);
        }
    }

    /// Whether it is time to ask the owner for all values.
    pub(super) fn is_old(&self) -> bool {
        self.since_whole > self.whole.as_ref().map_or(FRESH, |(_, whole)| whole.len().max(FRESH))
    }

    /// The frames that lead from this revision of a document to the newest one, in order. With all values first, if that is
    /// less. `None` if they are not all here.
    pub(super) fn since(&self, epoch: &str, rev: u64) -> Option<Vec<Bytes>> {
        if epoch != self.epoch || rev > self.rev {
            return None;
        }
        let ways = [self.way(rev, Vec::new()), self.way_over_whole(rev)];
        ways.into_iter().flatten().min_by_key(|frames| frames.iter().map(Bytes::len).sum::<usize>())
    }

    /// The frames from this revision on, behind these.
    fn way(&self, mut rev: u64, mut frames: Vec<Bytes>) -> Option<Vec<Bytes>> {
        loop {
            match self.next(rev) {
                Next::Nothing => return Some(frames),
                Next::Wait => return None,
                // It would begin again.
                Next::Whole { .. } if !frames.is_empty() => return None,
                Next::Frame { to, frame } | Next::Whole { to, frame } => {
                    frames.push(frame.text());
                    rev = to;
                }
            }
        }
    }

    fn way_over_whole(&self, rev: u64) -> Option<Vec<Bytes>> {
        let (to, whole) = self.whole.as_ref().filter(|(to, _)| *to >= rev)?;
        self.way(*to, vec![whole.text()])
    }

    /// What a page gets that has this revision, or 0 if it needs everything.
    pub(super) fn next(&self, rev: u64) -> Next {
        if rev == self.rev {
            return Next::Nothing;
        }
        let after = self.frames.partition_point(|entry| entry.to <= rev);
        if let Some(Entry { to, frame, .. }) = self
            .frames
            .get(after)
            .filter(|entry| rev != 0 && (entry.from == rev || (entry.from < rev && entry.is_plain)))
        {
            return Next::Frame { to: *to, frame: frame.clone() };
        }
        match &self.whole {
            Some((to, frame)) if *to >= rev => Next::Whole { to: *to, frame: frame.clone() },
            _ => Next::Wait,
        }
    }
}

/// How much faster or slower than the owner's clock that of a relay may be.
const DRIFT: f64 = 200e-6;

/// The clock of the owner, as a relay knows it. It is never ahead, so a page that learns it here never takes an action for
/// later than it was.
#[derive(Debug, Clone, Copy)]
pub(super) struct Clock {
    at: Instant,
    shown: Duration,
}

impl Clock {
    /// The owner has said its time, which has come now.
    pub(super) fn learn(clock: &mut Option<Self>, at: Instant, shown: Duration) {
        let heard = Self { at, shown };
        if clock.is_none_or(|known| known.now(at) < shown) {
            *clock = Some(heard);
        }
    }

    pub(super) fn now(&self, at: Instant) -> Duration {
        self.shown + at.saturating_duration_since(self.at).mul_f64(1.0 - DRIFT)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn log(frames: &[&str]) -> Log {
        let mut log = Log::default();
        log.welcome("e1");
        for frame in frames {
            log.hear(&Bytes::copy_from_slice(frame.as_bytes())).unwrap();
        }
        log
    }

    fn to(log: &Log, rev: u64) -> Option<(u64, bool)> {
        match log.next(rev) {
            Next::Frame { to, .. } => Some((to, false)),
            Next::Whole { to, .. } => Some((to, true)),
            Next::Nothing => Some((rev, false)),
            Next::Wait => None,
        }
    }

    #[test]
    fn a_page_goes_on_from_its_revision() {
        let log = log(&[
            r#"{"r":10,"p":[[0,1]]}"#,
            r#"{"r":13,"p":[[0,2]]}"#,
            r#"{"r":20,"s":[[1,[7]]]}"#,
            r#"{"r":22,"q":[[0,"old"]]}"#,
        ]);
        assert_eq!(to(&log, 0), Some((10, true)), "a page without values gets all");
        assert_eq!(to(&log, 10), Some((13, false)));
        assert_eq!(to(&log, 12), Some((13, false)), "whole values are right for it too");
        assert_eq!(to(&log, 13), Some((20, false)));
        assert_eq!(to(&log, 14), None, "items would come twice, and all values are older than the page");
        assert_eq!(
            (to(&log, 20), to(&log, 21), to(&log, 22)),
            (Some((22, false)), Some((22, false)), Some((22, false)))
        );
        assert_eq!(to(&log, 23), None, "the owner is further than the relay knows");
        assert_eq!(to(&log, 3), Some((10, true)), "from before the first frame");
    }

    #[test]
    fn all_values_come_at_the_revision_of_the_frame_before_them() {
        let mut log = log(&[r#"{"r":10}"#, r#"{"r":20,"s":[[1,[7]]]}"#]);
        log.hear(&Bytes::from_static(b"{\"r\":25,\"s\":[[1,[8]]]}\n{\"r\":25,\"p\":[[0,3]]}")).unwrap();
        assert_eq!((to(&log, 20), to(&log, 14), to(&log, 0)), (Some((25, false)), Some((25, true)), Some((25, true))));
        // Nothing new, only all values.
        log.hear(&Bytes::from_static(b"{\"r\":25}\n{\"r\":25,\"p\":[[0,3]]}")).unwrap();
        assert_eq!((to(&log, 20), log.frames.len()), (Some((25, false)), 2));
    }

    #[test]
    fn a_document_becomes_as_new_as_the_log_with_as_little_as_there_is() {
        let mut log = log(&[r#"{"r":10}"#, r#"{"r":20,"s":[[1,[7]]]}"#, r#"{"r":22,"p":[[0,1]]}"#]);
        let since = |log: &Log, epoch: &str, rev: u64| {
            let frames = log.since(epoch, rev)?;
            Some(frames.iter().map(|frame| String::from_utf8(frame.to_vec()).unwrap()).collect::<Vec<_>>())
        };
        let both = [r#"{"r":20,"s":[[1,[7]]]}"#, r#"{"r":22,"p":[[0,1]]}"#].map(str::to_owned);
        assert_eq!(since(&log, "e1", 10).unwrap(), both);
        assert_eq!(since(&log, "e1", 22).unwrap(), [""; 0]);
        assert_eq!(since(&log, "e1", 14), None, "items would come twice");
        assert_eq!((since(&log, "e2", 10), since(&log, "e1", 23)), (None, None), "of another run, and newer");
        log.hear(&Bytes::from_static(b"{\"r\":22}\n{\"r\":22,\"p\":[[0,1]]}")).unwrap();
        assert_eq!(since(&log, "e1", 10).unwrap(), [r#"{"r":22,"p":[[0,1]]}"#], "all values are less");
        assert_eq!(since(&log, "e1", 14).unwrap(), [r#"{"r":22,"p":[[0,1]]}"#]);
    }

    #[test]
    fn another_run_of_the_owner_begins_anew_and_the_same_run_goes_on() {
        let mut log = log(&[r#"{"r":10}"#, r#"{"r":20,"s":[[1,[7]]]}"#]);
        log.welcome("e1");
        log.hear(&Bytes::from_static(br#"{"r":22}"#)).unwrap();
        assert_eq!((to(&log, 10), to(&log, 20)), (Some((20, false)), Some((22, false))));
        log.welcome("e2");
        log.hear(&Bytes::from_static(br#"{"r":4}"#)).unwrap();
        assert_eq!((log.position(), to(&log, 0), to(&log, 20)), (("e2", 4), Some((4, true)), None));
    }

    #[test]
    fn the_log_is_bounded_and_all_values_are_asked_for_in_time() {
        let mut log = log(&[r#"{"r":1}"#]);
        let items = "7,".repeat(10_000);
        let mut asked = 0;
        for rev in 2..2_000 {
            let frame = format!("{{\"r\":{rev},\"s\":[[1,[{items}7]]]}}");
            log.hear(&frame.clone().into()).unwrap();
            if log.is_old() {
                asked += 1;
                log.hear(&format!("{{\"r\":{rev}}}\n{{\"r\":{rev}}}").into()).unwrap();
            }
            assert!(log.bytes <= MOST && log.bytes == log.frames.iter().map(|entry| entry.frame.len()).sum::<usize>());
            assert!(to(&log, 0).is_some(), "a new page is never kept waiting");
        }
        assert!((100..300).contains(&asked), "{asked}");
        // Without an answer to that, all values that lead nowhere are dropped.
        for rev in 2_000..2_100 {
            log.hear(&format!("{{\"r\":{rev},\"s\":[[1,[{items}7]]]}}").into()).unwrap();
        }
        assert_eq!((to(&log, 0), log.is_old()), (None, true));
    }

    #[test]
    fn what_cannot_be_used_is_told() {
        let mut log = log(&[r#"{"r":10}"#]);
        for bad in [r#"{"r":9}"#, r#"{"p":[]}"#, "", "[", r#"{"t":"pong"}"#] {
            assert_eq!(log.hear(&Bytes::from_static(bad.as_bytes())), Err(Unusable::Faulty), "{bad}");
        }
        let whole = format!("{{\"r\":11}}\n{{\"r\":11,\"p\":[[0,\"{}\"]]}}", "x".repeat(WHOLE));
        assert_eq!(log.hear(&whole.into()), Err(Unusable::TooLarge));
    }

    #[test]
    fn a_relay_never_says_a_time_that_the_owner_does_not_have_yet() {
        let start = Instant::now();
        let mut clock = None;
        // The owner's clock shows 10 s more than that of the relay. The way takes between 5 and 400 ms.
        for (sent, took) in [(0, 400), (1_000, 5), (2_000, 300), (500_000, 50)] {
            let came = start + Duration::from_millis(sent + took);
            Clock::learn(&mut clock, came, Duration::from_millis(10_000 + sent));
            for later in [0, 10, 100_000] {
                let shows = clock.unwrap().now(came + Duration::from_millis(later));
                let real = Duration::from_millis(10_000 + sent + took + later);
                assert!(shows <= real && shows + Duration::from_millis(600) > real, "{shows:?} {real:?}");
            }
        }
    }
}
