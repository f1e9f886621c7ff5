//! `generator!`: functions that return the stream of what they yield.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::parse::discouraged::Speculative;
use syn::parse::{ParseStream, Parser};
use syn::spanned::Spanned;
use syn::{
    Attribute, Error, FnArg, Pat, Result, ReturnType, Signature, Token, Type, TypeParamBound,
    Visibility, parenthesized, token,
};

use super::body;
use crate::errors::Errors;
use crate::front::{block, krate};
use crate::half_typed::{at_comma, up_to};
use crate::literal::literals;

const WANTED: &str =
    "`generator!` takes functions, as in `generator! { async fn count() -> u32 { yield 1; } }`";

/// Expands the input of the front: `[$crate]`, then functions.
pub(crate) fn expand(input: TokenStream) -> TokenStream {
    let parse = |input: ParseStream<'_>| -> Result<TokenStream> {
        let krate = krate(input)?;
        if input.is_empty() {
            return Err(Error::new(Span::call_site(), WANTED));
        }
        let mut functions = TokenStream::new();
        while !input.is_empty() {
            let ahead = input.fork();
            match Function::parse(&ahead) {
                Ok(function) => {
                    input.advance_to(&ahead);
                    functions.extend(function.expand(&krate));
                }
                Err(error) => functions.extend(unfinished(&krate, input, &error)?),
            }
        }
        Ok(functions)
    };
    parse.parse2(literals(input)).unwrap_or_else(|error| error.to_compile_error())
}

