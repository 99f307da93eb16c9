//! Applies recorded edits to the JSON of a value, as pages do (`client/edits.js`). `view/edit/ops.rs` lists the operations.
//!
//! The order of an object's members is not kept: the value is read as its type, which has its own order.

use serde_json::Value as Json;

/// The value after these operations.
///
/// # Errors
/// If an operation does not fit. Then something before it is missing in the record.
pub(super) fn edited(value: &str, operations: &str) -> Result<String, String> {
    let read = |text: &str| serde_json::from_str::<Json>(text).map_err(|error| error.to_string());
    let mut value = read(value)?;
    let Json::Array(operations) = read(operations)? else { return Err("edits are a list".to_owned()) };
    for operation in operations {
        let misfit = format!("an edit does not fit: {operation}");
        let Json::Array(parts) = operation else { return Err(misfit) };
        apply(&mut value, parts).ok_or(misfit)?;
    }
    Ok(value.to_string())
}

fn apply(value: &mut Json, parts: Vec<Json>) -> Option<()> {
    let mut parts = parts.into_iter();
    let Json::Array(path) = parts.next()? else { return None };
    match (parts.next(), parts.next(), parts.next()) {
        (None, ..) => {
            let (last, path) = path.split_last()?;
            at(value, path)?.as_object_mut()?.remove(last.as_str()?).map(drop)
        }
        (Some(at_index), Some(gone), Some(Json::Array(items))) => {
            let list = at(value, &path)?.as_array_mut()?;
            let begin = usize::try_from(at_index.as_u64()?).ok()?;
            let end = begin.checked_add(usize::try_from(gone.as_u64()?).ok()?).filter(|end| *end <= list.len())?;
            list.splice(begin..end, items).for_each(drop);
            Some(())
        }
        // A third part is the member before which a new one is inserted.
        (Some(new), ..) => {
            match path.split_last() {
                None => *value = new,
                Some((last, path)) => match at(value, path)? {
                    Json::Object(members) => _ = members.insert(last.as_str()?.to_owned(), new),
                    Json::Array(items) => *items.get_mut(usize::try_from(last.as_u64()?).ok()?)? = new,
                    _ => return None,
                },
            }
            Some(())
        }
    }
}

fn at<'a>(value: &'a mut Json, path: &[Json]) -> Option<&'a mut Json> {
    path.iter().try_fold(value, |value, step| match (value, step) {
        (Json::Object(members), Json::String(key)) => members.get_mut(key),
        (Json::Array(items), Json::Number(index)) => items.get_mut(usize::try_from(index.as_u64()?).ok()?),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edits_are_applied_as_pages_apply_them() {
        let value = r#"{"a":[1,2,3],"b":{"c":"x"}}"#;
        for (operations, after) in [
            (r#"[[["b","c"],"y"]]"#, r#"{"a":[1,2,3],"b":{"c":"y"}}"#),
            (r#"[[["b","d"],7,"c"]]"#, r#"{"a":[1,2,3],"b":{"c":"x","d":7}}"#),
            (r#"[[["b","c"]]]"#, r#"{"a":[1,2,3],"b":{}}"#),
            (r#"[[["a"],1,1,[8,9]],[["a",0],5]]"#, r#"{"a":[5,8,9,3],"b":{"c":"x"}}"#),
            ("[[[],null]]", "null"),
            ("[]", value),
        ] {
            assert_eq!(edited(value, operations).as_deref(), Ok(after), "{operations}");
        }
    }

    #[test]
    fn an_edit_that_does_not_fit_is_an_error_and_no_panic() {
        for operations in [
            r#"[[["a"],2,2,[]]]"#,
            r#"[[["a"],18446744073709551615,1,[]]]"#,
            r#"[[["z","c"],1]]"#,
            r#"[[["a",9],1]]"#,
            r#"[[["b","gone"]]]"#,
            "[[[]]]",
            "[[]]",
            "[7]",
            "{}",
            "[",
        ] {
            assert!(edited(r#"{"a":[1,2,3],"b":{}}"#, operations).is_err(), "{operations}");
        }
    }
}
