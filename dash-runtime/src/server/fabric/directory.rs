//! What a relay knows of the devices: which are there, and since when the others are not. A rule without input and output.

use std::{
    collections::BTreeMap,
    ops::Bound,
    time::{Duration, Instant, SystemTime},
};

use serde_json::{Value, json};

use super::words::{Beat, Name};
use crate::engine::fleet::Announced;

/// All devices that a relay has heard of.
#[derive(Debug, Default)]
pub(super) struct Directory {
    devices: BTreeMap<Name, Device>,
    /// Since when this relay has no connection to the broker.
    cut: Option<SystemTime>,
    /// Raised with every change that somebody sees in the list.
    rev: u64,
}

/// One device.
#[derive(Debug, Clone)]
pub(super) struct Device {
    pub(super) beat: Beat,
    state: State,
    /// The revision of the last change that somebody sees in the list.
    changed: u64,
    /// The revision of the last change of more than the values.
    shaped: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// The last beat came at this time.
    There(Instant),
    /// Its last beat is from the time before this relay has heard anything. It may be there.
    Unknown(SystemTime),
    /// Its beats have stopped, or its program has ended.
    CutOff(SystemTime),
}

impl Device {
    pub(super) const fn is_there(&self) -> bool {
        matches!(self.state, State::There(_))
    }

    /// Since when it is cut off, if it is.
    pub(super) const fn cut_since(&self) -> Option<SystemTime> {
        match self.state {
            State::There(_) => None,
            State::Unknown(since) | State::CutOff(since) => Some(since),
        }
    }

    /// Whether more than its values has changed after this revision.
    pub(super) const fn is_shaped_after(&self, rev: u64) -> bool {
        self.shaped > rev
    }

    /// Whether it is known that it cannot be reached.
    const fn is_cut_off(&self) -> bool {
        matches!(self.state, State::CutOff(_))
    }
}

impl Directory {
    /// A beat has come. Returns the link whose streams are lost, if there is one: the owner has another one now, or none.
    pub(super) fn heard(&mut self, now: Instant, clock: SystemTime, name: Name, beat: Beat) -> Option<String> {
        self.find_broker();
        let state = if beat.gone { State::CutOff(clock) } else { State::There(now) };
        let before = self.devices.get(&name);
        let has_shape =
            before.is_some_and(|before| before.is_there() != beat.gone && has_shape_of(&before.beat, &beat));
        let is_same = has_shape && before.is_some_and(|before| before.beat.values == beat.values);
        let (mut changed, mut shaped) = before.map_or((0, 0), |before| (before.changed, before.shaped));
        if !is_same {
            self.rev += 1;
            changed = self.rev;
        }
        if !has_shape {
            shaped = self.rev;
        }
        let (link, gone) = (beat.link.clone(), beat.gone);
        let before = self.devices.insert(name, Device { beat, state, changed, shaped });
        before.map(|before| before.beat.link).filter(|before| *before != link || gone)
    }

    /// The broker has kept a beat from this time. It says nothing about now.
    pub(super) fn kept(&mut self, clock: SystemTime, name: Name, beat: Beat) {
        let state = if beat.gone { State::CutOff(clock) } else { State::Unknown(clock) };
        if !self.devices.contains_key(&name) {
            self.rev += 1;
            self.devices.insert(name, Device { beat, state, changed: self.rev, shaped: self.rev });
        }
    }

    /// Returns the devices whose owners have been silent for too long, with the links of these owners.
    pub(super) fn tick(&mut self, now: Instant, clock: SystemTime) -> Vec<(Name, String)> {
        let mut silent = Vec::new();
        let rev = self.rev + 1;
        for (name, device) in &mut self.devices {
            if let State::There(heard) = device.state
                && now.duration_since(heard) >= device.beat.lease()
            {
                // The values are those of the last beat.
                device.state = State::CutOff(clock.checked_sub(now.duration_since(heard)).unwrap_or(clock));
                (device.changed, device.shaped) = (rev, rev);
                silent.push((name.clone(), device.beat.link.clone()));
            }
        }
        if !silent.is_empty() {
            self.rev = rev;
        }
        silent
    }

