//! A volume that cannot be mounted, so that no container starts (Go: `hostPathTypeChecker`).

use std::path::Path;

use crate::diagnosis::errno::Errno;
use crate::diagnosis::{Diagnosis, text};
use crate::shell::word;

use super::blame;

const MARK: &str = "MountVolume.SetUp failed for volume ";

pub(super) fn judge(said: &str) -> Option<Diagnosis> {
    let Some(rest) = text::after(said, MARK) else { return waiting(said) };
    let (volume, rest) = text::quoted(rest)?;
    let error = text::after(rest, " : ").unwrap_or(rest).trim_end_matches('"');
    Some(setup(&volume, error).volume(volume))
}

fn setup(volume: &str, error: &str) -> Diagnosis {
    let missing = text::between(error, "hostPath ", " doesn't exist");
    let wrong = text::between(error, "check failed: ", " is not a ");
    let failed = text::path(error).filter(|_| Errno::of(error).is_some());
    if let Some(path) = missing {
        absent(volume, path)
    } else if let Some(path) = wrong {
        let wanted = text::after(error, " is not a ").unwrap_or_default();
        wrong_kind(volume, path, wanted)
    } else if let Some(path) = failed {
        not_made(volume, path, error)
    } else {
        Diagnosis::new("mount-failed", blame([volume, error]))
            .cause(format!("The kubelet cannot mount the volume `{volume}`: {error}."))
            .fix("Correct the volume in the manifest, or what it names on the node.")
    }
}

fn absent(volume: &str, path: &str) -> Diagnosis {
    Diagnosis::new("host-path-missing", blame([volume, path]))
        .cause(format!(
            "The volume `{volume}` wants `{path}`, which does not exist on this node; the container \
             starts as soon as it does."
        ))
        .fix(format!("Put the file there, or correct the path: `ls -l {}`.", file(path)))
        .path(path)
}

/// Older kubelets say this of a path that is missing, too.
fn wrong_kind(volume: &str, path: &str, wanted: &str) -> Diagnosis {
    let kind = wanted.split([',', ' ']).next().unwrap_or_default();
    Diagnosis::new("host-path-wrong-kind", blame([volume, path]))
        .cause(format!(
            "The volume `{volume}` wants a {kind} at `{path}`, and there is none: it is missing, or \
             something of another kind."
        ))
        .fix(format!(
            "Look with `ls -ld {0}`. Put the {kind} there, or give the volume the type that fits; a \
             directory that a container runtime made by mistake goes with `rmdir {0}`.",
            file(path)
        ))
        .path(path)
}

fn not_made(volume: &str, path: &str, error: &str) -> Diagnosis {
    let reason = error.rsplit(": ").next().unwrap_or(error);
    Diagnosis::new("host-path-not-made", blame([volume, path]))
        .cause(format!(
            "The kubelet cannot make `{path}` for the volume `{volume}`: {reason}. FileOrCreate makes \
             no directories above the file."
        ))
        .fix(format!(
            "Make the directory: `mkdir -p \"$(dirname {})\"`; for a log mount its directory as \
             DirectoryOrCreate.",
            file(path)
        ))
        .path(path)
}

/// `unmounted volumes=[audit-policy], unattached volumes=[]…: timed out waiting for the condition`.
fn waiting(said: &str) -> Option<Diagnosis> {
    let volumes = text::between(said, "unmounted volumes=[", "]")?;
    let found = Diagnosis::new("volumes-not-mounted", blame([volumes]))
        .cause(format!("The kubelet waits in vain for these volumes: {volumes}."))
        .fix("`journalctl -u kubelet | grep MountVolume` says why each of them cannot be mounted.");
    Some(if volumes.contains(' ') { found } else { found.volume(volumes) })
}

fn file(path: &str) -> String {
    word(Path::new(path))
}
