//! The struct of `#[derive(Component)]`.

use proc_macro2::Ident;
use quote::ToTokens;
use syn::{
    Attribute, Data, DataStruct, DeriveInput, Field, Fields, LitStr, Meta, Token, Type, Visibility, bracketed,
    ext::IdentExt, parse::ParseStream, parse_quote, punctuated::Punctuated, spanned::Spanned, token::Bracket,
};

use super::{
    args, field_type,
    prop::{self, PropArgs},
    returned,
};
use crate::{
    check,
    diag::Faults,
    docs,
    model::{Check, Component, Kind, Prop},
    suggest,
};

/// The arguments of `#[component(..)]`.
#[derive(Debug, Default)]
struct Args {
    tag: Option<LitStr>,
    script: Option<LitStr>,
    styles: Option<Vec<LitStr>>,
    bundled: bool,
    gate: Option<Ident>,
    library: Option<syn::Path>,
}

/// The component, as far as it could be parsed. Faults are added to `faults`.
pub(crate) fn understand(item: DeriveInput, faults: &mut Faults) -> Component {
    let mut is_whole = item.generics.params.is_empty();
    if !is_whole {
        faults.on(
            &item.generics,
            "a component has no generics, because its script in the browser needs fixed types: write a type for each property",
        );
    }
    let mut no_fields = None;
    let fields = match item.data {
        Data::Struct(DataStruct { fields: Fields::Named(fields), .. }) => fields.named,
        Data::Struct(_) => {
            let message = "a component has named fields: `id: ComponentId`, then one per property";
            no_fields = Some(syn::Error::new_spanned(&item.ident, message));
            is_whole = false;
            Punctuated::new()
        }
        Data::Enum(_) | Data::Union(_) => {
            let message = "a component is a struct, with one field per property";
            no_fields = Some(syn::Error::new_spanned(&item.ident, message));
            is_whole = false;
            Punctuated::new()
        }
    };
    let args = if is_whole { arguments(&item.attrs, &item.ident, faults) } else { Args::default() };
    if let Some(tag) = &args.tag {
        check::component::tag(tag, faults);
    }
    let mut fields: Vec<Field> = fields.into_iter().collect();
    let is_id = |field: &Field| field.ident.as_ref().is_some_and(|ident| ident.unraw() == "id");
    // Another fault comes first.
    let id = if is_whole { id_type(fields.first(), &item.ident, faults) } else { None };
    is_whole &= id.is_some();
    if let Some(at) = fields.iter().position(is_id) {
        fields.remove(at);
    }
    let names: Vec<Ident> = fields.iter().filter_map(|field| field.ident.clone()).collect();
    if let Some(again) = names.iter().find(|name| name.unraw() == "id") {
        faults.on(again, "`id` is the component's own and cannot be a property: choose another name");
        is_whole = false;
    }
    let props: Vec<Prop> = if item.generics.params.is_empty() {
        fields.into_iter().filter_map(|field| property(field, &names, &mut is_whole, faults)).collect()
    } else {
        Vec::new()
    };
    Component {
        name: item.ident,
        vis: item.vis,
        doc: docs::text(&item.attrs),
        tag: args.tag,
        script: args.script,
        styles: args.styles.unwrap_or_default(),
        bundled: args.bundled,
        gate: args.gate,
        library: args.library,
        id: id.unwrap_or_else(|| parse_quote!(())),
        props,
        generics: item.generics,
        no_fields,
        is_whole,
    }
}

/// `#[component(tag = "..", script = "..", style = "..")]`. A component whose look needs no behaviour has no script.
/// Several stylesheets are a list: `style = ["chart.css", "scope.css"]`. `library = THREE_JS` names a `const` of the type
/// `Library`.
fn arguments(attrs: &[Attribute], name: &Ident, faults: &mut Faults) -> Args {
    let mut found = Args::default();
    let mut place = None;
    let before = faults.count();
    for attr in attrs.iter().filter(|attr| attr.path().is_ident("component")) {
        place = Some(attr);
        if let Meta::List(list) = &attr.meta {
            args::list(list.tokens.clone(), faults, |input, faults| entry(input, &mut found, faults));
        }
    }
    if faults.count() > before {
        return found;
    }
    if found.tag.is_none() {
        let message = "`#[component(tag = \"my-slider\")]` says which element shows this; missing is `tag = \"my-slider\"`: the name of the custom element";
        match place {
            Some(attr) => faults.on(attr, message),
            None => faults.on(name, message),
        }
    }
    found
}

