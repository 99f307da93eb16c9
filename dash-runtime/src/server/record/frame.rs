//! The form of the file.
//!
//! | part | bytes |
//! | --- | --- |
//! | magic | 8: `ddlog\r\n` and a zero byte, which shows a file that was sent as text |
//! | version | 4: [`VERSION`], little-endian like all numbers |
//! | frames | until the end of the file |
//!
//! A frame is the length of its body (4 bytes), a CRC-32 of all that follows (4), its kind (1), the time since the start of
//! the run in microseconds (8), the revision (8), and the body, which is JSON. The first frame is a [`Header`], the second
//! a keyframe. There is no index: the frames of a file are few enough to be walked through, and an index at the end would
//! be missing after a crash, when the record is needed most.

use std::{
    io::{self, Read},
    time::Duration,
};

use serde::{Deserialize, Serialize};

use crate::{
    engine::plan::{Plan, PropPlan},
    prop::Kind as PropKind,
    protocol::limits::Limits,
    record::AuditRecord,
};

pub(super) const MAGIC: [u8; 8] = *b"ddlog\r\n\0";

/// The version of this form. A reader knows the older ones from [`OLDEST`] on.
pub(super) const VERSION: u32 = 2;
pub(super) const OLDEST: u32 = 2;

/// The bytes of a frame before its body.
pub(super) const HEAD: usize = 25;

/// The longest body. A longer one is damage.
const LONGEST: u32 = 1 << 30;

/// What a frame has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// What the file is about: a [`Header`].
    Header,
    /// The whole state.
    Keyframe,
    /// What has changed at one revision.
    Commit,
    /// A client that came or went.
    Client,
    /// What somebody wanted, and what became of it.
    Audit,
    /// Changes are missing before the next keyframe.
    Gap,
    /// The program has ended as it should.
    End,
    /// All clients that are there. Behind each keyframe.
    Present,
    /// Of a later version. It is skipped.
    Other(u8),
}

impl Kind {
    const ALL: [Self; 8] =
        [Self::Header, Self::Keyframe, Self::Commit, Self::Client, Self::Audit, Self::Gap, Self::End, Self::Present];

    fn byte(self) -> u8 {
        match self {
            Self::Header => 1,
            Self::Keyframe => 2,
            Self::Commit => 3,
            Self::Client => 4,
            Self::Audit => 5,
            Self::Gap => 6,
            Self::End => 7,
            Self::Present => 8,
            Self::Other(byte) => byte,
        }
    }

    fn of(byte: u8) -> Self {
        Self::ALL.into_iter().find(|kind| kind.byte() == byte).unwrap_or(Self::Other(byte))
    }
}

/// What the file is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Header {
    /// The name of the dashboard.
    pub(crate) dashboard: String,
    /// The key of the device, if the program has several.
    #[serde(default)]
    pub(crate) device: String,
    /// The hash of the dashboard's components.
    pub(crate) schema: String,
    /// The run of the program.
    pub(crate) epoch: String,
    /// The start of the run, in microseconds since 1970.
    pub(crate) began: i64,
    /// The properties, in the order of their numbers in this file.
    pub(crate) props: Vec<PropHeader>,
    #[serde(default)]
    pub(crate) lists: Vec<ListInfo>,
    /// The names of the roles, the lowest first: the levels of items are places in this list.
    #[serde(default)]
    pub(crate) roles: Vec<String>,
}

/// A property.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct PropHeader {
    /// Such as `speed.value`.
    pub(crate) name: String,
    /// For a stream: the number of items that a page gets.
    #[serde(default)]
    pub(crate) ring: usize,
}

/// A list of rows: the property with the keys, and those of a row, from the first up to, but without, the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ListInfo(pub(crate) usize, pub(crate) usize, pub(crate) usize);

impl Header {
    /// The header of a run that begins. `began` is the time since 1970.
    pub(crate) fn of(plan: &Plan, limits: &Limits, epoch: &str, device: &str, began: Duration) -> Self {
        let prop = |prop: &PropPlan| PropHeader {
            name: prop.name(),
            ring: match prop.info.kind {
                PropKind::Stream if prop.info.ty.is::<AuditRecord>() => limits.audit_records,
                PropKind::Stream => prop.info.ring,
                _ => 0,
            },
        };
        Self {
            dashboard: plan.name.to_owned(),
            device: device.to_owned(),
            schema: plan.table.schema.clone(),
            epoch: epoch.to_owned(),
            began: i64::try_from(began.as_micros()).unwrap_or(i64::MAX),
            props: plan.props.iter().map(prop).collect(),
            lists: plan
                .lists
                .iter()
                .map(|list| ListInfo(list.keys.place(), list.cells.start.place(), list.cells.end.place()))
                .collect(),
            roles: plan.rights.roles.names().iter().map(|name| (*name).to_owned()).collect(),
        }
    }
}

/// One frame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Frame {
    pub(super) kind: Kind,
    /// Microseconds since the start of the run.
    pub(super) at: u64,
    pub(super) rev: u64,
    pub(super) body: Vec<u8>,
}

impl Frame {
    /// Appends it to `out`.
    pub(super) fn write(&self, out: &mut Vec<u8>) {
        // A body of 4 GiB is never made: a value has a limit.
        let len = u32::try_from(self.body.len()).unwrap_or(u32::MAX);
        out.extend(len.to_le_bytes());
        let begin = out.len();
        out.extend([0; 4]);
        out.push(self.kind.byte());
        out.extend(self.at.to_le_bytes());
        out.extend(self.rev.to_le_bytes());
        out.extend(&self.body);
        let sum = crc32fast::hash(&out[begin + 4..]).to_le_bytes();
        out[begin..begin + 4].copy_from_slice(&sum);
    }

    /// Reads the next one. `None` at the end of the file, and where it is damaged or torn.
    ///
    /// # Errors
    /// If the file cannot be read.
    pub(super) fn read(file: &mut impl Read) -> io::Result<Result<Self, NoFrame>> {
        let mut head = [0; HEAD];
        match fill(file, &mut head)? {
            0 => return Ok(Err(NoFrame::End)),
            HEAD => {}
            _ => return Ok(Err(NoFrame::Torn)),
        }
        let (len, rest) = head.split_at(4);
        let (sum, rest) = rest.split_at(4);
        let number = |bytes: &[u8]| bytes.iter().rev().fold(0, |all, byte| all << 8 | u64::from(*byte));
        let (len, sum) = (number(len), number(sum));
        if len > u64::from(LONGEST) {
            return Ok(Err(NoFrame::Torn));
        }
        // Grows with what is there: a damaged length must not take the memory.
        let mut body = Vec::new();
        if file.by_ref().take(len).read_to_end(&mut body)? as u64 != len {
            return Ok(Err(NoFrame::Torn));
        }
        let mut hasher = crc32fast::Hasher::new();
        hasher.update(rest);
        hasher.update(&body);
        if u64::from(hasher.finalize()) != sum {
            return Ok(Err(NoFrame::Torn));
        }
        Ok(Ok(Self { kind: Kind::of(rest[0]), at: number(&rest[1..9]), rev: number(&rest[9..]), body }))
    }
}

/// Why there is no further frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NoFrame {
    /// The file ends here.
    End,
    /// The file ends within a frame, or a byte of it is wrong.
    Torn,
}

/// Reads as many bytes as there are, up to the length of `buffer`. Returns how many.
pub(super) fn fill(file: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match file.read(&mut buffer[filled..]) {
            Ok(0) => break,
            Ok(read) => filled += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}
