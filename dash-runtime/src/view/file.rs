//! Files: those that a callback offers for download, and those that people upload.
//!
//! As with a picture, the value of a property or of an event is only a reference, and the bytes travel by HTTP. The name in
//! the reference cannot be guessed, so only a client that got it can fetch the file, and only one that has uploaded a file
//! can tell a callback of it.

use crate::into_value::IntoValue;
use std::{
    collections::{HashMap, VecDeque},
    fmt, fs, io,
    path::{Path, PathBuf},
    sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError, Weak},
    time::{Duration, Instant},
};

use bytes::Bytes;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de, ser::SerializeStruct};
use tempfile::NamedTempFile;

use super::picture::new_id;

/// The longest name of a file, in bytes. Most file systems take no longer ones.
const NAME: usize = 200;

/// A file that browsers download. A clone only counts references.
///
/// ```
/// # use dash_runtime::file::Attachment;
/// let table = Attachment::new("measured.csv", "text/csv", "time,volts\n0,11.5\n");
/// // It is read when somebody downloads it.
/// let recording = Attachment::file("run-7.bin", "application/octet-stream", "/var/lib/rig/run-7.bin");
/// ```
///
/// The program gives its name. Browsers can fetch it as long as a property holds it, and for a short time after that.
#[derive(Clone)]
pub struct Attachment {
    inner: Arc<Offered>,
}

struct Offered {
    id: u128,
    name: String,
    media_type: String,
    body: Body,
}

/// Where the bytes are.
#[derive(Debug, Clone)]
pub(crate) enum Body {
    Memory(Bytes),
    Disk(PathBuf),
}

impl Attachment {
    /// A file with these bytes. `name` is what the browser calls it, and `media_type` is as in RFC 9110, for example
    /// `text/csv`.
    pub fn new(name: impl AsRef<str>, media_type: impl IntoValue<String>, bytes: impl IntoValue<Bytes>) -> Self {
        Self::of(name.as_ref(), media_type.into_value(), Body::Memory(bytes.into_value()))
    }

    /// A file on the disk of the server. It is read when a browser downloads it, piece by piece. If it cannot be read then,
    /// the download fails.
    pub fn file(name: impl AsRef<str>, media_type: impl IntoValue<String>, path: impl IntoValue<PathBuf>) -> Self {
        Self::of(name.as_ref(), media_type.into_value(), Body::Disk(path.into_value()))
    }

    fn of(name: &str, media_type: String, body: Body) -> Self {
        let inner = Arc::new(Offered { id: new_id(), name: plain_name(name), media_type, body });
        offers().known.insert(inner.id, Arc::downgrade(&inner));
        Self { inner }
    }

    /// What browsers call it.
    pub fn name(&self) -> &str {
        &self.inner.name
    }

    /// Its media type.
    pub fn media_type(&self) -> &str {
        &self.inner.media_type
    }

    pub(crate) fn body(&self) -> &Body {
        &self.inner.body
    }

    /// The file with this name in addresses, if it still exists.
    pub(crate) fn find(id: &str) -> Option<Self> {
        let inner = offers().known.get(&id_of(id)?)?.upgrade()?;
        Some(Self { inner })
    }
}

/// The last part of a path, without characters that no file has in its name.
fn plain_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let mut plain: String =
        last.chars().filter(|letter| !letter.is_control() && !"<>:\"|?*".contains(*letter)).collect();
    while plain.len() > NAME {
        plain.pop();
    }
    let plain = plain.trim().trim_start_matches('.');
    if plain.is_empty() { "file".to_owned() } else { plain.to_owned() }
}

/// An id in an address has one spelling.
fn id_of(id: &str) -> Option<u128> {
    let digits = id.len() == 32 && id.bytes().all(|c| matches!(c, b'0'..=b'9' | b'a'..=b'f'));
    digits.then(|| u128::from_str_radix(id, 16).ok()).flatten()
}

/// How many offered files are kept after their property no longer holds them, for browsers that have just been told of
/// them, and how many bytes of them in memory.
const KEPT: usize = 16;
const KEPT_BYTES: usize = 64 << 20;

#[derive(Default)]
struct Offers {
    known: HashMap<u128, Weak<Offered>>,
    recent: VecDeque<Arc<Offered>>,
}

impl Offers {
    fn recent_bytes(&self) -> usize {
        self.recent.iter().map(|offered| if let Body::Memory(bytes) = &offered.body { bytes.len() } else { 0 }).sum()
    }
}

fn offers() -> MutexGuard<'static, Offers> {
    static OFFERS: LazyLock<Mutex<Offers>> = LazyLock::new(Mutex::default);
    OFFERS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Keeps a file whose reference is about to be sent to clients.
