//! Files of devices that never change: scripts, stylesheets, modules. Their names have the hash of their content, so a relay
//! asks a device for each of them once, and not once for each viewer. The last [documents](super::documents) are here as well, and
//! the last few pictures, under the same bounds. Nothing else is kept, and nothing depends on it.
//!
//! A picture has a name that nobody guesses and that no other picture gets, and a device gives it to whoever knows the name. So
//! a relay may do the same. It keeps those that people without a login have loaded.

use std::{
    collections::{BTreeMap, HashMap, HashSet, VecDeque},
    time::{Instant, SystemTime},
};

use axum::{
    body::{self, Body},
    http::{HeaderMap, HeaderName, Method, Request, Response, StatusCode, header},
};
use bytes::Bytes;

use super::words::Name;
use crate::server::{
    assets::{FOLDER, accepts_gzip},
    page::Theme,
};

/// How many bytes of files are kept: those of a few hundred dashboards.
const MOST: usize = 64 * 1024 * 1024;
/// How many bytes of the files of one device are kept, so that it does not push out those of all others.
const SHARE: usize = 8 * 1024 * 1024;
/// The largest file that is kept.
const LARGEST: usize = 2 * 1024 * 1024;
/// How many files are kept.
const FILES: usize = 4096;
/// How many pictures of one device are kept: the last ones. A camera would otherwise push out everything else.
const PICTURES: usize = 4;
/// The longest path of a file that is kept. Those of the framework have fewer than 100 bytes.
const PATH: usize = 256;
/// What a file costs besides its bytes, and a header besides its text: more than what the maps need.
const FILE: usize = 1024;
const HEADER: usize = 64;

/// What a file is asked for with. The device is a part of it, so that no device answers for another one.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Key {
    device: Name,
    path: String,
    gzip: bool,
}

impl Key {
    /// The key of a request that may be answered from the cache. A browser must not be able to make many keys of one file:
    /// with a query, or with other ways to write the same path.
    pub(super) fn of(device: &Name, path: &str, request: &Request<Body>) -> Option<Self> {
        let is_plain = *request.method() == Method::GET && !request.headers().contains_key(header::RANGE);
        let gzip = accepts_gzip(request.headers());
        let is_bounded = path.len() <= PATH && !path.contains(['?', '%']);
        (is_plain && is_bounded && path.contains(&format!("/{FOLDER}/"))).then(|| Self {
            device: device.clone(),
            path: path.to_owned(),
            gzip,
        })
    }

    pub(super) const fn device(&self) -> &Name {
        &self.device
    }

    /// The key of the last document at this path for people with this theme. No path of a file has a `#`. `None` for a path that
    /// is no page, or could be written in several ways.
    pub(super) fn of_document(device: &Name, path: &str, theme: Option<Theme>) -> Option<Self> {
        let is_page = path.len() <= PATH && !path.contains(['?', '%', '#']) && !path.contains(&format!("/{FOLDER}/"));
        is_page.then(|| Self {
            device: device.clone(),
            path: format!("{path}#{}", theme.map_or("", Theme::word)),
            gzip: true,
        })
    }

    /// Whether it is that of a picture that a property has.
    fn is_picture(&self) -> bool {
        self.path.contains(&format!("/{FOLDER}/picture/"))
    }

    /// The path of the document that this is the key of.
    pub(super) fn page(&self) -> &str {
        self.path.split('#').next().unwrap_or_default()
    }
}

/// The files.
#[derive(Debug, Default)]
pub(super) struct Cache {
    files: HashMap<Key, Kept>,
    /// Which file was used when, the last one last.
    used: BTreeMap<u64, Key>,
    /// The number of the last use.
    last: u64,
    bytes: usize,
    /// The bytes of each device that has any.
    shares: HashMap<Name, usize>,
    /// The last pictures of each device, the oldest first.
    pictures: HashMap<Name, VecDeque<Key>>,
    /// The documents whose files the relay itself is about to load.
    loading: HashSet<Key>,
}

#[derive(Debug)]
struct Kept {
    file: File,
    used: u64,
    bytes: usize,
}

/// One file.
#[derive(Debug, Clone)]
pub(super) struct File {
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
    /// When the device has answered with it, by both clocks.
    pub(super) read: (Instant, SystemTime),
}

impl File {
    /// How much memory it costs, with its key.
    fn cost(&self, key: &Key) -> usize {
        let headers = self.headers.iter().map(|(name, value)| name.as_str().len() + value.len() + HEADER);
        self.body.len() + headers.sum::<usize>() + 2 * key.path.len() + FILE
    }
}

impl Cache {
    pub(super) fn get(&mut self, key: &Key) -> Option<Response<Body>> {
        let File { headers, body, .. } = self.file(key)?;
        let mut response = Response::new(Body::from(body));
        *response.headers_mut() = headers;
        Some(response)
    }

    pub(super) fn has(&self, key: &Key) -> bool {
        self.files.contains_key(key)
    }

    pub(super) fn file(&mut self, key: &Key) -> Option<File> {
        let kept = self.files.get_mut(key)?;
        self.last += 1;
        if let Some(key) = self.used.remove(&kept.used) {
            self.used.insert(self.last, key);
        }
        kept.used = self.last;
        Some(kept.file.clone())
    }

