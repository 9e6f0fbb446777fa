//! A volume that cannot be mounted, so that no container starts (Go: `hostPathTypeChecker`).

use std::path::Path;

use crate::diagnosis::errno::Errno;
use crate::diagnosis::{Diagnosis, text};
use crate::shell::word;

use super::blame::blame;

const MARK: &str = "MountVolume.SetUp failed for volume ";

pub(super) fn judge(said: &str) -> Option<Diagnosis> {
    let Some(rest) = text::after(said, MARK) else { return waiting(said) };
    let (volume, rest) = text::quoted(rest)?;
    let error = text::after(rest, " : ").unwrap_or(rest).trim_end_matches('"');
    Some(setup(&volume, error).volume(volume))
}

fn setup(volume: &str, error: &str) -> Diagnosis {
    let missing = text::between(error, "hostPath ", " doesn't exist");
    let wrong = wrong(error);
    let failed = text::path(error).filter(|_| Errno::of(error).is_some());
    if let Some(path) = missing {
        absent(volume, path)
    } else if let Some((path, rest)) = wrong {
        match text::between(rest, "unable to determine its type: path \"", "\" does not exist") {
            Some(path) => absent(volume, path),
            None => wrong_kind(volume, path, rest),
        }
    } else if let Some(path) = failed {
        not_made(volume, path, error)
    } else {
        Diagnosis::new("mount-failed", blame([volume, error]))
            .cause(format!("The kubelet cannot mount the volume `{volume}`: {error}."))
            .fix("Correct the volume in the manifest, or what it names on the node.")
    }
}

/// The path that is of the wrong kind, and what follows: the kind that is wanted, and from 1.37 on
/// what it is instead, or why that is not known (Go: `typeMatchedOrError`).
fn wrong(error: &str) -> Option<(&str, &str)> {
    let rest = text::after(error, "hostPath type check failed")?;
    rest.strip_prefix([':', ','])?.trim_start().split_once(" is not a ")
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

/// Kubelets before 1.37 say this of a path that is missing, too, and not what it is instead.
fn wrong_kind(volume: &str, path: &str, rest: &str) -> Diagnosis {
    let kind = rest.split([',', '"']).next().unwrap_or(rest);
    let instead = text::after(rest, ", it's a ").and_then(|it| kind_in_words(it.trim_end()));
    let is = match instead {
        Some(instead) => format!("and there is a {instead}"),
        None => "and there is none: it is missing, or something of another kind".to_owned(),
    };
    let rmdir = match instead {
        None | Some("directory") => format!(
            "; a directory that a container runtime made by mistake goes with `rmdir {}`",
            file(path)
        ),
        Some(_) => String::new(),
    };
    Diagnosis::new("host-path-wrong-kind", blame([volume, path]))
        .cause(format!("The volume `{volume}` wants a {kind} at `{path}`, {is}."))
        .fix(format!(
            "Look with `ls -ld {}`. Put the {kind} there, or give the volume the type that fits{rmdir}.",
            file(path)
        ))
        .path(path)
}

/// What a type of a hostPath volume stands for.
fn kind_in_words(kind: &str) -> Option<&'static str> {
    Some(match kind {
        "File" => "file",
        "Directory" => "directory",
        "Socket" => "socket file",
        "CharDevice" => "character device",
        "BlockDevice" => "block device",
        _ => return None,
    })
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
