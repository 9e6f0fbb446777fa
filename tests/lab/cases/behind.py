"""Auditing that was on and was broken behind our back: doctor, status and rescue say the same, and rescue ends it."""

import re

from lab.node import MANIFEST, MANIFESTS, claim
from lab.process import wait
from lab.registry import case
from lab.trial import DONE, REFUSED, ROLLED_BACK, Failed

from .rescue import BROKEN, POLICY, breakdown, edited, rescued

DIRECTORY = "/etc/kubernetes/audit"
FOUND = 1


def told(trial, says):
    """Doctor and status both call the node ill, and doctor names the reason."""
    doctor = trial.run("doctor")
    trial.expects(doctor, FOUND, says)
    trial.expects(trial.run("status"), FOUND)
    if re.search("Nothing is wrong|Nothing to do", doctor.output):
        raise Failed(f"doctor calls it sound:\n{doctor.output[-1500:]}")


def new_pod(trial):
    """Lets the kubelet make a new pod: what it mounts is looked at again."""
    edited(trial, "  annotations:\n", '  annotations:\n    by-hand: "1"\n')


# What is broken, how, what doctor has to name.
STATES = [
    ("the policy is missing", f"rm {POLICY}", "missing|no such file|does not exist|not there"),
    ("the policy is a directory", f"rm {POLICY}; mkdir {POLICY}", "directory"),
    ("the policy's directory is hidden below an empty mount", f"mount -t tmpfs none {DIRECTORY}", "missing|no such file|does not exist|mount"),
    ("the policy is one that no server takes", f"printf '{BROKEN!r}' >{POLICY}".replace("\\'", ""), "rules|policy"),
]


def register():
    for broken, script, says in STATES:
        for pod, restart in (("the same pod", None), ("a new pod", new_pod)):

            def act(trial, script=script, says=says, restart=restart):
                trial.enable("--template", "minimal")
                trial.later(lambda: trial.node.run(["umount", DIRECTORY]))

                def spoil():
                    trial.node.sh(script)
                    if restart:
                        restart(trial)

                breakdown(trial, spoil)
                told(trial, says)
                rescued(trial)

            case("behind", f"{broken}, {pod}", quick=broken == "the policy is missing" and restart is new_pod)(act)


register()


@case("behind", "a volume wants a directory where the policy is a file")
def wrong_type(trial):
    trial.enable("--template", "minimal")
    breakdown(trial, lambda: edited(trial, "      type: File\n    name: audit-policy", "      type: Directory\n    name: audit-policy"))
    told(trial, "directory|Directory")
    rescued(trial)


@case("behind", "rescue and enable at once after a wrong hostPath type: the old pod's complaints count no more", quick=True)
def chain(trial):
    wrong_type(trial)
    trial.restarted = 0
    command = trial.enable("--template", "minimal")
    trial.figure(f"enable {command.seconds:.0f} s")
    trial.must_be_healthy("after the second enable")


@case("behind", "the policy was edited into one that no server takes, and the server still runs", quick=True)
def edited_policy(trial):
    trial.enable("--template", "minimal")
    trial.before = trial.node.manifest()
    good = trial.node.path(POLICY).read_bytes()
    trial.node.put(POLICY, BROKEN)
    told(trial, "(?s)rules.*history restore|history restore.*rules|rules")
    if "policy" not in trial.run("status").output.lower():
        raise Failed("status does not name the policy")
    trial.node.put(POLICY, good)


@case("behind", "a backup of the manifest lies beside it and has the same content", quick=True)
def backup(trial):
    node = trial.node
    trial.enable("--template", "minimal")
    trial.before = node.manifest()
    node.put(f"{MANIFESTS}/kube-apiserver.yaml.bak", trial.before)
    trial.must_be_healthy("with the backup beside it")
    trial.expects(trial.run("doctor"), FOUND, r"\.bak")
    if ".bak" not in trial.run("rescue", "--yes").output:
        raise Failed("rescue does not name the backup")
    trial.enable("--template", "cks", expect=REFUSED, says=r"\.bak")
    mend = re.search(r"mv -n \S+\.bak \S+", trial.run("doctor").output)
    if not mend:
        raise Failed("doctor does not say how to take it away")
    node.sh(mend[0])
    trial.must_be_healthy("after the backup was moved away, as doctor said")
    trial.expects(trial.run("doctor"), DONE)


@case("behind", "another tool wrote the manifest over ours: said by doctor and status, and `history restore` brings it back", quick=True)
def overwritten(trial):
    trial.enable("--template", "cis")
    entry = trial.node.last_entry()
    name = entry.name.rsplit("-", 1)[1]
    trial.node.put(MANIFEST, trial.node.base)
    trial.must_be_healthy("with the other manifest")
    told(trial, rf"history restore {name}")
    trial.expects(trial.run("status"), FOUND, name)
    trial.before = trial.node.base
    trial.expects(trial.run("history", "restore", name, "--yes"), DONE)
    trial.must_be_healthy("after the restore")
    if b"--audit-policy-file" not in trial.node.manifest():
        raise Failed("auditing is still off")


@case("behind", "the manifest is overwritten while enable waits: nobody's file is rolled back over it")
def meanwhile(trial):
    other = trial.node.base.replace(b"  annotations:\n", b'  annotations:\n    other-tool: "1"\n', 1)
    happens = trial.renamed()
    command = trial.start("enable", "--yes", "--template", "minimal", "--patience", "90s")
    trial.meanwhile(command, happens, lambda: trial.node.put(MANIFEST, other))
    command.ended(240)
    trial.shows(command)
    if command.process.returncode == 0:
        raise Failed("it says that all is well")
    if trial.node.manifest() != other:
        raise Failed("the other tool's manifest was overwritten")
    trial.before = other
    if not wait(lambda: claim(trial.node.last_entry()) in ("rolled-back", "applied", "undone"), 30):
        raise Failed(f"it is {claim(trial.node.last_entry())}")
    trial.exit = f"{command.process.returncode}/{ROLLED_BACK}" if command.process.returncode != ROLLED_BACK else ROLLED_BACK
