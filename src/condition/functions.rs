//! The functions beside those of CEL: `matches`, `ip`, `cidr`, `param`.

use std::any::Any;
use std::cell::RefCell;
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Arc;

use audit_log::filter::Network;
use audit_log::preset::parameters;
use audit_log::reader::LocatedEvent;
use cel::common::types::{CelBool, CelString, Type};
use cel::common::value::{StaticVal, Val};
use cel::{Context, Env, ExecutionError, add_member_overload, add_overload};
use regex_lite::Regex;

/// More patterns than this are not kept: an expression has a few, unless it takes them from events.
const MOST_PATTERNS: usize = 64;

thread_local! {
    /// Compiling a pattern costs a hundred times what matching it does.
    static PATTERNS: RefCell<HashMap<String, Regex>> = RefCell::new(HashMap::new());
}

/// Returns CEL with our functions.
pub(super) fn env() -> Env {
    let mut env = Env::stdlib().with_optional_support(true);
    let known = "the names and types of our functions are not those of CEL";
    add_member_overload!(env, fn matches: (CelString, CelString) -> Result<CelBool>).expect(known);
    add_overload!(env, fn matches: (CelString, CelString) -> Result<CelBool>).expect(known);
    add_overload!(env, fn ip: (CelString) -> Result<CelString>).expect(known);
    add_overload!(env, fn cidr: (CelString) -> Result<Cidr>).expect(known);
    add_member_overload!(env, fn contains: (Cidr, CelString) -> CelBool).expect(known);
    env
}

/// Adds the functions that look at the event.
pub(super) fn add(context: &mut Context<'_, '_>, found: &LocatedEvent<'_>) {
    let uri = found.event.request_uri.decode().into_owned();
    let param = move |name: Arc<String>| -> String {
        parameters(&uri, &name).collect::<Vec<_>>().join(" ")
    };
    // It is no name of CEL's, so it cannot be refused.
    let _ = context.add_function("param", param);
}

fn matches(text: &CelString<'_>, pattern: &CelString<'_>) -> Result<CelBool, ExecutionError> {
    PATTERNS.with_borrow_mut(|patterns| {
        if let Some(known) = patterns.get(pattern.inner()) {
            return Ok(CelBool::from(known.is_match(text.inner())));
        }
        let new = Regex::new(pattern.inner())
            .map_err(|error| ExecutionError::function_error("matches", error))?;
        let meant = new.is_match(text.inner());
        if patterns.len() >= MOST_PATTERNS {
            patterns.clear();
        }
        patterns.insert(pattern.inner().to_owned(), new);
        Ok(CelBool::from(meant))
    })
}

/// An address in its usual writing, so that two of one address are equal.
fn ip(text: &CelString<'_>) -> Result<CelString<'static>, ExecutionError> {
    let address: IpAddr =
        text.inner().parse().map_err(|error| ExecutionError::function_error("ip", error))?;
    Ok(CelString::from(address.to_canonical().to_string()))
}

fn cidr(text: &CelString<'_>) -> Result<Cidr, ExecutionError> {
    let network =
        text.inner().parse().map_err(|error| ExecutionError::function_error("cidr", error))?;
    Ok(Cidr(network))
}

/// What is no address is in no network.
fn contains(network: &Cidr, address: &CelString<'_>) -> CelBool {
    CelBool::from(address.inner().parse().is_ok_and(|address| network.0.contains(address)))
}

/// A network of addresses.
#[derive(Debug, Clone, Copy)]
struct Cidr(Network);

static CIDR: Type = Type::new_unspecified_type("cidr");

impl Val for Cidr {
    fn get_type(&self) -> &Type {
        <Self as Val>::cel_type()
    }

    fn cel_type() -> &'static Type {
        &CIDR
    }

    fn equals(&self, other: &dyn Val) -> bool {
        other.downcast_ref::<Self>().is_some_and(|other| other.0 == self.0)
    }

    fn clone_as_boxed<'v>(&self) -> Box<dyn Val + 'v> {
        Box::new(*self)
    }

    fn as_any(&self) -> Option<&dyn Any> {
        Some(self)
    }
}

impl StaticVal for Cidr {}
