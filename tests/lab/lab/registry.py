"""The cases: functions with a sentence."""

from dataclasses import dataclass
from typing import Callable


@dataclass
class Case:
    """One case: its theme, the sentence that names it, what it does."""

    theme: str
    sentence: str
    act: Callable
    quick: bool
    slow_kubelet: bool

    @property
    def name(self):
        return f"{self.theme}: {self.sentence}"


CASES = []


def case(theme, sentence, quick=False, slow_kubelet=False):
    """Registers a function as a case. `quick`: part of the short run; `slow_kubelet`: with the kubelet's own times."""

    def register(act):
        CASES.append(Case(theme, sentence, act, quick, slow_kubelet))
        return act

    return register
