use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::Value as Json;

use super::*;

/// Applies an operation as a browser does.
pub(crate) fn apply(value: &mut Json, op: &Json) {
    let op = op.as_array().unwrap();
    let path = op[0].as_array().unwrap();
    let (last, inner) = match (path.split_last(), op.len()) {
        (Some((last, inner)), 1..=3) => (Some(last), inner),
        (_, _) => (None, &path[..]),
    };
    let at = inner.iter().fold(value, |value, at| match at.as_str() {
        Some(key) => value.get_mut(key).unwrap(),
        None => value.get_mut(index(at)).unwrap(),
    });
    match (op.len(), last, at) {
        (4, _, Json::Array(list)) => {
            let start = index(&op[1]);
            list.splice(start..start + index(&op[2]), op[3].as_array().unwrap().iter().cloned());
        }
        (1, Some(Json::String(key)), Json::Object(object)) => {
            object.remove(key).unwrap();
        }
        (2, None, value) => *value = op[1].clone(),
        (2 | 3, Some(Json::String(key)), Json::Object(object)) => {
            assert_eq!(op.len() == 3, op.get(2).is_some_and(|next| object.contains_key(next.as_str().unwrap())));
            object.insert(key.clone(), op[1].clone());
        }
        (2, Some(at), Json::Array(list)) => list[index(at)] = op[1].clone(),
        (_, _, value) => panic!("{op:?} on {value}"),
    }
}

fn index(json: &Json) -> usize {
    usize::try_from(json.as_u64().unwrap()).unwrap()
}

/// The result of an edit on `value`, and the operations that browsers get. Checks that both agree.
fn done<T: PropValue>(edit: Edit<T>, value: T) -> Result<(String, String), String> {
    let before = Value::new(value).unwrap();
    let Edited { value: after, ops } = edit.patch().unwrap().apply(&before)?;
    let ops = match ops {
        Change::Nothing => String::new(),
        Change::Ops(ops) => ops.to_string(),
        Change::Whole => "whole".to_owned(),
        Change::Replaced => "replaced".to_owned(),
    };
    if !["whole", "replaced"].contains(&&*ops) {
        let mut shown: Json = serde_json::from_str(before.json()).unwrap();
        let list: Vec<Json> = serde_json::from_str(&format!("[{ops}]")).unwrap();
        list.iter().for_each(|op| apply(&mut shown, op));
        assert_eq!(shown, serde_json::from_str::<Json>(after.json()).unwrap(), "{} by {ops}", before.json());
    }
    Ok((after.json().to_owned(), ops))
}

#[test]
fn each_edit_of_a_list_sends_only_the_change() {
    let list = || vec![1, 2, 3];
    for (edit, after, ops) in [
        (Edit::list().push(4), "[1,2,3,4]", "[[],3,0,[4]]"),
        (Edit::list().extend([4, 5]), "[1,2,3,4,5]", "[[],3,0,[4,5]]"),
        (Edit::list().insert(0, 9), "[9,1,2,3]", "[[],0,0,[9]]"),
        (Edit::list().insert(3, 9), "[1,2,3,9]", "[[],3,0,[9]]"),
        (Edit::list().remove(1), "[1,3]", "[[],1,1,[]]"),
        (Edit::list().set(2, 9), "[1,2,9]", "[[],2,1,[9]]"),
        (Edit::list().truncate(1), "[1]", "[[],1,2,[]]"),
        (Edit::list().keep_last(1), "[3]", "[[],0,2,[]]"),
        (Edit::list().clear(), "[]", "[[],0,3,[]]"),
        (Edit::list().push(4).keep_last(3).remove(0), "[3,4]", "[[],3,0,[4]],[[],0,1,[]],[[],0,1,[]]"),
        (Edit::list().push(4).and(Edit::list().push(5)), "[1,2,3,4,5]", "[[],3,0,[4]],[[],4,0,[5]]"),
        (Edit::list().truncate(5).keep_last(5).extend([]), "[1,2,3]", ""),
        (Edit::list().push(4).and(Edit::whole(vec![7])).push(8), "[7,8]", "replaced"),
    ] {
        assert_eq!(done(edit, list()), Ok((after.to_owned(), ops.to_owned())));
    }
}

