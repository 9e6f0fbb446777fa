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
    whole_grace: bool
    spends: bool

    @property
    def name(self):
        return f"{self.theme}: {self.sentence}"


CASES = []


def case(theme, sentence, quick=False, whole_grace=False, spends=False):
    """Registers a function as a case. `quick`: part of the short run; `whole_grace`: the API server has the
    30 seconds to end that kubeadm gives it; `spends`: the node cannot be used for another case."""

    def register(act):
        CASES.append(Case(theme, sentence, act, quick, whole_grace, spends))
        return act

    return register
