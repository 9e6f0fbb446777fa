//! Whether the kubelet would run a text: the parts of its validation that audit settings can break.

use std::collections::BTreeSet;
use std::fmt;

use serde_json::Value;

use audit_policy::finding::Place;
use goyaml::{Document, Node};

use goyaml::pointer;

/// Something for which the kubelet refuses a Pod. It then stops the running one within 20 seconds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PodProblem {
    /// The field in the kubelet's spelling, such as `spec.volumes[1].name`; empty where it is about
    /// the whole file.
    pub field: String,
    /// What is wrong, in the kubelet's words where it has some.
    pub message: String,
    /// What to do, as one imperative sentence without a full stop.
    pub repair: String,
    /// Where it is; for something that is missing, where it should be.
    pub place: Place,
}

impl fmt::Display for PodProblem {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.field.as_str() {
            "" => out.write_str(&self.message),
            field => write!(out, "{field}: {}", self.message),
        }
    }
}

/// Checks `text` as the kubelet does before it runs a static Pod (Go: `tryDecodeSinglePod`,
/// `ValidatePodCreate`), as far as names, volumes, mounts, command lines and annotations go.
///
/// Only the first document counts, as for the kubelet. Stricter in two points: a later document must
/// be YAML and no second Pod, and a hostPath or `mountPath` must be absolute and without `..`.
///
/// # Errors
///
/// Returns every problem found, or the one that keeps the kubelet from reading the text at all.
///
/// # Examples
///
/// ```
/// let problems = kubectl_audit::manifest::check("kind: Pod\napiVersion: v1\n").unwrap_err();
/// assert_eq!(problems[0].to_string(), "metadata.name: Required value");
/// ```
pub fn check(text: &str) -> Result<(), Vec<PodProblem>> {
    let unreadable = |message: String, line, column| {
        vec![PodProblem {
            field: String::new(),
            message: format!("the kubelet cannot read the file: {message}"),
            repair: "repair the YAML at this line".to_owned(),
            place: Place { line, column },
        }]
    };
    // Without the parser's own line number, which may be another than that of the place.
    let documents = goyaml::parse(text).map_err(|it| unreadable(it.message, it.line, it.column))?;
    let Some((first, others)) = documents.split_first() else {
        return Err(unreadable("there is no Pod in it".to_owned(), 1, 1));
    };
    let value = goyaml::value_of(first).map_err(|it| unreadable(it.message, it.line, it.column))?;
    check_pod(&first.root, &value, others)
}

/// Checks a text that is read already, as [`check()`] does.
pub(super) fn check_pod(
    root: &Node,
    pod: &Value,
    others: &[Document],
) -> Result<(), Vec<PodProblem>> {
    let mut check = PodCheck { root, pod, problems: vec![] };
    check.pod();
    if others.iter().any(|document| is_pod(&document.root)) {
        check.add(
            "",
            "there is a second Pod, which the kubelet ignores",
            "keep one Pod in the file",
        );
    }
    if check.problems.is_empty() { Ok(()) } else { Err(check.problems) }
}

/// Returns whether a document says that it is a Pod.
pub(super) fn is_pod(root: &Node) -> bool {
    root.get("kind").and_then(Node::scalar) == Some("Pod")
}

struct PodCheck<'a> {
    root: &'a Node,
    pod: &'a Value,
    problems: Vec<PodProblem>,
}

impl<'a> PodCheck<'a> {
    fn pod(&mut self) {
        for (path, wanted) in [("/kind", "Pod"), ("/apiVersion", "v1")] {
            if self.pod.pointer(path).and_then(Value::as_str) != Some(wanted) {
                self.add(path, &format!("must be {wanted:?}"), &format!("write `{wanted}`"));
            }
        }
        if !self.problems.is_empty() {
            return;
        }
        let name = self.required("/metadata/name", "give the Pod a name");
        if let Some(name) = name.filter(|name| !name.split('.').all(is_label)) {
            let rule = "must be parts of a-z, 0-9 and '-', joined by '.'";
            self.invalid("/metadata/name", name, rule);
        }
        self.strings_in("/metadata/annotations");
        self.strings_in("/metadata/labels");
        let volumes = self.volumes();
        self.containers(&volumes);
    }

