//! Where the kubelet looks for static pods, and how often, as far as files tell.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::Value;

use super::kubelet_flags::{environment_files, last_flag};
use crate::host::{FileKind, Host};
use audit_policy::finding::Finding;
use audit_policy::finding::Severity;
use goyaml::go;

/// Where kubeadm puts the kubelet's configuration.
const CONFIG: &str = "/var/lib/kubelet/config.yaml";

/// Where units and their drop-ins lie; a later directory overrides an earlier one.
const UNITS: [&str; 4] = [
    "/usr/lib/systemd/system",
    "/lib/systemd/system",
    "/run/systemd/system",
    "/etc/systemd/system",
];

/// Files with flags that are read even when no unit names them, as in an image without units.
const ENVIRONMENT: [&str; 3] =
    ["/var/lib/kubelet/kubeadm-flags.env", "/etc/default/kubelet", "/etc/sysconfig/kubelet"];

/// How often the kubelet lists the directory when its configuration does not say
/// (Go: `SetDefaults_KubeletConfiguration`).
const DEFAULT_RECHECK: Duration = Duration::from_secs(20);

/// What files say about the kubelet. Whether it runs, and with which flags, they do not tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kubelet {
    /// The directory with static pod manifests (or the one manifest) it watches.
    pub manifests: Option<ConfiguredPath>,
    /// How often it lists that directory again, at the latest.
    pub recheck: Duration,
    /// How it rotates what containers write to their standard output.
    pub container_log: ContainerLogLimits,
    /// How full the disk of the images may be, in per cent, before it deletes images that no container
    /// uses (`imageGCHighThresholdPercent`); 100 is never.
    pub images_percent: u64,
    /// Configuration files that could not be read, and why.
    pub unreadable: Vec<(PathBuf, String)>,
}

/// How long the standard output of a container is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ContainerLogLimits {
    /// Bytes at which a file is rotated (`containerLogMaxSize`).
    pub bytes: u64,
    /// Files that are kept, the one that is written included (`containerLogMaxFiles`).
    pub files: u64,
}

/// What holds when the configuration does not say (Go: `SetDefaults_KubeletConfiguration`).
const DEFAULT_LOG: ContainerLogLimits = ContainerLogLimits { bytes: 10 << 20, files: 5 };

/// What holds when the configuration does not say (Go: `SetDefaults_KubeletConfiguration`).
const DEFAULT_IMAGES: u64 = 85;

/// A path, and the file that names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfiguredPath {
    /// The path.
    pub path: PathBuf,
    /// The file that names it.
    pub by: PathBuf,
}

impl Kubelet {
    /// Reads the kubelet's unit, its drop-ins and environment files, and the configuration they
    /// name, else `/var/lib/kubelet/config.yaml`. Flags win over configuration files, and files of
    /// a drop-in directory (`--config-dir`) over the main one, as for the kubelet.
    ///
    /// Files that are not there, or may not be read, say nothing.
    #[must_use]
    pub fn read(host: &dyn Host) -> Self {
        let command = KubeletCommandLine::read(host);
        let mut kubelet = Self {
            manifests: None,
            recheck: DEFAULT_RECHECK,
            container_log: DEFAULT_LOG,
            images_percent: DEFAULT_IMAGES,
            unreadable: Vec::new(),
        };
        let config =
            command.flag("config").map_or_else(|| PathBuf::from(CONFIG), |(path, _)| path.into());
        kubelet.take_config(host, &config);
        if let Some((directory, _)) = command.flag("config-dir") {
            for path in drop_ins(host, Path::new(directory)) {
                kubelet.take_config(host, &path);
            }
        }
        if let Some((path, by)) = command.flag("pod-manifest-path") {
            kubelet.manifests = Some(ConfiguredPath { path: path.into(), by: by.to_owned() });
        }
        if let Some((text, _)) = command.flag("file-check-frequency") {
            kubelet.take_recheck(text);
        }
        kubelet
    }

    fn take_config(&mut self, host: &dyn Host, path: &Path) {
        let Some(text) = text(host, path) else { return };
        let config = match goyaml::decode(&text) {
            Ok(config) => config,
            Err(error) => {
                self.unreadable.push((path.to_owned(), error.to_string()));
                return;
            }
        };
        if let Some(manifests) = config.get("staticPodPath").and_then(Value::as_str) {
            // The kubelet watches nothing when the path is empty.
            self.manifests = (!manifests.is_empty())
                .then(|| ConfiguredPath { path: manifests.into(), by: path.to_owned() });
        }
        if let Some(text) = config.get("fileCheckFrequency").and_then(Value::as_str) {
            self.take_recheck(text);
        }
        let percent = config.get("imageGCHighThresholdPercent").and_then(Value::as_u64);
        self.images_percent = percent.unwrap_or(self.images_percent);
        let size = config.get("containerLogMaxSize").and_then(Value::as_str).and_then(bytes);
        let files = config.get("containerLogMaxFiles").and_then(Value::as_u64);
        self.container_log.bytes = size.unwrap_or(self.container_log.bytes);
        self.container_log.files = files.unwrap_or(self.container_log.files);
    }

