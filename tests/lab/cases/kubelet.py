"""What the kubelet may do meanwhile, and what it needs."""

import threading
import time

from lab.node import MANIFEST
from lab.registry import case
from lab.trial import DONE, REFUSED, Failed

from .spoiled import POLICY, spoiled


@case("kubelet", "stopped before: refused at once, and nothing was changed", quick=True)
def stopped(trial):
    trial.node.stop_kubelet()
    trial.later(trial.node.start_kubelet)
    command = trial.enable("--template", "minimal", expect=REFUSED, says="kubelet")
    if command.seconds > 10:
        raise Failed(f"it took {command.seconds:.0f} s to say so")
    if trial.node.manifest() != trial.before:
        raise Failed("something was changed all the same")
    trial.node.start_kubelet()


@case("kubelet", "restarted right after the manifest was renamed: verified")
def restarted(trial):
    happens = trial.renamed()
    command = trial.start("enable", "--yes", "--template", "minimal")
    trial.meanwhile(command, happens, lambda: trial.node.sh("systemctl restart kubelet"))
    command.ended()
    trial.shows(command)
    trial.expects(command, DONE)


@case("kubelet", "a patience that no kubelet can meet is refused with the figure", quick=True, whole_grace=True)
def impatient(trial):
    trial.enable("--template", "minimal", "--patience", "30s", expect=REFUSED, says="30")
    if trial.node.manifest() != trial.before:
        raise Failed("something was changed all the same")


@case("kubelet", "the first 30 s are not silent: its having taken the manifest is told when it happens", quick=True, whole_grace=True)
def taken(trial):
    happens = trial.renamed()
    command = trial.start("enable", "--yes", "--template", "minimal")
    trial.meanwhile(command, happens, lambda: time.sleep(12))
    early = [line for line in command.read().split("\n") if line.startswith("waiting")]
    command.ended()
    trial.shows(command)
    trial.expects(command, DONE)
    trial.figure(f"after 12 s: {[line.strip() for line in early]}")
    if not early:
        raise Failed(f"it was silent for 12 s:\n{command.output[-1500:]}")


@case("kubelet", "a server answers 403, then 500, then 200: a normal start", quick=True)
def answers(trial):
    seen, over = [], threading.Event()

    def ask():
        while not over.is_set():
            status = trial.node.get("/readyz", stranger=True)[0]
            if not seen or seen[-1] != status:
                seen.append(status)
            time.sleep(0.05)

    asking = threading.Thread(target=ask)
    asking.start()
    try:
        trial.enable("--template", "minimal")
    finally:
        over.set()
        asking.join()
    trial.figure(f"a stranger was answered {', '.join(map(str, seen))} (0: nobody listens)")


@case("kubelet", "crashes of the former server hold the new pod up for nothing")
def crashed_before(trial):
    node, trial.broken = trial.node, True
    for _ in range(3):
        for pid in node.servers():
            node.run(["kill", "-KILL", str(pid)])
        trial.must_be_healthy("after a crash")
    trial.enable("--template", "minimal")
    if node.path(MANIFEST).read_bytes() == trial.before:
        raise Failed("nothing was changed")


@case("kubelet", "the same manifest again right after it failed: waited for while the kubelet holds the pod back, verified")
def held_back(trial):
    spoiled(trial, lambda: trial.node.put(POLICY, "rules: ["), "cause")
    trial.node.sh(f"rm {POLICY}")
    began = time.time()
    command = trial.enable("--template", "minimal", limit=400)
    # It does so while the dead container is there, which it removes within a minute.
    held = "restarting failed container=kube-apiserver" in trial.node.complaints(began)
    trial.figure("the kubelet held the pod back" if held else "the kubelet had forgotten the pod")
    if held and "back-off" not in command.output:
        raise Failed(f"the back-off was not said:\n{command.output[-1500:]}")
