//! The server could not open the audit log, or the file about the webhook.

use std::path::Path;

use crate::diagnosis::errno::Errno;
use crate::diagnosis::{Diagnosis, text};
use crate::shell::word;

/// What the server writes first, before it starts (Go: `ensureLogFile`).
const LOG: &str = "ensureLogFile: ";
const LOG_FLAG: &str = "--audit-log-path";
/// Likewise (Go: `AuditWebhookOptions.newUntruncatedBackend`).
const WEBHOOK: &str = "initializing audit webhook: ";
const WEBHOOK_FLAG: &str = "--audit-webhook-config-file";

pub(super) fn judge(said: &str) -> Option<Diagnosis> {
    if let Some(said) = text::after(said, LOG) {
        return Some(log(said));
    }
    text::after(said, WEBHOOK).map(webhook)
}

fn log(said: &str) -> Diagnosis {
    let path = text::path(said).unwrap_or("the audit log");
    let file = word(Path::new(path));
    unopened(said, path, &file).flag(LOG_FLAG).path(path)
}

fn unopened(said: &str, path: &str, file: &str) -> Diagnosis {
    match Errno::of(said) {
        Some(Errno::ReadOnly) => Diagnosis::auditing("log-read-only")
            .cause(format!(
                "The API server cannot write `{path}`: it is mounted read-only into the container, \
                 or its file system is."
            ))
            .fix(
                "Give the log's directory a volumeMount of its own without `readOnly: true`; \
                 `findmnt` shows whether the node's file system is read-only.",
            ),
        Some(Errno::Directory) => Diagnosis::auditing("log-is-directory")
            .cause(format!(
                "`{path}` is a directory, and `{LOG_FLAG}` must name a file. A volume of type \
                 DirectoryOrCreate for the log file itself makes one."
            ))
            .fix(format!(
                "Mount the directory above as DirectoryOrCreate, and remove this one if it is \
                 empty: `rmdir {file}`."
            )),
        Some(Errno::Denied) => Diagnosis::auditing("log-denied")
            .cause(format!(
                "The API server may not write `{path}`: it does not run as root (`runAsUser` in \
                 the manifest), or SELinux or AppArmor forbids it."
            ))
            .fix(format!(
                "Give the log's directory to the user the server runs as; with SELinux keep the \
                 log out of /var/log/audit and look with `ls -Zd \"$(dirname {file})\"`."
            )),
        Some(Errno::NoSpace) => Diagnosis::auditing("log-no-space")
            .cause(format!("There is no room for the audit log `{path}`: the disk is full."))
            .fix(format!(
                "Make room (`df -h`, `df -i`, `du -sh \"$(dirname {file})\"`), and set \
                 --audit-log-maxsize and --audit-log-maxbackup."
            )),
        Some(Errno::Missing) => Diagnosis::auditing("log-directory-missing")
            .cause(format!(
                "The directory of the audit log cannot be made: `{path}`. Servers before 1.25 do \
                 not make it themselves."
            ))
            .fix("Make it on the node (`install -d -m 0700 DIRECTORY`) and mount it."),
        Some(Errno::NotDirectory) => Diagnosis::auditing("log-below-file")
            .cause(format!("A part of the way to `{path}` is a file and not a directory."))
            .fix(format!("Choose another `{LOG_FLAG}`, or move that file away.")),
        None => Diagnosis::auditing("log-unusable")
            .cause(format!("The API server cannot open its audit log: {said}."))
            .fix(format!("Look at `{LOG_FLAG}` and at its directory on the node.")),
    }
}

fn webhook(said: &str) -> Diagnosis {
    let named = text::between(said, "config file \"", "\"").or_else(|| text::path(said));
    let found = unusable(said, named.unwrap_or("the file")).flag(WEBHOOK_FLAG);
    match named {
        Some(path) => found.path(path),
        None => found,
    }
}

fn unusable(said: &str, path: &str) -> Diagnosis {
    let file = word(Path::new(path));
    let is_about_contents = said.contains("invalid configuration");
    match Errno::of(said) {
        Some(Errno::Missing) if is_about_contents => Diagnosis::auditing("webhook-config-refused")
            .cause(format!(
                "The file of `{WEBHOOK_FLAG}` names `{path}`, which does not exist inside the \
                 container."
            ))
            .fix("Mount that file too, or write certificates into the file itself (`…-data`)."),
        Some(Errno::Missing) => Diagnosis::auditing("webhook-config-not-found")
            .cause(format!(
                "There is no `{path}` inside the container, which `{WEBHOOK_FLAG}` names: it is \
                 missing on this node, or no volume brings it in."
            ))
            .fix(format!(
                "Look with `ls -l {file}`; if it is there, mount it as a hostPath volume of type \
                 File."
            )),
        Some(Errno::Denied) => Diagnosis::auditing("webhook-config-denied")
            .cause(format!("The API server may not read `{path}`, which `{WEBHOOK_FLAG}` names."))
            .fix(format!("Give it to the user the server runs as: `chown UID {file}`.")),
        _ => Diagnosis::auditing("webhook-config-refused")
            .cause(format!(
                "`{WEBHOOK_FLAG}` does not name a valid kubeconfig: {said}."
            ))
            .fix(format!(
                "Check it: `kubectl --kubeconfig {} config view`; it needs a cluster, a context and \
                 current-context.",
                if path.starts_with('/') { &file } else { "FILE" }
            )),
    }
}
