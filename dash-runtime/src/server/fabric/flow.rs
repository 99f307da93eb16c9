//! One end of a stream without input and output: what may be sent, what has arrived, and what is lost.
//!
//! The broker keeps the order of messages and drops some when a connection breaks or a reader is too slow. So each packet
//! says its place in the stream, and a packet that does not follow the one before it resets the stream. There is no
//! repetition: what uses the stream (a page, a request) connects again and goes on from what it has.
//!
//! A writer is at most [`WINDOW`] bytes ahead of its reader. So a reader that stands still costs that much memory at most,
//! and the writer notices it as with TCP.

use std::collections::VecDeque;

use bytes::{Buf as _, Bytes};

use super::packet::Packet;

/// How many bytes may be on their way. A way of 50 ms there and back carries 2.5 MB/s with it.
pub(super) const WINDOW: u64 = 128 * 1024;
/// The most bytes of one packet. Small enough that packets of other streams come in between.
const MOST: usize = 32 * 1024;
/// The reader says what it has taken after so many bytes. More often would cost messages, less often would make the
/// writer wait.
const TOLD_AFTER: u64 = WINDOW / 4;

/// So much is still sent when this end is done with a stream. More, such as the rest of a download, is dropped. A reader says
/// rarely what it has taken, so this must be more than [`TOLD_AFTER`].
const LAST_WORDS: u64 = 2 * TOLD_AFTER;

/// Why a stream is over before its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Lost {
    /// The other end says so.
    Reset(String),
    /// A packet does not follow the one before it.
    Gap,
    /// The other end does not keep to the window.
    Overrun,
    /// This end has lost the connection to the broker, or the other end is silent.
    Cut(&'static str),
}

impl std::fmt::Display for Lost {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Reset(why) => write!(f, "the other end has ended the stream: {why}"),
            Self::Gap => f.write_str("a packet is missing in the stream"),
            Self::Overrun => f.write_str("the other end has sent more than it may"),
            Self::Cut(why) => f.write_str(why),
        }
    }
}

/// One end of a stream.
#[derive(Debug, Default)]
pub(super) struct Flow {
    /// Bytes that were sent, and those of them that the other end has taken.
    sent: u64,
    taken: u64,
    /// Whether this end has said that nothing more follows.
    ended: bool,
    /// Bytes that have arrived, those of them that were taken here, and those that the other end knows of.
    arrived: u64,
    read: u64,
    told: u64,
    waiting: VecDeque<Bytes>,
    /// Whether the other end has said that nothing more follows.
    complete: bool,
    lost: Option<Lost>,
}

impl Flow {
    /// Whether and why the stream is over before its end.
    pub(super) const fn lost(&self) -> Option<&Lost> {
        self.lost.as_ref()
    }

    /// The same for a reader: what the other end has sent before it was done with the stream is read.
    pub(super) fn unreadable(&self) -> Option<&Lost> {
        self.lost.as_ref().filter(|lost| !(self.complete && matches!(lost, Lost::Reset(_))))
    }

    /// Whether this end is done with the stream, and little is on its way that the other end may not have: last words, such
    /// as why a socket is closed. Returns what must be said about it.
    pub(super) fn last_words(&mut self) -> Option<Packet> {
        let few = self.lost.is_none() && self.sent > 0 && self.sent - self.taken <= LAST_WORDS;
        if few { self.end() } else { None }
    }

    /// Takes as much of `bytes` as may be sent now. `None` if the window is full.
    pub(super) fn write(&mut self, bytes: &[u8]) -> Option<(usize, Packet)> {
        let room = usize::try_from(WINDOW - (self.sent - self.taken)).unwrap_or(usize::MAX);
        let count = bytes.len().min(room).min(MOST);
        if count == 0 || self.ended || self.lost.is_some() {
            return None;
        }
        let packet = Packet::Data { before: self.sent, bytes: Bytes::copy_from_slice(&bytes[..count]) };
        self.sent += count as u64;
        Some((count, packet))
    }

    /// The other end has these bytes of the stream, which were sent in another way before all others. They are fewer than those
    /// after which it says what it has taken.
    pub(super) fn has_begun_with(&mut self, count: u64) {
        self.sent += count;
    }

