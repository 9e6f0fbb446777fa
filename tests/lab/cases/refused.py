"""What can be known beforehand is refused beforehand, with the reason, and nothing is changed."""

from lab.node import MANIFEST
from lab.process import wait
from lab.registry import case
from lab.trial import DONE, REFUSED, Failed

from .policies import FATAL, LENIENT

POLICY = "/etc/kubernetes/audit/policy.yaml"
FLAGS = [
    ("an age in days with a letter", ["--log-maxage", "7d"], "7d"),
    ("a negative age", ["--log-maxage=-1"], "-1"),
    ("a format that does not exist", ["--log-format", "xml"], "xml"),
    ("a mode that does not exist", ["--log-mode", "async"], "async"),
    ("a version of events that does not exist", ["--log-version", "audit.k8s.io/v1beta1"], "allowed versions"),
    ("a flag that does not exist", ["--logs-path", "/var/log/audit.log"], "logs-path"),
    ("a flag that was removed", ["--dynamic-configuration=true"], "dynamic"),
    ("a relative log path", ["--log-path", "audit.log"], "absolute|audit.log"),
    ("a webhook without its configuration", ["--webhook-config-file", "/etc/kubernetes/audit/webhook.yaml"], "webhook"),
    ("a policy in the manifests directory", ["--policy-path", "/etc/kubernetes/manifests/policy.yaml"], "manifests directory"),
]
# What is wrong with a manifest, an edit of the good one.
MANIFESTS = [
    ("has two mounts at one path", "    volumeMounts:\n", "    volumeMounts:\n    - {mountPath: /etc/ssl/certs, name: k8s-certs}\n"),
    ("mounts a volume that it has not", "    name: ca-certs\n  - hostPath", "    name: ca-cert\n  - hostPath"),
    ("has two volumes of one name", "  volumes:\n", "  volumes:\n  - {name: ca-certs, hostPath: {path: /tmp}}\n"),
    ("has a volume without a name", "  volumes:\n", "  volumes:\n  - {hostPath: {path: /tmp}}\n"),
    ("has a hostPath type that does not exist", "type: DirectoryOrCreate\n    name: ca-certs", "type: DirOrCreate\n    name: ca-certs"),
    ("has flags without dashes", "    - --allow-privileged=true\n", "      --allow-privileged=true\n    --authorization: x\n"),
    ("is no YAML", "  hostNetwork: true\n", "  hostNetwork: true\n  - {bad\n"),
    ("has a flag with its value behind a blank", "    - --allow-", "    - --audit-policy-file /etc/kubernetes/p.yaml\n    - --allow-"),
]


def refused(trial, *arguments, says):
    """Enables, which is refused: nothing was written."""
    trial.enable(*arguments, expect=REFUSED, says=says)
    if trial.node.manifest() != trial.before or trial.node.path(POLICY).exists():
        raise Failed("something was changed all the same")


def register(sentence, act, quick=False):
    case("refused", sentence, quick=quick)(act)


for wrong, text, says in FATAL:
    register(
        f"a policy that {wrong}",
        lambda trial, text=text, says=says: refused(trial, "-f", trial.file("p.yaml", text), says=says),
        quick=True,
    )
for wrong, arguments, says in FLAGS:
    register(
        wrong,
        lambda trial, arguments=arguments, says=says: refused(trial, "--template", "minimal", *arguments, says=says),
        quick=True,
    )


def flawed(trial, find, put):
    """A manifest beside the directory, so that the server of the node goes on."""
    text = trial.node.base.decode()
    if find not in text:
        raise Failed(f"`{find}` is not in the manifest")
    other = "/etc/kubernetes/other/kube-apiserver.yaml"
    trial.node.put(other, text.replace(find, put, 1))
    trial.later(lambda: trial.node.sh("rm -rf /etc/kubernetes/other"))
    trial.enable("--template", "minimal", "--manifest", other, expect=REFUSED)


for wrong, find, put in MANIFESTS:
    register(f"a manifest that {wrong}", lambda trial, find=find, put=put: flawed(trial, find, put))


@case("refused", "a policy path where a directory stands")
def directory_there(trial):
    trial.node.sh(f"mkdir -p {POLICY}")
    trial.enable("--template", "minimal", expect=REFUSED)


@case("refused", "a log path where a directory stands")
def log_directory_there(trial):
    trial.node.sh("mkdir -p /var/log/kubernetes/audit/audit.log")
    trial.enable("--template", "minimal", expect=REFUSED)


@case("refused", "a log directory that is a file")
def log_file_there(trial):
    trial.node.sh("mkdir -p /var/log/kubernetes && touch /var/log/kubernetes/audit")
    trial.enable("--template", "minimal", expect=REFUSED)


@case("refused", "a backup of the manifest in its directory", quick=True)
def stray(trial):
    node = trial.node
    # As a good one; only a copy of the manifest as it is, so the server does not change.
    node.put(f"{MANIFEST}.bak", node.base)
    trial.later(lambda: node.sh(f"rm -f {MANIFEST}.bak"))
    try:
        trial.enable("--template", "minimal", expect=REFUSED, says="bak")
    finally:
        node.sh(f"rm -f {MANIFEST}.bak")


@case("refused", "a server that is not ready")
def not_ready(trial):
    node = trial.node
    node.sh(f"mv {MANIFEST} /run/lab/away.yaml")
    wait(lambda: not node.servers(), 60)
    node.sh("cp -p /run/lab/away.yaml /etc/kubernetes/aside.yaml")
    try:
        trial.enable("--template", "minimal", "--manifest", "/etc/kubernetes/aside.yaml", expect=REFUSED, says="does not answer|not ready")
    finally:
        node.sh(f"mv /etc/kubernetes/aside.yaml {MANIFEST}")


def lenient(trial, text):
    """Either refused for what it really does, or taken, said and verified."""
    command = trial.run("enable", "--yes", "-f", trial.file("p.yaml", text))
    if command.process.returncode not in (DONE, REFUSED):
        raise Failed(f"exit {command.process.returncode}:\n{command.output[-2000:]}")


for wrong, text in LENIENT:
    register(f"or taken: a policy {wrong}", lambda trial, text=text: lenient(trial, text))