/// A function whose head is half-typed: what can be told of it is there, beside the error.
fn unfinished(krate: &TokenStream, input: ParseStream<'_>, error: &Error) -> Result<TokenStream> {
    let mut head = TokenStream::new();
    let (mut is_named, mut is_over) = (false, false);
    while !input.is_empty() && !is_over {
        is_named |= input.peek(Token![fn]);
        is_over = input.peek(token::Brace);
        if input.peek(Token![->]) && input.peek3(token::Brace) {
            input.parse::<Token![->]>()?;
        } else if is_named && input.peek(token::Paren) {
            let arguments;
            parenthesized!(arguments in input);
            let arguments = known_arguments(&arguments)?;
            head.extend(quote!((#arguments)));
            is_named = false;
        } else {
            head.extend([input.parse::<TokenTree>()?]);
        }
    }
    Ok(match Function::parse.parse2(head) {
        Ok(function) => function.told(krate, Some(error)),
        Err(_) => error.to_compile_error(),
    })
}

/// The arguments, of any type where theirs is half-typed.
fn known_arguments(input: ParseStream<'_>) -> Result<TokenStream> {
    let mut known = TokenStream::new();
    while !input.is_empty() {
        let ahead = input.fork();
        if let Ok(argument) = ahead.parse::<FnArg>()
            && at_comma(&ahead)
        {
            input.advance_to(&ahead);
            known.extend(quote!(#argument,));
        } else {
            let name = input.fork().parse::<Ident>().map_or(quote!(_), ToTokens::into_token_stream);
            up_to(input, at_comma);
            known.extend(quote!(#name: impl ::core::marker::Sized,));
        }
        input.parse::<Option<Token![,]>>()?;
    }
    Ok(known)
}

struct Function {
    attributes: Vec<Attribute>,
    visibility: Visibility,
    signature: Signature,
    /// Raw, so that the function is there even if its body is half-typed, or missing.
    body: Result<TokenTree>,
}

impl Function {
    fn parse(input: ParseStream<'_>) -> Result<Function> {
        let attributes = input.call(Attribute::parse_outer)?;
        let visibility = input.parse()?;
        if input.is_empty() {
            return Err(Error::new(visibility_span(&visibility), WANTED));
        }
        let signature: Signature = input.parse()?;
        let body = if input.peek(token::Brace) {
            block(input)
        } else {
            // A semicolon may stand there.
            let span =
                input.parse().map_or(signature.ident.span(), |other: TokenTree| other.span());
            Err(Error::new(span, "a generator has a body in `{ .. }`"))
        };
        Ok(Function { attributes, visibility, signature, body })
    }

    /// The function; what is wrong with it stands beside it, so that its name is known all the same.
    fn expand(self, krate: &TokenStream) -> TokenStream {
        self.told(krate, None)
    }

    /// The same; if the user is told of `error`, it is enough.
    fn told(self, krate: &TokenStream, error: Option<&Error>) -> TokenStream {
        let Function { attributes, visibility, mut signature, body } = self;
        let mut errors = Errors::default();
        if signature.asyncness.take().is_none() {
            errors.at(
                signature.fn_token.span,
                "a generator is an `async fn`: add `async` before `fn`",
            );
        }
        let item = match item(&signature) {
            Ok(item) => Some(item),
            Err(error) => {
                errors.add(error);
                None
            }
        };
        let arguments = arguments(&mut signature);
        let may_fail = item.as_ref().filter(|item| is_result(item)).map(Spanned::span);
        let typed = item.as_ref().filter(|item| !is_nameless(item));
        let made = body.map(|body| body::expand(krate, typed, &arguments, body, may_fail));
        let (made, mistake) = match made {
            Ok(made) => made,
            Err(error) => {
                errors.add(error);
                (TokenStream::new(), None)
            }
        };
        let arrow = item
            .as_ref()
            .map_or(Span::mixed_site(), |item| Span::mixed_site().located_at(item.span()));
        let item = item.map_or(quote!(()), ToTokens::into_token_stream);
        signature.output = syn::parse2(quote_spanned!(arrow=>
            -> impl #krate::__private::stream::Stream<Item = #item>
        ))
        .unwrap_or(ReturnType::Default);
        let (is_broken, mistake) =
            (mistake.is_some(), mistake.map(|mistake| mistake.to_compile_error()));
        let told = match (error, errors.into_compile_error()) {
            (Some(error), _) => Some(error.to_compile_error()),
            (None, Some(errors)) => Some(quote!(#errors #mistake)),
            (None, None) => None, // what is wrong with the body is told there
        };
        let allow = (is_broken || told.is_some()).then(|| quote!(#[allow(unused)]));
        // Of a head that is wrong only the errors are worth telling.
        let made = if told.is_some() { quote!(#krate::__private::stream::absent()) } else { made };
        quote! {
            #told
            #(#attributes)*
            #allow
            #visibility #signature {
                #made
            }
        }
    }
}

/// The type of the items.
fn item(signature: &Signature) -> Result<Type> {
    let ReturnType::Type(_, item) = &signature.output else {
        let message = "a generator has the type of its items as its return type, as in `-> u32`";
        return Err(Error::new(signature.ident.span(), message));
    };
    if let Type::ImplTrait(opaque) = &**item
        && opaque.bounds.iter().any(is_stream)
    {
        let message = "a generator has the type of its items as its return type: `-> u32`, for a stream of `u32`";
        return Err(Error::new(item.span(), message));
    }
    Ok((**item).clone())
}

fn is_stream(bound: &TypeParamBound) -> bool {
    let TypeParamBound::Trait(bound) = bound else { return false };
    bound.path.segments.last().is_some_and(|name| name.ident == "Stream")
}

/// Whether the type is written as a `Result`: then the body may have a `?` that cannot be seen.
fn is_result(item: &Type) -> bool {
    let Type::Path(path) = item else { return false };
    path.path.segments.last().is_some_and(|name| name.ident == "Result")
}

/// Whether the type cannot be written in the body.
fn is_nameless(item: &Type) -> bool {
    fn has_impl(tokens: TokenStream) -> bool {
        tokens.into_iter().any(|token| match token {
            TokenTree::Ident(word) => word == "impl",
            TokenTree::Group(group) => has_impl(group.stream()),
            TokenTree::Punct(_) | TokenTree::Literal(_) => false,
        })
    }
    has_impl(item.to_token_stream())
}

/// Statements that move all arguments into the body, used or not, as in any `async fn`. The patterns move
/// with them.
fn arguments(signature: &mut Signature) -> TokenStream {
    let mut statements = TokenStream::new();
    for (index, argument) in signature.inputs.iter_mut().enumerate() {
        match argument {
            FnArg::Receiver(receiver) => {
                let this = &receiver.self_token;
                statements.extend(quote!(let _ = &#this;));
            }
            FnArg::Typed(argument) => {
                let own = own_name(&argument.pat);
                let name = match &own {
                    Some(own) => own.clone(),
                    None => format_ident!("__argument{index}", span = Span::mixed_site()),
                };
                let shown = Pat::Verbatim(name.to_token_stream());
                let pattern = std::mem::replace(&mut *argument.pat, shown);
                if own.is_none() {
                    statements.extend(quote!(let #name = #name;)); // `let _ = name` moves nothing
                }
                statements.extend(quote!(let #pattern = #name;));
            }
        }
    }
    statements
}

/// The argument's own name, if that is all that its pattern binds.
fn own_name(pattern: &Pat) -> Option<Ident> {
    match pattern {
        Pat::Ident(name) if name.by_ref.is_none() && name.subpat.is_none() => {
            Some(name.ident.clone())
        }
        _ => None,
    }
}

fn visibility_span(visibility: &Visibility) -> Span {
    match visibility {
        Visibility::Inherited => Span::call_site(),
        visibility => visibility.span(),
    }
}
