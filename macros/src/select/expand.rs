//! What both forms become.
//!
//! ```text
//! {
//!     enum __Select<a, b> { a(a), b(b) }
//!     let selected = list::select().arm(argument(f()), |v| Some(__Select::a(v))) .. .done(order).await;
//!     match selected { .. }
//! }
//! ```
//!
//! The futures and the temporaries of their expressions are gone by the time a body runs.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;
use syn::Expr;

use super::pattern::by_reference;
use super::warn::asked;
use super::{Arm, Select};
use crate::front::{call, local};
use crate::guards;

pub(super) fn expand(select: &Select) -> TokenStream {
    let Select {
        krate, biased, arms, timeout, has_default, has_disabled, matches, mistakes, ..
    } = select;
    let name = name();
    let variants: Vec<&Ident> = arms.iter().map(|arm| &arm.variant).collect();
    let units =
        [(timeout.is_some(), "timeout"), (*has_default, "default"), (*has_disabled, "disabled")];
    let units = units.iter().filter(|(is_there, _)| *is_there).map(|(_, unit)| self::unit(unit));
    let children = arms.iter().map(|arm| child(select, &name, arm));
    let timeout = timeout.as_ref().map(|limit| {
        let limit = call(krate, "limit", limit.clone());
        let variant = unit("timeout");
        quote!(.arm(
            #krate::__private::argument(#krate::__private::block::at(#limit)),
            |_| ::core::option::Option::Some(#name::#variant),
        ))
    });
    let list = quote!(#krate::__private::list);
    let end = |is_there: bool, word: &str| {
        let variant = unit(word);
        if is_there { quote!(#name::#variant) } else { quote!(::core::unreachable!()) }
    };
    let (default, disabled) = (end(*has_default, "default"), end(*has_disabled, "disabled"));
    let (selected, output) = (local("__selected"), local("__output"));
    let matched = quote!(match #selected { #matches });
    // With a mistake in it, only that is worth telling: it is matched, and fits every pattern.
    let (mistakes, matched) = match mistakes {
        None => (None, guards::tokens(krate, matched)),
        Some(mistakes) => (Some(quote!(let #selected = { #mistakes };)), matched),
    };
    quote!({
        #[allow(non_camel_case_types, clippy::enum_variant_names, clippy::large_enum_variant)]
        enum #name<#(#variants),*> {
            #(#variants(#variants),)*
            #(#units,)*
        }
        #[allow(clippy::match_single_binding)] // in which the futures are asked
        let #selected = #list::select()
            #(#children)*
            #timeout
            .done(#list::Order { biased: #biased, default: #has_default })
            .await;
        let #selected = match #selected {
            #list::Selected::Arm(#output) => #output,
            #list::Selected::Default => #default,
            #list::Selected::Disabled => #disabled,
        };
        #mistakes
        #matched
    })
}

/// One arm of the list.
fn child(select: &Select, name: &Ident, arm: &Arm) -> TokenStream {
    let krate = &select.krate;
    let Arm { variant, future, condition, wanted } = arm;
    let function = if matches!(future, Expr::Await(_)) { "not_awaited" } else { "argument" };
    let argument = call(krate, function, guards::future(krate, asked(select, arm)));
    let output = local("__output");
    let some = quote!(::core::option::Option::Some(#name::#variant(#output)));
    let map = match wanted {
        None => quote!(|#output| #some),
        Some(pattern) => {
            let pattern = by_reference(pattern);
            quote!(|#output| match &#output {
                #[allow(unused_variables)]
                #pattern => #some,
                _ => ::core::option::Option::None,
            })
        }
    };
    match condition {
        None => quote!(.arm(#argument, #map)),
        Some(condition) => quote!(.maybe(
            if #condition {
                ::core::option::Option::Some(#argument)
            } else {
                ::core::option::Option::None
            },
            #map,
        )),
    }
}

/// The type of the outputs.
pub(super) fn name() -> Ident {
    local("__Select")
}

/// The variant that stands for no arm.
pub(super) fn unit(word: &str) -> Ident {
    Ident::new(&format!("__{word}"), Span::mixed_site())
}
