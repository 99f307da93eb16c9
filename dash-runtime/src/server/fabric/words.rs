//! The words that owners, relays and the broker share: names of devices, subjects, and the messages beside the streams.
//!
//! | subject | from | to | has |
//! | --- | --- | --- | --- |
//! | `dash.owner.<device>` | the owner | the stream `DASH_OWNERS` of the broker | a [`Beat`], a few times per lease |
//! | `dash.there.<device>` | the owner | all relays | the same beat, after the broker has taken it; and again when values have changed |
//! | `dash.open.<device>` | a relay | the owner, which answers | [`Open`], answered by [`Opened`] |
//! | `dash.here.<link>` | a relay | all owners | nothing: the relay is there |
//! | `dash.up.<link>.<number>` | a relay | the owner | packets of a stream |
//! | `dash.down.<link>.<number>` | the owner | a relay | packets of a stream |
//!
//! A *link* is one connection of a process to the broker. It has a new name after each cut, so that nothing from before the
//! cut is taken for something from after it.

use std::{cmp::Ordering, fmt, net::IpAddr, time::Duration};

use serde::{Deserialize, Serialize};

use crate::{
    engine::fleet::{Announced, MOST},
    server::hosts::Asked,
};

/// The version of what owners and relays say to each other. It is raised with every change that one of them would misread.
pub(super) const VERSION: u32 = 2;

/// The stream of the broker that has the last beat of each owner.
pub(super) const OWNERS: &str = "DASH_OWNERS";

/// All subjects with beats for the broker. Who is not the owner may publish there, and the broker refuses it.
pub(super) const KEPT: &str = "dash.owner.>";

/// All subjects with beats that the broker has taken.
pub(super) const THERE: &str = "dash.there.>";

/// All subjects on which relays say that they are there.
pub(super) const HERE: &str = "dash.here.*";

/// The subject on which the relay with this link says that it is there.
pub(super) fn here(link: &str) -> String {
    format!("dash.here.{link}")
}

/// The link of the relay that says on this subject that it is there.
pub(super) fn here_in(subject: &str) -> Option<&str> {
    subject.strip_prefix("dash.here.")
}

/// The longest name of a device.
const LONGEST: usize = 64;

/// The checked name of a device, such as `lab.rover-7`. The part before a dot is a group.
///
/// Names are in the order that people expect: `rover-2` is before `rover-10`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Name(String);

impl Ord for Name {
    fn cmp(&self, other: &Self) -> Ordering {
        natural(&self.0, &other.0).then_with(|| self.0.cmp(&other.0))
    }
}