    /// This relay has lost its connection to the broker.
    pub(super) fn lose_broker(&mut self, clock: SystemTime) {
        if self.cut.is_some() {
            return;
        }
        self.cut = Some(clock);
        self.rev += 1;
        for device in self.devices.values_mut().filter(|device| device.is_there()) {
            device.state = State::Unknown(clock);
            (device.changed, device.shaped) = (self.rev, self.rev);
        }
    }

    /// This relay has a connection to the broker.
    pub(super) const fn find_broker(&mut self) {
        if self.cut.take().is_some() {
            self.rev += 1;
        }
    }

    /// The revision of the last change that somebody sees in the list.
    pub(super) const fn rev(&self) -> u64 {
        self.rev
    }

    /// The device after this one in the list.
    pub(super) fn next(&self, name: &Name) -> Option<&Name> {
        self.devices.range((Bound::Excluded(name), Bound::Unbounded)).next().map(|(next, _)| next)
    }

    /// The devices that have changed after this revision.
    pub(super) fn since(&self, rev: u64) -> impl Iterator<Item = (&Name, &Device)> {
        self.devices.iter().filter(move |(_, device)| device.changed > rev)
    }

    /// Since when this relay has no connection to the broker, if it has none.
    pub(super) const fn without_broker(&self) -> Option<SystemTime> {
        self.cut
    }

    /// Why a request for this device cannot be answered, if that is known. Otherwise one must try.
    pub(super) fn why_not(&self, name: &Name, clock: SystemTime) -> Option<String> {
        if let Some(since) = self.cut {
            let ago = ago(since, clock);
            return Some(format!("this relay has had no connection to the broker {ago}, so {name} cannot be reached"));
        }
        let device = self.devices.get(name).filter(|device| device.is_cut_off())?;
        Some(cut_off(name, device.cut_since(), clock))
    }

    /// Why a device that does not answer cannot be reached.
    pub(super) fn why_silent(&self, name: &Name, clock: SystemTime) -> String {
        match self.devices.get(name) {
            Some(device) => cut_off(name, device.cut_since(), clock),
            None => format!("no device with the name {name} is known here"),
        }
    }

    pub(super) fn get(&self, name: &Name) -> Option<&Device> {
        self.devices.get(name)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&Name, &Device)> {
        self.devices.iter()
    }

    /// For `/health`.
    pub(super) fn report(&self, clock: SystemTime) -> Value {
        let devices = self.devices.iter().map(|(name, device)| {
            let since = device.cut_since().map(|since| clock.duration_since(since).unwrap_or_default().as_secs());
            let values = device.beat.values.iter().map(
                |value| json!({ "label": value.label, "value": value.value, "unit": value.unit, "bad": value.bad }),
            );
            let state = json!({
                "title": device.beat.title,
                "there": device.is_there(),
                "cut_off_for_s": since,
                "values": values.collect::<Vec<_>>(),
            });
            (name.as_str().to_owned(), state)
        });
        Value::Object(devices.collect())
    }
}

/// Whether both beats look the same in the list, apart from the values.
fn has_shape_of(one: &Beat, other: &Beat) -> bool {
    let is_alike = |(one, other): (&Announced, &Announced)| {
        one.label == other.label && one.unit == other.unit && one.bad == other.bad
    };
    one.title == other.title
        && one.values.len() == other.values.len()
        && one.values.iter().zip(&other.values).all(is_alike)
}

fn cut_off(name: &Name, since: Option<SystemTime>, clock: SystemTime) -> String {
    match since {
        Some(since) => format!("{name} has been cut off from this relay {}", ago(since, clock)),
        None => format!("{name} does not answer this relay"),
    }
}

