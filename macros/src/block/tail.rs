//! Whether a body has a value that may be an `Err`.
//!
//! The type decides, and it must be known for that. A body that never ends by itself has none: rustc would
//! ask for it in vain.

use syn::{Block, Expr, ExprIf, ExprLoop, Macro, Stmt};

use super::jumps::Jumps;

/// Whether the block's value is worth a look: it ends in an expression that gives one.
pub(super) fn has_value(block: &Block) -> bool {
    match block.stmts.last() {
        Some(Stmt::Expr(tail, None)) => !diverges(tail),
        Some(Stmt::Macro(tail)) => tail.semi_token.is_none() && !is_panic(&tail.mac),
        _ => false,
    }
}

/// Whether nothing comes after `expr`, as far as can be seen.
fn diverges(expr: &Expr) -> bool {
    match expr {
        Expr::Return(_) | Expr::Break(_) | Expr::Continue(_) => true,
        Expr::Loop(looped) => !ends(looped),
        Expr::If(ExprIf { then_branch, else_branch: Some((_, otherwise)), .. }) => {
            block_diverges(then_branch) && diverges(otherwise)
        }
        Expr::Match(matched) => {
            !matched.arms.is_empty() && matched.arms.iter().all(|arm| diverges(&arm.body))
        }
        Expr::Block(block) if block.label.is_none() => block_diverges(&block.block),
        Expr::Unsafe(block) => block_diverges(&block.block),
        Expr::Paren(inner) => diverges(&inner.expr),
        Expr::Group(inner) => diverges(&inner.expr),
        Expr::Macro(call) => is_panic(&call.mac),
        _ => false,
    }
}

fn block_diverges(block: &Block) -> bool {
    match block.stmts.last() {
        Some(Stmt::Expr(last, _)) => diverges(last),
        Some(Stmt::Macro(last)) => is_panic(&last.mac),
        _ => false,
    }
}

/// Whether a `break` leads out of the loop.
fn ends(looped: &ExprLoop) -> bool {
    Jumps::end_loop(&looped.body, looped.label.as_ref().map(|label| &label.name))
}

fn is_panic(call: &Macro) -> bool {
    let name = call.path.segments.last().map(|segment| segment.ident.to_string());
    matches!(name.as_deref(), Some("panic" | "unreachable" | "todo" | "unimplemented"))
}