impl PartialOrd for Name {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Compares texts with the numbers in them by their size.
fn natural(one: &str, other: &str) -> Ordering {
    let (mut one, mut other) = (one, other);
    loop {
        let parts = [one, other].map(|text| {
            let is_number = text.starts_with(|letter: char| letter.is_ascii_digit());
            let end = text.find(|letter: char| letter.is_ascii_digit() != is_number).unwrap_or(text.len());
            (is_number, text.split_at(end))
        });
        let [(a_is_number, (a, a_rest)), (b_is_number, (b, b_rest))] = parts;
        let order = match a_is_number && b_is_number {
            // Of two numbers without zeros at the front, the longer one is larger.
            true => {
                let [a, b] = [a, b].map(|digits| digits.trim_start_matches('0'));
                a.len().cmp(&b.len()).then_with(|| a.cmp(b))
            }
            false => a.cmp(b),
        };
        if order.is_ne() || a.is_empty() {
            return order;
        }
        (one, other) = (a_rest, b_rest);
    }
}

impl Name {
    /// # Errors
    /// Why it is not a name.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let is_part = |part: &str| {
            !part.is_empty() && part.bytes().all(|letter| letter.is_ascii_alphanumeric() || b"-_".contains(&letter))
        };
        if text.len() <= LONGEST && text.split('.').all(is_part) {
            return Ok(Self(text.to_owned()));
        }
        Err(format!(
            "`{text}` is not the name of a device, such as `lab.rover-7`: at most {LONGEST} letters from a to z, digits, `-` and \
             `_`, in parts with a dot between them"
        ))
    }

    /// The device in a subject with a beat.
    pub(super) fn of_beat(subject: &str) -> Option<Self> {
        let name = subject.strip_prefix("dash.owner.").or_else(|| subject.strip_prefix("dash.there."))?;
        Self::parse(name).ok()
    }

    pub(super) fn kept(&self) -> String {
        format!("dash.owner.{self}")
    }

    pub(super) fn there(&self) -> String {
        format!("dash.there.{self}")
    }

    pub(super) fn open(&self) -> String {
        format!("dash.open.{self}")
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The direction of packets.
#[derive(Debug, Clone, Copy)]
pub(super) enum Way {
    /// To an owner.
    Up,
    /// To a relay.
    Down,
}

impl Way {
    const fn word(self) -> &'static str {
        match self {
            Self::Up => "up",
            Self::Down => "down",
        }
    }

    /// The subjects of all streams of a link.
    pub(super) fn all(self, link: &str) -> String {
        format!("dash.{}.{link}.*", self.word())
    }

    pub(super) fn one(self, link: &str, number: u64) -> String {
        format!("dash.{}.{link}.{number}", self.word())
    }

    /// The link and the number in a subject that the other end names. `None` if it has another form: an end publishes to
    /// nothing else, whatever the other one says.
    pub(super) fn parse(self, subject: &str) -> Option<(&str, u64)> {
        let rest = subject.strip_prefix("dash.")?.strip_prefix(self.word())?.strip_prefix('.')?;
        let (link, number) = rest.split_once('.')?;
        let is_link = !link.is_empty() && link.bytes().all(|letter| letter.is_ascii_alphanumeric() || letter == b'-');
        let number = number.parse().ok()?;
        (is_link && self.one(link, number) == subject).then_some((link, number))
    }
}

/// The number of the stream in the subject of a packet.
pub(super) fn number_in(subject: &str) -> Option<u64> {
    subject.rsplit('.').next()?.parse().ok()
}

/// An owner says that it is there, or that it ends. Unknown fields are ignored, so a later version may add some.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Beat {
    /// The run of the owner's program.
    pub(super) run: String,
    /// Its connection to the broker.
    pub(super) link: String,
    /// The title of its page.
    pub(super) title: String,
    pub(super) protocol: u32,
    /// After this time without a beat the owner is cut off, and another program may become the owner.
    pub(super) lease_ms: u64,
    /// Whether it has ended by itself.
    #[serde(default)]
    pub(super) gone: bool,
    /// The schema of the pages of people who have not said who they are, if a relay can answer those that only watch. Owners
    /// of older versions do not say it, and relays of older versions do not read it: then each page has a stream.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) watch: Option<String>,
    /// The schemas of the documents that such people get, which a relay shows while the device cannot be reached. Owners of
    /// older versions do not say it: then it is the one of [`watch`](Self::watch), if they say that.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) documents: Vec<String>,
    /// The values that everybody who reaches a relay sees in its list.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) values: Vec<Announced>,
}

/// The most characters of a title in the list of a relay.
const TITLE: usize = 120;
/// The most bytes of the names of a run and of a link. Ours have about 40.
const NAME: usize = 64;
/// The most schemas of documents. One program rarely has devices of more than a few kinds.
const DOCUMENTS: usize = 16;
/// The longest lease that is believed. A device that says a longer one would be listed as live, and would keep its name from
/// others, long after it is gone.
const LONGEST_LEASE: Duration = Duration::from_secs(3600);

impl Beat {
    pub(super) fn lease(&self) -> Duration {
        Duration::from_millis(self.lease_ms).min(LONGEST_LEASE)
    }

    /// The schemas of the documents that people get who have not said who they are.
    pub(super) fn documents(&self) -> impl Iterator<Item = &str> {
        self.documents.iter().chain(&self.watch).map(String::as_str)
    }