fn entry(input: ParseStream<'_>, found: &mut Args, faults: &mut Faults) -> syn::Result<()> {
    const KEYS: [&str; 4] = ["tag", "script", "style", "library"];
    let key = args::key(input, "tag = \"my-slider\"")?;
    // Only for the library's own components, whose modules follow the joiner's rules. So it is not among the suggested
    // keys.
    if key == "bundled" {
        found.bundled = true;
        return Ok(());
    }
    // Only for the library's own components that decide whether others may be changed.
    if key == "gate" {
        args::equals(input, &key, "gate = Stop")?;
        args::set(&mut found.gate, &key, input.parse()?, faults);
        return Ok(());
    }
    if key == "library" {
        args::equals(input, &key, "library = THREE_JS")?;
        if input.peek(LitStr) {
            return Err(input.error(
                "this is a text, and `library` names a constant: `const THREE_JS: Library = Library::new(\"three.js\", || Ok(three_js::SOURCE));`, then `library = THREE_JS`",
            ));
        }
        args::set(&mut found.library, &key, input.parse()?, faults);
        return Ok(());
    }
    if key == "style" {
        args::equals(input, &key, STYLE)?;
        args::set(&mut found.styles, &key, stylesheets(input)?, faults);
        return Ok(());
    }
    let (slot, example) = match key.to_string().as_str() {
        "tag" => (&mut found.tag, "tag = \"my-slider\""),
        "script" => (&mut found.script, "script = \"slider.js\""),
        other => {
            return Err(syn::Error::new(
                key.span(),
                format!("there is no key `{other}` here; {}", suggest::did_you_mean(other, &KEYS)),
            ));
        }
    };
    args::equals(input, &key, example)?;
    if !input.peek(LitStr) {
        return Err(input.error(format!("expected a text in quotes: `{example}`")));
    }
    args::set(slot, &key, input.parse()?, faults);
    Ok(())
}

/// How a stylesheet is named.
const STYLE: &str = "style = \"slider.css\"";

/// One file, or a list of files.
fn stylesheets(input: ParseStream<'_>) -> syn::Result<Vec<LitStr>> {
    if input.peek(LitStr) {
        return Ok(vec![input.parse()?]);
    }
    if !input.peek(Bracket) {
        let message = format!("expected a text in quotes, or several in brackets: `{STYLE}`");
        return Err(input.error(message));
    }
    let list;
    bracketed!(list in input);
    let files: Vec<LitStr> = list.call(Punctuated::<LitStr, Token![,]>::parse_terminated)?.into_iter().collect();
    for (index, file) in files.iter().enumerate() {
        if files[..index].iter().any(|before| before.value() == file.value()) {
            return Err(syn::Error::new(file.span(), format!("the stylesheet `{}` is named twice", file.value())));
        }
    }
    Ok(files)
}

/// The first field holds the component's id.
fn id_type(field: Option<&Field>, name: &Ident, faults: &mut Faults) -> Option<Type> {
    const ADVICE: &str = "the first field of a component is `id: ComponentId`, which `#[components]` fills";
    match field {
        None => faults.on(name, ADVICE),
        Some(Field { ident: Some(ident), ty, .. }) if ident == "id" => return Some(ty.clone()),
        Some(Field { ident, .. }) => faults.on(ident, ADVICE),
    }
    None
}