    /// Nothing more will be written. Returns what must be said about it, the first time.
    pub(super) fn end(&mut self) -> Option<Packet> {
        let first = !self.ended && self.lost.is_none();
        self.ended = true;
        first.then_some(Packet::End(self.sent))
    }

    /// Whether this end has said that nothing more will be written, and the stream is not lost.
    pub(super) const fn has_ended(&self) -> bool {
        self.ended && self.lost.is_none()
    }

    /// Whether the other end has all of this one, and this one has all of the other.
    pub(super) fn is_over(&self) -> bool {
        self.lost.is_some() || (self.ended && self.complete && self.waiting.is_empty())
    }

    /// Bytes that have arrived, at most `most`. Empty at the end of the stream. `None` if there is nothing yet. Also
    /// returns what must be said to the writer.
    pub(super) fn read(&mut self, most: usize) -> Option<(Bytes, Option<Packet>)> {
        let Some(first) = self.waiting.front_mut() else { return self.complete.then(|| (Bytes::new(), None)) };
        let bytes = first.split_to(most.min(first.len()));
        if !first.has_remaining() {
            self.waiting.pop_front();
        }
        self.read += bytes.len() as u64;
        let tells = self.read - self.told >= TOLD_AFTER && !self.complete;
        if tells {
            self.told = self.read;
        }
        Some((bytes, tells.then_some(Packet::Read(self.read))))
    }

    /// A packet of the other end. Returns what must be said to it, if the stream is lost.
    pub(super) fn receive(&mut self, packet: Packet) -> Option<Packet> {
        if self.lost.is_some() {
            return None;
        }
        let fault = match packet {
            Packet::Data { before, .. } if before != self.arrived || self.complete => Some(Lost::Gap),
            Packet::Data { bytes, .. } if self.arrived + bytes.len() as u64 - self.read > WINDOW => Some(Lost::Overrun),
            Packet::Data { bytes, .. } => {
                self.arrived += bytes.len() as u64;
                if !bytes.is_empty() {
                    self.waiting.push_back(bytes);
                }
                None
            }
            Packet::Read(taken) if taken > self.sent => Some(Lost::Overrun),
            Packet::Read(taken) => {
                // It only grows. An older packet cannot come later, because the broker keeps the order.
                self.taken = self.taken.max(taken);
                None
            }
            Packet::End(length) if length != self.arrived => Some(Lost::Gap),
            Packet::End(_) => {
                self.complete = true;
                None
            }
            Packet::Reset(why) => {
                self.lose(Lost::Reset(why));
                return None;
            }
        };
        let fault = fault?;
        let told = Packet::Reset(fault.to_string());
        self.lose(fault);
        Some(told)
    }

