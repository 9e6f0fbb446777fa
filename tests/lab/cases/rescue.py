"""`rescue` from states in which no server starts, and from ones that are none of its business."""

import time

from lab.node import MANIFEST, MANIFESTS, STATE
from lab.process import wait
from lab.registry import case
from lab.trial import Failed

POLICY = "/etc/kubernetes/audit/policy.yaml"
BROKEN = "apiVersion: audit.k8s.io/v1\nkind: Policy\nrules: []\n"
QUICK = ["the manifest is no YAML", "the policy was broken afterwards, and there is no journal"]


def breakdown(trial, act):
    """Breaks the node and waits until its server is away."""
    trial.broken = True
    act()
    trial.node.run(["bash", "-c", "crictl stopp $(crictl pods -q)"])
    if not wait(lambda: not trial.node.ready(), 60):
        raise Failed("the API server does not break")
    # Nobody is there in the same second: whatever fails has failed twice and said so.
    time.sleep(15)
    if trial.node.ready():
        raise Failed("the API server came back by itself")
    trial.before = None


def rescued(trial, *arguments, says=None):
    """Rescues: the server is healthy again, without or with auditing, and the rest is as it was."""
    begin = time.monotonic()
    command = trial.run("rescue", "--yes", *arguments)
    trial.must_be_healthy("after the rescue")
    trial.seconds = time.monotonic() - begin
    trial.expects(command, 0, says)
    # What stands now is the rescue's to judge; nothing but auditing may be gone.
    trial.before = trial.node.manifest()
    lost = set(lines(trial.node.base)) - set(lines(trial.before))
    if lost:
        raise Failed(f"the rescue took {lost}")


def wrong_then_right(trial):
    """A pod that could not be mounted, rescued: the kubelet repeats its complaint of it for minutes."""
    trial.enable("--template", "minimal")
    breakdown(trial, lambda: edited(trial, "      type: File\n    name: audit-policy", "      type: Directory\n    name: audit-policy"))
    rescued(trial)


def lines(text):
    return [line.strip() for line in text.decode().split("\n")]


def edited(trial, find, put):
    """Edits the manifest as people do: in one write, by hand."""
    text = trial.node.manifest().decode()
    if find not in text:
        raise Failed(f"`{find}` is not in the manifest")
    trial.node.put(MANIFEST, text.replace(find, put, 1))