    /// The same with no more than a relay keeps of one device, whatever its program sends.
    pub(super) fn bounded(mut self) -> Self {
        if let Some((end, _)) = self.title.char_indices().nth(TITLE) {
            self.title.truncate(end);
            self.title.push('…');
        }
        for name in [&mut self.run, &mut self.link] {
            name.truncate(name.floor_char_boundary(NAME));
        }
        self.documents.truncate(DOCUMENTS);
        self.documents.retain(|schema| schema.len() <= NAME);
        self.values.truncate(MOST);
        self.values = self.values.into_iter().map(Announced::bounded).collect();
        self
    }
}

/// A relay asks for a stream: somebody has sent a request to it. The relay has checked the host, and says who asks.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Open {
    pub(super) protocol: u32,
    /// The subject on which the relay hears the stream.
    pub(super) down: String,
    host: String,
    encrypted: Option<bool>,
    client: Option<IpAddr>,
    /// The first bytes of the stream, each as the character with its number, so that they need not wait for the answer. Owners
    /// of older versions do not read them, and say so by not counting them in the answer.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    first: String,
}

/// The most bytes that are sent together with the request for a stream: a request that opens a socket, a hello and a few
/// commands have fewer. More wait for the answer.
const FIRST: usize = 8 * 1024;

impl Open {
    pub(super) fn of(down: String, asked: &Asked, first: &[u8]) -> Self {
        let Asked { host, encrypted, client, .. } = asked.clone();
        let first = if first.len() <= FIRST { first } else { &[] };
        Self {
            protocol: VERSION,
            down,
            host,
            encrypted,
            client,
            first: first.iter().copied().map(char::from).collect(),
        }
    }

    /// The first bytes of the stream. None, if they are not as [`Open::of`] writes them.
    pub(super) fn first(&self) -> Vec<u8> {
        let bytes: Result<Vec<u8>, _> = self.first.chars().map(u8::try_from).collect();
        bytes.ok().filter(|bytes| bytes.len() <= FIRST).unwrap_or_default()
    }

    /// What was asked for, as the relay says it. It does not come from a proxy of the owner: a relay passes on the headers of
    /// browsers as they are, so none of them may name the user. `name` is that of this device.
    pub(super) fn asked(self, name: &Name) -> Asked {
        let Self { host, encrypted, client, .. } = self;
        Asked { host, encrypted, client, from_proxy: false, relayed: Some(name.as_str().into()) }
    }
}

