"""One case on one node: what is done, what a person sees, and what must hold at its end."""

import hashlib
import re
import time

from . import node as nodes
from .command import Command, Failed, kill_session
from .machine import NotUp
from .node import MANIFEST, STATE, claim
from .process import wait

DONE, REFUSED, ROLLED_BACK, UNVERIFIED = 0, 2, 3, 4


class Trial:
    """A case while it runs."""

    def __init__(self, node):
        self.node = node
        self.before = node.base
        self.exit = "-"
        self.seen = ""
        self.figures = []
        self.restarted = time.monotonic()
        self.began = time.time()
        self.seconds = None
        self.broken = False
        self.cleaning = []

    # What a case does.

    def start(self, *arguments, terminal=False, prefix=()):
        """Starts a kubectl-audit."""
        self.restarted = time.monotonic()
        command = Command(self.node, arguments, terminal, prefix)
        self.cleaning.append(lambda: kill_session(command.process.pid))
        return command

    def run(self, *arguments, limit=300):
        """Runs a kubectl-audit to its end and shows what it said."""
        command = self.start(*arguments)
        command.ended(limit)
        self.shows(command)
        return command

    def enable(self, *arguments, expect=DONE, says=None, limit=300):
        """Runs `enable --yes` and holds its exit code and words against what is expected."""
        command = self.run("enable", "--yes", *arguments, limit=limit)
        self.expects(command, expect, says)
        return command

    def expects(self, command, exit, says=None):
        """Holds exit code and words of a command that has ended against what is expected."""
        code = command.process.returncode
        if code != exit:
            raise Failed(f"exit {code}, not {exit}:\n{command.output[-1500:]}")
        if says and not re.search(says, command.output, re.S):
            raise Failed(f"it did not say /{says}/:\n{command.output[-1500:]}")

    def shows(self, command):
        """Takes exit code and the telling lines of a command into the table."""
        self.exit = command.process.returncode
        self.seen = telling(command.output)

    def figure(self, text):
        """Adds a measured number to the row."""
        self.figures.append(text)

    def file(self, name, text):
        """Writes a file for the command to read; its path."""
        path = f"/run/lab/{name}"
        self.node.put(path, text)
        return path

    def meanwhile(self, command, happens, act, limit=30):
        """Does something at the moment when something happens while a command runs."""
        end = time.monotonic() + limit
        while not happens():
            if command.process.poll() is not None or time.monotonic() > end:
                raise Failed(f"what was waited for did not happen:\n{command.read()[-1500:]}")
        act()

    def renamed(self):
        """Returns a question: was the manifest replaced since now?"""
        path = self.node.path(MANIFEST)
        inode = path.stat().st_ino
        return lambda: path.exists() and path.stat().st_ino != inode

    def later(self, act):
        """Does something when the case is over."""
        self.cleaning.append(act)

    def begins_with(self, manifest):
        """Lets the case begin with another manifest."""
        self.node.put(MANIFEST, manifest)
        self.before = manifest
        self.must_be_healthy("before the case")
        self.restarted = time.monotonic()

    # What must hold.

    def must_be_healthy(self, when, limit=330):
        """The API server is healthy; counts the seconds."""
        if self.node.healthy_after(limit) is None:
            raise Failed(f"the API server is NOT healthy {when}: {self.describe()}")

    def describe(self):
        """What runs on the node, for a failure."""
        flags = [[flag for flag in line if flag.startswith("--audit")] for line in self.node.servers().values()]
        log = self.node.container_log().strip().split("\n")[-1][-300:]
        complaints = [line for line in self.node.complaints(self.began).split("\n") if "event.go" not in line and line.startswith("E")]
        return f"servers {flags}, ready {self.node.ready()}, last line: {log}, kubelet: {complaints[-1:]}"

    def ends(self):
        """Holds after every case: healthy, the old or the new manifest, no change open, nothing of ours left running."""
        self.must_be_healthy("at the end")
        if self.seconds is None:
            self.seconds = time.monotonic() - self.restarted
        open_ones = [(entry.name, claim(entry)) for entry in self.node.entries() if claim(entry) not in [*nodes.FINAL, None]]
        if open_ones:
            raise Failed(f"changes are open: {open_ones}")
        manifest = self.node.manifest()
        last = self.node.last_entry()
        lasting = last and claim(last) in ["applied", "verified", "confirmed"]
        wanted = nodes.after(last, "manifest") if lasting else None
        if manifest != self.before and not (lasting and manifest == wanted):
            raise Failed("the manifest is neither the old nor the new one")
        named = re.search(rb'policy-sha256: "(\w+)"', manifest)
        policy = self.node.path("/etc/kubernetes/audit/policy.yaml")
        if named and hashlib.sha256(policy.read_bytes()).hexdigest() != named[1].decode():
            raise Failed("the policy is not the one that the manifest was made with")
        if not wait(lambda: not self.node.ours() and not self.node.units(), 10, 0.2):
            raise Failed(f"left running: {self.node.ours()}, units: {self.node.units()}")

    def clean(self):
        """Leaves the node as every case expects it: no auditing, no journal, nothing running of ours."""
        for act in reversed(self.cleaning):
            try:
                act()
            except (OSError, AssertionError):
                pass
        node = self.node
        for pid in node.ours():
            node.run(["kill", "-KILL", str(pid)])
        node.run(["bash", "-c", CLEANING])
        for stray in node.path(nodes.MANIFESTS).iterdir():
            if stray.name not in nodes.PODS:
                node.run(["rm", "-rf", f"{nodes.MANIFESTS}/{stray.name}"])
        # A pod that ended badly would be held back by the kubelet in the next case: the same manifest gives
        # the same UID.
        if self.broken or self.exit == ROLLED_BACK or node.manifest() != node.base or not node.settled():
            node.renew()
        if node.healthy_after(60) is None:
            raise NotUp(f"the node could not be cleaned: {self.describe()}")


CLEANING = f"""
for unit in {nodes.UNITS}/kubectl-audit-*; do
    [ -e "$unit" ] && systemctl disable --now "${{unit##*/}}" && rm -f "$unit"
done
systemctl daemon-reload
rm -rf {STATE} /etc/kubernetes/audit /var/log/kubernetes /var/log/audit /run/lab/*
find /etc/kubernetes -name '.kubectl-audit-*' -delete
"""


COLOURS = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


def telling(output):
    """The lines of an output that say how it ended."""
    lines = [line.strip() for line in COLOURS.sub("", output).replace("\r", "\n").split("\n")]
    first = [line for line in lines if line.startswith(("error", "warning", "verified", "confirmed"))]
    cause = [line for line in lines if line.startswith("cause")]
    errors = [line for line in first if line.startswith("error")] or first
    return " / ".join([*errors[:1], *cause[:1]])
