//! Finding the API server's manifest.

use std::path::{Path, PathBuf};

use super::Kubelet;
use crate::host::{FileKind, Host, HostError, Stat};
use audit_policy::did_you_mean;
use serde_json::Value;

/// Where static pod manifests lie when the kubelet's configuration does not say.
pub const MANIFESTS: &str = "/etc/kubernetes/manifests";

/// What the manifest is called, the usual name first.
const NAMES: [&str; 5] = [
    "kube-apiserver.yaml",
    "kube-apiserver.yml",
    "kube-apiserver.manifest",
    "kube-apiserver.json",
    "kube-apiserver-pod.yaml",
];

/// There is no manifest to work on.
#[derive(Debug, thiserror::Error)]
pub enum NoManifest {
    /// None of the usual names is there.
    #[error("no manifest of an API server in `{}`: looked for {}", directory.display(), NAMES.join(", "))]
    NotFound {
        /// The directory.
        directory: PathBuf,
        /// The file that names this directory; `None`: it is the usual one.
        said_by: Option<PathBuf>,
    },
    /// The path that was given does not exist.
    #[error("there is no `{}`{}", path.display(), did_you_mean(nearest.as_deref()))]
    NotThere {
        /// The path that was given.
        path: PathBuf,
        /// The one that is probably meant.
        nearest: Option<PathBuf>,
    },
    /// The path that was given is a directory.
    #[error("`{}` is a directory{}", path.display(), did_you_mean(nearest.as_deref()))]
    Directory {
        /// The path that was given.
        path: PathBuf,
        /// The one that is probably meant.
        nearest: Option<PathBuf>,
    },
    /// The node could not be looked at.
    #[error(transparent)]
    Host(#[from] HostError),
}

fn did_you_mean(nearest: Option<&Path>) -> String {
    nearest.map(|path| format!(", did you mean `{}`?", path.display())).unwrap_or_default()
}

/// Returns the path of the manifest: the given one if it is there, else `kube-apiserver` with one
/// of the usual endings in the kubelet's directory, else in `/etc/kubernetes/manifests`.
///
/// # Errors
/// Says where it looked, and which file is probably meant by a path that is not there.
pub fn manifest(
    host: &dyn Host,
    kubelet: &Kubelet,
    given: Option<&Path>,
) -> Result<PathBuf, NoManifest> {
    match given {
        Some(path) => check_given(host, path),
        None => usual(host, kubelet),
    }
}

fn usual(host: &dyn Host, kubelet: &Kubelet) -> Result<PathBuf, NoManifest> {
    let said = kubelet.manifests.as_ref();
    let directory = said.map_or(Path::new(MANIFESTS), |said| &said.path);
    match host.stat(directory)? {
        // The kubelet may watch a single file.
        Some(stat) if stat.kind == FileKind::File => Ok(directory.to_owned()),
        _ => named(host, directory)?.ok_or_else(|| NoManifest::NotFound {
            directory: directory.to_owned(),
            said_by: said.map(|said| said.by.clone()),
        }),
    }
}

fn check_given(host: &dyn Host, path: &Path) -> Result<PathBuf, NoManifest> {
    match host.stat(path)? {
        Some(stat) if stat.kind == FileKind::Directory => {
            Err(NoManifest::Directory { path: path.to_owned(), nearest: named(host, path)? })
        }
        Some(_) => Ok(path.to_owned()),
        None => Err(NoManifest::NotThere { path: path.to_owned(), nearest: beside(host, path)? }),
    }
}

/// The manifest with a usual name in a directory.
fn named(host: &dyn Host, directory: &Path) -> Result<Option<PathBuf>, HostError> {
    for name in NAMES {
        let path = directory.join(name);
        if host.stat(&path)?.is_some() {
            return Ok(Some(path));
        }
    }
    only_one(host, directory)
}

/// The largest file that is looked into for a Pod, in bytes.
const LARGEST_MANIFEST: u64 = 1 << 20;

/// The one file of a directory, whatever its name, that holds a Pod of an API server.
fn only_one(host: &dyn Host, directory: &Path) -> Result<Option<PathBuf>, HostError> {
    if host.stat(directory)?.is_none_or(|stat| stat.kind != FileKind::Directory) {
        return Ok(None);
    }
    let mut found = None;
    // The kubelet passes over names that begin with a dot.
    for name in host.list(directory)?.iter().filter(|name| !name.starts_with('.')) {
        let path = directory.join(name);
        let is_file = |stat: &Stat| stat.kind == FileKind::File && stat.size <= LARGEST_MANIFEST;
        if host.stat(&path)?.filter(is_file).is_none() {
            continue;
        }
        let is_it = host.read(&path).is_ok_and(|bytes| runs_api_server(&bytes));
        if is_it && found.replace(path).is_some() {
            return Ok(None);
        }
    }
    Ok(found)
}

/// Says whether a text is a Pod with a container that is called `kube-apiserver` or runs one.
fn runs_api_server(bytes: &[u8]) -> bool {
    let value = str::from_utf8(bytes).ok().and_then(|text| goyaml::decode(text).ok());
    let Some(value) = value.filter(|value| value["kind"] == "Pod") else { return false };
    let containers = value.pointer("/spec/containers").and_then(Value::as_array);
    containers.into_iter().flatten().any(|container| {
        let runs = container["command"].as_array().into_iter().flatten().any(|word| {
            word.as_str().is_some_and(|word| word.rsplit('/').next() == Some("kube-apiserver"))
        });
        runs || container["name"] == "kube-apiserver"
    })
}

/// The file that is meant by a path that is not there: one with a similar name beside it, as
/// `kube-apiserver.yaml` by `kube-api-server.yaml`.
fn beside(host: &dyn Host, path: &Path) -> Result<Option<PathBuf>, HostError> {
    let (Some(directory), Some(name)) = (path.parent(), path.file_name()) else {
        return Ok(None);
    };
    if !matches!(host.stat(directory)?, Some(stat) if stat.kind == FileKind::Directory) {
        return Ok(None);
    }
    let names = host.list(directory)?;
    let nearest = did_you_mean::nearest(&name.to_string_lossy(), names.iter().map(String::as_str));
    Ok(nearest.map(|name| directory.join(name)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::host::Fake;

    fn machine(paths: &[&str]) -> Fake {
        let fake = Fake::new();
        fake.with(|machine| {
            machine.put_directory(MANIFESTS, 0o755);
            for path in paths {
                machine.put(path, "", 0o600);
            }
        });
        fake
    }

    fn found(paths: &[&str], given: Option<&str>) -> Result<String, String> {
        let fake = machine(paths);
        let found = manifest(&fake, &Kubelet::read(&fake), given.map(Path::new));
        found.map(|path| path.display().to_string()).map_err(|error| error.to_string())
    }

    #[test]
    fn every_usual_name_is_found() {
        for name in NAMES {
            let path = format!("{MANIFESTS}/{name}");
            let etcd = format!("{MANIFESTS}/etcd.yaml");
            assert_eq!(found(&[&etcd, &path], None), Ok(path));
        }
    }

    #[test]
    fn the_kubelets_own_directory_is_looked_in_and_no_other() {
        let fake =
            machine(&["/own/kube-apiserver.yml", "/etc/kubernetes/manifests/kube-apiserver.yaml"]);
        fake.with(|machine| {
            machine.put("/var/lib/kubelet/config.yaml", "staticPodPath: /own\n", 0o644);
        });
        let kubelet = Kubelet::read(&fake);
        let found = manifest(&fake, &kubelet, None).unwrap();
        assert_eq!(found, Path::new("/own/kube-apiserver.yml"));
    }

    #[test]
    fn a_directory_without_one_is_named_with_what_was_looked_for() {
        let error = found(&["/etc/kubernetes/manifests/etcd.yaml"], None).unwrap_err();
        assert_eq!(
            error,
            "no manifest of an API server in `/etc/kubernetes/manifests`: looked for \
             kube-apiserver.yaml, kube-apiserver.yml, kube-apiserver.manifest, kube-apiserver.json, \
             kube-apiserver-pod.yaml"
        );
    }

    #[test]
    fn a_mistyped_path_names_the_file_that_is_meant() {
        let there = "/etc/kubernetes/manifests/kube-apiserver.yaml";
        let other = "/etc/kubernetes/manifests/kube-scheduler.yaml";
        let error = |given| found(&[there, other], Some(given)).unwrap_err();
        let meant = ", did you mean `/etc/kubernetes/manifests/kube-apiserver.yaml`?";
        let typed = "/etc/kubernetes/manifests/kube-api-server.yaml";
        assert_eq!(error(typed), format!("there is no `{typed}`{meant}"));
        assert_eq!(error(MANIFESTS), format!("`{MANIFESTS}` is a directory{meant}"));
        assert_eq!(error("/nowhere/x.yaml"), "there is no `/nowhere/x.yaml`");
    }
}
