//! Checks of a component's attributes in combination.

use proc_macro2::{Ident, Span};
use syn::{Expr, ExprLit, Lit, LitStr, ext::IdentExt};

use crate::{diag::Faults, suggest, syntax::prop::PropArgs};

/// Names with a hyphen that the HTML standard reserves.
const RESERVED: [&str; 8] = [
    "annotation-xml",
    "color-profile",
    "font-face",
    "font-face-src",
    "font-face-uri",
    "font-face-format",
    "font-face-name",
    "missing-glyph",
];

/// A tag must be the valid name of a custom element. This checks the part of the standard's rule that needs no
/// character tables.
pub(crate) fn tag(tag: &LitStr, faults: &mut Faults) {
    let text = tag.value();
    let valid = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '.' | '_');
    if RESERVED.contains(&text.as_str()) {
        faults.on(tag, format!("`{text}` belongs to the HTML standard: choose another name"));
    } else if !text.starts_with(|c: char| c.is_ascii_lowercase()) || !text.chars().all(valid) || !text.contains('-') {
        faults.on(
            tag,
            "the name of a custom element begins with a small letter, has a hyphen, and no capitals: `my-slider`",
        );
    }
}

/// The index of the property `name` among the properties of this component.
pub(crate) fn sibling(name: &Ident, names: &[Ident], faults: &mut Faults) -> Option<usize> {
    let place = names.iter().position(|other| other == name);
    if place.is_none() {
        let known: Vec<String> = names.iter().map(|name| name.unraw().to_string()).collect();
        let known: Vec<&str> = known.iter().map(String::as_str).collect();
        faults.on(
            name,
            format!("this component has no property `{name}`; {}", suggest::did_you_mean(&name.to_string(), &known)),
        );
    }
    place
}

/// Keys that only make sense together with, or without, other keys.
pub(crate) fn combinations(args: &PropArgs, faults: &mut Faults) {
    one_kind(args, faults);
    ring_and_stream(args, faults);
    checks_need_a_writer(args, faults);
    markers_have_no_value(args, faults);
}

fn one_kind(args: &PropArgs, faults: &mut Faults) {
    if let (Some(_), Some(stream)) = (args.event, args.stream) {
        faults.at(stream, "a property is an `event` or a `stream`: keep one of them");
    }
    if let (Some(_), Some(writable)) = (args.event, args.writable) {
        faults.at(writable, "an event comes from the browser anyway: leave `writable` out");
    }
    if let (Some(_), Some(writable)) = (args.stream, args.writable) {
        faults.at(writable, "only the server appends to a stream: leave `writable` out");
    }
}

fn ring_and_stream(args: &PropArgs, faults: &mut Faults) {
    match (args.stream, &args.ring) {
        (Some(stream), None) => {
            faults.at(
                stream,
                "a stream keeps its newest items for pages that are opened later: say how many with `ring = 2000`",
            );
        }
        (Some(_), Some((_, Expr::Lit(ExprLit { lit: Lit::Int(number), .. })))) if number.base10_digits() == "0" => {
            faults.on(number, "a ring keeps at least one item: `ring = 2000`");
        }
        (None, Some((ring, _))) => {
            faults.at(*ring, "only a `stream` keeps a ring of items: write `stream` too, or leave this out");
        }
        _ => {}
    }
    if let (None, Some(history)) = (args.stream, args.history) {
        faults.at(history, "only a `stream` has a history: write `stream` too, or leave this out");
    }
}

fn checks_need_a_writer(args: &PropArgs, faults: &mut Faults) {
    if args.writable.is_some() || args.event.is_some() || args.stream.is_some() {
        return;
    }
    let within = args.within.as_ref().map(|within| ("within", within.key));
    let one_of = args.one_of.as_ref().map(|(span, _)| ("one_of", *span));
    let max_len = args.max_len.as_ref().map(|(span, _)| ("max_len", *span));
    let held = args.held.as_ref().map(|(span, _)| ("held", *span));
    for (key, span) in [within, one_of, max_len, held].into_iter().flatten() {
        faults.at(span, format!("`{key}` is about what the browser writes, and this property is not `writable`"));
    }
}

fn markers_have_no_value(args: &PropArgs, faults: &mut Faults) {
    let kind = match (args.event, args.stream) {
        (Some(_), _) => "an event",
        (None, Some(_)) => "a stream",
        (None, None) => return,
    };
    // The payload of an event comes from the browser, so it is checked like a value.
    let checked = args.event.is_some();
    let keys: [(&str, Option<Span>); 7] = [
        ("held", args.held.as_ref().map(|(span, _)| *span)),
        ("default", args.default.as_ref().map(|(span, _)| *span)),
        ("within", args.within.as_ref().map(|within| within.key).filter(|_| !checked)),
        ("one_of", args.one_of.as_ref().map(|(span, _)| *span).filter(|_| !checked)),
        ("max_len", args.max_len.as_ref().map(|(span, _)| *span).filter(|_| !checked)),
        ("required", args.required),
        ("no_setter", args.no_setter),
    ];
    for (key, span) in keys {
        if let Some(span) = span {
            faults.at(span, format!("{kind} has no value, so `{key}` says nothing about it: leave it out"));
        }
    }
}
