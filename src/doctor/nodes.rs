//! The API servers of a cluster, by the mirror pods that the kubelets show of them.

use serde_json::Value;

use super::Pod;
use crate::flags::name;
use crate::manifest::{Manifest, POLICY_ANNOTATION};

/// One API server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NodeRow {
    /// The node it runs on.
    pub node: String,
    /// The tag of its image.
    pub version: String,
    /// Whether it is ready, as its kubelet says.
    pub ready: bool,
    /// Whether it has a policy and somewhere for events to go.
    pub audits: bool,
    /// The audit flags by name, with the value that counts.
    pub flags: Vec<(String, String)>,
    /// `--audit-policy-file`
    pub policy: Option<String>,
    /// `--audit-log-path`
    pub log: Option<String>,
    /// The sha256 of the policy it was started with, if this program wrote it down.
    pub sha256: Option<String>,
}

/// The list of pods is none.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum NodesError {
    /// Not what kubectl prints.
    #[error("kubectl printed something that is no list of pods")]
    NoList,
    /// No pod has the label.
    #[error("no pod of kube-system has the label `component=kube-apiserver`")]
    NoServers,
}

/// Reads what `kubectl get pods -l component=kube-apiserver -o json` prints, sorted by node.
///
/// # Errors
///
/// It is no list, or an empty one: k3s and managed control planes show no API server.
pub fn nodes(json: &str) -> Result<Vec<NodeRow>, NodesError> {
    let list: Value = serde_json::from_str(json).map_err(|_| NodesError::NoList)?;
    let items = list.get("items").and_then(Value::as_array).ok_or(NodesError::NoList)?;
    if items.is_empty() {
        return Err(NodesError::NoServers);
    }
    let mut rows: Vec<NodeRow> = items.iter().map(row).collect();
    rows.sort_by(|one, other| one.node.cmp(&other.node));
    Ok(rows)
}

fn row(item: &Value) -> NodeRow {
    let text = |path: &str| item.pointer(path).and_then(Value::as_str);
    let name = text("/metadata/name").unwrap_or_default();
    let node = text("/spec/nodeName").unwrap_or(name).to_owned();
    let conditions = item.pointer("/status/conditions").and_then(Value::as_array);
    let is_ready = |it: &Value| it["type"] == "Ready" && it["status"] == "True";
    let ready = conditions.is_some_and(|them| them.iter().any(is_ready));
    let Some(pod) = pod(item) else {
        return NodeRow {
            node,
            version: "?".to_owned(),
            ready,
            audits: false,
            flags: vec![],
            policy: None,
            log: None,
            sha256: None,
        };
    };
    let flags = pod.manifest.flag_values().into_iter();
    NodeRow {
        node,
        version: tag(&pod.manifest),
        ready,
        audits: pod.auditing.records(),
        flags: flags.filter(|(name, _)| name.starts_with("audit-")).collect(),
        policy: pod.flag(name::POLICY_FILE).map(str::to_owned),
        log: pod.flag(name::LOG_PATH).map(str::to_owned),
        sha256: pod.manifest.annotation(POLICY_ANNOTATION).map(str::to_owned),
    }
}

/// A mirror pod is the manifest with what the API server added.
fn pod(item: &Value) -> Option<Pod> {
    let mut item = item.clone();
    // Lists of some clients leave out what is the same for all.
    item["apiVersion"] = "v1".into();
    item["kind"] = "Pod".into();
    Manifest::parse_for_rescue(item.to_string().as_bytes()).ok().map(Pod::of)
}

fn tag(manifest: &Manifest) -> String {
    let name = manifest.image().and_then(|image| image.split('@').next()?.rsplit('/').next());
    name.and_then(|name| name.split_once(':')).map_or("?", |(_, tag)| tag).to_owned()
}

/// Returns what the servers differ in: names of audit flags, `version`, `policy-sha256`; nothing if
/// all are alike.
#[must_use]
pub fn differ(rows: &[NodeRow]) -> Vec<String> {
    let Some((first, rest)) = rows.split_first() else { return vec![] };
    let names = rows.iter().flat_map(|row| row.flags.iter().map(|(name, _)| name.clone()));
    let mut names: Vec<String> = names.collect();
    names.sort();
    names.dedup();
    let value = |row: &NodeRow, name: &str| {
        row.flags.iter().find(|(flag, _)| flag == name).map(|(_, value)| value.clone())
    };
    names.retain(|name| rest.iter().any(|row| value(row, name) != value(first, name)));
    if rest.iter().any(|row| row.sha256 != first.sha256) {
        names.push("policy-sha256".to_owned());
    }
    if rest.iter().any(|row| row.version != first.version) {
        names.push("version".to_owned());
    }
    names
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn item(node: &str, flags: &[&str], sum: Option<&str>) -> Value {
        let mut command = vec!["kube-apiserver", "--advertise-address=10.0.0.1"];
        command.extend(flags);
        json!({
            "metadata": {
                "name": format!("kube-apiserver-{node}"),
                "namespace": "kube-system",
                "uid": "0-0-0",
                "annotations": { "kubernetes.io/config.hash": "x", POLICY_ANNOTATION: sum },
            },
            "spec": { "nodeName": node, "containers": [{
                "name": "kube-apiserver",
                "image": "registry.example/kube-apiserver:v1.31.4",
                "command": command,
            }]},
            "status": { "conditions": [{ "type": "Ready", "status": "True" }] },
        })
    }

    fn read(items: &[Value]) -> Vec<NodeRow> {
        nodes(&json!({ "kind": "List", "items": items }).to_string()).unwrap()
    }

    const ON: [&str; 2] = ["--audit-policy-file=/p.yaml", "--audit-log-path=/l.log"];

    #[test]
    fn servers_that_are_alike_have_no_differences() {
        let rows = read(&[item("b", &ON, Some("1")), item("a", &ON, Some("1"))]);
        assert_eq!(differ(&rows), Vec::<String>::new());
        assert_eq!((rows[0].node.as_str(), rows[0].version.as_str()), ("a", "v1.31.4"));
        assert!(rows.iter().all(|row| row.audits && row.ready));
        assert_eq!(rows[0].policy.as_deref(), Some("/p.yaml"));
    }

    #[test]
    fn what_differs_is_named() {
        let off = item("c", &[], None);
        let other = item("b", &[ON[0], "--audit-log-path=/other.log"], Some("2"));
        let rows = read(&[item("a", &ON, Some("1")), other, off]);
        assert_eq!(differ(&rows), ["audit-log-path", "audit-policy-file", "policy-sha256"]);
        assert!(!rows[2].audits);
    }

    #[test]
    fn no_list_and_no_servers_are_told() {
        assert_eq!(nodes("<html>"), Err(NodesError::NoList));
        assert_eq!(nodes("{\"items\":[]}"), Err(NodesError::NoServers));
    }
}
