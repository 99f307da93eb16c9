//! Expansions as formatted Rust. `tests/expand/<name>.rs` is the user's input, and `<name>.expanded.rs` is its
//! expansion.
//!
//! `BLESS=1 cargo test -p dash-devices-macros` writes the expansions. Read the difference.

#![allow(clippy::expect_used, clippy::unwrap_used)]

use std::{fs, path::Path};

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{Attribute, Item, Meta};

use crate::{entry, model::Scope};

#[test]
fn expansions_are_as_they_were() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/expand");
    let mut inputs: Vec<_> = fs::read_dir(folder)
        .expect("the folder with the goldens")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| {
            path.extension().is_some_and(|ext| ext == "rs") && !path.to_string_lossy().contains(".expanded.")
        })
        .collect();
    inputs.sort();
    assert!(!inputs.is_empty());
    let mut changed = Vec::new();
    for input in inputs {
        let golden = input.with_extension("expanded.rs");
        let expanded = expand_file(&fs::read_to_string(&input).expect("an input"));
        if std::env::var_os("BLESS").is_some() {
            fs::write(&golden, expanded).expect("the golden can be written");
        } else if fs::read_to_string(&golden).ok().as_deref() != Some(&*expanded) {
            changed.push(format!("{} should be:\n{expanded}", golden.display()));
        }
    }
    assert!(changed.is_empty(), "{}", changed.join("\n"));
}

#[test]
fn nothing_that_a_user_writes_makes_a_macro_panic() {
    let items = [
        "",
        "fn",
        "fn f",
        "fn f(",
        "fn f()",
        "fn f() {}",
        "fn f(self) {}",
        "fn f(x: &mut dyn A, ..) {}",
        "fn f(#[key] (a, b): (u32, u32), #[key] &k: &mut u32, #[key(x)] y: _) {}",
        "struct S;",
        "struct S { }",
        "struct S { a: }",
        "struct S { id: I, a: A }",
        "enum E { A }",
        "union U { a: A }",
        "impl S {}",
        "#[component(tag)] struct S { id: I, #[prop(ring, within(), default = )] a: A }",
        "const fn f<'a>() -> ! {}",
    ];
    let args = [
        "",
        "=",
        ",",
        ",,",
        "on",
        "on =",
        "on = ,",
        "on = ()",
        "on = (,)",
        "on = ((a))",
        "on = start",
        "on = (conect, Ui::a.b)",
        "on = (start, start)",
        "output = Ui::",
        "output = Ui::a.",
        "output = ::a",
        "every",
        "every = ",
        "every = \"\"",
        "every = 1",
        "every = -1",
        "every = 'x'",
        "deadline = 10s",
        "deadline = Ui::a.b",
        "queue = 1",
        "needs",
        "needs = ",
        "needs = Role::",
        "needs = 3 + ",
        "reveals = ()",
        "role = ",
        "role = 3",
        "transport = 1",
        "refused = maybe",
        "transport = htttp",
        "initial = maybe",
        "crate = x",
        "\"on\"",
        "1 = 2",
        "on = Ui::a.b on = Ui::a.b",
        "a::b = c",
        "output = <Ui>::a.b",
        "bind",
        "bind()",
        "bind(,)",
        "bind(Ui::a.b)",
        "format(Ui::a.b, Ui::a.b, 1)",
        "show_when(Ui::a.b, Ui::)",
        "script(\"\", ((Ui::a.b)), Ui::c.d)",
        "bind(Ui::a.b,,)",
        "bind[Ui::a.b, Ui::c.d]",
        "Ui::a.b = ",
        "Ui::a.b == 1",
        "Ui::a.b = 1 2, Ui::a.b",
        "Ui::a.row(1).b = 1, Ui::a.row().b = 1, Ui::a.row(1, 2).b = 3",
        "Ui::a[..].b = 1, Ui::a[key].b = 1",
        "output = (Ui::a[key].b, Ui::a[..].b), cancel = Ui::a[k].b, every = Ui::a[..].b",
        "f for Ui::a[key], f for Ui::a[..].b[k], f for Ui::a.row(1)",
    ];
    for item in items {
        let Ok(item) = item.parse::<TokenStream>() else { continue };
        let _ = entry::component(item.clone());
        let _ = entry::device(item.clone());
        let _ = entry::route(item.clone());
        let _ = entry::role(item.clone());
        for args in args {
            let args: TokenStream = args.parse().expect("tokens");
            for scope in [Scope::Shared, Scope::Private] {
                let _ = entry::callback(scope, args.clone(), item.clone());
            }
            let _ = entry::components(args.clone(), item.clone());
            let _ = entry::value(&args, item.clone());
            let _ = entry::callbacks(args.clone());
            let _ = entry::bindings(args.clone());
            let _ = entry::changes(args);
        }
    }
}

fn expand_file(text: &str) -> String {
    let file = syn::parse_file(text).expect("an input is Rust");
    let tokens: TokenStream = file.items.into_iter().map(expand_item).collect();
    prettyplease::unparse(&syn::parse2(tokens).expect("an expansion is Rust"))
}

fn expand_item(mut item: Item) -> TokenStream {
    if let Item::Macro(list) = &item
        && list.mac.path.is_ident("callbacks")
    {
        let list = entry::callbacks(list.mac.tokens.clone());
        return quote!(const CALLBACKS: Callbacks<Ui> = #list;);
    }
    if let Item::Macro(list) = &item
        && list.mac.path.is_ident("bindings")
    {
        let list = entry::bindings(list.mac.tokens.clone());
        return quote!(const BINDINGS: Bindings<Ui> = #list;);
    }
    if let Item::Macro(list) = &item
        && list.mac.path.is_ident("changes")
    {
        let list = entry::changes(list.mac.tokens.clone());
        return quote!(fn changes() -> Changes<Ui> #list);
    }
    let derives = match &item {
        Item::Struct(item) => derives(&item.attrs, &quote!(#item)),
        _ => TokenStream::new(),
    };
    let attrs = match &mut item {
        Item::Fn(item) => &mut item.attrs,
        Item::Struct(item) => &mut item.attrs,
        Item::Enum(item) => &mut item.attrs,
        _ => return item.into_token_stream(),
    };
    let ours = |attr: &Attribute| {
        ["callback", "callback_shared", "components", "value"].iter().any(|name| attr.path().is_ident(name))
    };
    let Some(at) = attrs.iter().position(ours) else { return quote!(#item #derives) };
    let attr = attrs.remove(at);
    let args = match &attr.meta {
        Meta::List(list) => list.tokens.clone(),
        _ => TokenStream::new(),
    };
    let item = item.into_token_stream();
    match attr.path().to_token_stream().to_string().as_str() {
        "callback" => entry::callback(Scope::Private, args, item),
        "callback_shared" => entry::callback(Scope::Shared, args, item),
        "value" => entry::value(&args, item),
        _ => entry::components(args, item),
    }
}

fn derives(attrs: &[Attribute], item: &TokenStream) -> TokenStream {
    let list: String =
        attrs.iter().filter(|attr| attr.path().is_ident("derive")).map(|attr| quote!(#attr).to_string()).collect();
    let mut expanded = TokenStream::new();
    if list.contains("Component") {
        expanded.extend(entry::component(item.clone()));
    }
    if list.contains("Device") {
        expanded.extend(entry::device(item.clone()));
    }
    if list.contains("Role") {
        expanded.extend(entry::role(item.clone()));
    }
    expanded
}
