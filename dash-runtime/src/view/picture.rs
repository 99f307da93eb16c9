//! Pictures: the value is a reference, and browsers fetch the bytes.
//!
//! A frame of the socket names a picture. The browser fetches it by HTTP and decodes it outside its main thread. It may
//! cache the picture without limit, because the content behind a name never changes. A slow client fetches the newest
//! picture after it is done with the last one, and skips the pictures in between. So pictures need no queue, no base64,
//! and no space in frames.

use crate::into_value::IntoValue;
use std::{
    collections::{HashMap, VecDeque},
    fmt,
    hash::{BuildHasher, RandomState},
    sync::{
        Arc, LazyLock, Mutex, PoisonError, Weak,
        atomic::{AtomicU64, Ordering},
    },
    time::Instant,
};

use bytes::Bytes;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de, ser::SerializeStruct};

use crate::value::Value;

/// A picture in a format that browsers show. A clone only counts references.
///
/// As the value of a property (`Image::source`) it is sent to browsers as a reference. They fetch its bytes from the
/// server. The name in the reference cannot be guessed, so only clients that got the reference can fetch the picture.
/// It can be fetched as long as a property holds it. It also stays for a short time afterwards, for clients that got
/// the reference just before the next picture came.
#[derive(Clone)]
pub struct Picture {
    inner: Arc<Inner>,
}

/// The encoding of a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum PictureFormat {
    /// `image/jpeg`
    Jpeg,
    /// `image/png`
    Png,
    /// `image/webp`
    WebP,
    /// `image/gif`
    Gif,
    /// `image/bmp`
    Bmp,
    /// `image/svg+xml`. It is shown as an image, so its scripts do not run.
    Svg,
    /// Numbers, which only a heat map shows: a [`Matrix`](crate::matrix::Matrix).
    Numbers,
}

impl PictureFormat {
    /// The media type (RFC 9110, section 8.3.1).
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::WebP => "image/webp",
            Self::Gif => "image/gif",
            Self::Bmp => "image/bmp",
            Self::Svg => "image/svg+xml",
            Self::Numbers => "application/octet-stream",
        }
    }
}

/// A picture as a camera gives it: the bytes of a JPEG file. A callback may return it for a property that holds a
/// [`Picture`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Jpeg(pub Vec<u8>);

impl From<Jpeg> for Picture {
    fn from(jpeg: Jpeg) -> Self {
        Self::new(PictureFormat::Jpeg, jpeg.0)
    }
}

struct Inner {
    id: u128,
    made: Instant,
    format: PictureFormat,
    bytes: Bytes,
}

impl Picture {
    /// A picture from `bytes`, which are encoded in `format`. The bytes are not checked.
    pub fn new(format: PictureFormat, bytes: impl IntoValue<Bytes>) -> Self {
        let inner = Arc::new(Inner { id: new_id(), made: Instant::now(), format, bytes: bytes.into_value() });
        lock().known.insert(inner.id, Arc::downgrade(&inner));
        Self { inner }
    }

    /// Its encoding.
    pub fn format(&self) -> PictureFormat {
        self.inner.format
    }

    /// The encoded bytes.
    pub fn bytes(&self) -> &Bytes {
        &self.inner.bytes
    }

    /// When it was made.
    pub(crate) fn made(&self) -> Instant {
        self.inner.made
    }

    /// The picture in the value of a property.
    pub(crate) fn of(value: &Value) -> Option<&Self> {
        value.get::<Option<Self>>().map_or_else(|| value.get::<Self>(), Option::as_ref)
    }

    /// Whether a property with this value has pictures.
    pub(crate) fn is_type_of(value: &Value) -> bool {
        value.get::<Option<Self>>().is_some() || value.get::<Self>().is_some()
    }

    /// Its name in addresses: 32 hexadecimal digits.
    pub(crate) fn name(&self) -> String {
        format!("{:032x}", self.inner.id)
    }

    /// The picture with this name, if it still exists.
    pub(crate) fn find(name: &str) -> Option<Self> {
        // Each name has only one spelling, in lower case.
        let digits = name.len() == 32 && name.bytes().all(|c| matches!(c, b'0'..=b'9' | b'a'..=b'f'));
        let id = digits.then(|| u128::from_str_radix(name, 16).ok()).flatten()?;
        let inner = lock().known.get(&id)?.upgrade()?;
        Some(Self { inner })
    }
}

impl PartialEq for Picture {
    /// Whether both are the same picture. The bytes are not compared.
    fn eq(&self, other: &Self) -> bool {
        self.inner.id == other.inner.id
    }
}

impl Eq for Picture {}

impl fmt::Debug for Picture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Picture({}, {} bytes)", self.inner.format.media_type(), self.inner.bytes.len())
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        lock().known.remove(&self.id);
    }
}

