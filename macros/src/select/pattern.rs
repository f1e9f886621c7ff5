//! What a pattern can refuse.

use quote::ToTokens;
use syn::visit_mut::{VisitMut, visit_pat_ident_mut};
use syn::{Pat, PatIdent};

/// Whether every value matches, as far as can be seen: names, `_`, and tuples of these.
pub(super) fn is_irrefutable(pattern: &Pat) -> bool {
    match pattern {
        Pat::Wild(_) | Pat::Rest(_) => true,
        Pat::Ident(name) => {
            is_variable(name) && name.subpat.as_ref().is_none_or(|(_, inner)| is_irrefutable(inner))
        }
        Pat::Tuple(tuple) => tuple.elems.iter().all(is_irrefutable),
        Pat::Paren(inner) => is_irrefutable(&inner.pat),
        Pat::Reference(inner) => is_irrefutable(&inner.pat),
        Pat::Type(inner) => is_irrefutable(&inner.pat),
        _ => false,
    }
}

/// Whether the name is a variable's, and not a constant's or a variant's.
pub(super) fn is_variable(name: &PatIdent) -> bool {
    let text = name.ident.to_string();
    name.by_ref.is_some()
        || name.mutability.is_some()
        || !text.trim_start_matches("r#").starts_with(char::is_uppercase)
}

/// The pattern, to be tried on a reference: without `mut` and `ref`.
pub(super) fn by_reference(pattern: &Pat) -> impl ToTokens {
    struct Plain;

    impl VisitMut for Plain {
        fn visit_pat_ident_mut(&mut self, name: &mut PatIdent) {
            name.by_ref = None;
            name.mutability = None;
            visit_pat_ident_mut(self, name);
        }
    }

    let mut pattern = pattern.clone();
    Plain.visit_pat_mut(&mut pattern);
    pattern
}