    /// The relay is about to load the files of this document. `false` if it is already.
    pub(super) fn begins(&mut self, document: &Key) -> bool {
        self.loading.insert(document.clone())
    }

    pub(super) fn ends(&mut self, document: &Key) {
        self.loading.remove(document);
    }

    /// Keeps a newer one.
    pub(super) fn replace(&mut self, key: Key, file: File) {
        self.remove(&key);
        self.put(key, file);
    }

    pub(super) fn put(&mut self, key: Key, file: File) {
        let bytes = file.cost(&key);
        if bytes > LARGEST || self.files.contains_key(&key) {
            return;
        }
        // The device gives up its own oldest files first.
        while self.shares.get(&key.device).is_some_and(|share| share + bytes > SHARE) {
            let Some(oldest) = self.used.values().find(|other| other.device == key.device).cloned() else { break };
            self.remove(&oldest);
        }
        while self.bytes + bytes > MOST || self.files.len() >= FILES {
            let Some(oldest) = self.used.values().next().cloned() else { break };
            self.remove(&oldest);
        }
        self.last += 1;
        self.bytes += bytes;
        *self.shares.entry(key.device.clone()).or_default() += bytes;
        self.used.insert(self.last, key.clone());
        self.files.insert(key, Kept { file, used: self.last, bytes });
    }

    /// Keeps a file, or a picture instead of the oldest one of its device.
    pub(super) fn keep(&mut self, key: Key, file: File) {
        if key.is_picture() {
            let pictures = self.pictures.entry(key.device.clone()).or_default();
            pictures.push_back(key.clone());
            let oldest = (pictures.len() > PICTURES).then(|| pictures.pop_front()).flatten();
            oldest.iter().for_each(|oldest| self.remove(oldest));
        }
        self.put(key, file);
    }

    fn remove(&mut self, key: &Key) {
        let Some(Kept { used, bytes, .. }) = self.files.remove(key) else { return };
        self.used.remove(&used);
        self.bytes -= bytes;
        if let Some(share) = self.shares.get_mut(&key.device) {
            *share -= bytes;
            if *share == 0 {
                self.shares.remove(&key.device);
                self.pictures.remove(&key.device);
            }
        }
    }
}

/// A header of the answer, if it is a text.
pub(super) fn header_of(response: &Response<Body>, name: HeaderName) -> Option<&str> {
    response.headers().get(name)?.to_str().ok()
}

/// Whether this is an answer as everybody gets it, and not too large to be kept.
pub(super) fn has_room(response: &Response<Body>) -> bool {
    let length = header_of(response, header::CONTENT_LENGTH).and_then(|length| length.parse().ok());
    response.status() == StatusCode::OK
        && !response.headers().contains_key(header::SET_COOKIE)
        && length.is_some_and(|length: usize| length <= LARGEST)
}

/// Whether the device says that every cache may keep this answer for ever.
fn never_changes(response: &Response<Body>) -> bool {
    let control = header_of(response, header::CACHE_CONTROL);
    let says = |word: &str| control.is_some_and(|control| control.split(',').any(|said| said.trim() == word));
    has_room(response) && says("public") && says("immutable")
}

/// Whether this is a picture, and not too large to be kept.
fn is_picture(key: &Key, response: &Response<Body>) -> bool {
    let kind = header_of(response, header::CONTENT_TYPE);
    key.is_picture() && has_room(response) && kind.is_some_and(|kind| kind.starts_with("image/"))
}

/// Reads a file that never changes, for the cache, and a picture that somebody without a login has asked for. Another answer is
/// returned as it is.
///
/// # Errors
/// If the device is cut off meanwhile.
pub(super) async fn read(
    response: Response<Body>,
    key: &Key,
    is_of_anybody: bool,
) -> Result<(Response<Body>, Option<File>), axum::Error> {
    if never_changes(&response) || (is_of_anybody && is_picture(key, &response)) {
        return whole(response).await.map(|(response, file)| (response, Some(file)));
    }
    Ok((response, None))
}

