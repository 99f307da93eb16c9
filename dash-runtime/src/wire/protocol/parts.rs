//! Large frames in parts. A browser reports a message to its script only when the message is complete. On a slow link
//! the script would hear nothing for a minute, and could not tell that from a dead link. So a large frame is sent as
//! several messages, and each is a sign of life.
//!
//! Each part but the last begins with `+`, and the last begins with `=`. All other frames begin with `{`. They may come
//! between the parts.
//!
//! A picture is a binary frame. It is always sent in parts with the same marks, so that frames with values and outcomes
//! come between its parts.

use bytes::Bytes;

/// The size of a part, in bytes. At 5 kB/s it takes 1.6 s, which is less than the 3 s after which a page that hears
/// nothing gives a connection up. On a quick link, the cost of the additional messages is small.
const PART: usize = 8 * 1024;

/// A frame, and how much of it has been sent.
#[derive(Debug, Default)]
pub(crate) struct Parts {
    /// What comes before `frame`. Of a picture it is the line about it, so that all clients share the memory of its file.
    head: Vec<u8>,
    frame: Bytes,
    sent: usize,
    /// Whether the client takes parts.
    cut: bool,
    /// Whether each message has a mark, also if there is only one.
    is_binary: bool,
}

impl Parts {
    /// A frame that is sent in parts if it is large and the client takes parts.
    pub(crate) const fn of(frame: Bytes, cut: bool) -> Self {
        Self { head: Vec::new(), frame, sent: 0, cut, is_binary: false }
    }

    /// A binary frame: a line about a file, and the file.
    pub(crate) const fn binary(head: Vec<u8>, file: Bytes) -> Self {
        Self { head, frame: file, sent: 0, cut: true, is_binary: true }
    }

    const fn len(&self) -> usize {
        self.head.len() + self.frame.len()
    }

    /// Whether all of it has been sent.
    pub(crate) const fn is_sent(&self) -> bool {
        self.sent == self.len()
    }

    /// Whether it is more than one message.
    pub(crate) const fn is_large(&self) -> bool {
        self.cut && self.len() > PART
    }

    /// The next message to send. `None` if all of it has been sent.
    pub(crate) fn next(&mut self) -> Option<Bytes> {
        let rest = self.len() - self.sent;
        if rest == 0 {
            return None;
        }
        if !self.is_large() && !self.is_binary {
            self.sent = rest;
            return Some(self.frame.clone());
        }
        let end = self.sent + self.part_len();
        let mark = if end == self.len() { b"=" } else { b"+" };
        let of_head = self.head.len();
        let head = &self.head[self.sent.min(of_head)..end.min(of_head)];
        let frame = &self.frame[self.sent.saturating_sub(of_head)..end.saturating_sub(of_head)];
        let part = [mark, head, frame].concat();
        self.sent = end;
        Some(part.into())
    }

    /// The length of the next part. A part of a text does not end within a character.
    fn part_len(&self) -> usize {
        let rest = self.len() - self.sent;
        if rest <= PART || self.is_binary {
            return rest.min(PART);
        }
        // A text has no head.
        let rest = &self.frame[self.sent..];
        let is_start = |at: &usize| rest[*at] & 0b1100_0000 != 0b1000_0000;
        (PART - 3..=PART).rev().find(is_start).unwrap_or(PART)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Joins messages as the page does.
    fn join(mut parts: Parts) -> (usize, String) {
        let (mut count, mut frame, mut over) = (0, String::new(), false);
        while let Some(message) = parts.next() {
            assert!(!over && message.len() <= PART + 1);
            let text = String::from_utf8(message.to_vec()).unwrap();
            over = !text.starts_with('+');
            frame.push_str(text.strip_prefix(['+', '=']).unwrap_or(&text));
            count += 1;
            assert_eq!(parts.is_sent(), over);
        }
        assert!(over);
        (count, frame)
    }

    #[test]
    fn a_large_frame_is_cut_between_characters_and_is_the_same_when_it_is_joined() {
        for text in ["x".repeat(100_000), "ä".repeat(50_000), format!("x{}", "😀".repeat(30_000)), "€".repeat(9_000)]
        {
            let frame = format!("{{\"r\":1,\"p\":[[0,\"{text}\"]]}}");
            let (count, joined) = join(Parts::of(frame.clone().into(), true));
            assert!(count >= frame.len() / PART && count <= frame.len() / (PART - 3) + 1, "{count}");
            assert_eq!(joined, frame);
        }
    }

    #[test]
    fn a_picture_is_the_same_when_its_parts_are_joined_and_each_part_has_a_mark() {
        for size in [1, PART, PART + 1, 100_000] {
            let frame: Vec<u8> = (0..size).map(|at| (at % 251) as u8).collect();
            let (head, file) = frame.split_at(size.min(100) / 2);
            let parts = Parts::binary(head.to_vec(), file.to_vec().into());
            let (mut parts, mut joined, mut marks) = (parts, Vec::new(), Vec::new());
            while let Some(message) = parts.next() {
                assert!(message.len() <= PART + 1);
                marks.push(message[0]);
                joined.extend_from_slice(&message[1..]);
            }
            assert_eq!((marks.pop(), joined), (Some(b'='), frame));
            assert!(marks.iter().all(|mark| *mark == b'+') && marks.len() == (size - 1) / PART);
        }
        assert_eq!(Parts::binary(Vec::new(), Bytes::new()).next(), None);
    }

    #[test]
    fn a_small_frame_and_a_frame_for_a_client_that_takes_no_parts_are_not_cut() {
        let (small, large) = ("{}".repeat(PART / 2), "{}".repeat(PART));
        for (frame, cut) in [(small, true), (large, false)] {
            let mut parts = Parts::of(frame.clone().into(), cut);
            assert_eq!((parts.next(), parts.next()), (Some(frame.into()), None));
        }
        assert!(Parts::default().is_sent());
    }
}
