//! `#[derive(Component)]`: the implementation and its table of properties.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::{Expr, LitStr, ext::IdentExt, spanned::Spanned as _};

use super::{bound, props};
use crate::{
    hygiene::{ends, local, private, respan},
    model::{Check, Component, Kind, Prop},
};

/// The typed constants, the builder methods and the implementation.
pub(crate) fn expand(component: &Component) -> TokenStream {
    let p = private(Span::call_site());
    let name = &component.name;
    let props_struct = props::expand(component);
    let bound_struct = bound::expand(component);
    let drawn = (component.script.is_none() && component.tag.is_some()).then(|| bound::demand_view(component));
    let props_name = props::name(component);
    let setters = props::setters(component);
    let info = info(component);
    let [id, values, list, children] = ["id", "values", "list", "children"].map(|name| local(name, Span::call_site()));
    let idents: Vec<_> = component.props.iter().map(|prop| &prop.ident).collect();
    let of_id = |function: &str, argument: TokenStream| {
        let (ty, (first, last)) = (&component.id, ends(&component.id));
        let (p, function) = (private(first), proc_macro2::Ident::new(function, first));
        let argument = quote_spanned!(last=> (#argument));
        quote_spanned!(first=> <#ty as #p::IdField>::#function #argument)
    };
    let (from_id, to_id) = (of_id("new", quote!(#id)), of_id("id", quote!(&self.id)));
    let defaults = component.props.iter().map(default);
    let first = local("first", Span::call_site());
    let loads = component.props.iter().enumerate().map(|(at, prop)| {
        let ident = &prop.ident;
        match prop.kind {
            Kind::State { .. } => props::of_field(prop, "get", Some(quote!(#values, #at, #first.#ident))),
            Kind::Event { .. } | Kind::Stream { .. } => quote!(#first.#ident),
        }
    });
    let current = component.props.iter().map(|prop| {
        let (ident, text) = (&prop.ident, prop.ident.unraw().to_string());
        match prop.kind {
            Kind::State { .. } => {
                let current = props::of_field(prop, "current", Some(quote!(&self.#ident, #text)));
                quote!(#current?)
            }
            // Reading the field prevents the dead-code warning.
            Kind::Event { .. } | Kind::Stream { .. } => quote!({
                let _ = &self.#ident;
                ::core::option::Option::None
            }),
        }
    });
    let is_writable = component.props.iter().any(|prop| match &prop.kind {
        Kind::State { writable, .. } => *writable,
        Kind::Event { .. } => true,
        Kind::Stream { .. } => false,
    });
    let readout = (!is_writable).then(|| {
        quote!(
            const WRITABLE: ::core::primitive::bool = false;
        )
    });
    // A held value must not come back by itself, and the server sets the state of a gate. Only alarms outlive the process.
    let has_alarms = component.gate.as_ref().is_some_and(|gate| gate == "Alarms");
    let is_set = component.gate.is_none()
        && component
            .props
            .iter()
            .any(|prop| matches!(&prop.kind, Kind::State { writable: true, own: false, held: None, .. }));
    let forgotten = (!is_set && !has_alarms).then(|| {
        quote!(
            const KEEPABLE: ::core::primitive::bool = false;
        )
    });
    let measures = component.props.iter().any(|prop| matches!(&prop.kind, Kind::Stream { history: Some(_), .. }));
    let measured = measures.then(|| {
        quote!(
            const HAS_HISTORY: ::core::primitive::bool = true;
        )
    });
    let gate = component.gate.as_ref().map(|gate| {
        quote!(
            const GATE: ::core::option::Option<#p::Gate> = ::core::option::Option::Some(#p::Gate::#gate);
        )
    });
    let shown = shown_in_fleet(component);
    let gate_props = component.gate.as_ref().zip(component.props.first()).map(|(gate, Prop { ident, .. })| {
        let is = (gate == "Stop").then(|| quote!(#[diagnostic::do_not_recommend] impl #p::IsStop for #props_name {}));
        if has_alarms {
            return quote!(#[automatically_derived] #[diagnostic::do_not_recommend] impl #p::IsAlarms for #props_name {});
        }
        quote! {
            #[automatically_derived]
            #[diagnostic::do_not_recommend]
            impl #p::IsGate for #props_name {
                fn id(&self) -> #p::ComponentId {
                    self.#ident.component()
                }
            }
            #is
        }
    });
    let required = component.props.iter().filter_map(|prop| {
        let text = prop.ident.unraw().to_string();
        let given = required(prop, prop.required?);
        Some(quote!((#text, #given)))
    });
    let unlisted = props::unlisted(component);
    quote! {
        #props_struct

        #bound_struct

        #drawn

        impl #name {
            #(#setters)*
        }

        #[automatically_derived]
        #unlisted
        impl<__Page: #p::Page, const __N: ::core::primitive::usize> #p::Field<__Page, __N> for #name {
            type Props = #props_name;
            const PROPS: Self::Props = #props_name::at(#p::id::<__Page, __N>());
            const COUNT: ::core::primitive::usize = 1;
            #readout
            #forgotten
            #measured
            #gate
            type At<__Other: #p::Page, const __M: ::core::primitive::usize> = #p::Put<Self, __Other, __M>;

            fn list(#list: &mut #p::List) {
                #p::put::<__Page, __N>(#list, <Self as #p::Table>::INFO);
            }

            fn build() -> Self {
                <Self as #p::Table>::new(#p::id::<__Page, __N>())
            }
        }

        #gate_props

        #shown

        #[automatically_derived]
        impl #p::Table for #name {
            const INFO: &'static #p::ComponentInfo = &#info;

            fn new(#id: #p::ComponentId) -> Self {
                Self { id: #from_id, #(#idents: #defaults),* }
            }

            fn values(&self) -> ::core::result::Result<::std::vec::Vec<::core::option::Option<#p::Value>>, ::std::string::String> {
                ::core::result::Result::Ok(::std::vec![#(#current),*])
            }
        }

        #[automatically_derived]
        #unlisted
        impl #p::IntoElement for #name {
            fn into_element(self) -> #p::Element {
                #p::component_element(self)
            }
        }

        #[automatically_derived]
        #unlisted
        impl #p::Children for #name {
            fn push_into(self, #children: &mut ::std::vec::Vec<#p::Element>) {
                #p::push_element(self, #children);
            }
        }

        #[automatically_derived]
        impl #p::Component for #name {
            type Props = #props_name;
            const INFO: &'static #p::ComponentInfo = <Self as #p::Table>::INFO;

            fn new(#id: #p::ComponentId) -> Self {
                <Self as #p::Table>::new(#id)
            }

            fn id(&self) -> #p::ComponentId {
                #to_id
            }

            fn load(#id: #p::ComponentId, #values: &#p::Values<'_>) -> Self {
                let #first = <Self as #p::Table>::new(#id);
                let _ = #values;
                Self { id: #first.id, #(#idents: #loads),* }
            }

            fn values(&self) -> ::core::result::Result<::std::vec::Vec<::core::option::Option<#p::Value>>, ::std::string::String> {
                <Self as #p::Table>::values(self)
            }

            fn missing(&self) -> ::std::vec::Vec<&'static ::core::primitive::str> {
                #p::missing(&[#(#required),*])
            }
        }
    }
}

/// The value that the list of a relay shows, if there is one: the property `value`, `text` or `on`.
fn shown_in_fleet(component: &Component) -> Option<TokenStream> {
    let named = |name: &str| {
        let is_it = |prop: &&Prop| matches!(prop.kind, Kind::State { .. }) && prop.ident.unraw() == name;
        component.props.iter().find(is_it)
    };
    let Prop { ident, ty, .. } = ["value", "text", "on"].into_iter().find_map(named)?;
    let (p, name, text) = (private(Span::call_site()), props::name(component), ident.unraw().to_string());
    let unlisted = props::unlisted(component);
    Some(quote! {
        #[automatically_derived]
        #unlisted
        impl #p::FleetComponent<#ty> for #name {
            const NAME: &'static ::core::primitive::str = #text;
        }
    })
}

/// The starting value.
fn default(prop: &Prop) -> TokenStream {
    match (&prop.default, &prop.kind) {
        (Some(value), _) => quote!(#value),
        (None, Kind::State { .. }) => {
            let ty = &prop.ty;
            let (first, last) = ends(ty);
            let (p, call) = (private(first), quote_spanned!(last=> ()));
            quote_spanned!(first=> <#ty as #p::StartValue>::start #call)
        }
        (None, Kind::Event { .. } | Kind::Stream { .. }) => props::of_field(prop, "new", Some(TokenStream::new())),
    }
}

/// Whether a required property was set. Type errors are reported at the word `required`.
fn required(prop: &Prop, place: Span) -> TokenStream {
    let (p, ident, ty) = (private(place), &prop.ident, respan(&prop.ty, place));
    quote_spanned!(place=> <#ty as #p::Required>::is_given(&self.#ident))
}

/// `ComponentInfo { .. }`
fn info(component: &Component) -> TokenStream {
    let p = private(Span::call_site());
    let (name, doc) = (component.name.unraw().to_string(), &component.doc);
    let tag = match &component.tag {
        Some(tag) => quote!(#tag),
        None => quote!(""),
    };
    let script = script(component);
    let styles = component.styles.iter().map(file);
    let props = component.props.iter().map(|prop| prop_info(component, prop));
    let gate = match &component.gate {
        Some(gate) => quote!(gate: ::core::option::Option::Some(#p::Gate::#gate),),
        None => quote!(gate: ::core::option::Option::None,),
    };
    let library = match &component.library {
        Some(library) => {
            let p = private(library.span());
            quote_spanned!(library.span()=> ::core::option::Option::Some(#p::Library::of(#library)))
        }
        None => quote!(::core::option::Option::None),
    };
    quote! {
        #p::ComponentInfo {
            name: #name,
            tag: #tag,
            doc: #doc,
            script: #script,
            library: #library,
            styles: &[#(#styles),*],
            fresh: <Self as #p::Table>::fresh,
            look: || {
                // Not used if the component has a view.
                #[allow(unused_imports)]
                use #p::NoView as _;
                static LOOK: #p::LookCell = #p::LookCell::new();
                LOOK.get(<Self as #p::Table>::INFO, <#p::ViewOf<Self>>::RECORD)
            },
            props: &[#(#props),*],
            #gate
        }
    }
}

/// The module with the behaviour, if there is one.
fn script(component: &Component) -> TokenStream {
    let Some(path) = &component.script else { return quote!(::core::option::Option::None) };
    let p = private(Span::call_site());
    let (name, source, bundled) = (path.value(), file(path), component.bundled);
    quote! {
        ::core::option::Option::Some(#p::Module { file: #name, source: #source, bundled: #bundled })
    }
}

/// A file beside the user's file. A missing file is reported at its name.
fn file(path: &LitStr) -> TokenStream {
    quote_spanned!(path.span()=> ::core::include_str!(#path))
}

/// `PropInfo::new(..)` and the calls after it.
fn prop_info(component: &Component, prop: &Prop) -> TokenStream {
    let p = private(Span::call_site());
    let (name, doc) = (prop.ident.unraw().to_string(), &prop.doc);
    let ty = props::of_field(prop, "TYPE", None);
    let info = quote!(#p::PropInfo::new(#name, #doc, #ty));
    match &prop.kind {
        Kind::Event { checks } if checks.is_empty() => quote!(#info.event()),
        Kind::Event { checks } => {
            let checks = checks.iter().map(|check| self::check(component, prop, check));
            quote!(#info.event().writable(&[#(#checks),*]))
        }
        Kind::Stream { ring, history } => {
            let ring = ring.as_ref().map_or_else(|| quote!(1), |ring: &Expr| quote!(#ring));
            let history = history.map(|at| {
                let (p, ty) = (private(at), respan(&prop.ty, at));
                quote_spanned!(at=> .history(#p::HistoryType::of::<<#ty as #p::StreamField>::Item>()))
            });
            quote!(#info.stream(#ring)#history)
        }
        Kind::State { writable: false, .. } => info,
        Kind::State { writable: true, checks, held, .. } => {
            let checks = checks.iter().map(|check| self::check(component, prop, check));
            let held = held.as_ref().map(|(deadline, at)| {
                let span = deadline.span();
                let (p, ty) = (private(span), component.props.get(*at).map(|prop| respan(&prop.ty, span)));
                let deadline = quote_spanned!(span=> #p::deadline::<#ty>(#at));
                quote!(.held(#deadline))
            });
            quote!(#info.writable(&[#(#checks),*])#held)
        }
    }
}

/// `Check::within(..)` and similar. Types that do not fit are reported where the check names them.
fn check(component: &Component, prop: &Prop, check: &Check) -> TokenStream {
    let of = |at: usize, span: Span| component.props.get(at).map(|prop| respan(&prop.ty, span));
    // The type that is checked: the value, or the payload of an event.
    let held = |span: Span| {
        let (p, ty) = (private(span), respan(&prop.ty, span));
        match prop.kind {
            Kind::Event { .. } => quote_spanned!(span=> <#ty as #p::EventField>::Payload),
            Kind::State { .. } | Kind::Stream { .. } => ty,
        }
    };
    match check {
        Check::Within { key, min: (min, min_at), max: (max, max_at) } => {
            let p = private(*key);
            let own = held(*key);
            let number = |name: &proc_macro2::Ident, at: usize| {
                let (ty, p) = (of(at, name.span()), private(name.span()));
                quote_spanned!(name.span()=> #p::number::<#ty>(#at))
            };
            let (min, max) = (number(min, *min_at), number(max, *max_at));
            quote_spanned!(*key=> #p::within::<#own>(#min, #max))
        }
        Check::OneOf { key, options: (options, at) } => {
            let (p, own, ty) = (private(options.span()), held(*key), of(*at, options.span()));
            quote_spanned!(options.span()=> #p::Check::one_of::<#own, #ty>(#at))
        }
        Check::MaxLen { key, limit } => {
            let (p, own) = (private(*key), held(*key));
            quote_spanned!(*key=> #p::max_len::<#own>(#limit))
        }
    }
}