/// The answer to [`Open`].
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Opened {
    /// The subject on which the owner hears the stream. The beat says as much as one that comes by itself: the relay may not
    /// have heard any yet.
    Up {
        subject: String,
        beat: Beat,
        /// How many of the first bytes in the request it has taken: all, or none.
        #[serde(default)]
        first: usize,
    },
    /// Why there is no stream, for the person who has asked.
    Refused(String),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_fits_into_subjects_and_addresses() {
        for good in ["lamp", "lab.rover-7", "a.b.c_2", &"x".repeat(64)] {
            let name = Name::parse(good).unwrap();
            assert_eq!(Name::of_beat(&name.kept()).as_ref(), Some(&name));
            assert_eq!(Name::of_beat(&name.there()), Some(name));
        }
        for bad in ["", ".", "lab.", ".rover", "a..b", "lab.*", "lab.>", "a b", "a/b", "tür", &"x".repeat(65)] {
            let why = Name::parse(bad).unwrap_err();
            assert!(why.contains("lab.rover-7"), "{why}");
        }
        assert_eq!(Name::of_beat("dash.open.lamp"), None);
    }

    #[test]
    fn fault_the_tenth_device_came_before_the_second_one() {
        let names = ["dome", "dome-2", "dome-02", "dome-10", "dome-10.a", "dome-10.b", "dome-x", "lab.1", "lab.a"];
        let mut sorted = names.map(|name| Name::parse(name).unwrap());
        sorted.reverse();
        sorted.sort();
        let sorted = sorted.each_ref().map(Name::as_str);
        assert_eq!(
            sorted,
            ["dome", "dome-02", "dome-2", "dome-10", "dome-10.a", "dome-10.b", "dome-x", "lab.1", "lab.a"]
        );
    }

    proptest::proptest! {
        /// A map of names needs a total order that agrees with equality.
        #[test]
        fn names_have_one_order(names in proptest::collection::vec("[a0-1.-]{0,5}", 3)) {
            let [a, b, c] = [0, 1, 2].map(|at| Name(names[at].clone()));
            proptest::prop_assert_eq!(a.cmp(&b), b.cmp(&a).reverse());
            proptest::prop_assert_eq!(a.cmp(&b).is_eq(), a == b);
            proptest::prop_assert!(!(a <= b && b <= c) || a <= c);
        }
    }

    /// Fault: the owner believed the header of a browser that names a user, because the relay has a proxy.
    #[test]
    fn s09_a_request_over_a_relay_never_comes_from_a_proxy_of_the_owner_nor_from_its_machine() {
        let client = Some(IpAddr::from([127, 0, 0, 1]));
        let asked = Asked { host: "hub".to_owned(), encrypted: None, client, from_proxy: true, relayed: None };
        let open = Open::of("dash.down.a.1".to_owned(), &asked, &[]);
        let name = Name::parse("lab.bench").unwrap();
        assert_eq!(open.asked(&name), Asked { from_proxy: false, relayed: Some("lab.bench".into()), ..asked });
        let forged = r#"{"protocol":1,"down":"","host":"hub","encrypted":null,"client":null,"from_proxy":true}"#;
        assert!(!serde_json::from_str::<Open>(forged).unwrap().asked(&name).from_proxy);
    }

    #[test]
    fn the_first_bytes_of_a_stream_are_taken_as_they_were_or_not_at_all() {
        let asked = Asked { host: "hub".to_owned(), encrypted: None, client: None, from_proxy: false, relayed: None };
        let taken = |bytes: &[u8]| {
            let open = serde_json::to_string(&Open::of("dash.down.a.1".to_owned(), &asked, bytes)).unwrap();
            serde_json::from_str::<Open>(&open).unwrap().first()
        };
        let all: Vec<u8> = (0..=255).cycle().take(FIRST).collect();
        assert_eq!(taken(&all), all);
        assert_eq!(taken(&[&all[..], b"x"].concat()), b"", "they wait for the answer");
        for wrong in ["€", &"a".repeat(FIRST + 1)] {
            let open =
                format!(r#"{{"protocol":2,"down":"","host":"hub","encrypted":null,"client":null,"first":"{wrong}"}}"#);
            assert_eq!(serde_json::from_str::<Open>(&open).unwrap().first(), b"");
        }
    }

    /// Fault: each end published to any subject that the other one named, such as the beats of another owner.
    #[test]
    fn an_end_publishes_only_to_a_subject_of_a_stream() {
        for way in [Way::Up, Way::Down] {
            assert_eq!(way.parse(&way.one("0af3-12", 7)), Some(("0af3-12", 7)));
        }
        for bad in [
            "dash.owner.lab.lamp",
            "dash.down.a-1.7",
            "dash.up.a-1",
            "dash.up.a-1.*",
            "dash.up.>",
            "dash.up.*.7",
            "dash.up..7",
            "dash.up.a.b.7",
            "dash.up.a-1.07",
            "dash.up.a-1.+7",
            "dash.up.a 1.7",
            "$JS.API.STREAM.DELETE.DASH_OWNERS",
            "",
        ] {
            assert_eq!(Way::Up.parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_later_version_may_say_more_in_a_beat() {
        let beat = r#"{"run":"a","link":"a-1","title":"Lamp","protocol":1,"lease_ms":6000,"battery":80}"#;
        let beat: Beat = serde_json::from_str(beat).unwrap();
        assert_eq!((beat.lease(), beat.gone), (Duration::from_secs(6), false));
    }

    #[test]
    fn fault_a_device_was_listed_as_live_for_ever_because_it_had_said_so() {
        let long = "é".repeat(1000);
        let beat = format!(r#"{{"run":"{long}","link":"{long}","title":"","protocol":1,"lease_ms":{}}}"#, u64::MAX);
        let beat = serde_json::from_str::<Beat>(&beat).unwrap().bounded();
        assert_eq!(beat.lease(), LONGEST_LEASE);
        assert_eq!([beat.run.len(), beat.link.len()], [NAME, NAME], "and a relay keeps no long names of it");
    }
}
