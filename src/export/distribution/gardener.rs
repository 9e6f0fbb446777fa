//! Gardener: a ConfigMap of the project and a patch of the Shoot.

use serde_json::json;

use crate::export::{
    Choices, Export, ExportError, ExportTarget, FlagSet, Holds, LogPlace, Setup, Write,
};
use crate::yaml;

pub(in crate::export) const TARGET: ExportTarget = ExportTarget {
    name: "gardener",
    about: "a ConfigMap with the policy and a patch of the Shoot",
    forms: &[],
    holds: Holds {
        flags: FlagSet::Only(&[]),
        log: LogPlace::Nowhere,
        webhook: false,
        ..Holds::ALL
    },
    write: Write::Settings(write),
};

fn write(setup: &Setup, choices: &Choices<'_>) -> Result<Export, ExportError> {
    let shoot = choices.cluster.unwrap_or("SHOOT");
    let name = format!("{shoot}-audit-policy");
    let map = json!({
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": name},
        "data": {"policy": setup.policy_text()},
    });
    let patch = json!({"spec": {"kubernetes": {"kubeAPIServer": {"auditConfig": {"auditPolicy": {"configMapRef": {"name": name}}}}}}});
    Ok(Export::default()
        .file("audit-policy-configmap.yaml", "into the namespace of the project, in the garden cluster", yaml::write(&map))
        .file("shoot-patch.yaml", "into the Shoot", yaml::write(&patch))
        .steps([
            "kubectl apply -f audit-policy-configmap.yaml".to_owned(),
            format!("kubectl patch shoot {shoot} --type merge --patch-file shoot-patch.yaml"),
            "# A ConfigMap that is changed later is not rolled out by itself:".to_owned(),
            format!("kubectl annotate shoot {shoot} gardener.cloud/operation=reconcile"),
        ])
        .notes([
            "a policy alone records nothing there: Gardener writes no log file, and sends events to a webhook only where \
             the landscape has one. Ask its operator first",
        ]))
}
