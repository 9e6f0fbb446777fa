"""Long runs with one node: rows of a table, printed as they come."""

import re
import signal
import sys
import time
import traceback
from dataclasses import dataclass
from typing import Callable

from . import build, machine, place
from . import node as nodes
from .trial import Failed


@dataclass
class Show:
    """One run: its name, its columns, what makes its rows, the API server's seconds to end."""

    name: str
    columns: list
    rows: Callable
    grace: int


SHOWS = []


def show(name, columns, grace=nodes.SHORT):
    """Registers a generator of rows as a run. `grace` None: the 30 seconds of kubeadm's own manifest."""

    def register(rows):
        SHOWS.append(Show(name, columns, rows, grace))
        return rows

    return register


def perform(number, version):
    """Makes a node, prints the rows of a run, brings the node down; whether all went well."""
    chosen = SHOWS[number]
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    lab = machine.Lab(machine.name_of_run(number), build.Release(version))
    table = Table(chosen, lab.release.version)
    try:
        node = nodes.Node(lab, "cp1")
        node.up(chosen.grace)
        for row in chosen.rows(node):
            table.add(row)
    except Exception:
        table.add([traceback.format_exc().replace("\n", " ")], well=False)
    finally:
        table.end()
        lab.down()
    return table.well


class Table:
    """A Markdown table that grows on the terminal and in a file."""

    def __init__(self, chosen, version):
        place.home().mkdir(parents=True, exist_ok=True)
        path = place.home() / f"show-{chosen.name.replace(' ', '-')}-{version}.md"
        self.file = path.open("w")
        self.name = chosen.name
        self.well = True
        self.count = 0
        self.begin = time.monotonic()
        self.print(f"## {chosen.name}, Kubernetes {version}\n\n| # | {' | '.join(chosen.columns)} |")
        self.print("|---" * (len(chosen.columns) + 1) + "|")

    def add(self, row, well=True):
        """Adds a row: cells, the last of which is False where it went ill."""
        self.count += 1
        if row and row[-1] is False:
            well = False
        self.well = self.well and well
        cells = [cell(value) for value in row if value is not True and value is not False]
        self.print(f"| {self.count} | {' | '.join(cells)} |" + ("" if well else " **ILL**"))

    def end(self):
        self.print(f"\n{self.count} rows, {'all well' if self.well else 'NOT ALL WELL'}, {time.monotonic() - self.begin:.0f} s\n")
        self.file.close()

    def print(self, text):
        print(text, flush=True)
        print(text, file=self.file, flush=True)


def cell(value):
    """A value as it is shown."""
    if value is None:
        return "-"
    if isinstance(value, float):
        return f"{value:.1f}"
    return re.sub(r"\s+", " ", str(value)).replace("|", "\\|")


def settled(trial):
    """What a case holds at its end, as words: empty if all of it holds."""
    try:
        trial.ends()
    except Failed as error:
        return str(error)
    return ""

