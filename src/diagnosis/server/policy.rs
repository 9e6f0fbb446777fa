//! The server could not use the audit policy (Go: `LoadPolicyFromFile`).

use std::path::Path;

use crate::diagnosis::errno::Errno;
use crate::diagnosis::{Diagnosis, text};
use crate::shell::word;

use super::rules;

/// What the server writes before everything that is wrong with a policy.
const MARK: &str = "loading audit policy file: ";
const FLAG: &str = "--audit-policy-file";

pub(super) fn judge(said: &str) -> Option<Diagnosis> {
    let said = text::after(said, MARK)?;
    if let Some(rest) = said.strip_prefix("failed to read file path ") {
        let (path, error) = text::quoted(rest)?;
        return Some(unread(&path, error).flag(FLAG).path(path));
    }
    let (said, path) = said.rsplit_once(": from file ").unwrap_or((said, "the policy file"));
    let found = undecoded(said, path).or_else(|| rules::judge(said, path)).unwrap_or_else(|| {
        refused("policy-refused", path)
            .cause(format!("The API server does not take the audit policy `{path}`: {said}."))
    });
    Some(found.path(path))
}

fn refused(id: &'static str, path: &str) -> Diagnosis {
    Diagnosis::auditing(id).fix(format!(
        "Correct `{path}`; the command `lint` says what else the server would refuse, and where."
    ))
}

/// The file could not be read.
fn unread(path: &str, error: &str) -> Diagnosis {
    let file = word(Path::new(path));
    match Errno::of(error) {
        Some(_) if is_mistyped(path) => Diagnosis::auditing("policy-path-mistyped")
            .cause(format!(
                "The value of `{FLAG}` is `{path}`, with the quotes, blanks or missing slash that \
                 stand there: the server looks for a file of exactly that name."
            ))
            .fix(format!("Write `{FLAG}=/PATH` with the whole path, nothing around it.")),
        Some(Errno::Missing) => Diagnosis::auditing("policy-not-found")
            .cause(format!(
                "There is no `{path}` inside the container: it is missing on this node, no volume \
                 of the manifest brings it in, or the path in `{FLAG}` is mistyped."
            ))
            .fix(format!(
                "Look with `ls -l {file}`; if it is there, mount it: a hostPath volume of type \
                 File, and a read-only volumeMount with this very mountPath."
            )),
        Some(Errno::Directory) => Diagnosis::auditing("policy-is-directory")
            .cause(format!(
                "`{path}` is a directory. A container runtime makes one where a hostPath volume \
                 without a type names a file that is missing."
            ))
            .fix(format!(
                "Remove it if it is empty (`rmdir {file}`), and put the policy there. No runtime makes \
                 a directory where the volume has `type: File`."
            )),
        Some(Errno::Denied) => Diagnosis::auditing("policy-denied")
            .cause(format!(
                "The API server may not read `{path}`: it does not run as root (`runAsUser` in the \
                 manifest), or SELinux or AppArmor forbids it."
            ))
            .fix(format!(
                "Give the file to the user the server runs as (`chown UID {file}`); with SELinux, \
                 look with `ls -Z {file}` and repair the label with `restorecon -v {file}`."
            )),
        _ => Diagnosis::auditing("policy-unreadable")
            .cause(format!("The audit policy `{path}` cannot be read{error}."))
            .fix(format!("Look at it on the node: `ls -l {file}`.")),
    }
}

/// Such a path is no slip of the file but of the flag.
fn is_mistyped(path: &str) -> bool {
    !path.starts_with('/') || path.ends_with([' ', '"', '\'', '\u{201d}'])
}

/// The text is not a policy of a version that the server knows.
fn undecoded(said: &str, path: &str) -> Option<Diagnosis> {
    if said.contains("unknown group version field") {
        return Some(refused("policy-without-version", path).cause(format!(
            "The audit policy `{path}` is empty or has no `apiVersion: audit.k8s.io/v1`."
        )));
    }
    if said.contains("loaded illegal policy with 0 rules") {
        return Some(
            Diagnosis::auditing("policy-without-rules")
                .cause(format!("The audit policy `{path}` has no rules, and the server wants one."))
                .fix(format!("Add a rule to `{path}`, such as `rules: [{{level: Metadata}}]`.")),
        );
    }
    let said = said.strip_prefix("failed decoding: ")?;
    Some(unregistered(said, path).unwrap_or_else(|| malformed(said, path)))
}

/// `no kind "Policy" is registered for version "audit.k8s.io/v1beta1" in scheme "…"`.
fn unregistered(said: &str, path: &str) -> Option<Diagnosis> {
    let kind = text::between(said, "no kind \"", "\"")?;
    let version = text::between(said, "registered for version \"", "\"")?;
    let known = "apiVersion: audit.k8s.io/v1";
    Some(if kind == "Policy" {
        Diagnosis::auditing("policy-version")
            .cause(format!(
                "The audit policy `{path}` is of version `{version}`, which this API server does \
                 not know; servers since 1.24 know `audit.k8s.io/v1` alone."
            ))
            .fix(format!("Write `{known}` in `{path}`; `lint --fix` does it for v1beta1."))
    } else {
        Diagnosis::auditing("policy-kind")
            .cause(format!("`{path}` is of kind `{kind}` (`{version}`) and not an audit policy."))
            .fix(format!("It must begin with `{known}` and `kind: Policy`."))
    })
}

/// The text is no YAML, or its parts have the wrong shape.
fn malformed(said: &str, path: &str) -> Diagnosis {
    if said.contains("json: cannot unmarshal") {
        return refused("policy-shape", path).cause(format!(
            "A part of the audit policy `{path}` has the wrong shape, such as a text where a list \
             belongs: {said}."
        ));
    }
    let said = said.strip_prefix("yaml: ").unwrap_or(said);
    refused("policy-syntax", path).cause(format!(
        "The audit policy `{path}` is not valid YAML: {said}. The fault is at that line or just \
         above it; tabs and lost indentation are the usual ones."
    ))
}
