"""rollback.sh, run by a person while a command waits."""

import time

from lab.node import claim
from lab.registry import case
from lab.trial import DONE, ROLLED_BACK, Failed

from .confirmed import waiting


def script(trial):
    """Its path on the node."""
    entry = trial.node.last_entry()
    return f"/var/lib/kubectl-audit/entries/{entry.name}/rollback.sh"


for shell in ["dash", "busybox sh", "bash --posix"]:

    @case("rollback.sh", f"under {shell}, while enable waits", quick=shell == "dash")
    def while_waiting(trial, shell=shell):
        happens = trial.renamed()
        command = trial.start("enable", "--yes", "--template", "minimal")
        trial.meanwhile(command, happens, lambda: trial.node.sh(f"{shell} {script(trial)}"))
        command.ended(30)
        trial.shows(command)
        trial.expects(command, ROLLED_BACK, "taken over")
        if claim(trial.node.last_entry()) != "rolled-back" or trial.node.manifest() != trial.before:
            raise Failed("it was not rolled back")


@case("rollback.sh", "twice: the second time there is nothing to do")
def twice(trial):
    trial.enable("--template", "minimal")
    begin = time.monotonic()
    trial.node.sh(f"sh {script(trial)}")
    trial.must_be_healthy("after the script")
    trial.seconds = time.monotonic() - begin
    if "nothing to do" not in trial.node.sh(f"sh {script(trial)}"):
        raise Failed("the second run did something")


for delay in [0, 0.2, 0.5]:

    @case("rollback.sh", f"racing a confirm that is {delay} s ahead")
    def race(trial, delay=delay):
        waiting_one = waiting(trial)
        confirm = trial.start("confirm")
        time.sleep(delay)
        ran = trial.node.run(["sh", script(trial)])
        confirm.ended(20)
        waiting_one.ended(20)
        state = claim(trial.node.last_entry())
        trial.seen = f"confirm {confirm.process.returncode}, script {ran.returncode}, enable {waiting_one.process.returncode}: {state}"
        # A script that comes after the confirm takes the confirmed change back: it was asked to.
        if state == "rolled-back" and trial.node.manifest() == trial.before:
            return
        if state == "confirmed" and confirm.process.returncode == DONE:
            return
        raise Failed("neither confirmed nor rolled back")