    /// Nothing, as kubeadm writes it, means the default.
    fn take_recheck(&mut self, text: &str) {
        if let Ok(time) = go::Duration::parse(text)
            && !time.to_std().is_zero()
        {
            self.recheck = time.to_std();
        }
    }
}

/// Reads a quantity of bytes such as `10Mi` (Go: `resource.ParseQuantity`), whole numbers only.
fn bytes(quantity: &str) -> Option<u64> {
    let end = quantity.find(|c: char| !c.is_ascii_digit()).unwrap_or(quantity.len());
    let (number, unit) = quantity.split_at(end);
    let units = [
        ("", 1),
        ("k", 1_000),
        ("M", 1_000_000),
        ("G", 1_000_000_000),
        ("Ki", 1 << 10),
        ("Mi", 1 << 20),
        ("Gi", 1 << 30),
    ];
    let (_, times) = units.into_iter().find(|(name, _)| *name == unit)?;
    number.parse::<u64>().ok()?.checked_mul(times)
}

/// Returns what is to be said about the kubelet before `manifest` is changed.
#[must_use]
pub fn check(kubelet: &Kubelet, manifest: &Path) -> Vec<Finding> {
    let mut findings: Vec<_> = kubelet.unreadable.iter().map(unreadable).collect();
    if let Some(said) = &kubelet.manifests
        && manifest.parent() != Some(&said.path)
        && manifest != said.path
    {
        findings.push(Finding {
            id: "not-watched",
            severity: Severity::Warning,
            place: None,
            message: format!(
                "the kubelet watches `{}` (`{}` says so), not the directory of `{}`: nothing \
                 happens when that changes",
                said.path.display(),
                said.by.display(),
                manifest.display()
            ),
            help: None,
        });
    }
    findings
}

fn unreadable((path, error): &(PathBuf, String)) -> Finding {
    Finding {
        id: "kubelet-config",
        severity: Severity::Warning,
        place: None,
        message: format!(
            "the kubelet's configuration `{}` cannot be read ({error}): the kubelet will not start \
             again with it",
            path.display()
        ),
        help: None,
    }
}

/// Everything that makes up the kubelet's command line, in the order in which it is put together.
struct KubeletCommandLine {
    files: Vec<(PathBuf, String)>,
}

impl KubeletCommandLine {
    fn read(host: &dyn Host) -> Self {
        let mut files: Vec<(PathBuf, String)> = Vec::new();
        for path in unit_files(host) {
            files.extend(text(host, &path).map(|text| (path, text)));
        }
        let named: Vec<PathBuf> = files
            .iter()
            .flat_map(|(_, unit)| environment_files(unit))
            .chain(ENVIRONMENT)
            .map(PathBuf::from)
            .collect();
        for path in named {
            if files.iter().all(|(known, _)| *known != path) {
                files.extend(text(host, &path).map(|text| (path, text)));
            }
        }
        Self { files }
    }

    /// The last value of a flag, and the file it is in.
    fn flag(&self, name: &str) -> Option<(&str, &Path)> {
        self.files
            .iter()
            .rev()
            .find_map(|(path, text)| Some((last_flag(text, name)?, path.as_path())))
    }
}

/// The unit and its drop-ins that count: of several with one name that of the last directory.
fn unit_files(host: &dyn Host) -> Vec<PathBuf> {
    let unit = UNITS
        .iter()
        .rev()
        .map(|directory| Path::new(directory).join("kubelet.service"))
        .find(|path| is_file(host, path));
    let mut drop_ins = BTreeMap::new();
    for directory in UNITS {
        let directory = Path::new(directory).join("kubelet.service.d");
        for path in self::drop_ins(host, &directory) {
            drop_ins.insert(path.file_name().map(ToOwned::to_owned), path);
        }
    }
    unit.into_iter().chain(drop_ins.into_values()).collect()
}

/// The `*.conf` files of a directory, sorted by name.
fn drop_ins(host: &dyn Host, directory: &Path) -> Vec<PathBuf> {
    let names = host.list(directory).unwrap_or_default();
    names
        .into_iter()
        .filter(|name| !name.starts_with('.') && name.ends_with(".conf"))
        .map(|name| directory.join(name))
        .collect()
}

fn is_file(host: &dyn Host, path: &Path) -> bool {
    matches!(host.stat(path), Ok(Some(stat)) if stat.kind == FileKind::File)
}

/// The text of a file; nothing if it is not there or may not be read.
fn text(host: &dyn Host, path: &Path) -> Option<String> {
    let bytes = is_file(host, path).then(|| host.read(path).ok()).flatten()?;
    Some(String::from_utf8_lossy(&bytes).into_owned())
}