STATES = [
    ("the manifest is no YAML", lambda t: edited(t, "    - --audit-log-maxage=30\n", "    - --audit-log-maxage=30\n  - {bad\n")),
    ("an audit flag has no dash", lambda t: edited(t, "    - --audit-log-maxage=30\n", "    --audit-log-maxage=30\n")),
    ("the manifest breaks off", lambda t: t.node.put(MANIFEST, t.node.manifest()[: len(t.node.manifest()) * 2 // 3])),
    ("the manifest is empty", lambda t: t.node.put(MANIFEST, b"")),
    ("a hostPath leads nowhere", lambda t: edited(t, f"path: {POLICY}", "path: /etc/kubernetes/audit/polciy.yaml")),
    ("a flag is misspelt", lambda t: edited(t, "--audit-log-path=", "--audit-logs-path=")),
    ("the policy was broken afterwards", lambda t: t.node.put(POLICY, BROKEN)),
    ("the policy is gone", lambda t: t.node.sh(f"rm {POLICY}")),
    ("the policy became a directory", lambda t: t.node.sh(f"rm {POLICY}; mkdir {POLICY}")),
    ("a volume lost its name", lambda t: edited(t, "\n    name: audit-policy\n  - hostPath", "\n  - hostPath")),
    ("the manifest is gone", lambda t: t.node.sh(f"rm {MANIFEST}")),
]
JOURNALS = [
    ("", None),
    (", and there is no journal", f"rm -rf {STATE}"),
    (", and the journal is damaged", f"for file in $(find {STATE} -type f); do printf 'x' >$file; done"),
]
# Without the journal nobody knows what was lost.
NEEDS_JOURNAL = ["the manifest is no YAML", "the manifest breaks off", "the manifest is empty", "the manifest is gone"]


def register():
    for broken, act in STATES:
        for how, script in JOURNALS:
            if script and broken in NEEDS_JOURNAL:
                continue

            def rescue(trial, act=act, script=script):
                trial.enable("--template", "minimal")
                breakdown(trial, lambda: act(trial))
                if script:
                    trial.node.sh(script)
                rescued(trial)

            case("rescue", broken + how, quick=broken + how in QUICK)(rescue)


register()


@case("rescue", "a backup of a broken manifest lies in the directory")
def backup(trial):
    trial.enable("--template", "minimal")
    text = trial.node.manifest().replace(b"--audit-log-path=", b"--audit-logs-path=")
    breakdown(trial, lambda: trial.node.put(f"{MANIFESTS}/kube-apiserver.yaml.bak", text))
    command = trial.run("rescue", "--yes", "--patience", "60s")
    trial.figure(f"exit {command.process.returncode}")
    if not any(word in command.output for word in [".bak"]):
        raise Failed(f"it does not name the backup:\n{command.output[-2000:]}")
    trial.node.sh(f"rm {MANIFESTS}/kube-apiserver.yaml.bak")
    trial.must_be_healthy("after the backup was moved away, as it said")
    trial.before = trial.node.manifest()


@case("rescue", "the newest change is one of the policy alone, and the manifest is what is wrong")
def policy_alone(trial):
    trial.enable("--template", "minimal")
    first = trial.node.last_entry().name.split("-")[-1]
    trial.node.put(POLICY, trial.node.path(POLICY).read_text() + "# edited\n")
    trial.run("history", "restore", first, "--yes")
    breakdown(trial, lambda: edited(trial, "--audit-log-path=", "--audit-logs-path="))
    rescued(trial)


@case("rescue", "no crictl, no journalctl")
def no_crictl(trial):
    trial.enable("--template", "minimal")
    breakdown(trial, lambda: trial.node.put(POLICY, BROKEN))
    hidden = ["/usr/local/bin/crictl", "/usr/bin/journalctl"]
    for program in hidden:
        trial.node.sh(f"mount --bind /dev/null {program}")
        trial.later(lambda program=program: trial.node.run(["umount", program]))
    begin = time.monotonic()
    command = trial.run("rescue", "--yes")
    trial.expects(command, 0)
    for program in hidden:
        trial.node.sh(f"umount {program}")
    trial.must_be_healthy("after the rescue")
    trial.seconds = time.monotonic() - begin
    trial.before = trial.node.manifest()


@case("rescue", "the kubelet was stopped, and starts again later")
def kubelet_stopped(trial):
    trial.enable("--template", "minimal")
    breakdown(trial, lambda: trial.node.put(POLICY, BROKEN))
    trial.node.stop_kubelet()
    command = trial.run("rescue", "--yes", "--patience", "60s")
    trial.figure(f"exit {command.process.returncode}")
    if "kubelet" not in command.output:
        raise Failed(f"it does not name the kubelet:\n{command.output[-2000:]}")
    trial.node.start_kubelet()
    trial.must_be_healthy("after the kubelet was started, as it said")
    trial.before = trial.node.manifest()


def spared(trial, manifest):
    """Nothing was stripped."""
    if trial.node.manifest() != manifest:
        raise Failed("the manifest was changed")


@case("rescue", "a healthy server: nothing is done", quick=True)
def healthy(trial):
    trial.enable("--template", "minimal")
    manifest = trial.before = trial.node.manifest()
    command = trial.run("rescue", "--yes")
    trial.expects(command, 0, "[Nn]othing")
    spared(trial, manifest)


@case("rescue", "a key that cannot be read: nothing is stripped")
def bad_key(trial):
    trial.enable("--template", "minimal")
    node = trial.node
    manifest = node.manifest()
    good = node.path("/etc/kubernetes/pki/apiserver.key").read_bytes()
    breakdown(trial, lambda: node.put("/etc/kubernetes/pki/apiserver.key", "not a key\n"))
    command = trial.run("rescue", "--yes", "--patience", "60s")
    node.put("/etc/kubernetes/pki/apiserver.key", good)
    trial.must_be_healthy("after the key came back")
    spared(trial, manifest)
    trial.before = manifest
    trial.figure(f"exit {command.process.returncode}")


@case("rescue", "a data store that does not answer: nothing is stripped")
def etcd(trial):
    trial.enable("--template", "minimal")
    node = trial.node
    manifest = node.manifest()
    file = "/etc/kubernetes/pki/apiserver-etcd-client.crt"
    good = node.path(file).read_bytes()
    breakdown(trial, lambda: node.sh(f"rm {file}"))
    command = trial.run("rescue", "--yes", "--patience", "60s")
    node.put(file, good)
    trial.must_be_healthy("after the certificate came back")
    spared(trial, manifest)
    trial.before = manifest
    trial.figure(f"exit {command.process.returncode}")