fn keep(offered: &Arc<Offered>) {
    let mut dropped = Vec::new();
    let mut offers = offers();
    if !offers.recent.iter().any(|kept| Arc::ptr_eq(kept, offered)) {
        offers.recent.push_back(Arc::clone(offered));
    }
    while offers.recent.len() > KEPT || offers.recent_bytes() > KEPT_BYTES {
        let Some(oldest) = offers.recent.pop_front() else { break };
        dropped.push(oldest);
    }
    // Dropping the last reference locks the registry, so the lock must be free.
    drop(offers);
    drop(dropped);
}

impl Drop for Offered {
    fn drop(&mut self) {
        offers().known.remove(&self.id);
    }
}

impl PartialEq for Attachment {
    /// Whether both are the same file. The bytes are not compared.
    fn eq(&self, other: &Self) -> bool {
        self.inner.id == other.inner.id
    }
}

impl Eq for Attachment {}

impl fmt::Debug for Attachment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Attachment({:?}, {})", self.inner.name, self.inner.media_type)
    }
}

impl Serialize for Attachment {
    /// The reference: `{"id": "32 hexadecimal digits", "name": "measured.csv"}`.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        keep(&self.inner);
        let mut reference = serializer.serialize_struct("Attachment", 2)?;
        reference.serialize_field("id", &format!("{:032x}", self.inner.id))?;
        reference.serialize_field("name", &self.inner.name)?;
        reference.end()
    }
}

impl<'de> Deserialize<'de> for Attachment {
    /// Always fails: only the server offers files.
    fn deserialize<D: Deserializer<'de>>(_: D) -> Result<Self, D::Error> {
        Err(de::Error::custom("a file cannot be written as JSON: only the server offers one"))
    }
}

impl JsonSchema for Attachment {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Attachment".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "object",
            "description": "A file: its bytes are at `_dash/file/<id>`, below the dashboard's address.",
            "properties": { "id": { "type": "string", "pattern": "^[0-9a-f]{32}$" }, "name": { "type": "string" } },
            "required": ["id", "name"],
        })
    }
}

/// A file that a person has uploaded. It is on the disk of the server until the last clone is dropped. A clone only counts
/// references.
#[derive(Clone)]
pub struct Received {
    inner: Arc<Spooled>,
}

struct Spooled {
    id: u128,
    name: String,
    size: u64,
    file: NamedTempFile,
}

/// For how long an uploaded file waits for the event that tells a callback of it.
pub(crate) const CLAIM: Duration = Duration::from_secs(60);

/// Uploaded files that no callback knows yet, oldest first.
fn waiting() -> MutexGuard<'static, VecDeque<(Instant, Received)>> {
    static WAITING: LazyLock<Mutex<VecDeque<(Instant, Received)>>> = LazyLock::new(Mutex::default);
    WAITING.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Received {
    /// The file with all its bytes. Returns the id by which the event names it.
    pub(crate) fn complete(name: &str, size: u64, file: NamedTempFile) -> String {
        let received = Self { inner: Arc::new(Spooled { id: new_id(), name: plain_name(name), size, file }) };
        let id = received.id();
        waiting().push_back((Instant::now(), received));
        id
    }

    /// Removes the files that no event has named in time.
    pub(crate) fn forget_old() {
        let mut waiting = waiting();
        let old = waiting.partition_point(|(at, _)| at.elapsed() > CLAIM);
        let old: Vec<_> = waiting.drain(..old).collect();
        drop(waiting);
        // Files are removed without the lock.
        drop(old);
    }

    /// How many bytes of files wait.
    pub(crate) fn waiting_bytes() -> u64 {
        waiting().iter().filter(|(at, _)| at.elapsed() <= CLAIM).map(|(_, received)| received.size()).sum()
    }

    fn id(&self) -> String {
        format!("{:032x}", self.inner.id)
    }

    fn find(id: &str) -> Option<Self> {
        let id = id_of(id)?;
        let waiting = waiting();
        let mut fresh = waiting.iter().filter(|(at, _)| at.elapsed() <= CLAIM);
        fresh.find(|(_, received)| received.inner.id == id).map(|(_, received)| received.clone())
    }

    /// What the person's computer calls the file, without folders. It is a text to show and not to be trusted: do not make
    /// a path of it.
    pub fn name(&self) -> &str {
        &self.inner.name
    }

    /// Its size in bytes.
    pub fn size(&self) -> u64 {
        self.inner.size
    }

    /// Opens it for reading, from its beginning.
    ///
    /// # Errors
    /// If the file on the server's disk cannot be opened.
    pub fn open(&self) -> io::Result<fs::File> {
        self.inner.file.reopen()
    }

    /// All its bytes.
    ///
    /// # Errors
    /// If the file on the server's disk cannot be read.
    pub fn bytes(&self) -> io::Result<Vec<u8>> {
        fs::read(self.inner.file.path())
    }

    /// Copies it to a path that the program chooses. Returns the number of bytes.
    ///
    /// # Errors
    /// If one of the files cannot be read or written.
    pub fn save(&self, path: impl AsRef<Path>) -> io::Result<u64> {
        fs::copy(self.inner.file.path(), path)
    }
}

