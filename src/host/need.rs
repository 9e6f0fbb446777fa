//! What a test needs of the machine: it is left out where that is missing, and fails where that is asked
//! for.

/// The variable that names what must not be missing, comma-separated.
const REQUIRED: &str = "KUBECTL_AUDIT_REQUIRE";

/// Says that a test is left out, or that a part of it is, because `need` is missing here.
///
/// # Panics
///
/// The environment variable `KUBECTL_AUDIT_REQUIRE` names `need`, as it does in CI: a tool that is no
/// longer installed there must not turn a test off.
#[expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "for tests, which have an environment and a standard output"
)]
pub fn skipped(need: &str) {
    let required = std::env::var(REQUIRED).unwrap_or_default();
    let is_required = required.split(',').any(|it| it.trim() == need);
    assert!(!is_required, "{REQUIRED} names `{need}`, and it is missing here");
    println!("skipped: there is no {need} here");
}
