"""A process with one lab, which takes cases by number and tells results as JSON lines."""

import json
import signal
import sys
import time
import traceback

from . import build, machine, process
from . import node as nodes
from .registry import CASES
from .trial import Failed, Trial


def work(name, version, grace):
    """Brings a node up, tries what it is told to, brings it down."""
    lab = machine.Lab(name, build.Release(version))
    answers, sys.stdout = sys.stdout, sys.stderr
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    try:
        node = fresh(lab, grace)
        print("up", file=answers, flush=True)
        for line in sys.stdin:
            result, usable = attempt(node, CASES[int(line)])
            print(json.dumps(result), file=answers, flush=True)
            if not usable:
                node = fresh(lab, grace)
    except machine.NotUp as error:
        print(json.dumps({"not_up": str(error)}), file=answers, flush=True)
    finally:
        lab.down()


def fresh(lab, grace):
    """A new node in place of all that the lab has."""
    lab.down()
    node = nodes.Node(lab, "cp1")
    node.up(grace)
    return node


def attempt(node, case):
    """Tries one case: its result, and whether the node is clean afterwards."""
    begin = time.monotonic()
    trial = Trial(node)
    why = None
    try:
        case.act(trial)
        trial.ends()
    except Failed as error:
        why = str(error)
    except Exception:
        why = traceback.format_exc()
    down = process.wait(node.ready, 30) is None
    result = {
        "name": case.name, "ok": why is None, "why": why, "down": down, "exit": trial.exit,
        "seen": trial.seen, "figures": trial.figures, "seconds": trial.seconds,
    }  # fmt: skip
    usable = not case.spends
    try:
        if usable:
            trial.clean()
    except Exception as error:
        print(error, file=sys.stderr)
        usable = False
    result["cost"] = time.monotonic() - begin
    return result, usable
