//! The sections of a PEM file (RFC 7468), each with its line, so that an error can name it.

use rustls::pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _};

/// One section.
pub(super) struct Section<'a> {
    /// What it holds, such as `CERTIFICATE`.
    pub(super) label: &'a str,
    /// The line where it begins. The first line is 1.
    pub(super) line: usize,
    /// From its first line to its last one.
    text: &'a str,
}

const BEGIN: &str = "-----BEGIN ";
const DASHES: &str = "-----";

/// All sections. Text between them is ignored, as other programs do.
///
/// # Errors
/// The line and what is wrong there.
pub(super) fn sections(text: &str) -> Result<Vec<Section<'_>>, (usize, String)> {
    let mut found = Vec::new();
    let mut open: Option<(&str, usize, usize)> = None;
    let mut at = 0;
    for (number, line) in text.split_inclusive('\n').enumerate() {
        let (start, number) = (at, number + 1);
        at += line.len();
        let plain = line.trim();
        if let Some(label) = plain.strip_prefix(BEGIN).and_then(|rest| rest.strip_suffix(DASHES)) {
            if let Some((before, line, _)) = open {
                return Err((line, unfinished(before)));
            }
            open = Some((label, number, start));
        } else if let Some((label, line, start)) = open
            && plain.strip_prefix("-----END ").and_then(|rest| rest.strip_suffix(DASHES)) == Some(label)
        {
            found.push(Section { label, line, text: &text[start..at] });
            open = None;
        }
    }
    match open {
        Some((label, line, _)) => Err((line, unfinished(label))),
        None => Ok(found),
    }
}

fn unfinished(label: &str) -> String {
    format!("the section `{label}` has no end: a line `-----END {label}-----` is missing, so the file is not complete")
}

impl Section<'_> {
    /// Whether it holds a private key, in one of the forms that can be read.
    pub(super) fn is_key(&self) -> bool {
        matches!(self.label, "PRIVATE KEY" | "RSA PRIVATE KEY" | "EC PRIVATE KEY")
    }

    /// # Errors
    /// Why it is not a certificate.
    pub(super) fn certificate(&self) -> Result<CertificateDer<'static>, String> {
        CertificateDer::from_pem_slice(self.text.as_bytes()).map_err(|error| format!("this is not PEM: {error}"))
    }

    /// # Errors
    /// Why it is not a private key.
    pub(super) fn key(&self) -> Result<PrivateKeyDer<'static>, String> {
        PrivateKeyDer::from_pem_slice(self.text.as_bytes()).map_err(|error| format!("this is not PEM: {error}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sections_have_their_lines_and_what_is_not_complete_is_told() {
        let text =
            "a comment\n-----BEGIN A-----\nAAAA\n-----END A-----\n\r\n-----BEGIN B-----\r\nAAAA\r\n-----END B-----";
        let found: Vec<_> = sections(text).unwrap().iter().map(|section| (section.label, section.line)).collect();
        assert_eq!(found, [("A", 2), ("B", 6)]);
        for (text, line) in [
            ("\n-----BEGIN A-----\nAAAA\n", 2),
            ("-----BEGIN A-----\n-----BEGIN A-----\n-----END A-----\n", 1),
            ("-----BEGIN A-----\n-----END B-----\n", 1),
        ] {
            assert_eq!(sections(text).map_err(|(line, _)| line).err(), Some(line), "{text}");
        }
        assert!(sections("").unwrap().is_empty());
    }
}
