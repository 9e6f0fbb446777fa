"""Rescue and enable at once, after a wrong hostPath type: the kubelet still complains of the pod that is gone."""

import time

from cases.rescue import breakdown, edited
from lab.show import settled, show
from lab.trial import Trial, telling

ROUNDS = 10


@show("chain", ["rescue exit", "rescue s", "what the user sees", "enable exit", "enable s", "what the user sees"], grace=None)
def chain(node):
    for _ in range(ROUNDS):
        trial = Trial(node)
        trial.enable("--template", "minimal")
        broken = lambda: edited(trial, "      type: File\n    name: audit-policy", "      type: Directory\n    name: audit-policy")  # noqa: E731
        breakdown(trial, broken)
        time.sleep(30)
        rescue = trial.run("rescue", "--yes")
        enable = trial.run("enable", "--yes", "--template", "minimal")
        ill = settled(trial)
        codes = [rescue.process.returncode, enable.process.returncode]
        yield [
            codes[0], rescue.seconds, telling(rescue.output) or rescue.output.strip().split("\n")[-1],
            codes[1], enable.seconds, ill or telling(enable.output), codes == [0, 0] and not ill,
        ]  # fmt: skip
        # The kubelet waits longer each time that it starts a pod of the same UID again within ten minutes.
        trial.clean()
