"""Sixty random kill -9 of the whole session, in three runs that can go on at the same time."""

import os
import random

from cases.killed import first, policy_only, with_terminal
from lab import node as nodes
from lab.show import settled, show
from lab.trial import Failed, Trial

SEED = int(os.environ.get("LAB_SEED", "1"))
RUNS, EACH = 3, 20


def kill(node, number):
    """One kill at a moment that the seed decides; the row."""
    dice = random.Random(SEED * 1000 + number)
    # Most of them while files are written, the rest until it would be verified.
    moment = dice.choice([2.0, 2.0, 30.0]) * dice.random()
    trial = Trial(node)
    ill = ""
    try:
        begin = policy_only if dice.random() < 0.25 else first
        begin(trial)
        with_terminal(trial, moment)
        ill = settled(trial)
    except Failed as error:
        ill = str(error)
    entry = node.last_entry()
    row = [begin.__name__, moment, ill or trial.seen, nodes.claim(entry) if entry else "-", trial.seconds, not ill]
    trial.clean()
    return row


for run in range(RUNS):

    @show(f"kills {run + 1}", ["change", "killed at s", "what became of it", "last claim", "healthy after s"])
    def kills(node, run=run):
        for number in range(run * EACH, (run + 1) * EACH):
            yield kill(node, number)
