//! `--where`: a condition on events, written in CEL, the expression language of Kubernetes.
//!
//! What compares single fields of an event's head becomes part of the native filter, which passes
//! over lines unseen; CEL is asked about what remains.

mod functions;
mod native;
mod values;
mod variables;

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use audit_log::head::HeadTest;
use audit_log::reader::LocatedEvent;
use cel::common::ast::{Expr, IdedExpr, operators};
use cel::{Context, Env, ExecutionError, Value};

use variables::Variables;

/// A condition.
pub struct Condition {
    /// What the native filter takes over: every one has to be met.
    pub tests: Vec<HeadTest>,
    /// What remains for CEL; all of it has to be met.
    rest: Vec<IdedExpr>,
    env: Arc<Env>,
    reads: FieldUse,
    undecided: AtomicU64,
    /// What was wrong with the first event that could not be decided.
    reason: Mutex<Option<String>>,
}

impl std::fmt::Debug for Condition {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Condition").field("tests", &self.tests).finish_non_exhaustive()
    }
}

/// What an expression asks for.
#[derive(Debug, Clone, Default)]
struct FieldUse {
    /// It asks which fields are there, with `has()` or `.?`.
    presence: bool,
    /// Names of its own, such as `c` in `containers.exists(c, …)`.
    own: Vec<String>,
}

/// A text that is no condition.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConditionError {
    /// It is not CEL.
    #[error("it is not CEL: {0}")]
    Syntax(String),
    /// It names what no event has.
    #[error(
        "there is no field or function `{0}`: fields are those of an audit.k8s.io/v1 event, and latency_ms"
    )]
    Unknown(String),
}

impl Condition {
    /// Reads a condition. Every field of an `audit.k8s.io/v1` event is known, and `latency_ms`.
    ///
    /// # Errors
    ///
    /// Fails for what is not CEL, and for names that no event has.
    pub fn parse(text: &str) -> Result<Self, ConditionError> {
        let env = functions::env();
        let program = env
            .compile(text)
            .map_err(|error| ConditionError::Syntax(error.to_string().trim().to_owned()))?;
        let expression = program.expression();
        let mut reads = FieldUse::default();
        look(expression, &mut reads);
        let known = |name: &&str| {
            variables::NAMES.contains(name) || reads.own.iter().any(|own| own == name)
        };
        if let Some(name) = program.references().variables().into_iter().find(|name| !known(name)) {
            return Err(ConditionError::Unknown(name.to_owned()));
        }
        let (mut tests, mut rest) = (vec![], vec![]);
        for part in conjunction(expression) {
            match native::test(part) {
                Some(test) => tests.push(test),
                None => rest.push(part.clone()),
            }
        }
        let (undecided, reason) = (AtomicU64::new(0), Mutex::new(None));
        Ok(Self { tests, rest, env: Arc::new(env), reads, undecided, reason })
    }

    /// Says whether CEL has to be asked at all.
    #[must_use]
    pub fn asks_cel(&self) -> bool {
        !self.rest.is_empty()
    }

    /// Says whether an event that passes [`Self::tests`] is meant. One that cannot be decided is
    /// not, and is counted.
    #[must_use]
    pub fn takes(&self, found: &LocatedEvent<'_>) -> bool {
        let variables = Variables::new(found, self.reads.presence);
        let mut context = Context::with_env(Arc::clone(&self.env));
        functions::add(&mut context, found);
        context.set_variable_resolver(&variables);
        self.rest.iter().all(|part| match Value::resolve(part, &context) {
            Ok(Value::Bool(meant)) => meant,
            // What is not there is not what is looked for.
            Err(ExecutionError::NoSuchKey(_) | ExecutionError::IndexOutOfBounds(_)) => false,
            Ok(other) => {
                self.not_decided(&format!("it is a {}, and not true or false", other.type_of()))
            }
            Err(error) => self.not_decided(&error.to_string()),
        })
    }

    /// Returns how many events could not be decided, and why the first one was not.
    #[must_use]
    pub fn undecided(&self) -> Option<(u64, String)> {
        let count = self.undecided.load(Ordering::Relaxed);
        let reason = self.reason.lock().ok()?.clone()?;
        (count > 0).then_some((count, reason))
    }

    fn not_decided(&self, why: &str) -> bool {
        if self.undecided.fetch_add(1, Ordering::Relaxed) == 0
            && let Ok(mut reason) = self.reason.lock()
        {
            *reason = Some(why.to_owned());
        }
        false
    }
}

/// The parts of `a && b && …`.
fn conjunction(expression: &IdedExpr) -> Vec<&IdedExpr> {
    match &expression.expr {
        Expr::Call(call) if call.func_name == operators::LOGICAL_AND => {
            call.args.iter().flat_map(conjunction).collect()
        }
        _ => vec![expression],
    }
}

/// Looks for what an expression reads.
fn look(expression: &IdedExpr, reads: &mut FieldUse) {
    match &expression.expr {
        Expr::Call(call) => {
            let optional = [operators::OPT_SELECT, operators::OPT_INDEX];
            reads.presence |= optional.contains(&call.func_name.as_str());
            call.target.iter().for_each(|target| look(target, reads));
            call.args.iter().for_each(|argument| look(argument, reads));
        }
        Expr::Select(select) => {
            reads.presence |= select.test;
            look(&select.operand, reads);
        }
        Expr::List(list) => list.elements.iter().for_each(|element| look(element, reads)),
        Expr::Comprehension(all) => {
            reads.own.extend([all.iter_var.clone(), all.accu_var.clone()]);
            for part in
                [&all.iter_range, &all.accu_init, &all.loop_cond, &all.loop_step, &all.result]
            {
                look(part, reads);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests;