/// How long ago something was, as people say it.
pub(super) fn ago(since: SystemTime, clock: SystemTime) -> String {
    format!("for {}", length(clock.duration_since(since).unwrap_or_default()))
}

/// The length of a time, as people say it.
pub(super) fn length(time: Duration) -> String {
    let of = |count: u64, unit: &str| format!("{count} {unit}{}", if count == 1 { "" } else { "s" });
    match time.as_secs() {
        seconds @ 0..120 => of(seconds, "second"),
        seconds @ 120..7_200 => of(seconds / 60, "minute"),
        seconds @ 7_200..172_800 => of(seconds / 3_600, "hour"),
        seconds => of(seconds / 86_400, "day"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn beat(link: &str, gone: bool) -> Beat {
        let (run, title) = ("run".to_owned(), "Rover".to_owned());
        Beat {
            run,
            link: link.to_owned(),
            title,
            protocol: 1,
            lease_ms: 6000,
            gone,
            watch: None,
            documents: Vec::new(),
            values: Vec::new(),
        }
    }

    fn name() -> Name {
        Name::parse("lab.rover-7").unwrap()
    }

    /// A moment, and the clock on the wall at it.
    fn start() -> (Instant, SystemTime) {
        (Instant::now(), SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000))
    }

    #[test]
    fn an_owner_that_is_silent_is_cut_off_since_its_last_beat() {
        let ((now, clock), mut all) = (start(), Directory::default());
        let after = Duration::from_secs;
        assert_eq!(all.heard(now, clock, name(), beat("a", false)), None);
        assert_eq!(all.tick(now + after(5), clock + after(5)), []);
        assert_eq!(all.why_not(&name(), clock), None);
        assert_eq!(all.tick(now + after(7), clock + after(7)), [(name(), "a".to_owned())]);
        assert_eq!(all.tick(now + after(8), clock + after(8)), [], "it is told once");
        let why = all.why_not(&name(), clock + after(60)).unwrap();
        assert_eq!(why, "lab.rover-7 has been cut off from this relay for 60 seconds");
        // It is back, on another link.
        assert_eq!(all.heard(now + after(90), clock + after(90), name(), beat("b", false)).as_deref(), Some("a"));
        assert_eq!(all.why_not(&name(), clock + after(90)), None);
    }

    #[test]
    fn an_owner_that_ends_is_cut_off_at_once() {
        let ((now, clock), mut all) = (start(), Directory::default());
        all.heard(now, clock, name(), beat("a", false));
        assert_eq!(all.heard(now, clock, name(), beat("a", true)).as_deref(), Some("a"));
        assert!(all.why_not(&name(), clock).is_some());
    }

    #[test]
    fn what_the_broker_has_kept_is_tried_and_a_beat_says_more() {
        let ((now, clock), mut all) = (start(), Directory::default());
        all.kept(clock, name(), beat("old", false));
        assert_eq!(all.why_not(&name(), clock), None, "it may be there");
        let why = all.why_silent(&name(), clock + Duration::from_secs(3 * 3600));
        assert_eq!(why, "lab.rover-7 has been cut off from this relay for 3 hours");
        all.heard(now, clock, name(), beat("new", false));
        all.kept(clock, name(), beat("old", true));
        assert!(all.get(&name()).unwrap().is_there());
    }

    #[test]
    fn without_its_broker_a_relay_answers_at_once_for_every_device() {
        let ((now, clock), mut all) = (start(), Directory::default());
        all.heard(now, clock, name(), beat("a", false));
        all.lose_broker(clock);
        let why = all.why_not(&Name::parse("other").unwrap(), clock + Duration::from_secs(1)).unwrap();
        assert_eq!(why, "this relay has had no connection to the broker for 1 second, so other cannot be reached");
        assert!(!all.get(&name()).unwrap().is_there());
        all.find_broker();
        assert_eq!(all.why_not(&name(), clock), None, "it may be there");
    }
}
