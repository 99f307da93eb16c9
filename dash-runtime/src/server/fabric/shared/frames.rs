//! Frames of a WebSocket, as far as a relay reads and writes them. A library reads and writes their heads.
//!
//! A relay reads only what a page that watches sends: short texts, each in one frame. What it does not understand stays in the
//! buffer as it came, and the owner reads it. So nothing that a page may send has to be understood here.

use std::io::Cursor;

use bytes::{Buf as _, Bytes, BytesMut};
use tokio_tungstenite::tungstenite::protocol::frame::{
    FrameHeader,
    coding::{Control, Data, OpCode},
};

use crate::protocol::parts::Parts;

/// Who has sent a frame. The frames of clients are masked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum From {
    Client,
    Server,
}

/// What is at the front of a buffer.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Front {
    /// Not a whole frame yet.
    Part,
    Text(Bytes),
    Ping(Bytes),
    Pong,
    Close(Bytes),
    /// A frame that a relay does not read.
    Other,
}

/// The frame at the front of what `from` has sent, and its length. Texts and controls may have this many bytes.
pub(super) fn front(buffer: &[u8], from: From, most: usize) -> (Front, usize) {
    let mut cursor = Cursor::new(buffer);
    let (header, length) = match FrameHeader::parse(&mut cursor) {
        Ok(Some(head)) => head,
        Ok(None) => return (Front::Part, 0),
        Err(_) => return (Front::Other, 0),
    };
    let is_plain = header.is_final && !header.rsv1 && !header.rsv2 && !header.rsv3;
    let length = usize::try_from(length).unwrap_or(usize::MAX);
    if !is_plain || header.mask.is_some() != (from == From::Client) || length > most {
        return (Front::Other, 0);
    }
    let start = usize::try_from(cursor.position()).unwrap_or(usize::MAX);
    let Some(payload) = buffer.get(start..start + length) else { return (Front::Part, 0) };
    let mask = header.mask.unwrap_or_default();
    let payload = || -> Bytes { payload.iter().zip(mask.iter().cycle()).map(|(byte, mask)| byte ^ mask).collect() };
    let front = match header.opcode {
        OpCode::Data(Data::Text) => Front::Text(payload()),
        OpCode::Control(Control::Ping) => Front::Ping(payload()),
        OpCode::Control(Control::Pong) => Front::Pong,
        OpCode::Control(Control::Close) => Front::Close(payload()),
        _ => Front::Other,
    };
    (front, start + length)
}

/// Takes the frame at the front of what `from` has sent out of the buffer, unless the relay does not read it.
pub(super) fn take(buffer: &mut BytesMut, from: From, most: usize) -> Front {
    let (front, length) = front(buffer, from, most);
    if front != Front::Other {
        buffer.advance(length);
    }
    front
}

/// A frame of a server, or of a client. The mask of a client keeps scripts of browsers from choosing the bytes on the wire. A
/// relay has none, so its mask is zero.
fn frame(opcode: OpCode, from: From, payload: &[u8]) -> Bytes {
    let mask = (from == From::Client).then_some([0; 4]);
    let header = FrameHeader { is_final: true, rsv1: false, rsv2: false, rsv3: false, opcode, mask };
    let mut out = Vec::with_capacity(payload.len() + 14);
    // Writing to a vector cannot fail.
    let _ = header.format(payload.len() as u64, &mut out);
    out.extend_from_slice(payload);
    out.into()
}

pub(super) fn text(from: From, text: &str) -> Bytes {
    frame(OpCode::Data(Data::Text), from, text.as_bytes())
}

pub(super) fn ping() -> Bytes {
    frame(OpCode::Control(Control::Ping), From::Server, &[])
}

pub(super) fn pong(from: From, payload: &[u8]) -> Bytes {
    frame(OpCode::Control(Control::Pong), from, payload)
}

/// The answer to a close frame has its payload.
pub(super) fn close(payload: &[u8]) -> Bytes {
    frame(OpCode::Control(Control::Close), From::Server, payload)
}

/// The close frame of a server with this code and reason.
pub(super) fn close_with(code: u16, reason: &str) -> Bytes {
    close(&[&code.to_be_bytes(), reason.as_bytes()].concat())
}

