//! A file of the caller, written in one step.

use std::path::Path;

use super::Failure;
use crate::host::{FileKind, Host as _, Local, replace};
use crate::shell;

/// Writes a file for a person; an existing one only with `force`, and then in one step.
pub(super) fn write(out: &Path, text: &str, force: bool) -> Result<(), Failure> {
    let here = Local::new(None);
    let path = std::path::absolute(out)?;
    match here.stat(&path)? {
        None => {}
        Some(stat) if stat.kind == FileKind::File && force => {}
        Some(stat) if stat.kind == FileKind::File => {
            return Err(Failure::refused(format!("{} is there already", out.display()))
                .overridden_by("--force"));
        }
        Some(_) => {
            return Err(Failure::refused(format!("{} is not a regular file", out.display()))
                .never_overridden());
        }
    }
    let parent = path.parent().unwrap_or(&path);
    if here.stat(parent)?.is_none() {
        return Err(Failure::refused(format!("there is no directory {}", parent.display()))
            .next(format!("mkdir -p {}", shell::word(parent))));
    }
    Ok(replace(&here, &path, text.as_bytes(), MODE, None)?)
}

/// Mode of a policy written for a person, who may want to commit it somewhere.
pub(super) const MODE: u32 = 0o644;
