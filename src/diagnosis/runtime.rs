//! What a container runtime says when it cannot start a container.

use super::{Blame, Diagnosis, text};

/// Judges an error of containerd, CRI-O, docker or runc.
pub(super) fn judge(said: &str) -> Option<Diagnosis> {
    let judges = [security, mount, name_taken, cgroup, program];
    judges.iter().find_map(|judge| judge(said))
}

fn security(said: &str) -> Option<Diagnosis> {
    if said.to_ascii_lowercase().contains("apparmor") {
        return Some(
            Diagnosis::other("apparmor")
                .cause(format!("AppArmor keeps the container from starting: {said}."))
                .fix("`aa-status` lists the profiles; load the one the manifest names, or remove it."),
        );
    }
    let words = ["SELinux", "selinux", "relabel", "avc:  denied", "avc: denied"];
    text::has(said, &words).then(|| {
        Diagnosis::new("selinux", blame(said))
            .cause(format!("SELinux keeps the container from starting: {said}."))
            .fix("`ausearch -m avc -ts recent` says what was denied; `restorecon -Rv PATH` repairs labels.")
    })
}

/// runc cannot put a file over a directory, a directory over a file, nor make a place in a
/// read-only mount.
fn mount(said: &str) -> Option<Diagnosis> {
    let words = ["error mounting \"", "failed to mkdir \"", "failed to create fsnotify"];
    let is_mount = text::has(said, &words) || said.contains("a directory onto a file");
    let path = text::between(said, "error mounting \"", "\"")
        .or_else(|| text::between(said, "failed to mkdir \"", "\""));
    is_mount.then(|| {
        let what = path.unwrap_or("a volume");
        let found = Diagnosis::new("mount-impossible", blame(path.unwrap_or(said)))
            .cause(format!(
                "The runtime cannot mount `{what}` into the container: one side is a file and the \
                 other a directory, or the place is missing in a read-only mount."
            ))
            .fix("Compare the hostPath with its mountPath: a file goes on a file, a directory on a directory.");
        match path {
            Some(path) => found.path(path),
            None => found,
        }
    })
}

fn name_taken(said: &str) -> Option<Diagnosis> {
    let words = ["is already in use by container", "is reserved for"];
    text::has(said, &words).then(|| {
        Diagnosis::other("container-lingers")
            .cause("A former container of the API server still has the name of the new one.")
            .fix("`crictl pods --name kube-apiserver`, then `crictl stopp ID` and `crictl rmp ID` of the old one.")
    })
}

fn cgroup(said: &str) -> Option<Diagnosis> {
    text::has(said, &["cgroupsPath", "cgroup", "cgroups:"]).then(|| {
        Diagnosis::other("cgroup")
            .cause(format!("The node's control groups keep containers from starting: {said}."))
            .fix("The kubelet and the container runtime must use the same cgroup driver (systemd or cgroupfs).")
    })
}

fn program(said: &str) -> Option<Diagnosis> {
    let words = ["exec format error", "executable file not found", "OCI runtime", "exec: \""];
    let is_program = text::has(said, &words) || said.starts_with("exec ");
    is_program.then(|| {
        Diagnosis::other("program-not-started")
            .cause(format!("The runtime cannot start the API server's program: {said}."))
            .fix("Compare the image and the first word of `command` in the manifest with a working node.")
    })
}

/// Auditing is to blame for what is named after it. Any other name may be one of its files too.
fn blame(named: &str) -> Blame {
    if text::names_auditing(named) { Blame::Auditing } else { Blame::Unknown }
}