    /// Checks the volumes and returns their names.
    fn volumes(&mut self) -> BTreeSet<&'a str> {
        let mut names = BTreeSet::new();
        let nameless = self.repair_of_nameless_volume();
        for (at, volume) in self.list("/spec/volumes").iter().enumerate() {
            let path = format!("/spec/volumes/{at}");
            if let Some(name) = self.label(&path, &nameless)
                && !names.insert(name)
            {
                let message = format!("Duplicate value: {name:?}");
                self.add(&format!("{path}/name"), &message, "give the volume another name");
            }
            self.source(&path, volume);
        }
        names
    }

    /// Returns the repair of a volume without a name: the name that mounts look for in vain.
    fn repair_of_nameless_volume(&mut self) -> String {
        let name = |it: &'a Value| it.get("name").and_then(Value::as_str);
        let volumes: Vec<_> = self.list("/spec/volumes").iter().map(name).collect();
        let containers =
            CONTAINERS.iter().filter_map(|list| self.pod.pointer(list)?.as_array()).flatten();
        let mounts = containers.filter_map(|it| it.get("volumeMounts")?.as_array()).flatten();
        let missing: BTreeSet<&str> =
            mounts.filter_map(name).filter(|name| !volumes.contains(&Some(name))).collect();
        match missing.first().filter(|_| missing.len() == 1) {
            Some(name) => format!("add `name: {name}`"),
            None => "add a `name`".to_owned(),
        }
    }

    /// Checks where a volume comes from. None at all is an `emptyDir` (Go: `SetDefaults_Volume`).
    fn source(&mut self, path: &str, volume: &Value) {
        let given = |source: &&&str| volume.get(**source).is_some_and(|it| !it.is_null());
        if SOURCES.iter().filter(given).count() > 1 {
            self.add(path, "may not specify more than 1 volume type", "keep one of them");
        }
        let Some(source) = volume.get("hostPath").filter(|source| !source.is_null()) else {
            return;
        };
        let field = format!("{path}/hostPath/path");
        if let Some(path) = self.required(&field, "write the path on the node") {
            self.absolute(&field, path);
        }
        self.host_path_type(&format!("{path}/hostPath/type"), source.get("type"));
    }

    fn host_path_type(&mut self, field: &str, kind: Option<&Value>) {
        match kind {
            None | Some(Value::Null) => {}
            Some(Value::String(kind)) if HOST_PATH_TYPES.contains(&kind.as_str()) => {}
            Some(Value::String(kind)) => {
                let known = format!("must be one of {}", HOST_PATH_TYPES[1..].join(", "));
                self.invalid(field, kind, &known);
            }
            Some(_) => self.not_a_string(field),
        }
    }

    fn containers(&mut self, volumes: &BTreeSet<&str>) {
        if self.list("/spec/containers").is_empty() {
            self.add("/spec/containers", "Required value", "add the container of kube-apiserver");
        }
        let mut names = BTreeSet::new();
        for list in CONTAINERS {
            for at in 0..self.list(list).len() {
                let path = format!("{list}/{at}");
                if let Some(name) = self.label(&path, "add a `name`")
                    && !names.insert(name)
                {
                    let message = format!("Duplicate value: {name:?}");
                    self.add(&format!("{path}/name"), &message, "give it another name");
                }
                self.strings_in(&format!("{path}/command"));
                self.strings_in(&format!("{path}/args"));
                self.mounts(&format!("{path}/volumeMounts"), volumes);
            }
        }
    }

    fn mounts(&mut self, list: &str, volumes: &BTreeSet<&str>) {
        let mut seen = BTreeSet::new();
        for (at, mount) in self.list(list).iter().enumerate() {
            let field = |key: &str| format!("{list}/{at}/{key}");
            if let Some(name) = self.required(&field("name"), "name the volume to mount")
                && !volumes.contains(name)
            {
                let repair = format!("name one of the volumes `{name}`, or remove the mount");
                self.add(&field("name"), &format!("Not found: {name:?}"), &repair);
            }
            if let Some(path) = self.required(&field("mountPath"), "write the path to mount at") {
                if !seen.insert(path) {
                    self.invalid(&field("mountPath"), path, "must be unique");
                } else if path.contains(':') {
                    self.invalid(&field("mountPath"), path, "must not contain ':'");
                } else {
                    self.absolute(&field("mountPath"), path);
                }
            }
            if !matches!(mount.get("readOnly"), None | Some(Value::Null | Value::Bool(_))) {
                self.add(&field("readOnly"), "must be true or false", "write `readOnly: true`");
            }
            if !matches!(mount.get("subPath"), None | Some(Value::Null | Value::String(_))) {
                self.not_a_string(&field("subPath"));
            }
        }
    }

    /// Checks that every value of a list or mapping is a string, if it is there at all.
    fn strings_in(&mut self, path: &str) {
        match self.pod.pointer(path).unwrap_or(&Value::Null) {
            Value::Null => {}
            Value::Array(items) if !path.starts_with("/metadata") => {
                for (at, _) in items.iter().enumerate().filter(|(_, item)| !is_text(item)) {
                    self.not_a_string(&format!("{path}/{at}"));
                }
            }
            Value::Object(entries) if path.starts_with("/metadata") => {
                if entries.values().any(|value| !is_text(value)) {
                    self.add(path, "every value must be a string", "put the values in quotes");
                }
            }
            _ => {
                self.add(path, "is of the wrong kind", "write a list of words, or keys and values");
            }
        }
    }

    /// Returns the items at `path`; none if it is absent, null or, which is a problem, something
    /// else.
    fn list(&mut self, path: &str) -> &'a [Value] {
        match self.pod.pointer(path) {
            None | Some(Value::Null) => &[],
            Some(Value::Array(items)) => items,
            Some(_) => {
                let known = self.problems.iter().any(|problem| problem.field == field_of(path));
                if !known {
                    self.add(path, "must be a list", "begin every item with `- `");
                }
                &[]
            }
        }
    }

    /// Returns the text at `path`, which must be there.
    fn required(&mut self, path: &str, repair: &str) -> Option<&'a str> {
        match self.pod.pointer(path).unwrap_or(&Value::Null) {
            Value::String(text) if !text.is_empty() => return Some(text),
            Value::String(_) | Value::Null => self.add(path, "Required value", repair),
            _ => self.not_a_string(path),
        }
        None
    }

    /// Returns the name of a volume or container, which must be a DNS label.
    fn label(&mut self, path: &str, repair: &str) -> Option<&'a str> {
        let field = format!("{path}/name");
        let name = self.required(&field, repair)?;
        if !is_label(name) {
            let rule = "must be at most 63 of a-z, 0-9 and '-', beginning and ending with one of \
                        the former two";
            self.invalid(&field, name, rule);
        }
        Some(name)
    }

    fn absolute(&mut self, field: &str, path: &str) {
        if path.split('/').any(|part| part == "..") {
            self.invalid(field, path, "must not contain '..'");
        } else if !path.starts_with('/') {
            self.invalid(field, path, "must be an absolute path");
        }
    }

    fn invalid(&mut self, path: &str, value: &str, rule: &str) {
        let repair = format!("correct `{value}`");
        self.add(path, &format!("Invalid value: {value:?}: {rule}"), &repair);
    }

    fn not_a_string(&mut self, path: &str) {
        self.add(path, "is not a string", "put it in quotes");
    }

    fn add(&mut self, path: &str, message: &str, repair: &str) {
        let span = pointer::nearest(self.root, path).span;
        self.problems.push(PodProblem {
            field: field_of(path),
            message: message.to_owned(),
            repair: repair.to_owned(),
            place: Place { line: span.line, column: span.column },
        });
    }
}

