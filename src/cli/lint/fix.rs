//! `lint --fix`: shows what can be repaired, and writes it.

use std::path::Path;

use super::super::{Failure, policy_file, ui::Ui};
use super::args::{LintArgs, LintFormat};
use crate::host::{FileKind, Host as _, Local, replace};
use crate::view::diff;
use audit_policy::api::Version;
use audit_policy::lint;
use audit_policy::lint::FixedPolicy;

/// Repairs a policy and returns its text. A policy with nothing to repair is not touched.
pub(super) fn run(
    args: &LintArgs,
    path: &Path,
    text: Vec<u8>,
    ui: &mut Ui,
) -> Result<Vec<u8>, Failure> {
    let writes = args.dry_run.is_none();
    if path == Path::new("-") && writes {
        return Err(Failure::refused("standard input cannot be repaired in place")
            .next("--fix --dry-run shows what would be repaired."));
    }
    let version = args.version.unwrap_or(Version::NEWEST);
    let fixed = str::from_utf8(&text).ok().and_then(|text| lint::fix(text, version, args.order()));
    let Some(fixed) = fixed else { return Ok(text) };
    if let Some(left) = &fixed.left {
        ui.warn(&format!("{}: {left}", policy_file::name(path)));
    }
    if fixed.repairs.is_empty() {
        return Ok(text);
    }
    show(args, path, &text, &fixed, ui);
    if writes {
        write(path, &fixed)?;
    }
    Ok(fixed.text.into_bytes())
}

/// Puts the repaired policy in the place of the file itself, where a link leads to it.
fn write(path: &Path, fixed: &FixedPolicy) -> Result<(), Failure> {
    let path = policy_file::real_path(path)?;
    let here = Local::new(None);
    let stat = here.stat(&path)?.filter(|stat| stat.kind == FileKind::File);
    let Some(stat) = stat else {
        return Err(Failure::refused(format!("{} is not a regular file", path.display())));
    };
    Ok(replace(&here, &path, fixed.text.as_bytes(), stat.mode, Some(stat.owner))?)
}

/// The diff is a result, unless the result is for a program.
fn show(args: &LintArgs, path: &Path, before: &[u8], fixed: &FixedPolicy, ui: &mut Ui) {
    let diff = diff::policy(path, before, fixed.text.as_bytes());
    match args.output {
        LintFormat::Text => ui.result(&diff),
        _ => ui.say(&diff),
    }
    let done = if args.dry_run.is_none() { "repaired" } else { "would be repaired" };
    ui.say(&format!("{} {done}: {}", policy_file::name(path), fixed.repairs.join("; ")));
}
