//! A body with a mistake in it that has to be understood all the same.
//!
//! It is made one that parses, from the inside to the outside:
//!
//! 1. What parses stays as it is, and so does the input of macros.
//! 2. A block is taken statement by statement, a `match` arm by arm, a call argument by argument.
//! 3. Of an expression that breaks off, the part that is one is kept for its names; its value is the [mistake].
//! 4. So it is in the [head](heads) of a loop or a condition: the names that the head binds are known behind it.
//! 5. Of a `let`, the pattern stays, so that the names are known that it binds.
//! 6. What else there is up to the next statement is left out.
//!
//! The caller tells the mistake at the beginning of the body: there a variable is bound to it, and stands wherever
//! something is missing. So the user is told once, and rustc takes the variable for a value of any type.

use proc_macro2::{Delimiter, Group, Ident, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::parse::discouraged::Speculative;
use syn::parse::{ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::{Attribute, Block, Error, Expr, FnArg, Pat, Result, Stmt, Token, Type, parse_quote};

use super::{arms::arms, heads, longest};
use crate::front::local;

/// The variable that stands where something is missing.
pub(crate) fn mistake() -> Ident {
    local("__mistake")
}

/// The block that the braces are; with a mistake in it, what can be understood of it, and the mistake.
pub(crate) fn block(braces: TokenStream) -> (Block, Option<Error>) {
    let error = match syn::parse2(braces.clone()) {
        Ok(block) => return (block, None),
        Err(error) => error,
    };
    let known = syn::parse2(mended(braces, false).into_iter().collect());
    let mistake = mistake();
    (known.unwrap_or_else(|_| parse_quote!({ #mistake })), Some(error))
}

/// The tokens with every block in them as above, and the first mistake.
pub(crate) fn blocks(tokens: TokenStream) -> (TokenStream, Option<Error>) {
    match first_mistake(tokens.clone()) {
        Some(mistake) => (mended(tokens, false).into_iter().collect(), Some(mistake)),
        None => (tokens, None),
    }
}

fn first_mistake(tokens: TokenStream) -> Option<Error> {
    let mut is_match = false;
    tokens.into_iter().find_map(|token| match token {
        TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => {
            check(&group, std::mem::take(&mut is_match)).err()
        }
        TokenTree::Group(group) => first_mistake(group.stream()),
        token => {
            is_match |= is_word(&token, "match");
            None
        }
    })
}

/// Whether the braces parse: they may be those of a block, of a `match` or of a struct.
fn check(braces: &Group, is_match: bool) -> Result<()> {
    let of_match = || syn::parse2::<Expr>(quote!(match () #braces));
    if is_match {
        return of_match().map(drop);
    }
    let block = syn::parse2::<Block>(braces.to_token_stream()).map(drop);
    let other = || of_match().or_else(|_| syn::parse2(quote!(S #braces))).map(drop);
    block.or_else(|error| other().map_err(|_| error))
}

/// What is left of an expression.
pub(super) fn part(known: Option<impl ToTokens>) -> TokenTree {
    let mistake = mistake();
    match known {
        Some(known) => Group::new(Delimiter::Brace, quote!(let _ = #known; #mistake)).into(),
        None => mistake.into(),
    }
}

/// The expression that the tokens are, or what is left of it; and the tokens behind, if a comma is missing before them.
pub(super) fn expression(tokens: Vec<TokenTree>) -> (TokenStream, Vec<TokenTree>) {
    let parses =
        |tokens: &[TokenTree]| syn::parse2::<Expr>(tokens.iter().cloned().collect()).is_ok();
    if parses(&tokens) {
        return (tokens.into_iter().collect(), Vec::new());
    }
    let mut tokens = mended(tokens.into_iter().collect(), true);
    if parses(&tokens) {
        return (tokens.into_iter().collect(), Vec::new());
    }
    let Some((known, length)) = longest(&tokens) else {
        return (mistake().into_token_stream(), Vec::new());
    };
    let mut behind = tokens.split_off(length);
    if matches!(behind.first(), Some(TokenTree::Punct(_))) {
        behind.clear();
    }
    (part(Some(known)).into(), behind)
}

/// The tokens, with what can be understood of the groups in them, and of the heads, if one of these may be broken.
pub(super) fn mended(tokens: TokenStream, has_broken_heads: bool) -> Vec<TokenTree> {
    let mut mended = Vec::new();
    // What stands before: `match ..`, or `name !`.
    let (mut is_match, mut is_name, mut is_call) = (false, false, false);
    for token in tokens {
        let (was_name, was_call) = (std::mem::take(&mut is_name), std::mem::take(&mut is_call));
        let TokenTree::Group(group) = token else {
            is_match |= is_word(&token, "match");
            is_name = matches!(token, TokenTree::Ident(_));
            is_call = was_name && is_mark(&token, '!');
            mended.push(token);
            continue;
        };
        let mut delimiter = group.delimiter();
        let inside = match delimiter {
            _ if was_call => group.stream(),
            Delimiter::Brace => braces(&group, std::mem::take(&mut is_match)),
            Delimiter::None => self::mended(group.stream(), true).into_iter().collect(),
            _ if is_whole(&group) => group.stream(),
            _ => {
                let (known, is_sure) = arguments(group.stream());
                if is_sure || delimiter == Delimiter::Bracket {
                    known
                } else {
                    // A call needs as many as there are parameters; what a mistake is the index of may be anything.
                    if let [.., dot, TokenTree::Ident(_)] = &mended[..]
                        && is_mark(dot, '.')
                    {
                        mended.truncate(mended.len() - 2);
                    }
                    delimiter = Delimiter::Bracket;
                    part(Some(quote!((#known)))).into()
                }
            }
        };
        let mut known = Group::new(delimiter, inside);
        known.set_span(group.span());
        mended.push(known.into());
    }
    if has_broken_heads { heads::mended(mended) } else { mended }
}

fn braces(group: &Group, is_match: bool) -> TokenStream {
    let mut inside = group.stream().into_iter();
    let is_fields = matches!(inside.next(), Some(TokenTree::Ident(_)))
        && matches!(inside.next(), Some(token) if is_mark(&token, ':'))
        && !matches!(inside.next(), Some(token) if is_mark(&token, ':'));
    match group.stream() {
        inside if check(group, is_match).is_ok() => inside,
        inside if is_match => arms.parse2(inside).unwrap_or_default(),
        inside if is_fields => arguments(inside).0,
        inside => statements(inside),
    }
}

/// Whether the parentheses parse, or the brackets: they may be those of an expression, of a pattern, of a type or of a
/// function.
fn is_whole(group: &Group) -> bool {
    syn::parse2::<Expr>(group.to_token_stream()).is_ok()
        || Pat::parse_single.parse2(group.to_token_stream()).is_ok()
        || syn::parse2::<Type>(group.to_token_stream()).is_ok()
        || Punctuated::<FnArg, Token![,]>::parse_terminated.parse2(group.stream()).is_ok()
}

/// Expressions with commas between them, behind the name of a field or not; and whether it is sure how many they are.
fn arguments(tokens: TokenStream) -> (TokenStream, bool) {
    let (mut known, mut is_sure) = (TokenStream::new(), true);
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    for part in tokens.split_inclusive(|token| is_mark(token, ',')) {
        let (part, comma) = match part {
            [part @ .., comma] if is_mark(comma, ',') => (part, Some(comma)),
            part => (part, None),
        };
        let (name, part) = match part {
            [name, colon, part @ ..]
                if is_mark(colon, ':') && !part.first().is_some_and(|next| is_mark(next, ':')) =>
            {
                (quote!(#name #colon), part)
            }
            part => (TokenStream::new(), part),
        };
        is_sure &= !part.is_empty();
        let (value, mut behind) = expression(part.to_vec());
        known.extend(quote!(#name #value));
        while !behind.is_empty() {
            is_sure = false;
            let value;
            (value, behind) = expression(behind);
            known.extend(quote!(, #value));
        }
        known.extend(comma.map(ToTokens::to_token_stream));
    }
    (known, is_sure)
}

/// The statements of a block.
fn statements(tokens: TokenStream) -> TokenStream {
    let mut known = TokenStream::new();
    let mut rest: Vec<TokenTree> = tokens.into_iter().collect();
    while !rest.is_empty() {
        if let Some((length, _)) = statement(&rest) {
            known.extend(rest.drain(..length));
            continue;
        }
        // Whether the mistake is only in the groups.
        let inside = statement(&emptied(&rest)).map(|(length, _)| length);
        let end = inside
            .or_else(|| rest.iter().position(|token| is_mark(token, ';')).map(|last| last + 1));
        let behind = rest.split_off(end.unwrap_or(rest.len()));
        rest = mended(rest.into_iter().collect(), inside.is_none());
        match statement(&rest) {
            Some((length, Stmt::Item(_))) => {
                known.extend(rest.drain(..length).map(without_variable));
            }
            Some((length, _)) => known.extend(rest.drain(..length)),
            None => {
                let (left, length) = broken(&rest, behind.is_empty());
                known.extend(left);
                rest.drain(..length);
            }
        }
        rest.extend(behind);
    }
    known
}

/// The first statement, if it parses, and how many tokens it has.
fn statement(tokens: &[TokenTree]) -> Option<(usize, Stmt)> {
    let parse = |input: ParseStream<'_>| {
        let ahead = input.fork();
        let statement = match ahead.parse::<Option<Token![;]>>()? {
            Some(semi) => Stmt::Expr(Expr::Verbatim(TokenStream::new()), Some(semi)),
            None => match ahead.parse() {
                Ok(statement) => statement,
                Err(error) => {
                    let ahead = input.fork();
                    let value = ahead.parse()?;
                    if !ahead.is_empty() {
                        return Err(error);
                    }
                    input.advance_to(&ahead);
                    return Ok((tokens.len(), Stmt::Expr(value, None)));
                }
            },
        };
        input.advance_to(&ahead);
        let behind: TokenStream = input.parse()?;
        Ok((before(tokens, behind.into_iter().count(), input)?, statement))
    };
    parse.parse2(tokens.iter().cloned().collect()).ok()
}

/// The tokens, with nothing in their braces.
fn emptied(tokens: &[TokenTree]) -> Vec<TokenTree> {
    let empty = |token: &TokenTree| match token {
        TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => {
            Group::new(Delimiter::Brace, TokenStream::new()).into()
        }
        TokenTree::Group(group) => {
            let inside: Vec<TokenTree> = group.stream().into_iter().collect();
            Group::new(group.delimiter(), emptied(&inside).into_iter().collect()).into()
        }
        token => token.clone(),
    };
    tokens.iter().map(empty).collect()
}

/// An item sees no variable from outside.
fn without_variable(token: TokenTree) -> TokenTree {
    match token {
        TokenTree::Ident(word) if word == mistake() => {
            Group::new(Delimiter::Brace, quote!(::core::unreachable!())).into()
        }
        TokenTree::Group(group) => {
            let inside = group.stream().into_iter().map(without_variable).collect();
            let mut known = Group::new(group.delimiter(), inside);
            known.set_span(group.span());
            known.into()
        }
        token => token,
    }
}

/// What is left of a statement that is broken outside of its groups, and how many tokens it had. `is_last`: nothing
/// stands behind the tokens.
fn broken(tokens: &[TokenTree], is_last: bool) -> (TokenStream, usize) {
    let (pattern, mut at) = bound(tokens).unwrap_or_default();
    let is_skipped = |token: &TokenTree| match token {
        TokenTree::Punct(mark) => mark.as_char() != ';',
        token => is_word(token, "let"),
    };
    while pattern.is_empty() && tokens.get(at).is_some_and(is_skipped) {
        at += 1;
    }
    let known = longest(&tokens[at..]);
    at += known.as_ref().map_or(0, |(_, length)| *length);
    let (value, mistake) = (part(known.map(|(known, _)| known)), mistake());
    let mut ends = false;
    while let Some(token) =
        tokens.get(at).filter(|token| !ends && (at == 0 || !begins_statement(token)))
    {
        ends = is_mark(token, ';');
        at += 1;
    }
    // A block that ends here may have had a value.
    let is_value = is_last && at == tokens.len() && !ends;
    let left = match (pattern.is_empty(), is_value) {
        (true, true) => quote!(#value),
        (true, false) => quote!(#value;),
        (false, true) => quote!(#pattern = #value; #mistake),
        (false, false) => quote!(#pattern = #value;),
    };
    (left, at)
}

/// `let pattern: type`, and how many tokens there are up to the value.
fn bound(tokens: &[TokenTree]) -> Option<(TokenStream, usize)> {
    let parse = |input: ParseStream<'_>| -> Result<(TokenStream, usize)> {
        input.call(Attribute::parse_outer)?;
        input.parse::<Token![let]>()?;
        let pattern = Pat::parse_single(input)?;
        let ahead = input.fork();
        let typed =
            ahead.parse::<Token![:]>().and_then(|colon| Ok((colon, ahead.parse::<Type>()?)));
        let typed = typed.ok().map(|(colon, ty)| {
            input.advance_to(&ahead);
            quote!(#colon #ty)
        });
        let rest: Vec<TokenTree> = input.parse::<TokenStream>()?.into_iter().collect();
        let ends = |token: &TokenTree| is_mark(token, ';') || begins_statement(token);
        let mut same = rest.iter().take_while(|token| !ends(token));
        let skipped = same.position(|token| is_mark(token, '=')).map_or(0, |at| at + 1);
        Ok((quote!(let #pattern #typed), before(tokens, rest.len(), input)? + skipped))
    };
    parse.parse2(tokens.iter().cloned().collect()).ok()
}

/// How many of the tokens stand before the last `rest`. There may be less: a group without delimiters is taken for what
/// is in it.
fn before(tokens: &[TokenTree], rest: usize, input: ParseStream<'_>) -> Result<usize> {
    let before = tokens.len().checked_sub(rest).filter(|&before| before > 0);
    before.ok_or_else(|| input.error("a part of a group"))
}

fn begins_statement(token: &TokenTree) -> bool {
    const WORDS: &[&str] = &[
        "let", "if", "match", "for", "while", "loop", "return", "break", "continue", "yield",
        "use", "fn", "struct", "enum", "impl", "const", "static",
    ];
    match token {
        TokenTree::Ident(word) => WORDS.iter().any(|known| word == known),
        TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
        TokenTree::Punct(_) | TokenTree::Literal(_) => false,
    }
}

pub(super) fn is_word(token: &TokenTree, wanted: &str) -> bool {
    matches!(token, TokenTree::Ident(word) if word == wanted)
}

pub(super) fn is_mark(token: &TokenTree, mark: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == mark)
}