/// The types of a hostPath (Go: `supportedHostPathTypes`); the empty one is "not checked".
const HOST_PATH_TYPES: [&str; 8] = [
    "",
    "DirectoryOrCreate",
    "Directory",
    "FileOrCreate",
    "File",
    "Socket",
    "CharDevice",
    "BlockDevice",
];

/// The lists of containers that a static Pod may have.
const CONTAINERS: [&str; 2] = ["/spec/initContainers", "/spec/containers"];

/// The kinds of volumes (Go: `VolumeSource`) that a static Pod may have.
const SOURCES: &[&str] = &[
    "hostPath",
    "emptyDir",
    "downwardAPI",
    "projected",
    "nfs",
    "iscsi",
    "fc",
    "csi",
    "image",
    "secret",
    "configMap",
    "persistentVolumeClaim",
    "ephemeral",
];

/// Returns whether Go decodes the value into a string.
fn is_text(value: &Value) -> bool {
    matches!(value, Value::String(_) | Value::Null)
}

/// Returns whether `name` is a DNS label (Go: `IsDNS1123Label`).
fn is_label(name: &str) -> bool {
    let alphanumeric = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    name.len() <= 63
        && name.chars().all(|c| alphanumeric(c) || c == '-')
        && name.starts_with(alphanumeric)
        && name.ends_with(alphanumeric)
}

/// Returns a JSON pointer as the kubelet writes it: `/spec/volumes/1/name` is
/// `spec.volumes[1].name`.
pub(super) fn field_of(path: &str) -> String {
    let mut field = String::new();
    for step in path.split('/').skip(1) {
        if step.parse::<usize>().is_ok() {
            field.push_str(&format!("[{step}]"));
        } else {
            let dot = if field.is_empty() { "" } else { "." };
            field.push_str(&format!("{dot}{step}"));
        }
    }
    field
}
