//! What a function under an attribute becomes.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{ItemFn, ReturnType, Type};

use super::Attribute;
use super::options::Options;
use crate::front::local;
use crate::guards;

pub(super) fn function(attribute: Attribute, options: &Options, function: ItemFn) -> TokenStream {
    let ItemFn { attrs, vis, sig, block, .. } = function;
    let krate = &options.krate;
    let name = &sig.ident;
    let output = &sig.output;
    let check = check_output(attribute, krate, output);
    // What the user says of lints comes last: `allow(unused_must_use)` on the function is meant.
    let lints = attrs.iter().filter(|attr| {
        ["allow", "warn", "deny", "forbid"].iter().any(|level| attr.path().is_ident(level))
    });
    let mark = guards::mark();
    let inner = quote! {
        #mark
        #(#lints)*
        #sig #block
    };
    let (given, code) = (local("__output"), local("__code"));
    let set = options.fields.iter().map(|(field, value)| {
        let field = Ident::new(field, Span::mixed_site());
        quote!(#field: #value,)
    });
    let set = quote!(#(#set)* ..::core::default::Default::default());
    match attribute {
        Attribute::Main => quote! {
            #(#attrs)*
            #vis fn #name() -> ::std::process::ExitCode {
                #inner
                #check
                let #given = #krate::__private::main(
                    #krate::__private::MainOptions { #set },
                    #name(),
                );
                match #given {
                    ::core::result::Result::Ok(#given) => {
                        #[allow(unused_imports)]
                        use #krate::__private::exit::levels::*;
                        (&&&&&#krate::__private::exit::Given::new(#given)).taipan_exit()
                    }
                    ::core::result::Result::Err(#code) => #code,
                }
            }
        },
        Attribute::Test => quote! {
            #(#attrs)*
            #[::core::prelude::v1::test]
            #vis fn #name() {
                #inner
                #check
                #krate::__private::assert_passed(#krate::__private::test(
                    #krate::__private::TestOptions { #set },
                    || async {
                        #[allow(unused_imports)]
                        use #krate::__private::exit::levels::*;
                        (&&&&&#krate::__private::exit::Given::new(#name().await)).taipan_check()
                    },
                ));
            }
        },
    }
}

/// A statement that fails, on the return type and in our words, if nothing can be made of it.
fn check_output(
    attribute: Attribute,
    krate: &TokenStream,
    output: &ReturnType,
) -> Option<TokenStream> {
    let ReturnType::Type(_, of) = output else { return None };
    // These cannot be written as an argument of a function.
    let nameless = of.to_token_stream().into_iter().any(|token| token.to_string() == "impl");
    if nameless || matches!(**of, Type::Never(_)) {
        return None;
    }
    let function = match attribute {
        Attribute::Main => "main_may_return",
        Attribute::Test => "test_may_return",
    };
    let function = Ident::new(function, Span::mixed_site());
    Some(quote_spanned!(of.span()=> #krate::__private::exit::#function::<#of>();))
}
