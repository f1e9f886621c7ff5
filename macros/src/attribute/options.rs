//! What stands in the parentheses of an attribute.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::spanned::Spanned;
use syn::{Expr, ExprLit, Lit, Path, Result, Token};

use super::Attribute;
use crate::errors::Errors;
use crate::suggest::nearest;

/// The options that were given, each with what it sets.
pub(super) struct Options {
    /// The path of the crate.
    pub(super) krate: TokenStream,
    /// Fields of `MainOptions` or `TestOptions`, with their values.
    pub(super) fields: Vec<(&'static str, TokenStream)>,
}

/// An option as it is written.
struct Given {
    name: Ident,
    /// `None`: a bare word.
    value: Option<TokenStream>,
}

const MAIN: &[&str] = &["threads", "local", "shutdown_timeout", "grace", "ctrl_c", "crate"];
const TEST: &[&str] = &["threads", "timeout", "grace", "virtual_time", "seed", "seeds", "crate"];

pub(super) fn parse(attribute: Attribute, tokens: TokenStream, errors: &mut Errors) -> Options {
    let mut options = Options { krate: quote!(::taipan), fields: Vec::new() };
    let given = match given.parse2(tokens) {
        Ok(given) => given,
        Err(error) => {
            errors.add(error);
            return options;
        }
    };
    let mut seen: Vec<Ident> = Vec::new();
    let mut threads = None;
    for option in &given {
        if seen.contains(&option.name) {
            errors.at(option.name.span(), &format!("option `{}` is given twice", option.name));
            continue;
        }
        seen.push(option.name.clone());
        match set(attribute, option, &mut options) {
            Ok(()) if option.name == "threads" => threads = Some(option),
            Ok(()) => {}
            Err(error) => errors.add(error),
        }
    }
    let find = |name: &str| seen.iter().find(|seen| *seen == name);
    if let (Some(threads), Some(local)) = (threads, find("local")) {
        let message = "`local` runs everything on one thread: leave out `threads`, or `local`";
        errors.at(local.span(), message);
        let _ = threads;
    }
    if let (Some(threads), Some(time)) = (threads, find("virtual_time"))
        && threads.value.as_ref().is_none_or(|value| value.to_string() != "1")
    {
        errors.at(time.span(), "virtual time is single-threaded: leave out `threads`");
    }
    for seed in ["seed", "seeds"].into_iter().filter_map(find) {
        if find("virtual_time").is_none() {
            let message = format!(
                "`{seed}` wants `virtual_time`: in real time the same seed need not give the same run"
            );
            errors.at(seed.span(), &message);
        }
    }
    if let (Some(_), Some(seeds)) = (find("seed"), find("seeds")) {
        errors.at(seeds.span(), "`seed` is one of many: leave it out, or `seeds`");
    }
    options
}

/// Reads `name`, or `name = value`, separated by commas. A value goes up to the next comma.
fn given(input: ParseStream<'_>) -> Result<Vec<Given>> {
    let mut given = Vec::new();
    while !input.is_empty() {
        if !input.peek(Ident::peek_any) {
            return Err(input.error("expected an option: `name`, or `name = value`"));
        }
        let name = input.call(Ident::parse_any)?;
        let mut value = None;
        if input.peek(Token![=]) {
            let equals: Token![=] = input.parse()?;
            let mut tokens = TokenStream::new();
            while !input.is_empty() && !input.peek(Token![,]) {
                tokens.extend([input.parse::<TokenTree>()?]);
            }
            if tokens.is_empty() {
                let message = format!("the value of `{name}` is missing");
                return Err(syn::Error::new(equals.span(), message));
            }
            value = Some(tokens);
        }
        given.push(Given { name, value });
        if !input.is_empty() && !input.peek(Token![,]) {
            return Err(input.error("expected a comma between two options"));
        }
        input.parse::<Option<Token![,]>>()?;
    }
    Ok(given)
}

/// Checks one option and takes it over.
fn set(attribute: Attribute, option: &Given, options: &mut Options) -> Result<()> {
    let name = option.name.to_string();
    let names = if attribute == Attribute::Main { MAIN } else { TEST };
    match name.as_str() {
        "crate" => {
            let path: Path = value(option, "`crate` takes a path, as in `crate = taipan`")?;
            options.krate = path.into_token_stream();
        }
        "threads" => {
            let threads = positive(option, &quote!(::core::primitive::usize), "4")?;
            let threads = match attribute {
                Attribute::Main => quote!(::core::option::Option::Some(#threads)),
                Attribute::Test => threads,
            };
            options.fields.push(("threads", threads));
        }
        "local" if attribute == Attribute::Main => {
            flag(option)?;
            options.fields.push(("local", quote!(true)));
        }
        "virtual_time" if attribute == Attribute::Test => {
            flag(option)?;
            options.fields.push(("virtual_time", quote!(true)));
        }
        "seed" if attribute == Attribute::Test => {
            let seed = number(option, &quote!(::core::primitive::u64), "7", 0)?;
            options.fields.push(("seed", quote!(::core::option::Option::Some(#seed))));
        }
        "seeds" if attribute == Attribute::Test => {
            let seeds = positive(option, &quote!(::core::primitive::u64), "100")?;
            options.fields.push(("seeds", quote!(::core::option::Option::Some(#seeds))));
        }
        "shutdown_timeout" if attribute == Attribute::Main => {
            let duration = duration(option, "10s")?;
            let field = quote!(::core::option::Option::Some(#duration));
            options.fields.push(("shutdown_timeout", field));
        }
        "timeout" if attribute == Attribute::Test => {
            let duration = duration(option, "30s")?;
            options.fields.push(("timeout", quote!(::core::option::Option::Some(#duration))));
        }
        "grace" => {
            let duration = duration(option, "5s")?;
            options.fields.push(("grace", quote!(::core::option::Option::Some(#duration))));
        }
        "ctrl_c" if attribute == Attribute::Main => {
            let wanted = "`ctrl_c` takes `true` or `false`, as in `ctrl_c = false`";
            let value: syn::LitBool = value(option, wanted)?;
            options.fields.push(("ctrl_c", value.into_token_stream()));
        }
        _ => {
            let known = names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
            let message = match nearest(&name, names) {
                Some(nearest) => format!("unknown option `{name}`; did you mean `{nearest}`?"),
                None => format!("unknown option `{name}`; the options are {known}"),
            };
            return Err(syn::Error::new(option.name.span(), message));
        }
    }
    Ok(())
}

/// The value of an option that needs one, of the type `T`.
fn value<T: syn::parse::Parse>(option: &Given, wanted: &str) -> Result<T> {
    match &option.value {
        None => Err(syn::Error::new(option.name.span(), wanted)),
        Some(value) => {
            syn::parse2(value.clone()).map_err(|_| syn::Error::new(value.span(), wanted))
        }
    }
}

/// A bare word.
fn flag(option: &Given) -> Result<()> {
    match &option.value {
        None => Ok(()),
        Some(value) => {
            let message =
                format!("`{0}` takes no value: write `{0}`, or leave it out", option.name);
            Err(syn::Error::new(value.span(), message))
        }
    }
}

/// A number of at least 1.
fn positive(option: &Given, of: &TokenStream, example: &str) -> Result<TokenStream> {
    number(option, of, example, 1)
}

/// A number: a literal is checked here, any other expression when it runs.
fn number(option: &Given, of: &TokenStream, example: &str, least: u64) -> Result<TokenStream> {
    let name = &option.name;
    let wanted = format!("`{name}` takes a number, as in `{name} = {example}`");
    let too_small = format!("`{name}` must be at least {least}");
    let number: Expr = value(option, &wanted)?;
    if let Expr::Lit(ExprLit { lit, .. }) = &number {
        let Lit::Int(int) = lit else { return Err(syn::Error::new(lit.span(), wanted)) };
        match int.base10_parse::<u64>() {
            Ok(number) if number < least => return Err(syn::Error::new(lit.span(), too_small)),
            Ok(_) => {}
            Err(_) => return Err(syn::Error::new(lit.span(), wanted)),
        }
    }
    if matches!(number, Expr::Unary(_)) {
        return Err(syn::Error::new(number.span(), too_small));
    }
    Ok(typed(&number, of))
}

/// A duration: its literal is an expression by now.
fn duration(option: &Given, example: &str) -> Result<TokenStream> {
    let name = &option.name;
    let wanted = format!("`{name}` takes a duration, as in `{name} = {example}`");
    let duration: Expr = value(option, &wanted)?;
    if let Expr::Lit(_) = duration {
        return Err(syn::Error::new(duration.span(), wanted));
    }
    Ok(typed(&duration, &quote!(::core::time::Duration)))
}

/// An expression whose type error stands on the user's tokens.
fn typed(expression: &Expr, of: &TokenStream) -> TokenStream {
    let value = Ident::new("__value", Span::mixed_site());
    quote!({ let #value: #of = #expression; #value })
}
