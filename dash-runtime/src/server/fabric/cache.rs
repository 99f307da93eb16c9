//! Files of devices that never change: scripts, stylesheets, modules. Their names have the hash of their content, so a relay
//! asks a device for each of them once, and not once for each viewer. Nothing else is kept, and nothing depends on it.

use std::collections::VecDeque;

use axum::{
    body::{self, Body},
    http::{HeaderMap, Method, Request, Response, StatusCode, header},
};
use bytes::Bytes;

use super::words::Name;
use crate::server::assets::{FOLDER, accepts_gzip};

/// How many bytes of files are kept: those of a few hundred dashboards.
const MOST: usize = 64 * 1024 * 1024;
/// The largest file that is kept.
const LARGEST: usize = 2 * 1024 * 1024;

/// What a file is asked for with. The device is a part of it, so that no device answers for another one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Key {
    device: Name,
    path: String,
    gzip: bool,
}

impl Key {
    /// The key of a request that may be answered from the cache.
    pub(super) fn of(device: &Name, path: &str, request: &Request<Body>) -> Option<Self> {
        let is_plain = *request.method() == Method::GET && !request.headers().contains_key(header::RANGE);
        let gzip = accepts_gzip(request.headers());
        (is_plain && path.contains(&format!("/{FOLDER}/"))).then(|| Self {
            device: device.clone(),
            path: path.to_owned(),
            gzip,
        })
    }
}

/// The files, the last used one last.
#[derive(Debug, Default)]
pub(super) struct Cache {
    files: VecDeque<(Key, File)>,
    bytes: usize,
}

/// One file.
#[derive(Debug, Clone)]
pub(super) struct File {
    headers: HeaderMap,
    body: Bytes,
}

impl File {
    fn size(&self) -> usize {
        self.body.len()
    }
}

impl Cache {
    pub(super) fn get(&mut self, key: &Key) -> Option<Response<Body>> {
        let at = self.files.iter().position(|(other, _)| other == key)?;
        let found = self.files.remove(at)?;
        let mut response = Response::new(Body::from(found.1.body.clone()));
        *response.headers_mut() = found.1.headers.clone();
        self.files.push_back(found);
        Some(response)
    }

    pub(super) fn put(&mut self, key: Key, file: File) {
        if self.files.iter().any(|(other, _)| *other == key) {
            return;
        }
        self.bytes += file.size();
        self.files.push_back((key, file));
        while self.bytes > MOST
            && let Some((_, oldest)) = self.files.pop_front()
        {
            self.bytes -= oldest.size();
        }
    }
}

/// Whether the device says that every cache may keep this answer for ever.
fn never_changes(response: &Response<Body>) -> bool {
    let control = response.headers().get(header::CACHE_CONTROL).and_then(|control| control.to_str().ok());
    let says = |word: &str| control.is_some_and(|control| control.split(',').any(|said| said.trim() == word));
    let length = response.headers().get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
    response.status() == StatusCode::OK
        && says("public")
        && says("immutable")
        && !response.headers().contains_key(header::SET_COOKIE)
        && length.is_some_and(|length: usize| length <= LARGEST)
}

/// Reads a file that never changes, for the cache. Another answer is returned as it is.
///
/// # Errors
/// If the device is cut off meanwhile.
pub(super) async fn read(response: Response<Body>) -> Result<(Response<Body>, Option<File>), axum::Error> {
    if !never_changes(&response) {
        return Ok((response, None));
    }
    let (head, body) = response.into_parts();
    let body = body::to_bytes(body, LARGEST).await?;
    let file = File { headers: head.headers.clone(), body: body.clone() };
    Ok((Response::from_parts(head, Body::from(body)), Some(file)))
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
            let (response, file) = read(answer(control, b"script".to_vec())).await.unwrap();
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

    #[test]
    fn a_device_is_never_answered_with_the_file_of_another_one_and_the_oldest_files_give_way() {
        let mut cache = Cache::default();
        let file = |size: usize| File { headers: HeaderMap::new(), body: vec![0; size].into() };
        cache.put(key("one", "/_dash/a.js"), file(1));
        assert!(cache.get(&key("one", "/_dash/a.js")).is_some() && cache.get(&key("two", "/_dash/a.js")).is_none());
        for number in 0..MOST / LARGEST {
            // It is used all the time, so it stays.
            assert!(cache.get(&key("one", "/_dash/a.js")).is_some());
            cache.put(key("one", &format!("/_dash/{number}.js")), file(LARGEST));
        }
        assert!(cache.bytes <= MOST && cache.get(&key("one", "/_dash/0.js")).is_none());
        assert_eq!(cache.bytes, cache.files.iter().map(|(_, file)| file.size()).sum::<usize>());
    }
}