    /// The stream is lost. What has arrived is not read any more: nobody knows how old it is. If it is all that the other end
    /// has sent, it is read.
    pub(super) fn lose(&mut self, why: Lost) {
        self.lost.get_or_insert(why);
        if self.unreadable().is_some() {
            self.waiting.clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Reads everything that has arrived. Returns what must be said to the writer.
    fn drain(flow: &mut Flow, into: &mut Vec<u8>) -> Vec<Packet> {
        let mut said = Vec::new();
        while let Some((bytes, told)) = flow.read(1000).filter(|(bytes, _)| !bytes.is_empty()) {
            into.extend_from_slice(&bytes);
            said.extend(told);
        }
        said
    }

    #[test]
    fn a_writer_is_ahead_of_its_reader_by_the_window_at_most() {
        let (mut one, mut other) = (Flow::default(), Flow::default());
        let bytes = vec![7; 1 << 20];
        let mut sent = 0;
        while let Some((count, packet)) = one.write(&bytes) {
            sent += count as u64;
            assert_eq!(other.receive(packet), None);
        }
        assert_eq!(sent, WINDOW);
        let mut got = Vec::new();
        for told in drain(&mut other, &mut got) {
            assert_eq!(one.receive(told), None);
        }
        assert_eq!(got.len() as u64, WINDOW);
        assert!(one.write(&bytes).is_some(), "the reader has taken something");
    }

    /// Fault: an owner that closed a socket dropped the stream behind its last frame, and the frame with it. So a page at a
    /// relay did not learn why it was disconnected, and connected again.
    #[test]
    fn fault_the_last_words_of_a_socket_are_lost() {
        let (mut one, mut other) = (Flow::default(), Flow::default());
        let (_, words) = one.write(b"bye").unwrap();
        for packet in [words, one.last_words().unwrap(), Packet::Reset("it is not used any more".to_owned())] {
            assert_eq!(other.receive(packet), None);
        }
        let mut got = Vec::new();
        drain(&mut other, &mut got);
        assert_eq!((&got[..], other.unreadable(), other.is_over()), (&b"bye"[..], None, true));
        assert!(other.write(b"x").is_none(), "nobody reads it");
        // What a cut leaves is old.
        let (mut one, mut other) = (Flow::default(), Flow::default());
        other.receive(one.write(b"old").unwrap().1);
        other.receive(one.end().unwrap());
        other.lose(Lost::Cut("the device is silent"));
        assert!(other.unreadable().is_some() && other.waiting.is_empty());
        // The rest of a download is not waited for.
        let mut one = Flow::default();
        while one.write(&[7; 1000]).is_some() {}
        assert_eq!(one.last_words(), None);
    }

    #[test]
    fn who_sends_more_than_it_may_is_not_believed_and_not_kept() {
        let mut flow = Flow::default();
        let large = |before| Packet::Data { before, bytes: Bytes::from(vec![0; WINDOW as usize]) };
        assert_eq!(flow.receive(large(0)), None);
        assert!(matches!(flow.receive(large(WINDOW)), Some(Packet::Reset(_))));
        assert_eq!((flow.lost(), flow.waiting.len()), (Some(&Lost::Overrun), 0));
        let mut flow = Flow::default();
        assert!(matches!(flow.receive(Packet::Read(1)), Some(Packet::Reset(_))), "more than was sent");
    }

    #[test]
    fn the_end_is_read_after_the_last_byte_and_nothing_comes_after_it() {
        let (mut one, mut other) = (Flow::default(), Flow::default());
        let (_, packet) = one.write(b"last").unwrap();
        let end = one.end().unwrap();
        assert_eq!((one.end(), one.write(b"more")), (None, None));
        other.receive(packet);
        assert_eq!(other.read(9).unwrap().0, "last");
        assert_eq!(other.read(9), None, "there may be more");
        other.receive(end);
        assert_eq!(other.read(9).unwrap().0, "");
        assert!(!other.is_over(), "it may still write");
        other.end();
        assert!(other.is_over());
        assert!(matches!(other.receive(Packet::Data { before: 4, bytes: Bytes::new() }), Some(Packet::Reset(_))));
    }

    /// What happens to the packets of one direction.
    #[derive(Debug, Clone)]
    enum Way {
        Arrives,
        Drops,
        Doubles,
    }

    fn way() -> impl Strategy<Value = Way> {
        prop_oneof![20 => Just(Way::Arrives), 1 => Just(Way::Drops), 1 => Just(Way::Doubles)]
    }

    proptest! {
        /// Whatever the broker does to the packets: what is read is the beginning of what was written, and who has read
        /// the end has read everything.
        #[test]
        fn what_is_read_is_what_was_written_without_a_gap(
            writes in prop::collection::vec((1_usize..60_000, way()), 1..40),
        ) {
            let (mut one, mut other) = (Flow::default(), Flow::default());
            let (mut wrote, mut got) = (Vec::new(), Vec::new());
            let mut next = 0_u8;
            for (length, way) in &writes {
                let bytes: Vec<u8> = (0..*length).map(|_| { next = next.wrapping_add(31); next }).collect();
                let Some((count, packet)) = one.write(&bytes) else { break };
                wrote.extend_from_slice(&bytes[..count]);
                // Only what was sent counts.
                next = *wrote.last().unwrap();
                let copies = match way { Way::Arrives => 1, Way::Drops => 0, Way::Doubles => 2 };
                for _ in 0..copies {
                    other.receive(packet.clone());
                }
                for told in drain(&mut other, &mut got) {
                    one.receive(told);
                }
            }
            if let Some(end) = one.end() {
                other.receive(end);
            }
            prop_assert!(wrote.starts_with(&got));
            if other.read(1).is_some() {
                prop_assert_eq!(&got, &wrote);
                prop_assert!(writes.iter().take(40).all(|(_, way)| matches!(way, Way::Arrives)));
            }
        }
    }
}
