//! The claim files of entries: read and moved on.

use std::io;
use std::path::PathBuf;

use super::claim::{Claim, ClaimError};
use super::error::Damage;
use super::place::entries_directory;
use crate::host::{Host, HostError};

fn path(entry: &str, claim: &Claim) -> PathBuf {
    entries_directory().join(entry).join(claim.file_name())
}

/// Replaces one claim of an entry by another, in one durable step.
///
/// # Errors
///
/// [`ClaimError::Lost`] if `from` is no longer the claim. After [`ClaimError::Host`] either of the two may
/// stand, and after a power cut too.
pub fn move_claim(
    host: &dyn Host,
    entry: &str,
    from: &Claim,
    to: &Claim,
) -> Result<(), ClaimError> {
    match host.rename(&path(entry, from), &path(entry, to)) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            Err(ClaimError::Lost { entry: entry.to_owned() })
        }
        Err(error) => Err(error.into()),
        Ok(()) => Ok(host.sync_directory(&entries_directory().join(entry))?),
    }
}

/// Returns whether this claim still holds.
///
/// # Errors
///
/// The machine refuses to tell.
pub fn is_current(host: &dyn Host, entry: &str, claim: &Claim) -> Result<bool, HostError> {
    Ok(host.stat(&path(entry, claim))?.is_some())
}

/// Reads the claim of an entry, `None` if the directory has none. Two claims are damage.
///
/// # Errors
///
/// The machine refuses to tell.
pub fn claim_of(
    host: &dyn Host,
    entry: &str,
) -> Result<Result<Option<Claim>, Box<Damage>>, HostError> {
    let directory = entries_directory().join(entry);
    let names = host.list(&directory)?;
    let mut claims: Vec<Claim> = names.iter().filter_map(|name| Claim::parse(name)).collect();
    if claims.len() > 1 {
        return Ok(Err(Box::new(Damage {
            place: host.place(&directory),
            entry: Some(entry.to_owned()),
            claim: None,
            why: "it has more than one claim".to_owned(),
        })));
    }
    Ok(Ok(claims.pop()))
}