impl fmt::Debug for Received {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Received({:?}, {} bytes)", self.inner.name, self.inner.size)
    }
}

impl Serialize for Received {
    /// The name and the size. The id is the uploader's alone.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut reference = serializer.serialize_struct("Received", 2)?;
        reference.serialize_field("name", &self.inner.name)?;
        reference.serialize_field("size", &self.inner.size)?;
        reference.end()
    }
}

impl<'de> Deserialize<'de> for Received {
    /// Reads the id that the upload was answered with.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Reference {
            id: String,
        }
        let Reference { id } = Reference::deserialize(deserializer)?;
        Self::find(&id).ok_or_else(|| de::Error::custom("there is no uploaded file with this id: upload it again"))
    }
}

impl JsonSchema for Received {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Received".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "object",
            "description": "A file that was sent to `_dash/upload/<component>/<event>`, below the dashboard's address: the id in the answer.",
            "properties": { "id": { "type": "string", "pattern": "^[0-9a-f]{32}$" } },
            "required": ["id"],
        })
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read as _, Write as _};

    use super::*;

    #[test]
    fn a_name_has_no_folder_and_nothing_that_a_file_system_refuses() {
        for (given, name) in [
            ("a.csv", "a.csv"),
            ("../../etc/passwd", "passwd"),
            ("C:\\x\\y z.txt", "y z.txt"),
            ("..", "file"),
            (".bashrc", "bashrc"),
            ("a\r\nSet-Cookie: b", "aSet-Cookie b"),
            ("  ", "file"),
            ("Messung ä.csv", "Messung ä.csv"),
        ] {
            assert_eq!(plain_name(given), name, "{given:?}");
        }
        assert!(plain_name(&"ä".repeat(500)).len() <= NAME);
    }

    #[test]
    fn an_attachment_is_found_as_long_as_somebody_holds_it_and_a_moment_longer() {
        let file = Attachment::new("a.csv", "text/csv", "1,2");
        let id = format!("{:032x}", file.inner.id);
        assert_eq!(Attachment::find(&id).as_ref(), Some(&file));
        drop(file);
        assert_eq!(Attachment::find(&id), None, "nobody was told of it");
        let file = Attachment::new("a.csv", "text/csv", "1,2");
        let json = serde_json::to_string(&file).unwrap();
        let id = format!("{:032x}", file.inner.id);
        assert_eq!(json, format!("{{\"id\":\"{id}\",\"name\":\"a.csv\"}}"));
        drop(file);
        assert!(Attachment::find(&id).is_some());
        for bad in ["", "0", &id.to_uppercase().replace(|c: char| c.is_ascii_digit(), "A")] {
            assert_eq!(Attachment::find(bad), None, "{bad}");
        }
        assert!(serde_json::from_str::<Attachment>(&json).is_err());
    }

    #[test]
    fn an_uploaded_file_is_known_by_its_id_alone_and_goes_with_its_last_clone() {
        let mut file = NamedTempFile::new().unwrap();
        file.write_all(b"hello").unwrap();
        let path = file.path().to_owned();
        let id = Received::complete("/tmp/x.txt", 5, file);
        let json = format!("{{\"id\":\"{id}\"}}");
        let received: Received = serde_json::from_str(&json).unwrap();
        assert_eq!((received.name(), received.size(), received.bytes().unwrap()), ("x.txt", 5, b"hello".to_vec()));
        let mut text = String::new();
        received.open().unwrap().read_to_string(&mut text).unwrap();
        assert_eq!(text, "hello");
        assert_eq!(serde_json::to_string(&received).unwrap(), r#"{"name":"x.txt","size":5}"#, "without its id");
        let error = serde_json::from_str::<Received>(r#"{"id":"/etc/passwd"}"#).unwrap_err().to_string();
        assert!(error.contains("upload it again"), "{error}");
        waiting().retain(|(_, kept)| kept.inner.id != received.inner.id);
        assert!(path.exists());
        drop(received);
        assert!(!path.exists());
    }
}
