//! `duplicate-key`: a field that is written twice, of which the server takes the last one.

use super::catalog::DUPLICATE_KEY;
use crate::finding::Finding;
use crate::policy::Problem;

/// Explains the complaint about a field that is written twice.
pub(super) fn finding(problem: &Problem) -> Finding {
    let path = problem.quoted();
    let name = path.rsplit('.').next().unwrap_or(path);
    let message = format!("`{name}` is written twice here. Only the last one counts; this is it");
    DUPLICATE_KEY.found(problem.place, message).help("put both into one, or remove one")
}
