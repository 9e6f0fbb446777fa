//! `lint --fix`: shows what can be repaired, and writes it.

use std::path::Path;

use super::super::replace::replace;
use super::super::{Failure, ui::Ui};
use super::{Format, LintArgs, Source};
use crate::api::Version;
use crate::host::Local;
use crate::policy::lint::{self, Fixed};
use crate::view::diff;

/// Repairs a policy and returns its text. A policy with nothing to repair is not touched.
pub(super) fn run(
    args: &LintArgs,
    path: &Path,
    source: Source,
    ui: &mut Ui,
) -> Result<Vec<u8>, Failure> {
    let writes = args.dry_run.is_none();
    if source.file.is_none() && writes {
        return Err(Failure::refused("standard input cannot be repaired in place")
            .next("--fix --dry-run shows what would be repaired."));
    }
    let version = args.version.unwrap_or(Version::NEWEST);
    let fixed =
        str::from_utf8(&source.bytes).ok().and_then(|text| lint::fix(text, version, args.order()));
    let Some(fixed) = fixed else { return Ok(source.bytes) };
    show(args, path, &source, &fixed, ui);
    if let (true, Some((mode, owner))) = (writes, source.file) {
        let path = std::path::absolute(path)?;
        replace(&Local::new(None), &path, fixed.text.as_bytes(), mode, Some(owner))?;
    }
    Ok(fixed.text.into_bytes())
}

/// The diff is a result, unless the result is for a program.
fn show(args: &LintArgs, path: &Path, source: &Source, fixed: &Fixed, ui: &mut Ui) {
    let diff = diff::policy(path, &source.bytes, fixed.text.as_bytes());
    match args.output {
        Format::Text => ui.result(&diff),
        _ => ui.say(&diff),
    }
    let done = if args.dry_run.is_none() { "repaired" } else { "would be repaired" };
    ui.say(&format!("{} {done}: {}", path.display(), fixed.repairs.join("; ")));
}
