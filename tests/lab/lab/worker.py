"""A process with one node, which takes cases by number and tells results as JSON lines."""

import json
import signal
import sys
import traceback

from . import node as nodes
from .registry import CASES
from .trial import Failed, Trial


def work(name, port, slow_kubelet):
    """Brings a node up, tries what it is told to, brings it down."""
    node = nodes.Node(name, port)
    answers, sys.stdout = sys.stdout, sys.stderr
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    try:
        node.up([] if slow_kubelet else nodes.FAST)
        print("up", file=answers, flush=True)
        for line in sys.stdin:
            print(json.dumps(attempt(node, CASES[int(line)])), file=answers, flush=True)
    except nodes.NotUp as error:
        print(json.dumps({"not_up": str(error)}), file=answers, flush=True)
    finally:
        node.down()


def attempt(node, case):
    """Tries one case; whatever happens, the node is clean afterwards."""
    trial = Trial(node)
    why = None
    try:
        case.act(trial)
        trial.ends()
    except Failed as error:
        why = str(error)
    except Exception:
        why = traceback.format_exc()
    down = nodes.wait(node.ready, 30) is None
    result = {
        "name": case.name, "ok": why is None, "why": why, "down": down, "exit": trial.exit,
        "seen": trial.seen, "figures": trial.figures, "seconds": trial.seconds,
    }  # fmt: skip
    trial.clean()
    return result
