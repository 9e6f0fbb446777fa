//! sealos: the part of a Clusterfile that differs from what sealos sets.

use serde_json::{Map, json};

use crate::export::api_server::{list, mounts};
use crate::export::setup::{FilePlace, Usual};
use crate::export::{Choices, Export, ExportError, ExportTarget, Holds, Setup, Write};
use crate::flags::name;
use crate::yaml;

pub(in crate::export) const TARGET: ExportTarget = ExportTarget {
    name: "sealos",
    about: "a ClusterConfiguration for the Clusterfile",
    forms: &[],
    holds: Holds::ALL,
    write: Write::Settings(write),
};

/// What sealos gives its API servers; of a flag that comes twice the last one counts, and that is ours.
pub(in crate::export) const GIVEN: [(&str, &str); 6] = [
    (name::POLICY_FILE, "/etc/kubernetes/audit-policy.yml"),
    (name::LOG_PATH, "/var/log/kubernetes/audit.log"),
    (name::LOG_MAXAGE, "7"),
    (name::LOG_MAXBACKUP, "10"),
    (name::LOG_MAXSIZE, "100"),
    ("audit-log-format", "json"),
];
/// The directories that it mounts.
const MOUNTED: [&str; 2] = ["/etc/kubernetes", "/var/log/kubernetes"];
/// sealos copies a policy of its own to the usual path before kubeadm runs: ours has another one.
const USUAL: Usual =
    Usual { policy: "/etc/kubernetes/audit/policy.yaml", log: "/var/log/kubernetes/audit.log" };

fn write(setup: &Setup, _: &Choices<'_>) -> Result<Export, ExportError> {
    let layout = setup.layout(USUAL);
    let mut flags = setup.flags_at(&layout);
    flags.retain(|(name, value)| !GIVEN.contains(&(*name, value)));
    let is_mounted = |place: &FilePlace| {
        place.node == place.container
            && MOUNTED.iter().any(|top| place.node.starts_with(&format!("{top}/")))
    };
    let mut volumes = mounts(setup, &layout);
    volumes.retain(|volume| {
        let path = FilePlace {
            node: format!("{}/", volume.host_path),
            container: format!("{}/", volume.mount_path),
        };
        !is_mounted(&path)
    });
    let mut server = Map::new();
    server.insert("extraArgs".to_owned(), list(flags));
    if !volumes.is_empty() {
        server.insert("extraVolumes".to_owned(), json!(volumes));
    }
    let document = json!({"apiVersion": "kubeadm.k8s.io/v1beta4", "kind": "ClusterConfiguration", "apiServer": server});
    let policy = &layout.policy.node;
    let export = Export::default()
        .file(
            "clusterfile-audit.yaml",
            "to the end of the Clusterfile, after a line with ---",
            yaml::write(&document),
        )
        .file(
            "audit-policy.yaml",
            format!("to {policy} on every master; mode 0600"),
            setup.policy_text(),
        );
    Ok(super::rke2::webhook(setup, "master")(export)
        .steps([
            format!("sealos exec -r master 'mkdir -p {}'", crate::export::setup::parent(policy)),
            format!("sealos scp -r master audit-policy.yaml {policy}"),
            "sealos apply -f Clusterfile".to_owned(),
        ])
        .notes([
            "only what differs from sealos' own settings is written: 7 days, 10 files of 100 MB, \
             /var/log/kubernetes/audit.log",
            "sealos mounts all of /etc/kubernetes read-write into the API server",
        ]))
}
