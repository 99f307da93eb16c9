//! The properties of a component as typed constants and as builder methods.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::{ext::IdentExt, spanned::Spanned};

use crate::{
    hygiene::{ends, local, private},
    model::{Component, Kind, Prop},
};

/// `SliderProps`
pub(crate) fn name(component: &Component) -> Ident {
    format_ident!("{}Props", component.name)
}

/// The type of a property's value: the field's type, or the type inside its marker.
fn held(prop: &Prop) -> TokenStream {
    match prop.kind {
        Kind::State { .. } => prop.ty.to_token_stream(),
        Kind::Event { .. } => of_field(prop, "Payload", None),
        Kind::Stream { .. } => of_field(prop, "Item", None),
    }
}

/// `<Type as StateField>::item(args)`, or the trait for the kind of the property, at the field's type. A type that does
/// not fit is reported there with the same words for every use, and so once.
pub(crate) fn of_field(prop: &Prop, item: &str, args: Option<TokenStream>) -> TokenStream {
    let ty = &prop.ty;
    let (first, last) = ends(ty);
    let p = private(first);
    let field = Ident::new(
        match prop.kind {
            Kind::State { .. } => "StateField",
            Kind::Event { .. } => "EventField",
            Kind::Stream { .. } => "StreamField",
        },
        first,
    );
    let item = Ident::new(item, last);
    let args = args.map(|args| quote_spanned!(last=> (#args)));
    quote_spanned!(first=> <#ty as #p::#field>::#item #args)
}

/// The type of `Ui::brightness`.
pub(crate) fn expand(component: &Component) -> TokenStream {
    let (declared, place) = (declare(component), place(component));
    let name = name(component);
    quote! {
        #declared

        impl #name {
            #place
        }
    }
}

/// The same without [`place`], which makes a component.
pub(crate) fn declare(component: &Component) -> TokenStream {
    let p = private(Span::call_site());
    let Component { vis, props, .. } = component;
    let name = name(component);
    let doc = format!(
        "The properties of [`{}`], as constants that callbacks name: `Ui::id.property`.",
        component.name.unraw()
    );
    let id = local("id", Span::call_site());
    let fields = props.iter().map(|prop| {
        let (docs, ident) = (docs(prop), &prop.ident);
        let kind = match prop.kind {
            Kind::State { .. } => "Prop",
            Kind::Event { .. } => "EventProp",
            Kind::Stream { .. } => "StreamProp",
        };
        let held = held(prop);
        let kind = Ident::new(kind, prop.ty.span());
        let (first, last) = ends(&prop.ty);
        let (p, close) = (private(first), quote_spanned!(last=> >));
        let open = quote_spanned!(first=> #p::#kind<);
        quote!(#docs #vis #ident: #open #held #close)
    });
    let made = props.iter().enumerate().map(|(at, prop)| {
        let (ident, text) = (&prop.ident, prop.ident.unraw().to_string());
        // A component never has more properties than a `u16` can count, because users write each field by hand.
        let at = u16::try_from(at).unwrap_or(u16::MAX);
        let p = private(prop.ty.span());
        let (first, last) = ends(&prop.ty);
        let nature = match prop.kind {
            Kind::State { by_server: true, .. } => quote_spanned!(last=> .gate()),
            Kind::State { own: true, .. } => quote_spanned!(last=> .own()),
            Kind::State { writable: true, .. } => quote_spanned!(last=> .sent()),
            _ => TokenStream::new(),
        };
        let args = quote_spanned!(last=> (#id, #text, #at) #nature);
        let new = quote_spanned!(first=> #p::Prop::new #args);
        let mut ident = ident.clone();
        ident.set_span(first);
        quote!(#ident: #new)
    });
    let component_name = &component.name;
    let row = local("row", Span::call_site());
    let dynamic = props.first().map(|Prop { ident, .. }| {
        quote! {
            /// Panics, at the caller's place, if callbacks do not place the component.
            #[doc(hidden)]
            #[track_caller]
            #[allow(dead_code, unreachable_pub)]
            #vis const fn __dd_is_dynamic(&self) {
                #p::is_dynamic(self.#ident.component())
            }
        }
    });
    let idents: Vec<_> = props.iter().map(|prop| &prop.ident).collect();
    let unlisted = unlisted(component);
    quote! {
        #[doc = #doc]
        #[allow(dead_code, missing_debug_implementations, private_interfaces, unreachable_pub)]
        #vis struct #name {
            #(#fields,)*
        }

        // Not derived: the derives would report each fault in a field's type again.
        #[automatically_derived]
        impl ::core::clone::Clone for #name {
            fn clone(&self) -> Self {
                *self
            }
        }

        #[automatically_derived]
        impl ::core::marker::Copy for #name {}

        impl #name {
            /// The properties of the component with this id.
            #[doc(hidden)]
            #[allow(unreachable_pub)]
            #vis const fn at(#id: #p::ComponentId) -> Self {
                let _ = #id;
                Self { #(#made),* }
            }

            #dynamic

            /// A component is not a group, so no callback can be listed for it.
            #[doc(hidden)]
            #[allow(dead_code, unreachable_pub)]
            #vis const fn __dd_at(&self) -> #p::At<#component_name> {
                #p::At::NOWHERE
            }
        }

        #[automatically_derived]
        impl #p::Showable for #name {}

        #[automatically_derived]
        #unlisted
        impl #p::Step for #name {
            type Itself = Self;
        }

        #[automatically_derived]
        impl #p::AtRow for #name {
            fn at_row(self, #row: #p::InRow) -> Self {
                let _ = #row;
                Self { #(#idents: #p::Prop::in_row(self.#idents, #row)),* }
            }
        }
    }
}

/// `Ui::name.place()`, for a component with properties. Without properties there is nothing that a callback could write
/// later.
fn place(component: &Component) -> TokenStream {
    let p = private(Span::call_site());
    let Component { name, vis, props, .. } = component;
    let Some(Prop { ident, .. }) = props.first() else { return TokenStream::new() };
    quote! {
        /// The component, to be placed in an element that a callback returns. Its field in the `#[components]` struct
        /// must be marked `#[dynamic]`.
        #[must_use]
        #[allow(dead_code, unreachable_pub)]
        #vis fn place(self) -> #name {
            <#name as #p::Table>::new(self.#ident.component())
        }
    }
}

/// One builder method per state property.
pub(crate) fn setters(component: &Component) -> impl Iterator<Item = TokenStream> {
    let vis = &component.vis;
    let p = private(Span::call_site());
    component.props.iter().filter(|prop| prop.setter && matches!(prop.kind, Kind::State { .. })).map(move |prop| {
        let Prop { ident, ty, .. } = prop;
        let docs = docs(prop);
        let value = local("value", ident.span());
        quote! {
            #docs
            #[must_use]
            #[allow(dead_code, unreachable_pub)]
            #vis fn #ident(mut self, #value: impl #p::IntoValue<#ty>) -> Self {
                self.#ident = #p::IntoValue::into_value(#value);
                self
            }
        }
    })
}

/// For the library's own components: messages do not list them as examples. A user's crate may have no prelude, and then
/// not the name `diagnostic`.
pub(super) fn unlisted(component: &Component) -> Option<TokenStream> {
    let is_own = component.tag.as_ref().is_some_and(|tag| tag.value().starts_with("dd-"));
    is_own.then(|| quote!(#[diagnostic::do_not_recommend]))
}

/// The field's doc comments, or a default text for the lint `missing_docs`.
pub(super) fn docs(prop: &Prop) -> TokenStream {
    let docs = &prop.docs;
    if docs.is_empty() {
        let text = format!("The property `{}`.", prop.ident.unraw());
        return quote!(#[doc = #text]);
    }
    quote!(#(#docs)*)
}
