"""What goes wrong after our checks is rolled back by itself, with the cause, to a healthy server."""

from lab import node as nodes
from lab.node import MANIFEST
from lab.registry import case
from lab.trial import ROLLED_BACK, UNVERIFIED, Failed

from .policies import FATAL

POLICY = "/etc/kubernetes/audit/policy.yaml"
LOGS = "/var/log/kubernetes/audit"
QUICK = ["has no rules", "has a tab"]


def spoiled(trial, act, says, arguments=("--template", "minimal"), patience="60s"):
    """Enables, spoils something in the moment after the manifest was renamed, expects the way back."""
    happens = trial.renamed()
    command = trial.start("enable", "--yes", "--patience", patience, *arguments)
    trial.meanwhile(command, happens, act)
    command.ended(240)
    trial.shows(command)
    trial.expects(command, ROLLED_BACK, says)
    if trial.node.manifest() != trial.before:
        raise Failed("the manifest is not the old one")
    if nodes.claim(trial.node.last_entry()) != "rolled-back":
        raise Failed(f"the claim is {nodes.claim(trial.node.last_entry())}")


def policy(trial, text, says):
    spoiled(trial, lambda: trial.node.put(POLICY, text), f"(?i)cause.*(?:{says})")


for wrong, text, says in FATAL:
    case("spoiled", f"the policy is replaced by one that {wrong}", quick=wrong in QUICK)(
        lambda trial, text=text, says=says: policy(trial, text, says)
    )


def shell(sentence, script, says, undo=None, quick=False, **more):
    """Registers a case that spoils with a shell script."""

    @case("spoiled", sentence, quick=quick)
    def act(trial):
        if undo:
            trial.later(lambda: trial.node.sh(undo))
        spoiled(trial, lambda: trial.node.sh(script), says, **more)


shell("the policy is removed", f"rm {POLICY}", f"is not a file|{POLICY}", quick=True)
shell("the policy becomes a directory", f"rm {POLICY} && mkdir {POLICY}", "directory|is not a file", undo=f"rm -rf {POLICY}")
shell("the policy cannot be read by the server", f"mv {POLICY} {POLICY}.away && ln -s /nowhere {POLICY}", "", undo=f"rm -f {POLICY} {POLICY}.away")
shell(
    "the log directory cannot be written", f"mount --bind -o ro {LOGS} {LOGS} && mount -o remount,bind,ro {LOGS}",
    "read-only", undo=f"umount {LOGS}", quick=True,
)  # fmt: skip
shell("the log is a directory", f"mkdir -p {LOGS}/audit.log", "is a directory", undo=f"rm -rf {LOGS}/audit.log")
shell("the log directory becomes a file", f"rmdir {LOGS} && touch {LOGS}", "not a directory", undo=f"rm -f {LOGS}")
shell(
    "a stray copy of the old manifest sorts behind the new one", f"cp {nodes.STATE}/entries/*/before/*kube-apiserver.yaml {MANIFEST}.bak",
    "", undo=f"rm -f {MANIFEST}.bak",
)  # fmt: skip


@case("spoiled", "a certificate goes away")
def certificate(trial):
    node = trial.node
    away = "mv /etc/kubernetes/pki/apiserver.crt /etc/kubernetes/pki/apiserver.crt.away"
    back = "mv /etc/kubernetes/pki/apiserver.crt.away /etc/kubernetes/pki/apiserver.crt"
    happens = trial.renamed()
    command = trial.start("enable", "--yes", "--template", "minimal", "--patience", "60s")
    trial.meanwhile(command, happens, lambda: node.sh(away))
    command.says("does not come up", 150)
    node.sh(back)
    command.ended(200)
    trial.shows(command)
    trial.expects(command, ROLLED_BACK, "apiserver.crt")


@case("spoiled", "the kubelet is stopped")
def kubelet_stopped(trial):
    happens = trial.renamed()
    command = trial.start("enable", "--yes", "--template", "minimal", "--patience", "60s")
    trial.meanwhile(command, happens, trial.node.stop_kubelet)
    command.says("does not come up", 150)
    trial.node.start_kubelet()
    command.ended(200)
    trial.shows(command)
    trial.expects(command, ROLLED_BACK, "kubelet")


@case("spoiled", "the policy in use is replaced once more, by one that no server takes")
def policy_in_use(trial):
    trial.enable("--template", "minimal")
    trial.before = trial.node.manifest()
    happens = trial.renamed()
    command = trial.start("enable", "--yes", "--template", "gce", "--patience", "60s")
    trial.meanwhile(command, happens, lambda: trial.node.put(POLICY, "rules: ["))
    command.says("does not come up", 150)
    command.ended(240)
    trial.shows(command)
    # Somebody else's edit is left, and the old manifest names the same file: who broke it mends it.
    trial.expects(command, ROLLED_BACK, "edited since")
    trial.node.put(POLICY, trial.node.sh(f"cat {nodes.STATE}/entries/*/before/*policy.yaml"))
    # The kubelet waits longer after each failed start.
    trial.must_be_healthy("after the policy was put right", limit=330)


@case("spoiled", "the disk of the log is full: the server goes on, nothing is recorded, and that is said")
def log_disk_full(trial):
    happens = trial.renamed()
    command = trial.start("enable", "--yes", "--template", "minimal")
    fill = f"mount -t tmpfs -o size=64k,mode=0700 full {LOGS} && dd if=/dev/zero of={LOGS}/fill bs=4k 2>/dev/null; true"
    trial.later(lambda: trial.node.sh(f"umount -l {LOGS}"))
    trial.meanwhile(command, happens, lambda: trial.node.sh(fill))
    command.ended(120)
    trial.shows(command)
    trial.expects(command, UNVERIFIED, "has not come to its log")