/// A name that cannot be guessed: the keyed hash of a number that is never reused. SipHash is a pseudorandom function
/// under a secret key, and the standard library takes the key from the system. Two hashes make 128 bits.
pub(crate) fn new_id() -> u128 {
    static KEY: LazyLock<RandomState> = LazyLock::new(RandomState::new);
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let half = |half: u8| u128::from(KEY.hash_one((number, half)));
    half(0) << 64 | half(1)
}

/// How many pictures, and how many bytes of them, are kept after the property no longer holds them. A browser asks for
/// a picture within some milliseconds. With ten cameras of ten pictures per second, 128 pictures last for more than a
/// second.
const KEPT: usize = 128;
const KEPT_BYTES: usize = 16 << 20;

/// All pictures of the program. There is one registry for all dashboards, because a picture is made before it is known
/// where it will be shown.
#[derive(Default)]
struct Shelf {
    known: HashMap<u128, Weak<Inner>>,
    /// The last pictures that were sent to clients.
    recent: VecDeque<Arc<Inner>>,
    recent_bytes: usize,
}

fn lock() -> std::sync::MutexGuard<'static, Shelf> {
    static SHELF: LazyLock<Mutex<Shelf>> = LazyLock::new(Mutex::default);
    SHELF.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Keeps a picture whose reference is about to be sent to clients.
fn keep(picture: &Arc<Inner>) {
    let mut dropped = Vec::new();
    let mut shelf = lock();
    if shelf.recent.back().is_some_and(|last| Arc::ptr_eq(last, picture)) {
        return;
    }
    shelf.recent_bytes += picture.bytes.len();
    shelf.recent.push_back(Arc::clone(picture));
    while shelf.recent.len() > KEPT || shelf.recent_bytes > KEPT_BYTES {
        let Some(oldest) = shelf.recent.pop_front() else { break };
        shelf.recent_bytes -= oldest.bytes.len();
        dropped.push(oldest);
    }
    // Dropping the last reference locks the registry, so the lock must be free.
    drop(shelf);
    drop(dropped);
}

impl Serialize for Picture {
    /// The reference: `{"id": "32 hexadecimal digits", "type": "image/png"}`.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        keep(&self.inner);
        let mut reference = serializer.serialize_struct("Picture", 2)?;
        reference.serialize_field("id", &self.name())?;
        reference.serialize_field("type", self.inner.format.media_type())?;
        reference.end()
    }
}

impl<'de> Deserialize<'de> for Picture {
    /// Always fails: the JSON has no bytes, and only the server makes pictures.
    fn deserialize<D: Deserializer<'de>>(_: D) -> Result<Self, D::Error> {
        Err(de::Error::custom("a picture cannot be written as JSON: only the server makes one"))
    }
}

impl JsonSchema for Picture {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Picture".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "object",
            "description": "A picture: its bytes are at `_dash/picture/<id>`, below the dashboard's address.",
            "properties": {
                "id": { "type": "string", "pattern": "^[0-9a-f]{32}$" },
                "type": { "type": "string", "description": "The media type." },
            },
            "required": ["id", "type"],
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture(bytes: usize) -> Picture {
        Picture::new(PictureFormat::Png, vec![7; bytes])
    }

    #[test]
    fn its_bytes_are_found_by_its_name_as_long_as_somebody_holds_it() {
        let one = picture(3);
        let name = one.name();
        assert_eq!(Picture::find(&name).map(|found| found.bytes().clone()), Some(one.bytes().clone()));
        drop(one);
        assert_eq!(Picture::find(&name), None, "nobody was told of it");
    }

    #[test]
    fn a_picture_that_clients_were_told_of_stays_for_a_moment() {
        let one = picture(3);
        let name = one.name();
        let json = serde_json::to_string(&one).unwrap();
        assert_eq!(json, format!("{{\"id\":\"{name}\",\"type\":\"image/png\"}}"));
        drop(one);
        assert!(Picture::find(&name).is_some());
        // Two pictures that fill the registry remove it.
        for _ in 0..2 {
            serde_json::to_string(&picture(KEPT_BYTES)).unwrap();
        }
        assert_eq!(Picture::find(&name), None);
    }

    #[test]
    fn names_are_written_in_one_way_and_no_two_are_alike() {
        let (one, two) = (picture(1), picture(1));
        assert_ne!(one, two);
        assert!(Picture::find(&one.name().to_uppercase()).is_none() || one.name().bytes().all(|c| c.is_ascii_digit()));
        for bad in ["", "0", "+1", &"0".repeat(33), &"é".repeat(16)] {
            assert_eq!(Picture::find(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_browser_cannot_write_one() {
        let error = serde_json::from_str::<Picture>(r#"{"id":"0","type":"image/png"}"#).unwrap_err();
        assert!(error.to_string().contains("only the server"), "{error}");
        assert!(serde_json::from_str::<Option<Picture>>("null").unwrap().is_none());
    }
}
