//! PNG files (PNG specification, third edition) of pictures with a palette.

use std::io::Write as _;

use flate2::{Compression, Crc, write::ZlibEncoder};

/// A file of rows with `width` pixels. Each pixel is a place in the palette of at most 256 RGB colours.
pub(crate) fn png(width: usize, pixels: &[u8], palette: &[[u8; 3]]) -> Vec<u8> {
    let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
    let mut header = Vec::with_capacity(13);
    for side in [width, pixels.len() / width] {
        header.extend((side as u32).to_be_bytes());
    }
    // 8 bits, palette, and the only defined methods for compression, filter and interlace (none).
    header.extend([8, 3, 0, 0, 0]);
    chunk(&mut file, *b"IHDR", &header);
    chunk(&mut file, *b"PLTE", palette.as_flattened());
    // The fastest compression, because the picture only travels in a local network.
    let mut rows = ZlibEncoder::new(Vec::with_capacity(pixels.len()), Compression::fast());
    for row in pixels.chunks(width) {
        // Each row starts with its filter type: none. Writing to memory does not fail.
        let _ = rows.write_all(&[0]);
        let _ = rows.write_all(row);
    }
    chunk(&mut file, *b"IDAT", &rows.finish().unwrap_or_default());
    chunk(&mut file, *b"IEND", &[]);
    file
}

fn chunk(file: &mut Vec<u8>, name: [u8; 4], data: &[u8]) {
    let mut crc = Crc::new();
    crc.update(&name);
    crc.update(data);
    file.extend((data.len() as u32).to_be_bytes());
    file.extend(name);
    file.extend(data);
    file.extend(crc.sum().to_be_bytes());
}
