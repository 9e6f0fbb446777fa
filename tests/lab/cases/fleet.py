"""Several control planes of one cluster."""

import threading
import time

from lab import network
from lab import node as nodes
from lab.registry import case
from lab.trial import DONE, Failed, Trial


@case("fleet", "three control planes, one after another: the cluster answers all the time", spends=True)
def three(trial):
    first = trial.node
    others = [nodes.Node(first.lab, f"cp{number}") for number in (2, 3)]
    for node in others:
        node.up()
    trial.must_be_healthy("with three nodes")
    silent, over = [0.0], threading.Event()

    def ask():
        """Counts the longest time that the balanced address was silent."""
        last = time.monotonic()
        while not over.is_set():
            if first.get("/readyz", host=f"{network.NET}.1")[0] == 200:
                last = time.monotonic()
            silent[0] = max(silent[0], time.monotonic() - last)
            time.sleep(0.2)

    asking = threading.Thread(target=ask)
    asking.start()
    try:
        for node in [first, *others]:
            each = trial if node is first else Trial(node)
            each.enable("--template", "minimal")
            each.must_be_healthy(f"on {node.name}")
    finally:
        over.set()
        asking.join()
    trial.figure(f"the cluster's address was silent for {silent[0]:.1f} s at most")
    shown = trial.run("status", "--all-nodes")
    trial.expects(shown, DONE, "(?s)cp1.*cp2.*cp3")
    if silent[0] > 10:
        raise Failed(f"the cluster was away for {silent[0]:.1f} s")
