"""Ten power cuts at random moments of a change."""

import random
import time

from cases.systemd import MINIMAL, power_cut
from lab import node as nodes
from lab.show import settled, show
from lab.trial import Failed, Trial

from .kills import SEED

CUTS = 10


@show("cuts", ["cut at s", "claim at the cut", "claim after the boot", "ready after the boot s", "ill"])
def cuts(node):
    for number in range(CUTS):
        moment = random.Random(SEED * 1000 + number).choice([1.5, 30]) * random.Random(SEED * 2000 + number).random()
        trial = Trial(node)
        trial.start(*MINIMAL)
        time.sleep(moment)
        entry = node.last_entry()
        at = nodes.claim(entry) if entry else "no entry"
        ill, seconds = "", None
        try:
            seconds = power_cut(trial)
            entry = node.last_entry()  # the former path led through a process that the cut ended
            if entry and nodes.claim(entry) not in nodes.FINAL:
                trial.expects(trial.run("disable", "--yes"), 0)
            ill = settled(trial)
        except Failed as error:
            ill = str(error)
        yield [moment, at, nodes.claim(entry) if entry else "-", seconds, ill, not ill]
        trial.clean()
