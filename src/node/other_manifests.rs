//! Files in the manifests directory that define the same pod, and what else the kubelet would try
//! to run there.

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::host::{FileKind, Host, HostError};
use crate::shell;
use audit_policy::finding::Finding;
use audit_policy::finding::Severity;

/// The files of a manifests directory as the kubelet reads them: all of them, whatever their
/// ending, but for those whose name begins with a dot (Go: `sourceFile.extractFromDir`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ManifestsDirectory {
    /// Its path on the node.
    node: PathBuf,
    /// Where it is, as the caller would type it.
    place: PathBuf,
    /// In the order in which the kubelet reads them: by the bytes of their names.
    files: Vec<DirectoryEntry>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct DirectoryEntry {
    name: String,
    content: ManifestContent,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum ManifestContent {
    /// A pod, by namespace and name.
    Pod(String, String),
    /// Something of another kind.
    Kind(String),
    /// Nothing the kubelet can read.
    Unreadable,
    /// A symbolic link, which the kubelet follows and we do not.
    Link,
}

impl ManifestsDirectory {
    /// Reads the directory that `manifest` is in.
    ///
    /// # Errors
    /// Returns what the machine refuses. A file that goes away meanwhile is passed over.
    pub fn read(host: &dyn Host, manifest: &Path) -> Result<Self, HostError> {
        let directory = manifest.parent().unwrap_or(Path::new("/"));
        let mut names = host.list(directory)?;
        names.sort();
        let mut files = Vec::new();
        for name in names.into_iter().filter(|name| !name.starts_with('.')) {
            let path = directory.join(&name);
            let content = match host.stat(&path)?.map(|stat| stat.kind) {
                Some(FileKind::File) => content(&host.read(&path)?),
                Some(FileKind::Symlink) => ManifestContent::Link,
                Some(FileKind::Directory | FileKind::Other) | None => continue,
            };
            files.push(DirectoryEntry { name, content });
        }
        Ok(Self { node: directory.to_owned(), place: host.place(directory), files })
    }

    /// Returns the names of the other files that define the same pod as the file `name`.
    fn same_pod(&self, name: &str) -> Vec<&str> {
        let Some(DirectoryEntry { content: pod @ ManifestContent::Pod(..), .. }) =
            self.files.iter().find(|entry| entry.name == name)
        else {
            return Vec::new();
        };
        let same = self.files.iter().filter(|entry| entry.content == *pod && entry.name != name);
        same.map(|entry| entry.name.as_str()).collect()
    }

    /// Returns the files that the kubelet cannot run and that the API server uses (`used` are its
    /// paths on the node), each with its path. They cannot be moved away by themselves.
    #[must_use]
    pub fn used_by_server(&self, used: &[String]) -> Vec<(PathBuf, Finding)> {
        let is_used = |entry: &&DirectoryEntry| self.is_used(entry, used);
        let finding = |entry: &DirectoryEntry| {
            let found = no_pod(self, entry)?;
            let message = format!("{}, and the API server uses it", found.message);
            let found = Finding { id: "file-among-manifests", message, help: None, ..found };
            Some((self.node.join(&entry.name), found))
        };
        self.files.iter().filter(is_used).filter_map(finding).collect()
    }

    fn is_used(&self, entry: &DirectoryEntry, used: &[String]) -> bool {
        let path = self.node.join(&entry.name);
        used.iter().any(|used| Path::new(used) == path)
    }

    /// A command that moves a file out of the directory, next to it. It overwrites nothing.
    fn removal(&self, name: &str) -> String {
        let target = self.place.parent().unwrap_or(Path::new("/"));
        format!("mv -n {} {}/", shell::word(&self.place.join(name)), shell::word(target))
    }
}

/// What the kubelet makes of the bytes. It reads the first document only, JSON included.
fn content(bytes: &[u8]) -> ManifestContent {
    let decoded = str::from_utf8(bytes).ok().and_then(|text| goyaml::decode(text).ok());
    let Some(value) = decoded else { return ManifestContent::Unreadable };
    let text = |pointer: &str| value.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
    match (text("/kind"), text("/metadata/name")) {
        ("Pod", name) => {
            // Go: applyDefaults puts a pod without a namespace into `default`.
            let namespace = match text("/metadata/namespace") {
                "" => "default",
                namespace => namespace,
            };
            ManifestContent::Pod(namespace.to_owned(), name.to_owned())
        }
        ("", _) => ManifestContent::Unreadable,
        (kind, _) => ManifestContent::Kind(kind.to_owned()),
    }
}

/// Returns what is wrong with the directory that `manifest` is in. Another file with the same pod
/// refuses: which of the two runs is decided by their names. The rest is said, but for the files that
/// the API server uses, which [`ManifestsDirectory::used_by_server`] returns.
#[must_use]
pub fn check(directory: &ManifestsDirectory, manifest: &Path, used: &[String]) -> Vec<Finding> {
    let name = manifest.file_name().unwrap_or_default().to_string_lossy();
    let other_manifests = directory.same_pod(&name);
    let others = directory
        .files
        .iter()
        .filter(|entry| entry.name != name && !other_manifests.contains(&entry.name.as_str()))
        .filter(|entry| !directory.is_used(entry, used));
    let same =
        other_manifests.first().map(|first| same_pod(directory, &name, &other_manifests, first));
    same.into_iter().chain(others.filter_map(|entry| no_pod(directory, entry))).collect()
}

fn same_pod(
    directory: &ManifestsDirectory,
    name: &str,
    other_manifests: &[&str],
    first: &str,
) -> Finding {
    let mut all: Vec<&str> = other_manifests.iter().copied().chain([name]).collect();
    all.sort_unstable();
    let runs = all.last().copied().unwrap_or(first);
    let listed = all.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    Finding {
        id: "stray-manifest",
        severity: Severity::Error,
        place: None,
        message: format!(
            "{} files in `{}` define the same pod: {listed}; the kubelet runs the last one, \
             `{runs}`; the file extension does not matter",
            all.len(),
            directory.place.display()
        ),
        help: Some(
            other_manifests
                .iter()
                .map(|other_manifest| directory.removal(other_manifest))
                .collect::<Vec<_>>()
                .join(" && "),
        ),
    }
}

fn no_pod(directory: &ManifestsDirectory, entry: &DirectoryEntry) -> Option<Finding> {
    let (id, severity, what) = match &entry.content {
        ManifestContent::Pod(..) => return None,
        ManifestContent::Kind(kind) => {
            ("no-pod", Severity::Warning, format!("is a {kind}, which the kubelet cannot run"))
        }
        ManifestContent::Unreadable => {
            ("no-pod", Severity::Warning, "is nothing the kubelet can read".to_owned())
        }
        ManifestContent::Link => (
            "linked-manifest",
            Severity::Info,
            "is a symbolic link; which pod it leads to was not looked at".to_owned(),
        ),
    };
    Some(Finding {
        id,
        severity,
        place: None,
        message: format!("`{}` {what}", directory.place.join(&entry.name).display()),
        help: (severity == Severity::Warning).then(|| directory.removal(&entry.name)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::host::Fake;

    const MANIFEST: &str = "/etc/kubernetes/manifests/kube-apiserver.yaml";
    const POD: &str =
        "apiVersion: v1\nkind: Pod\nmetadata: {name: kube-apiserver, namespace: kube-system}\n";

    fn findings(files: &[(&str, &str)]) -> Vec<Finding> {
        let fake = Fake::new();
        fake.with(|machine| {
            machine.put(MANIFEST, POD, 0o600);
            for (name, text) in files {
                machine.put(format!("/etc/kubernetes/manifests/{name}"), text, 0o600);
            }
        });
        check(
            &ManifestsDirectory::read(&fake, Path::new(MANIFEST)).unwrap(),
            Path::new(MANIFEST),
            &[],
        )
    }

    #[test]
    fn the_files_kubeadm_writes_are_fine_and_hidden_ones_are_not_read() {
        let etcd = POD.replace("kube-apiserver", "etcd");
        assert_eq!(findings(&[("etcd.yaml", &etcd), (".kube-apiserver.yaml.bak", POD)]), []);
    }

    #[test]
    fn a_backup_with_the_same_pod_is_refused_and_the_one_that_runs_is_named() {
        for (other_manifest, runs) in [
            ("kube-apiserver.yaml.bak", "kube-apiserver.yaml.bak"),
            ("kube-apiserver.yaml~", "kube-apiserver.yaml~"),
            ("kube-apiserver-old.yaml", "kube-apiserver.yaml"),
            ("a.txt", "kube-apiserver.yaml"),
        ] {
            let found = findings(&[(other_manifest, POD)]);
            assert_eq!(found.len(), 1, "{other_manifest}");
            assert_eq!((found[0].id, found[0].severity), ("stray-manifest", Severity::Error));
            let runs = format!("the last one, `{runs}`");
            assert!(found[0].message.contains(&runs), "{other_manifest}: {}", found[0].message);
            let path = format!("/etc/kubernetes/manifests/{other_manifest}");
            let command = format!("mv -n {} /etc/kubernetes/", shell::word(Path::new(&path)));
            assert_eq!(found[0].help, Some(command));
        }
    }

    #[test]
    fn the_same_pod_is_recognised_however_it_is_written() {
        let json =
            r#"{"kind":"Pod","metadata":{"name":"kube-apiserver","namespace":"kube-system"}}"#;
        let later = format!("{POD}---\nkind: Policy\n");
        for text in [json, &later] {
            assert_eq!(findings(&[("x", text)])[0].id, "stray-manifest");
        }
        let other_namespace = POD.replace(", namespace: kube-system", "");
        assert_eq!(findings(&[("x", &other_namespace)]), []);
    }

    #[test]
    fn what_is_no_pod_is_said() {
        let policy = "apiVersion: audit.k8s.io/v1\nkind: Policy\nrules: [{level: Metadata}]\n";
        for (text, said) in [(policy, "is a Policy"), ("", "is nothing"), ("a: [", "is nothing")] {
            let found = findings(&[("policy.yaml", text)]);
            assert_eq!((found[0].id, found[0].severity), ("no-pod", Severity::Warning));
            assert!(found[0].message.contains(said), "{}", found[0].message);
        }
    }

    #[test]
    fn a_link_is_said_and_a_directory_is_not() {
        let fake = Fake::new();
        fake.with(|machine| {
            machine.put(MANIFEST, POD, 0o600);
            machine.put_directory("/etc/kubernetes/manifests/old", 0o755);
            machine.put_symlink("/etc/kubernetes/manifests/link.yaml", "/x");
        });
        let found = ManifestsDirectory::read(&fake, Path::new(MANIFEST)).unwrap();
        let found = check(&found, Path::new(MANIFEST), &[]);
        assert_eq!(found.iter().map(|one| one.id).collect::<Vec<_>>(), ["linked-manifest"]);
    }

    #[test]
    fn a_file_that_the_server_uses_is_not_moved_away_by_itself() {
        let policy = "apiVersion: audit.k8s.io/v1\nkind: Policy\nrules: [{level: Metadata}]\n";
        let fake = Fake::new();
        fake.with(|machine| {
            machine.put(MANIFEST, POD, 0o600);
            machine.put("/etc/kubernetes/manifests/p.yaml", policy, 0o600);
        });
        let directory = ManifestsDirectory::read(&fake, Path::new(MANIFEST)).unwrap();
        let used = ["/etc/kubernetes/manifests/p.yaml".to_owned()];
        assert_eq!(check(&directory, Path::new(MANIFEST), &used), []);
        let found = directory.used_by_server(&used);
        assert_eq!((found[0].0.to_str(), &found[0].1.help), (Some(used[0].as_str()), &None));
        assert_eq!(directory.used_by_server(&[]), []);
    }
}
