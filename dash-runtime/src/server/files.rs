//! Downloads: the bytes of a file that a property holds or has held shortly before.

use std::{fmt::Write as _, io};

use axum::{
    body::Body as Bytes,
    http::{HeaderName, HeaderValue, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use futures_util::stream;
use tokio::{fs::File, io::AsyncReadExt as _};

use crate::{
    file::{Attachment, Body},
    words::log,
};

/// How much of a file is read at a time.
const PIECE: usize = 64 * 1024;

const GONE: (StatusCode, &str) = (StatusCode::NOT_FOUND, "this file is gone");

/// The name in the address cannot be guessed, so who knows it was told of the file.
pub(super) async fn attachment(uri: Uri) -> Response {
    let Some(file) = uri.path().rsplit('/').next().and_then(Attachment::find) else { return GONE.into_response() };
    let (body, length) = match file.body() {
        Body::Memory(bytes) => (Bytes::from(bytes.clone()), bytes.len() as u64),
        Body::Disk(path) => match opened(path).await {
            Ok((file, length)) => (pieces(file, length), length),
            Err(error) => {
                log::warn(&format_args!("the file {} cannot be read for a download: {error}", path.display()));
                return GONE.into_response();
            }
        },
    };
    let mut response = Response::new(body);
    let mut set = |name: HeaderName, value: &str| {
        if let Ok(value) = HeaderValue::from_str(value) {
            response.headers_mut().insert(name, value);
        }
    };
    set(header::CONTENT_TYPE, "application/octet-stream");
    set(header::CONTENT_TYPE, file.media_type());
    set(header::CONTENT_LENGTH, &length.to_string());
    // A browser that opens the address saves the file, and never shows it as a page of this server.
    set(header::CONTENT_DISPOSITION, &format!("attachment; filename*=UTF-8''{}", encoded(file.name())));
    response
}

async fn opened(path: &std::path::Path) -> io::Result<(File, u64)> {
    let file = File::open(path).await?;
    let about = file.metadata().await?;
    if about.is_file() { Ok((file, about.len())) } else { Err(io::Error::other("it is not a file")) }
}

/// The first `length` bytes. A file that grows meanwhile would be longer than the response has said.
fn pieces(file: File, length: u64) -> Bytes {
    Bytes::from_stream(stream::try_unfold(file.take(length), async |mut file| {
        let mut piece = vec![0; PIECE];
        let read = file.read(&mut piece).await?;
        piece.truncate(read);
        Ok::<_, io::Error>((read > 0).then_some((piece, file)))
    }))
}

/// As in RFC 8187.
fn encoded(name: &str) -> String {
    let mut out = String::new();
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            // Writing to a string cannot fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_encoded() {
        assert_eq!(encoded("a b\"ä.csv"), "a%20b%22%C3%A4.csv");
    }
}
