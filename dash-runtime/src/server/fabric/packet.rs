//! What the two ends of a [`stream`](super::stream) send to each other. One packet is one message of the broker.
//!
//! | byte | the eight bytes after it (big-endian) | the rest |
//! | --- | --- | --- |
//! | `D` data | how many bytes of the stream are before these | the bytes |
//! | `A` read | how many bytes of the stream the reader has taken | |
//! | `F` end | how many bytes the stream has | |
//! | `R` reset | 0 | why, as text |

use bytes::{BufMut as _, Bytes, BytesMut};

/// The length of what is before the bytes of a packet.
const HEAD: usize = 9;

/// One packet of a stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Packet {
    /// Bytes of the stream. `before` bytes of it have been sent before.
    Data { before: u64, bytes: Bytes },
    /// The reader has taken so many bytes, so that as many more may be sent.
    Read(u64),
    /// The writer has ended the stream, which has so many bytes.
    End(u64),
    /// The stream is lost. The text says why.
    Reset(String),
}

impl Packet {
    pub(super) fn encode(&self) -> Bytes {
        let (kind, number, rest): (u8, u64, &[u8]) = match self {
            Self::Data { before, bytes } => (b'D', *before, bytes),
            Self::Read(taken) => (b'A', *taken, &[]),
            Self::End(length) => (b'F', *length, &[]),
            Self::Reset(why) => (b'R', 0, why.as_bytes()),
        };
        let mut out = BytesMut::with_capacity(HEAD + rest.len());
        out.put_u8(kind);
        out.put_u64(number);
        out.put_slice(rest);
        out.freeze()
    }

    /// Reads a message. `None` if it is no packet.
    pub(super) fn decode(message: &Bytes) -> Option<Self> {
        let (head, _) = message.split_at_checked(HEAD)?;
        let (kind, number) = head.split_first()?;
        let number = u64::from_be_bytes(number.try_into().ok()?);
        let rest = message.slice(HEAD..);
        match kind {
            b'D' => Some(Self::Data { before: number, bytes: rest }),
            b'A' => Some(Self::Read(number)),
            b'F' => Some(Self::End(number)),
            b'R' => Some(Self::Reset(String::from_utf8_lossy(&rest).into_owned())),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_packet_is_read_as_it_was_written() {
        for packet in [
            Packet::Data { before: 7, bytes: Bytes::from_static(b"GET / HTTP/1.1") },
            Packet::Data { before: u64::MAX, bytes: Bytes::new() },
            Packet::Read(1 << 40),
            Packet::End(0),
            Packet::Reset("the owner has ended".to_owned()),
        ] {
            assert_eq!(Packet::decode(&packet.encode()), Some(packet));
        }
    }

    proptest! {
        #[test]
        fn any_message_is_a_packet_or_none(message: Vec<u8>) {
            let message = Bytes::from(message);
            if let Some(packet @ (Packet::Data { .. } | Packet::Read(_) | Packet::End(_))) = Packet::decode(&message) {
                prop_assert!(message.starts_with(&packet.encode()));
            }
        }
    }
}
