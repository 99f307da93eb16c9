//! `#[components]`: a typed constant per field, the list of components, and the same for a group of another page.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::{Expr, LitStr, ext::IdentExt, parse_quote};

use crate::{
    docs,
    hygiene::{call_at, ends, local, private, respan, with_fault},
    syntax::{
        components::{ComponentField, ComponentsStruct},
        field_type::is_list,
        fleet::Fleet,
        keep::{Keep, What},
        rights::Rights,
    },
};

/// The struct, unchanged except for one lint, and the implementations that make it a dashboard's components.
pub(crate) fn expand(components: &ComponentsStruct) -> TokenStream {
    let p = private(Span::call_site());
    let ComponentsStruct { item, refused, fields, .. } = components;
    let (name, vis) = (&item.ident, &item.vis);
    let name_text = name.unraw().to_string();
    let cfgs: Vec<_> = docs::cfgs(&item.attrs).collect();
    let constants = fields.iter().enumerate().map(|(at, field)| {
        let ComponentField { ident, docs, .. } = field;
        let (ty, value) =
            (props_type(name, field, at), Element::of(name, field, at).item("PROPS", None, &quote!(#name)));
        quote! {
            #(#docs)*
            #vis const #ident: #ty = #value;
        }
    });
    let sizes = fields.iter().enumerate().map(|(at, field)| {
        let (id, size) = (field.ident.unraw().to_string(), size(name, field, at));
        quote!((#id, #size))
    });
    let (here, list) = (quote!(#name), local("list", Span::call_site()));
    let (built, listed) = (built(components, &here), listed(components, &here, &list));
    let lists = bounds(components, |field| is_list(&field.ty));
    let roles = components.role.as_ref().map(|_| quote!(#p::roles::<#name>(#list);));
    let group = group(components);
    let rights =
        fields.iter().enumerate().filter(|(_, field)| field.rights.any()).map(|(at, field)| rights(name, field, at));
    let role = role(components);
    let needs = needs_of_struct(name, fields);
    let (refused_names, refused_types): (Vec<_>, Vec<_>) =
        refused.iter().map(|(name, fault)| (name, with_fault(fault))).unzip();
    quote! {
        // A component that `layout` does not place is a field that is never read.
        #[deny(dead_code, reason = "`layout` places each component, as in `self.slider`; callbacks place those marked `#[dynamic]`")]
        #item

        #(#[allow(non_camel_case_types)] type #refused_names = #refused_types;)*

        // The constants have names like fields, because users write them like fields: `Ui::brightness.value`.
        #(#cfgs)*
        #[allow(non_upper_case_globals, dead_code, missing_docs, private_interfaces, unreachable_pub)]
        impl #name {
            #(#constants)*
            #needs
            #(#rights)*
        }

        #(#cfgs)*
        #[automatically_derived]
        impl #p::Page for #name {
            const OWNER: ::core::primitive::u64 = #p::owner(::core::module_path!(), #name_text);
            const PREFIX: &'static ::core::primitive::str = "";
            const BASE: ::core::primitive::usize = 0;
            const FIELDS: #p::Fields = #p::Fields::Named(&[#(#sizes),*]);
            type Role = #role;
        }

        #(#cfgs)*
        #[automatically_derived]
        impl #p::Components for #name
        where
            #(#lists,)*
        {
            const NAME: &'static ::core::primitive::str = #name_text;

            fn components() -> #p::List {
                #p::list::<#name>(|#list| {
                    #roles
                    #(#listed)*
                    let _ = #list;
                })
            }

            fn build() -> Self {
                Self { #(#built),* }
            }
        }

        #(#cfgs)*
        #[automatically_derived]
        impl #p::Shows<Self> for #name {}

        #group
    }
}

/// The implementations that make the struct usable as a group in another one.
fn group(components: &ComponentsStruct) -> TokenStream {
    let p = private(Span::call_site());
    let ComponentsStruct { item, fields, .. } = components;
    let name = &item.ident;
    let cfgs = docs::cfgs(&item.attrs);
    let props = format_ident!("{}Props", name.unraw());
    let (page, list) = (Ident::new("__Page", Span::mixed_site()), local("list", Span::call_site()));
    let row = local("row", Span::call_site());
    let idents: Vec<_> = fields.iter().map(|field| &field.ident).collect();
    let here = quote!(#page);
    let each = |one: &dyn Fn(&Ident, Element<'_>) -> TokenStream| -> Vec<TokenStream> {
        fields.iter().enumerate().map(|(at, field)| one(&field.ident, Element::of(name, field, at))).collect()
    };
    let types = each(&|ident, Element { field, at, .. }| {
        let (docs, ty) = (&field.docs, props_type(name, field, at));
        quote!(#(#docs)* pub #ident: #ty)
    });
    let values = each(&|ident, element| {
        let value = element.props(&here);
        quote!(#ident: #value)
    });
    let built = built(components, &here);
    let vis = &item.vis;
    let listed = listed(components, &here, &list);
    let kept = fields.iter().enumerate().filter_map(|(at, field)| Some(kept(name, field, at, field.keep.as_ref()?)));
    let fleets =
        fields.iter().enumerate().filter_map(|(at, field)| Some(fleet(name, field, at, field.fleet.as_ref()?)));
    let gates = fields.iter().flat_map(|field| &field.rights.under).filter_map(|gate| {
        let at = at_of(fields, gate)?;
        let of_field = of_field(name, &fields[at], at);
        let check = call_at((gate.span(), gate.span()), "is_gate", quote!(#of_field::GATE));
        Some(quote!(const _: () = #check;))
    });
    let taken = fields.iter().enumerate().filter(|(_, field)| field.rights.takes.is_some()).map(|(at, field)| {
        let of_field = of_field(name, field, at);
        let check = call_at(ends(&field.rights.takes), "can_be_taken", quote!(#of_field::GATE));
        quote!(const _: () = #check;)
    });
    let one_role = components.role.as_ref().map(|_| {
        let fields = fields.iter().enumerate().map(|(at, field)| {
            let of_field = of_field(name, field, at);
            let check = call_at(ends(&field.ty), "one_role", quote!(__DD_ROLE, #of_field::ROLE));
            quote!(const _: () = #check;)
        });
        // Through the page, so that an enum that has no roles is reported once, where the page names it.
        quote!(const __DD_ROLE: ::core::primitive::u64 = #p::role_id::<#name>(); #(#fields)*)
    });
    let role_id = components.role.as_ref().map(|_| {
        quote!(
            const ROLE: ::core::primitive::u64 = __DD_ROLE;
        )
    });
    let roles = components.role.as_ref().map(|_| quote!(#p::roles::<#name>(#list);));
    let needless = fields.iter().enumerate().filter(|(_, field)| field.rights.own_needs).map(|(at, field)| {
        let of_field = of_field(name, field, at);
        let check = call_at(ends(&field.rights.needs), "needs_writable", quote!(#of_field::WRITABLE));
        quote!(const _: () = #check;)
    });
    let ungated = fields.iter().enumerate().filter_map(|(at, field)| {
        let of_field = of_field(name, field, at);
        let gate = field.rights.under.first()?;
        let check = call_at((gate.span(), gate.span()), "under_writable", quote!(#of_field::WRITABLE));
        Some(quote!(const _: () = #check;))
    });
    let dynamic = fields.iter().enumerate().filter(|(_, field)| field.dynamic).map(|(at, field)| {
        let of_field = of_field(name, field, at);
        let check = call_at(ends(&field.ty), "dynamic_without_list", quote!(#of_field::HAS_LIST));
        quote!(const _: () = #check;)
    });
    // One constant for all fields, because only few of them are lists.
    let flat = fields.iter().enumerate().map(|(at, field)| {
        let of_field = of_field(name, field, at);
        call_at(ends(&field.ty), "rows_without_list", quote!(#of_field::ROWS_HAVE_LIST))
    });
    // A group that only callbacks place is read nowhere else.
    let read = fields.iter().filter(|field| field.dynamic).map(|ComponentField { ty, .. }| {
        quote! {
            const _: fn(&#ty) = |group| {
                #[allow(unused_imports)]
                use #p::NoGroup as _;
                group.__dd_placed_by_callbacks()
            };
        }
    });
    let has_list = fields.iter().enumerate().map(|(at, field)| {
        let of_field = of_field(name, field, at);
        quote_spanned!(ends(&field.ty).1=> #of_field::HAS_LIST)
    });
    let has_history = fields.iter().enumerate().map(|(at, field)| {
        let of_field = of_field(name, field, at);
        quote_spanned!(ends(&field.ty).1=> #of_field::HAS_HISTORY)
    });
    let bounds = bounds(components, |_| true);
    quote! {
        #(#cfgs)*
        #[allow(unused_lifetimes)]
        const _: () = {
            const _: () = { #(#flat;)* };
            #(#dynamic)*
            #(#needless)*
            #(#ungated)*
            #(#gates)*
            #(#taken)*
            #(#kept)*
            #(#fleets)*
            #one_role
            #(#read)*

            impl #name {
                // Where the lint is allowed, the function would count as used, and with it all fields.
                #[deny(dead_code)]
                #[doc(hidden)]
                #[allow(unreachable_pub)]
                #vis fn __dd_placed_by_callbacks(&self) {
                    let Self { #(#idents),* } = self;
                    #(let _ = #idents;)*
                }
            }

            #[allow(dead_code, missing_debug_implementations, private_interfaces, private_bounds, unreachable_pub)]
            pub struct #props
            where
                #(#bounds,)*
            {
                #(#types,)*
                __dd_base: #p::Base,
            }

            // Not derived: a derive would report each fault in a field's type again.
            #[automatically_derived]
            impl ::core::clone::Clone for #props
            where
                #(#bounds,)*
            {
                // Field by field, because with a type that has an error the whole is not known to be `Copy`.
                #[allow(clippy::expl_impl_clone_on_copy, clippy::non_canonical_clone_impl)]
                fn clone(&self) -> Self {
                    Self { #(#idents: self.#idents,)* __dd_base: self.__dd_base }
                }
            }

            #[automatically_derived]
            impl ::core::marker::Copy for #props
            where
                #(#bounds,)*
            {
            }

            #[allow(dead_code, unreachable_pub)]
            impl #props
            where
                #(#bounds,)*
            {
                pub const fn __dd_at(&self) -> #p::At<#name> {
                    #p::At::new(self.__dd_base)
                }

                pub const fn __dd_is_dynamic(&self) {}
            }

            #[automatically_derived]
            impl #p::Step for #props
            where
                #(#bounds,)*
            {
                type Itself = Self;
            }

            #[automatically_derived]
            impl #p::AtRow for #props
            where
                #(#bounds,)*
            {
                fn at_row(self, #row: #p::InRow) -> Self {
                    let _ = #row;
                    Self { #(#idents: #p::AtRow::at_row(self.#idents, #row),)* __dd_base: self.__dd_base }
                }
            }

            #[automatically_derived]
            impl<#page: #p::Page> #p::Group<#page> for #name
            where
                #(#bounds,)*
            {
                type Props = #props;
                const PROPS: Self::Props = #props { #(#values,)* __dd_base: #p::base::<#page, #name>() };

                fn list(#list: &mut #p::List) {
                    #roles
                    #(#listed)*
                    let _ = #list;
                }

                fn build() -> Self {
                    Self { #(#built),* }
                }
            }

            #[automatically_derived]
            impl<#page: #p::Page, const __N: ::core::primitive::usize> #p::Field<#page, __N> for #name
            where
                #(#bounds,)*
            {
                type Props = #props;
                const PROPS: Self::Props = <#name as #p::Group<#p::In<#page, __N, #name>>>::PROPS;
                const COUNT: ::core::primitive::usize = #p::count::<#name>();
                const HAS_LIST: ::core::primitive::bool = false #(|| #has_list)*;
                const HAS_HISTORY: ::core::primitive::bool = false #(|| #has_history)*;
                #role_id
                type At<__Other: #p::Page, const __M: ::core::primitive::usize> = #p::Put<Self, __Other, __M>;

                fn list(#list: &mut #p::List) {
                    <#name as #p::Group<#p::In<#page, __N, #name>>>::list(#list);
                }

                fn build() -> Self {
                    <#name as #p::Group<#p::In<#page, __N, #name>>>::build()
                }
            }
        };
    }
}

/// `name: value` for each field, for the value of the struct in the page `here`.
fn built(components: &ComponentsStruct, here: &TokenStream) -> Vec<TokenStream> {
    let p = private(Span::call_site());
    let name = &components.item.ident;
    let one = |(at, field): (usize, &ComponentField)| {
        let ident = &field.ident;
        let new = match field.dynamic {
            true => quote!(#p::PlacedByCallbacks::NEW),
            false => Element::of(name, field, at).item("build", Some(TokenStream::new()), here),
        };
        quote!(#ident: #new)
    };
    components.fields.iter().enumerate().map(one).collect()
}

/// What appends the components of each field to `list`, for the struct in the page `here`.
fn listed(components: &ComponentsStruct, here: &TokenStream, list: &Ident) -> Vec<TokenStream> {
    let p = private(Span::call_site());
    let (name, fields) = (&components.item.ident, &components.fields);
    let one = |(at, field): (usize, &ComponentField)| {
        let element = Element::of(name, field, at);
        let call = element.item("list", Some(quote!(#list)), here);
        let call = match element.field.dynamic {
            true => quote!(#p::dynamic(#list, |#list| { let _ = #call; });),
            false => quote!(let _ = #call;),
        };
        let gates = element.field.rights.under.iter().filter_map(|gate| at_of(fields, gate));
        let call = gates.fold(call, |call, gate| quote!(#p::under::<#here, #gate>(#list, |#list| { #call });));
        let call = match &element.field.fleet {
            Some(fleet) => {
                let fleet = announced(name, element.field, fleet);
                quote!(#p::fleet(#list, #fleet, |#list| { #call });)
            }
            None => call,
        };
        match &element.field.keep {
            Some(keep) => {
                let names = keep.props.iter().map(|prop| prop.unraw().to_string());
                let names = quote!(&[#(#names),*]);
                let keep = match &keep.what {
                    What::States { ask } => quote!(#p::Keep::states(#names, #ask)),
                    What::History { seconds, bytes } => quote!(#p::Keep::history(#names, #seconds, #bytes)),
                };
                quote!(#p::keep(#list, #keep, |#list| { #call });)
            }
            None => call,
        }
    };
    fields.iter().enumerate().map(one).collect()
}

/// `Slider: Field<Ui, 0>` for each field that is meant, at the field's type. Code inside the `impl` then assumes that the
/// bound holds, so that a type that is no component is not reported again.
fn bounds(components: &ComponentsStruct, is_meant: impl Fn(&ComponentField) -> bool) -> Vec<TokenStream> {
    let ComponentsStruct { item, refused, fields, .. } = components;
    // Nothing holds for a type with an error, and rustc would say so where the struct is a group of another one.
    let is_refused = |field: &ComponentField| refused.iter().any(|(name, _)| field.ty == parse_quote!(#name));
    let bound = |(at, field): (usize, &ComponentField)| {
        let (page, ty) = (&item.ident, &field.ty);
        let (first, last) = ends(ty);
        let (p, page, close) = (private(first), respan(page, first), quote_spanned!(last=> >));
        // rustc checks a bound with a lifetime only where it is needed, and then has reported the type already. Of a list
        // it would say more than once what is wrong with the key.
        let lazily = (!is_list(ty)).then(|| quote_spanned!(first=> for<'__dd>));
        quote_spanned!(first=> #lazily #ty: #p::Field<#page, #at #close)
    };
    fields.iter().enumerate().filter(|(_, field)| is_meant(field) && !is_refused(field)).map(bound).collect()
}

/// `<Slider as Field<Ui, 0>>`, at the field's type. A type that is not a component is reported there with the same
/// words for every use, and so once.
fn of_field(page: &Ident, field: &ComponentField, at: usize) -> TokenStream {
    let ty = &field.ty;
    let (first, last) = ends(ty);
    let p = private(first);
    let page = respan(page, first);
    let close = quote_spanned!(last=> >);
    quote_spanned!(first=> <#ty as #p::Field<#page, #at>#close)
}

/// The roles of the struct.
fn role(components: &ComponentsStruct) -> TokenStream {
    match &components.role {
        Some(role) => quote!(#role),
        None => quote!(()),
    }
}

/// The name of the constant with the rights of the field at `at`.
fn rights_const(at: usize) -> Ident {
    format_ident!("__DD_RIGHTS_{at}")
}

/// The constant with the level that all fields need that say nothing else.
fn needs_of_struct(page: &Ident, fields: &[ComponentField]) -> Option<TokenStream> {
    let said = fields.iter().map(|field| &field.rights).find(|rights| !rights.own_needs)?.needs.as_ref()?;
    let level = level(&quote!(#page), said);
    Some(quote! {
        #[doc(hidden)]
        const __DD_NEEDS: ::core::primitive::u8 = #level;
    })
}

/// The constant with the rights of a field.
fn rights(page: &Ident, field: &ComponentField, at: usize) -> TokenStream {
    let p = private(Span::call_site());
    let name = rights_const(at);
    let Rights { sees, needs, own_needs, private, secret, takes, .. } = &field.rights;
    let says_needs = needs.as_ref().map(|_| quote!(| #p::Rights::SAYS_NEEDS));
    let level_of = |role: &Expr| level(&quote!(#page), role);
    let sees = sees.as_ref().map_or(quote!(0), level_of);
    let needs = match needs {
        // The struct has said it, so that it is checked once.
        Some(_) if !own_needs => quote!(#page::__DD_NEEDS),
        Some(role) => level_of(role),
        None => quote!(0),
    };
    let packed = quote!(#p::Rights::packed(#sees, #needs, #private, #secret));
    let packed = match takes {
        Some(role) => {
            let level = level(&quote!(#page), role);
            quote!(#p::Rights::taken_by(#packed, #level))
        }
        None => packed,
    };
    quote! {
        #[doc(hidden)]
        const #name: ::core::primitive::u32 = #packed #says_needs;
    }
}

/// Checks that what a field keeps has a value.
fn kept(page: &Ident, field: &ComponentField, at: usize, keep: &Keep) -> TokenStream {
    if keep.props.is_empty() {
        let of_field = of_field(page, field, at);
        let (function, args) = match keep.what {
            What::States { .. } => ("keeps_something", quote!(#of_field::KEEPABLE, #of_field::HAS_HISTORY)),
            What::History { .. } => ("keeps_history", quote!(#of_field::HAS_HISTORY)),
        };
        let check = call_at((keep.at, keep.at), function, args);
        return quote!(const _: () = #check;);
    }
    let function = match keep.what {
        What::States { .. } => "kept",
        What::History { .. } => "kept_history",
    };
    let checks = keep.props.iter().map(|prop| {
        let (at, ident) = (prop.span(), &field.ident);
        let ident = Ident::new(&ident.to_string(), at.located_at(at));
        let index = field.lens.iter().map(|_| quote_spanned!(at=> [0]));
        let page = respan(page, at);
        let check = call_at((at, at), function, quote_spanned!(at=> &#page::#ident #(#index)*.#prop));
        quote!(const _: () = #check;)
    });
    quote!(#(#checks)*)
}

/// Checks that what a field has in the list of a relay is a value that everybody may see.
fn fleet(page: &Ident, field: &ComponentField, at: usize, fleet: &Fleet) -> TokenStream {
    let seen = field.rights.sees.as_ref().map(|_| {
        let rights = rights_const(at);
        let check = call_at((fleet.at, fleet.at), "fleet_for_everybody", quote!(#page::#rights));
        quote!(const _: () = #check;)
    });
    let checks = fleet.props.iter().map(|prop| {
        let place = of_element(page, field, prop.span());
        let check = call_at((prop.span(), prop.span()), "in_fleet", quote_spanned!(prop.span()=> &#place.#prop));
        quote!(const _: () = #check;)
    });
    quote!(#seen #(#checks)*)
}

/// What a field has in the list of a relay.
fn announced(page: &Ident, field: &ComponentField, fleet: &Fleet) -> TokenStream {
    let p = private(Span::call_site());
    let names = match fleet.props.is_empty() {
        true => {
            let place = of_element(page, field, fleet.at);
            let shown = call_at((fleet.at, fleet.at), "shown_in_fleet", quote_spanned!(fleet.at=> &#place));
            quote!(&[const { #shown }])
        }
        false => {
            let names = fleet.props.iter().map(|prop| prop.unraw().to_string());
            quote!(&[#(#names),*])
        }
    };
    let text = |text: &Option<LitStr>| match text {
        Some(text) => quote!(::core::option::Option::Some(#text)),
        None => quote!(::core::option::Option::None),
    };
    let (label, unit) = (text(&fleet.label), text(&fleet.unit));
    quote!(#p::Fleet::of(#names, #label, #unit))
}

/// The constant of the field, or of the first element of its array, at `span`.
fn of_element(page: &Ident, field: &ComponentField, span: Span) -> TokenStream {
    let ident = Ident::new(&field.ident.to_string(), span.located_at(span));
    let (page, index) = (respan(page, span), field.lens.iter().map(|_| quote_spanned!(span=> [0])));
    quote_spanned!(span=> #page::#ident #(#index)*)
}

/// The place of the field with this name.
fn at_of(fields: &[ComponentField], name: &Ident) -> Option<usize> {
    fields.iter().position(|field| field.ident.unraw() == name.unraw())
}

/// The level of `role`, which must be one of the roles of `page`.
pub(super) fn level(page: &TokenStream, role: &Expr) -> TokenStream {
    let (first, last) = ends(role);
    let p = private(first);
    let page = respan(page, first);
    let given = quote_spanned!(first=> #p::given_role(&#role));
    let check = quote_spanned!(last=> .check::<#page>());
    quote!({ #given #check; #role as ::core::primitive::u8 })
}

/// The type of the field's constant.
fn props_type(page: &Ident, field: &ComponentField, at: usize) -> TokenStream {
    let of_field = of_field(page, field, at);
    let props = quote_spanned!(ends(&field.ty).1=> #of_field::Props);
    field.lens.iter().rev().fold(props, |inner, len| quote_spanned!(ends(&field.ty).0=> [#inner; #len]))
}

/// The number of components in the field.
fn size(page: &Ident, field: &ComponentField, at: usize) -> TokenStream {
    let of_field = of_field(page, field, at);
    let count = quote_spanned!(ends(&field.ty).1=> #of_field::COUNT);
    let lens = &field.lens;
    quote!(#count #(* #lens)*)
}

/// A field, or an element of its array.
#[derive(Clone, Copy)]
struct Element<'a> {
    page: &'a Ident,
    field: &'a ComponentField,
    /// The index of the field in the struct.
    at: usize,
    /// The number of arrays around it.
    depth: usize,
    /// The index in the innermost array, or of the field in the struct.
    n: usize,
}

impl<'a> Element<'a> {
    fn of(page: &'a Ident, field: &'a ComponentField, at: usize) -> Self {
        Self { page, field, at, depth: 0, n: at }
    }

    /// The page `here`, with the rights of the field.
    fn within(self, here: &TokenStream) -> TokenStream {
        if !self.field.rights.any() {
            return here.clone();
        }
        let (p, page, rights) = (private(Span::call_site()), self.page, rights_const(self.at));
        quote!(#p::With<#here, { <#page>::#rights }>)
    }

    /// Its constants in the page `here`, which may be a row.
    fn props(self, here: &TokenStream) -> TokenStream {
        let mut props = self.item("PROPS", None, here);
        if let Some(fleet) = &self.field.fleet {
            let (p, at, here) = (private(fleet.at), self.at, respan(here, fleet.at));
            props = quote_spanned!(fleet.at=> #p::fleet_outside_rows::<#here, #at, _>(#props));
        }
        if !self.field.dynamic {
            return props;
        }
        let (first, last) = ends(&self.field.ty);
        let (p, at, here) = (private(first), self.at, respan(here, first));
        let args = quote_spanned!(last=> (#props));
        quote_spanned!(first=> #p::dynamic_outside_rows::<#here, #at, _> #args)
    }

    /// The `item` of the element in the page `here`. For an array, an array of the elements' items.
    fn item(self, item: &str, args: Option<TokenStream>, here: &TokenStream) -> TokenStream {
        let Self { page, field, at, depth, n } = self;
        let (first, last) = ends(&field.ty);
        let p = private(first);
        let within = if depth == 0 { self.within(here) } else { here.clone() };
        let here = &within;
        let here = &match field.dynamic && depth == 0 {
            true => {
                let here = respan(here, first);
                quote_spanned!(first=> #p::Dynamic<#here>)
            }
            false => here.clone(),
        };
        if let Some(&len) = field.lens.get(depth) {
            let here = quote!(#p::Each<#here, #n, #len>);
            let elements = (0..len).map(|n| Self { depth: depth + 1, n, ..self }.item(item, args.clone(), &here));
            return quote_spanned!(first=> [#(#elements),*]);
        }
        let (of_field, item) = (of_field(page, field, at), Ident::new(item, last));
        let args = args.map(|args| quote_spanned!(last=> (#args)));
        let here = respan(here, first);
        quote_spanned!(first=> <#of_field::At<#here, #n> as #p::Placed>::#item #args)
    }
}