/// Checks that the type is `Event<..>` or `Stream<..>` if the attribute says so, and only then, as far as their names tell.
/// Otherwise makes them fit and returns `false`. `is_said`: the attribute has a fault already.
fn marker(args: &mut PropArgs, ty: &mut Type, is_said: bool, faults: &mut Faults) -> bool {
    let is_marker = |name| returned::arguments(ty, name).is_some_and(|carried| !carried.is_empty());
    let unmarked = args.event.is_none() && args.stream.is_none();
    let span = ty.span();
    if unmarked && is_marker("Event") {
        args.event = Some(span);
        if !is_said {
            faults.on(&*ty, "an event is marked as one: write `#[prop(event)]` above this field");
        }
    } else if unmarked && is_marker("Stream") {
        (args.stream, args.ring) = (Some(span), Some((span, parse_quote!(1))));
        if !is_said {
            faults.on(&*ty, "a stream is marked as one: write `#[prop(stream, ring = 1000)]` above this field");
        }
    } else if args.event.is_some() && is_value(ty) {
        let advice = match ty.to_token_stream().to_string().replace(' ', "").as_str() {
            "()" => "write `Event<()>`".to_owned(),
            carried => format!("write `Event<{carried}>`, or `Event<()>` if it carries nothing"),
        };
        faults.on(&*ty, format!("an `event` property is an `Event<..>`: {advice}"));
        *ty = parse_quote!(::dash_devices::component::Event<#ty>);
    } else {
        return true;
    }
    false
}

/// Whether it is certainly a value, and no marker.
fn is_value(ty: &Type) -> bool {
    let is_list = |ty: &Type| returned::arguments(ty, "Vec").is_some();
    let inner = returned::option(ty).unwrap_or(ty);
    field_type::is_value(inner) || is_list(inner) || returned::tuple(inner).is_some_and(|types| types.is_empty())
}

fn property(mut field: Field, names: &[Ident], is_whole: &mut bool, faults: &mut Faults) -> Option<Prop> {
    let ident = field.ident.take()?;
    if let Some(cfg) = field.attrs.iter().find(|attr| attr.path().is_ident("cfg") || attr.path().is_ident("cfg_attr")) {
        faults.on(cfg, "a property cannot depend on a `cfg`: the browser's side would not know");
    }
    if !matches!(field.vis, Visibility::Inherited) {
        faults.on(&field.vis, "a property's field is private: the builder method of its name sets it, and the constant `Ui::id.name` names it");
    }
    let before = faults.count();
    let mut args = prop::parse(&field.attrs, faults);
    *is_whole &= marker(&mut args, &mut field.ty, faults.count() > before, faults);
    check::component::combinations(&args, faults);
    let sibling = |name: &Ident, faults: &mut Faults| check::component::sibling(name, names, faults);
    let mut checks = Vec::new();
    if let Some(within) = &args.within
        && let (Some(min), Some(max)) = (sibling(&within.min, faults), sibling(&within.max, faults))
    {
        checks.push(Check::Within { key: within.key, min: (within.min.clone(), min), max: (within.max.clone(), max) });
    }
    if let Some((key, options)) = &args.one_of
        && let Some(at) = sibling(options, faults)
    {
        checks.push(Check::OneOf { key: *key, options: (options.clone(), at) });
    }
    if let Some((key, limit)) = args.max_len {
        checks.push(Check::MaxLen { key, limit });
    }
    let held = args.held.as_ref().and_then(|(_, deadline)| Some((deadline.clone(), sibling(deadline, faults)?)));
    let kind = match (args.event, args.stream) {
        (Some(_), _) => Kind::Event { checks },
        (None, Some(_)) => Kind::Stream { ring: args.ring.map(|(_, ring)| ring), history: args.history },
        (None, None) => {
            let (writable, own, by_server) = (args.writable.is_some(), args.own, args.by_server);
            Kind::State { writable, own, by_server, checks, held }
        }
    };
    Some(Prop {
        docs: docs::comments(&field.attrs).cloned().collect(),
        doc: docs::text(&field.attrs),
        ident,
        ty: field.ty,
        // Markers have no default. A fault was already added for it.
        default: args.default.map(|(_, value)| value).filter(|_| matches!(kind, Kind::State { .. })),
        required: args.required.filter(|_| matches!(kind, Kind::State { .. })),
        kind,
        setter: args.no_setter.is_none(),
    })
}