#[test]
fn each_edit_of_a_map_sends_only_the_change() {
    let map = || BTreeMap::from([("b".to_owned(), 1), ("d".to_owned(), 2)]);
    for (edit, after, ops) in [
        (Edit::map().insert("b", 5), r#"{"b":5,"d":2}"#, r#"[["b"],5]"#),
        (Edit::map().insert("e", 5), r#"{"b":1,"d":2,"e":5}"#, r#"[["e"],5]"#),
        (Edit::map().insert("c", 5), r#"{"b":1,"c":5,"d":2}"#, r#"[["c"],5,"d"]"#),
        (Edit::map().remove("b"), r#"{"d":2}"#, r#"[["b"]]"#),
        (Edit::map().remove("x"), r#"{"b":1,"d":2}"#, ""),
        (Edit::map().insert("a\"", 5), r#"{"a\"":5,"b":1,"d":2}"#, r#"[["a\""],5,"b"]"#),
        (Edit::map().clear().insert("z", 0), r#"{"z":0}"#, r#"[[],{}],[["z"],0]"#),
    ] {
        assert_eq!(done(edit, map()), Ok((after.to_owned(), ops.to_owned())));
    }
}

#[test]
fn what_does_not_fit_is_said() {
    let fails = |edit: Edit<Vec<u8>>| done(edit, vec![1, 2]).unwrap_err();
    assert_eq!(fails(Edit::list().remove(2)), "there is no item 2 in a list of 2, whose last is 1");
    assert_eq!(
        fails(Edit::list().set(usize::MAX, 0)),
        format!("there is no item {} in a list of 2, whose last is 1", usize::MAX)
    );
    assert_eq!(fails(Edit::list().insert(3, 0)), "nothing can be inserted at 3 of a list of 2");
    assert_eq!(fails(Edit::list().clear().remove(0)), "there is no item 0 in an empty list");
    assert_eq!(
        fails(Edit::with(|list: &mut Vec<u8>| panic!("{} are too many", list.len()))),
        "the edit panicked: 2 are too many"
    );
}

#[derive(Clone, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
struct Figure {
    title: String,
    traces: Vec<Trace>,
    range: Option<(f32, f64)>,
}

#[derive(Clone, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
struct Trace {
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    color: Option<String>,
    y: Vec<f64>,
}

fn figure() -> Figure {
    let trace = |name: &str| Trace { name: name.to_owned(), color: None, y: (0..50).map(f64::from).collect() };
    Figure { title: "of the engine's temperatures".to_owned(), traces: vec![trace("in"), trace("out")], range: None }
}

#[test]
fn a_path_in_a_large_value_is_sent_without_the_rest() {
    let ops = |change: fn(&mut Figure)| done(Edit::with(change), figure()).unwrap().1;
    assert_eq!(ops(|figure| figure.traces[1].y.push(0.1)), r#"[["traces",1,"y"],50,0,[0.1]]"#);
    assert_eq!(ops(|figure| _ = figure.traces.remove(0)), r#"[["traces"],0,1,[]]"#);
    assert_eq!(ops(|figure| figure.title.clear()), r#"[["title"],""]"#);
    assert_eq!(ops(|figure| figure.traces[0].color = Some("red".to_owned())), r#"[["traces",0,"color"],"red","y"]"#);
    assert_eq!(ops(|figure| figure.traces[0].y[7] = -1.0), r#"[["traces",0,"y",7],-1.0]"#);
    // The numbers keep their text: an f32 that was converted to f64 would have more digits.
    assert_eq!(ops(|figure| figure.range = Some((0.1, 0.1))), r#"[["range"],[0.1,0.1]]"#);
    assert_eq!(ops(|_| ()), "");
    assert_eq!(ops(|figure| *figure = Figure { traces: vec![], ..figure.clone() }), r#"[["traces"],[]]"#);
    let all = |figure: &mut Figure| {
        figure.title.clear();
        figure.traces.iter_mut().for_each(|trace| trace.y.iter_mut().for_each(|y| *y += 0.5));
        figure.range = Some((1.0, 2.0));
    };
    assert_eq!(ops(all), "whole", "the operations would be longer");
    assert_eq!(done(Edit::with(|count: &mut f64| *count += 1.0), 1.0), Ok(("2.0".to_owned(), "whole".to_owned())));
}

fn any_json() -> impl Strategy<Value = Json> {
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::from),
        (0..4).prop_map(Json::from),
        "[ab\"]{0,2}".prop_map(Json::from)
    ];
    leaf.prop_recursive(4, 40, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Json::from),
            prop::collection::btree_map("[a-d]{1,2}", inner, 0..5).prop_map(|map| map.into_iter().collect::<Json>()),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn a_difference_leads_from_one_value_to_the_other(before in any_json(), after in any_json()) {
        let mut ops = Ops::default();
        difference::difference(&[], &before.to_string(), &after.to_string(), &mut ops);
        let list = match ops.finish() {
            Change::Ops(ops) => serde_json::from_str::<Vec<Json>>(&format!("[{ops}]")).unwrap(),
            _ => Vec::new(),
        };
        let mut shown = before;
        list.iter().for_each(|op| apply(&mut shown, op));
        prop_assert_eq!(shown, after);
    }
}

#[test]
fn an_object_whose_members_changed_places_is_written_whole() {
    let told = |before: &str, after: &str| {
        let mut ops = Ops::default();
        difference::difference(&[], before, after, &mut ops);
        match ops.finish() {
            Change::Ops(ops) => ops.to_string(),
            other => format!("{other:?}"),
        }
    };
    assert_eq!(told(r#"{"a":1,"b":2}"#, r#"{"b":2,"a":1}"#), r#"[[],{"b":2,"a":1}]"#);
    assert_eq!(
        told(
            r#"{"a":"is rather long","b":"is long too"}"#,
            r#"{"n":0,"a":"is rather long","m":0,"b":"is long too","l":3}"#
        ),
        r#"[["l"],3],[["m"],0,"b"],[["n"],0,"a"]"#
    );
}