/// Reads an answer that [has room](has_room).
///
/// # Errors
/// If the device is cut off meanwhile.
pub(super) async fn whole(response: Response<Body>) -> Result<(Response<Body>, File), axum::Error> {
    let (head, body) = response.into_parts();
    let body = body::to_bytes(body, LARGEST).await?;
    let read = (Instant::now(), SystemTime::now());
    let file = File { headers: head.headers.clone(), body: body.clone(), read };
    Ok((Response::from_parts(head, Body::from(body)), file))
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn key(device: &str, path: &str) -> Key {
        let request = Request::builder().body(Body::empty()).unwrap();
        Key::of(&Name::parse(device).unwrap(), path, &request).unwrap()
    }

    fn answer(control: &'static str, body: Vec<u8>) -> Response<Body> {
        let length = HeaderValue::from(body.len());
        let mut response = Response::new(Body::from(body));
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static(control));
        response.headers_mut().insert(header::CONTENT_LENGTH, length);
        response
    }

    const FOR_EVER: &str = "public, max-age=31536000, immutable";

    #[tokio::test]
    async fn only_what_every_cache_may_keep_for_ever_is_kept() {
        for (control, kept) in
            [(FOR_EVER, true), ("no-store", false), ("private, immutable", false), ("public, max-age=60", false)]
        {
            let (response, file) =
                read(answer(control, b"script".to_vec()), &key("lamp", "/_dash/a.js"), true).await.unwrap();
            assert_eq!(file.is_some(), kept, "{control}");
            assert_eq!(body::to_bytes(response.into_body(), 99).await.unwrap(), "script");
        }
        let mut with_cookie = answer(FOR_EVER, Vec::new());
        with_cookie.headers_mut().insert(header::SET_COOKIE, HeaderValue::from_static("sid=a"));
        assert!(!never_changes(&with_cookie));
        assert!(!never_changes(&answer(FOR_EVER, vec![0; LARGEST + 1])));
    }

    #[test]
    fn only_the_request_of_a_file_is_answered() {
        let name = Name::parse("lamp").unwrap();
        let of = |method: Method, path: &str, range: bool| {
            let request = Request::builder().method(method);
            let request = if range { request.header(header::RANGE, "bytes=0-1") } else { request };
            Key::of(&name, path, &request.body(Body::empty()).unwrap()).is_some()
        };
        assert!(of(Method::GET, "/_dash/dash-1/dash.js", false) && of(Method::GET, "/door/_dash/dash-1.css", false));
        assert!(!of(Method::POST, "/_dash/stream", false) && !of(Method::GET, "/", false));
        assert!(!of(Method::GET, "/_dash/dash-1.css", true));
    }

    fn file(size: usize) -> File {
        File { headers: HeaderMap::new(), body: vec![0; size].into(), read: (Instant::now(), SystemTime::now()) }
    }

    /// What is counted is what is there.
    fn is_consistent(cache: &Cache) {
        let bytes = cache.files.values().map(|kept| kept.bytes).sum::<usize>();
        assert_eq!((cache.bytes, cache.shares.values().sum()), (bytes, bytes));
        assert!(bytes <= MOST && cache.files.len() <= FILES && cache.shares.values().all(|share| *share <= SHARE));
        assert_eq!(cache.files.len(), cache.used.len());
        assert!(cache.used.iter().all(|(used, key)| cache.files[key].used == *used));
    }

    #[test]
    fn a_device_is_never_answered_with_the_file_of_another_one_and_the_oldest_files_give_way() {
        let mut cache = Cache::default();
        let large = LARGEST / 2;
        cache.put(key("one", "/_dash/a.js"), file(1));
        assert!(cache.get(&key("one", "/_dash/a.js")).is_some() && cache.get(&key("two", "/_dash/a.js")).is_none());
        for number in 0..2 * MOST / large {
            // It is used all the time, so it stays.
            assert!(cache.get(&key("one", "/_dash/a.js")).is_some());
            cache.put(key(&format!("lab-{number}"), "/_dash/b.js"), file(large));
            is_consistent(&cache);
        }
        assert!(cache.get(&key("lab-0", "/_dash/b.js")).is_none());
        let last = 2 * MOST / large - 1;
        assert!(cache.get(&key(&format!("lab-{last}"), "/_dash/b.js")).is_some());
    }

    #[test]
    fn a_device_does_not_push_out_the_files_of_other_devices() {
        let mut cache = Cache::default();
        cache.put(key("lamp", "/_dash/a.js"), file(1));
        for number in 0..2 * MOST / LARGEST {
            cache.put(key("greedy", &format!("/_dash/{number}.js")), file(LARGEST / 2));
            is_consistent(&cache);
        }
        assert!(cache.get(&key("lamp", "/_dash/a.js")).is_some() && cache.get(&key("greedy", "/_dash/0.js")).is_none());
    }

    /// Fault: only bodies were counted, and each query was another file. So any browser could fill the memory of a relay.
    #[test]
    fn fault_a_browser_fills_a_relay_with_many_addresses_of_one_small_file() {
        let name = Name::parse("lamp").unwrap();
        let of = |path: &str| Key::of(&name, path, &Request::builder().body(Body::empty()).unwrap());
        assert!(of("/_dash/dash-1.css").is_some());
        let long = format!("/_dash/{}", "a".repeat(PATH));
        for other in ["/_dash/dash-1.css?a", "/_dash/dash-1.css?", "/_dash/d%61sh-1.css", &long] {
            assert!(of(other).is_none(), "{other}");
        }
        let mut cache = Cache::default();
        for number in 0..2 * FILES {
            cache.put(key(&format!("lab-{}", number % 64), &format!("/{number}/_dash/a.css")), file(0));
        }
        is_consistent(&cache);
        assert_eq!(cache.files.len(), FILES);
        // Headers count as well.
        let mut headers = HeaderMap::new();
        headers.insert("x-large", HeaderValue::from_bytes(&vec![b'a'; LARGEST]).unwrap());
        cache.put(key("two", "/_dash/a.css"), File { headers, ..file(0) });
        assert!(cache.get(&key("two", "/_dash/a.css")).is_none());
    }
}
