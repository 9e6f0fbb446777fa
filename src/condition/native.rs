//! From comparisons in CEL to tests of the native filter.

use audit_log::head::{HeadField, HeadTest};
use cel::common::ast::{CallExpr, Expr, IdedExpr, LiteralValue, operators};

/// Returns the test that an expression stands for, if it is one.
pub(super) fn test(expression: &IdedExpr) -> Option<HeadTest> {
    let Expr::Call(CallExpr { func_name, target: None, args }) = &expression.expr else {
        return None;
    };
    let [left, right] = &args[..] else { return None };
    let of = |field: &IdedExpr, values: Vec<String>, not: bool| {
        let field = HeadField::from_path(&path(field)?)?;
        Some(HeadTest { field, values, not })
    };
    match func_name.as_str() {
        operators::EQUALS | operators::NOT_EQUALS => {
            let not = func_name == operators::NOT_EQUALS;
            match (text(left), text(right)) {
                (None, Some(value)) => of(left, vec![value], not),
                (Some(value), None) => of(right, vec![value], not),
                _ => None,
            }
        }
        operators::IN => {
            let Expr::List(list) = &right.expr else { return None };
            of(left, list.elements.iter().map(text).collect::<Option<_>>()?, false)
        }
        _ => None,
    }
}

/// The path of a field: `objectRef.resource`.
fn path(expression: &IdedExpr) -> Option<String> {
    match &expression.expr {
        Expr::Ident(name) => Some(name.clone()),
        Expr::Select(select) if !select.test => {
            Some(format!("{}.{}", path(&select.operand)?, select.field))
        }
        _ => None,
    }
}

fn text(expression: &IdedExpr) -> Option<String> {
    match &expression.expr {
        Expr::Literal(LiteralValue::String(text)) => Some(text.inner().to_owned()),
        _ => None,
    }
}