/// A frame of the protocol for pages, as one message, and in parts for pages that take them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ForPages {
    one: Bytes,
    parts: Bytes,
}

impl ForPages {
    pub(super) fn of(frame: &Bytes) -> Self {
        let message = |part: &[u8]| self::frame(OpCode::Data(Data::Text), From::Server, part);
        let (one, mut left) = (message(frame), Parts::of(frame.clone(), true));
        if !left.is_large() {
            return Self { parts: one.clone(), one };
        }
        let mut parts = BytesMut::new();
        while let Some(part) = left.next() {
            parts.extend_from_slice(&message(&part));
        }
        Self { one, parts: parts.freeze() }
    }

    /// What is written to a page.
    pub(super) fn bytes(&self, takes_parts: bool) -> Bytes {
        if takes_parts { self.parts.clone() } else { self.one.clone() }
    }

    /// The frame itself.
    pub(super) fn text(&self) -> Bytes {
        match front(&self.one, From::Server, usize::MAX).0 {
            Front::Text(text) => text,
            // It was made as a text.
            _ => Bytes::new(),
        }
    }

    pub(super) const fn len(&self) -> usize {
        self.one.len()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use tokio_tungstenite::tungstenite::protocol::frame::Frame;

    use super::*;

    fn masked(opcode: OpCode, payload: &[u8], mask: [u8; 4]) -> Vec<u8> {
        let mut frame = Frame::message(payload.to_vec(), opcode, true);
        frame.header_mut().mask = Some(mask);
        let mut out = Vec::new();
        frame.format(&mut out).unwrap();
        out
    }

    proptest! {
        #[test]
        fn a_text_of_a_client_is_read_however_it_arrives(text in ".{0,300}", mask: [u8; 4], cut in 0..1_000_usize) {
            let mut bytes = masked(OpCode::Data(Data::Text), text.as_bytes(), mask);
            let cut = cut % bytes.len();
            prop_assert_eq!(front(&bytes[..cut], From::Client, 4_096).0, Front::Part);
            bytes.extend_from_slice(b"next");
            let mut buffer = BytesMut::from(&bytes[..]);
            prop_assert_eq!(take(&mut buffer, From::Client, 4_096), Front::Text(text.into_bytes().into()));
            prop_assert_eq!(&buffer[..], b"next");
        }

        /// Whatever arrives, nothing panics, and what is not read stays as it is.
        #[test]
        fn what_is_not_read_stays(bytes: Vec<u8>) {
            let mut buffer = BytesMut::from(&bytes[..]);
            if matches!(take(&mut buffer, From::Client, 64), Front::Other | Front::Part) {
                prop_assert_eq!(&buffer[..], &bytes[..]);
            }
        }

        /// A page joins the parts to the same frame.
        #[test]
        fn a_frame_for_pages_is_the_same_in_parts(size in 0..40_000_usize) {
            let whole = Bytes::from("x".repeat(size));
            let made = ForPages::of(&whole);
            for takes_parts in [false, true] {
                let (mut buffer, mut joined) = (BytesMut::from(&made.bytes(takes_parts)[..]), Vec::new());
                while let Front::Text(part) = take(&mut buffer, From::Server, usize::MAX) {
                    let mark = part.first().is_some_and(|mark| b"+=".contains(mark));
                    joined.extend_from_slice(if mark { &part[1..] } else { &part });
                }
                prop_assert_eq!(&joined[..], &whole[..]);
            }
        }
    }

    #[test]
    fn what_a_relay_does_not_read_is_left_to_the_owner() {
        let large = masked(OpCode::Data(Data::Text), &[b'x'; 65], [1, 2, 3, 4]);
        let binary = masked(OpCode::Data(Data::Binary), b"x", [0; 4]);
        let unmasked = text(From::Server, "{}").to_vec();
        let mut begun = masked(OpCode::Data(Data::Text), b"x", [0; 4]);
        begun[0] &= 0x7f;
        for bytes in [large, binary, unmasked, begun] {
            assert_eq!(front(&bytes, From::Client, 64).0, Front::Other, "{bytes:?}");
        }
    }
}
