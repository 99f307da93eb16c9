use dash_devices::prelude::*;

#[derive(Route, Debug, PartialEq)]
enum Page {
    #[route("/")]
    Home,
    #[route("/lamp/{id}")]
    Lamp { id: u32 },
    /// Said more fixedly, so it comes first wherever it is written.
    #[route("/lamp/new")]
    NewLamp,
    #[route("/{type}/by/{name}")]
    By { name: String, r#type: char },
    #[route(not_found)]
    Nowhere,
}

#[test]
fn it_starts() {
    assert_eq!(Page::from_path("/lamp/new"), Page::NewLamp);
    assert_eq!(Page::from_path("/x/by/a%20b"), Page::By { name: "a b".to_owned(), r#type: 'x' });
    assert_eq!(Page::By { name: "a/b".to_owned(), r#type: 'x' }.path(), "/x/by/a%2Fb");
    assert_eq!((Page::Home.path().as_str(), Page::from_path("/lamp/x")), ("/", Page::Nowhere));
    let _ = (Page::Lamp { id: 3 }.path(), Page::NewLamp.path());
}
