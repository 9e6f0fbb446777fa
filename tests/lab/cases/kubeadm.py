"""kubeadm beside us: upgrades, and the same settings written by it."""

import time

from lab import kubeadm
from lab.node import MANIFEST
from lab.registry import case
from lab.trial import DONE, Failed

from .behind import told

SETTINGS = """apiVersion: kubeadm.k8s.io/v1beta4
kind: ClusterConfiguration
kubernetesVersion: {version}
controlPlaneEndpoint: cluster.lab:6443
networking: {{podSubnet: 10.244.0.0/16}}
apiServer:
  extraArgs:
  - {{name: audit-policy-file, value: /etc/kubernetes/audit/policy.yaml}}
  - {{name: audit-log-path, value: /var/log/kubernetes/audit/audit.log}}
  - {{name: audit-log-maxage, value: "30"}}
  - {{name: audit-log-maxbackup, value: "10"}}
  - {{name: audit-log-maxsize, value: "100"}}
  extraVolumes:
  - {{name: audit-policy, hostPath: /etc/kubernetes/audit/policy.yaml, mountPath: /etc/kubernetes/audit/policy.yaml, readOnly: true, pathType: File}}
  - {{name: audit-log, hostPath: /var/log/kubernetes/audit, mountPath: /var/log/kubernetes/audit, pathType: DirectoryOrCreate}}
---
apiVersion: kubeadm.k8s.io/v1beta4
kind: InitConfiguration
localAPIEndpoint: {{advertiseAddress: {address}, bindPort: 6443}}
"""


def configured(trial):
    """A file with the settings that `enable` makes, in kubeadm's words."""
    machine = trial.node
    return trial.file("kubeadm.yaml", SETTINGS.format(version=machine.lab.release.version, address=machine.address))


@case("kubeadm", "upgrade apply --force writes the manifest anew: said by doctor and status, and `history restore` brings it back", spends=True)
def upgrade(trial):
    node = trial.node
    trial.enable("--template", "cis")
    name = node.last_entry().name.rsplit("-", 1)[1]
    upgraded(trial)
    told(trial, rf"history restore {name}")
    trial.before = node.manifest()
    trial.expects(trial.run("history", "restore", name, "--yes"), DONE)
    trial.must_be_healthy("after the restore")
    if b"--audit-policy-file" not in node.manifest():
        raise Failed("auditing is still off")


@case("kubeadm", "upgrade apply --force with the settings in kubeadm-config: auditing stays on", spends=True)
def upgrade_kept(trial):
    trial.enable("--template", "minimal")
    trial.node.sh(f"kubeadm init phase upload-config kubeadm --config {configured(trial)}")
    upgraded(trial)
    trial.before = trial.node.manifest()
    trial.expects(trial.run("status"), DONE)
    trial.expects(trial.run("doctor"), DONE)


def upgraded(trial):
    """Runs the upgrade to the version that is there, whole."""
    begin = time.monotonic()
    # Not the patches of the lab: what kubeadm writes is kubeadm's own.
    trial.node.sh(f"rm -rf {kubeadm.PATCHES}")
    trial.node.sh(f"kubeadm upgrade apply --force --yes --ignore-preflight-errors=all {trial.node.lab.release.version}", limit=600)
    trial.figure(f"upgrade {time.monotonic() - begin:.0f} s")
    trial.must_be_healthy("after the upgrade")


@case("kubeadm", "it wrote the same settings itself: nothing to do", quick=True)
def same(trial):
    node = trial.node
    trial.enable("--template", "minimal")
    node.sh(f"kubeadm init phase control-plane apiserver --config {configured(trial)}")
    trial.must_be_healthy("with kubeadm's manifest")
    trial.before = node.path(MANIFEST).read_bytes()
    servers = node.servers()
    trial.enable(says="Nothing to do|nothing to do")
    if node.servers().keys() != servers.keys() or node.manifest() != trial.before:
        raise Failed("the API server was restarted for nothing")


@case("kubeadm", "enable --persist, upgrade apply --force: auditing stays on, enable has nothing to do; disable, upgrade: it stays off", spends=True)
def persisted(trial):
    node = trial.node
    before = cluster_configuration(trial)
    trial.enable("--template", "minimal", "--persist")
    upgraded(trial)
    trial.before = node.manifest()
    if b"--audit-policy-file" not in trial.before:
        raise Failed("the upgrade has turned auditing off")
    trial.expects(trial.run("status"), DONE)
    trial.enable("--persist", says="Nothing to do|nothing to do")
    if node.manifest() != trial.before:
        raise Failed("enable changed what kubeadm wrote")
    trial.expects(trial.run("disable", "--yes"), DONE)
    trial.must_be_healthy("after disable")
    if cluster_configuration(trial) != before:
        raise Failed("kubeadm-config is not what it was")
    upgraded(trial)
    trial.before = node.manifest()
    if b"--audit" in trial.before:
        raise Failed("the upgrade has turned auditing on")


@case("kubeadm", "export kubeadm: `kubeadm init phase` makes of it what enable writes, but for the annotation")
def exported(trial):
    node = trial.node
    trial.enable("--template", "minimal")
    ours = parts(node.manifest())
    exported = trial.run("export", "kubeadm", "--output-dir", "/tmp/exported")
    trial.expects(exported, DONE)
    config = node.sh("cat /tmp/exported/kubeadm-config.yaml")
    address = f"apiVersion: kubeadm.k8s.io/v1beta4\nkind: InitConfiguration\nlocalAPIEndpoint: {{advertiseAddress: {node.address}, bindPort: 6443}}\n"
    path = trial.file("exported.yaml", config + "controlPlaneEndpoint: cluster.lab:6443\n---\n" + address)
    node.sh(f"kubeadm init phase control-plane apiserver --config {path}")
    trial.must_be_healthy("with kubeadm's manifest")
    trial.before = node.manifest()
    if parts(trial.before) != ours:
        raise Failed(f"kubeadm writes {sorted(parts(trial.before) ^ ours)}")


def cluster_configuration(trial):
    """The ClusterConfiguration that kubeadm keeps in the cluster."""
    return trial.node.sh(
        "kubectl --kubeconfig /etc/kubernetes/admin.conf -n kube-system get configmap kubeadm-config -o jsonpath='{.data.ClusterConfiguration}'"
    )


def parts(manifest):
    """The lines of a manifest that belong to auditing, whatever their order."""
    return {line.strip() for line in manifest.decode().splitlines() if "audit" in line and "policy-sha256" not in line}
