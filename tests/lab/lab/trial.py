"""One case on one node: what is done, what a person sees, and what must hold at its end."""

import fcntl
import hashlib
import os
import pty
import re
import select
import signal
import struct
import subprocess
import tempfile
import termios
import time
from pathlib import Path

from . import node as nodes
from . import place
from .node import MANIFEST, STATE, claim, wait

DONE, REFUSED, ROLLED_BACK, UNVERIFIED, FAILED = 0, 2, 3, 4, 5


class Failed(Exception):
    """What had to hold does not."""


class Command:
    """A kubectl-audit that runs on the node, with or without a terminal."""

    def __init__(self, node, arguments, terminal=False, prefix=()):
        self.begin = time.monotonic()
        line = [*prefix, str(place.program()), *arguments]
        self.output = ""
        self.terminal = None
        if terminal:
            master, slave = pty.openpty()
            fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 160, 0, 0))
            # A shell between the terminal and the command, as a person has one.
            self.process = node.start(
                ["bash", "-c", 'exec <"$0" >"$0" 2>&1; "$@"; exit $?', os.ttyname(slave), *line],
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            )  # fmt: skip
            os.close(slave)
            self.terminal = master
        else:
            self.file = tempfile.TemporaryFile("w+", errors="replace")
            self.process = node.start(line, stdin=subprocess.DEVNULL, stdout=self.file, stderr=self.file)

    def read(self):
        """Returns everything that was said so far."""
        if self.terminal is None:
            self.file.seek(0)
            self.output = self.file.read()
            return self.output
        while self.terminal >= 0 and select.select([self.terminal], [], [], 0)[0]:
            try:
                chunk = os.read(self.terminal, 65536)
            except OSError:
                break
            if not chunk:
                break
            self.output += chunk.decode(errors="replace")
        return self.output

    def says(self, pattern, limit):
        """Waits until the output has a match."""
        found = wait(lambda: re.search(pattern, self.read()) or self.process.poll() is not None and "ended", limit)
        if not found or found == "ended" and not re.search(pattern, self.read()):
            raise Failed(f"it never said /{pattern}/:\n{self.output[-1500:]}")

    def type(self, text):
        """Types at its terminal."""
        os.write(self.terminal, text.encode())

    def hang_up(self):
        """Kills the whole session and takes the terminal away."""
        kill_session(self.process.pid)
        if self.terminal is not None:
            os.close(self.terminal)
            self.terminal = -1

    def own(self):
        """The process of kubectl-audit itself, seen from here."""
        return next((pid for pid in session(self.process.pid) if exe(pid) == place.program().resolve()), None)

    def ended(self, limit=120):
        """Waits for the end; the exit code."""
        if wait(lambda: self.read() is None or self.process.poll() is not None, limit) is None:
            raise Failed(f"it did not end within {limit} s:\n{self.read()[-1500:]}")
        self.seconds = time.monotonic() - self.begin
        self.read()
        return self.process.returncode


def session(leader):
    """The processes of a session, seen from here."""
    found = []
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                with open(f"/proc/{name}/stat") as stat:
                    if int(stat.read().rsplit(") ", 1)[1].split()[3]) == leader:
                        found.append(int(name))
            except OSError:
                continue
    return found


def kill_session(leader):
    """Kills every process of a session that one of our commands leads."""
    for pid in session(leader):
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            pass


def exe(pid):
    """The program of a process."""
    try:
        return Path(os.readlink(f"/proc/{pid}/exe"))
    except OSError:
        return None


class Trial:
    """A case while it runs."""

    def __init__(self, node):
        self.node = node
        self.before = node.base
        self.exit = "-"
        self.seen = ""
        self.figures = []
        self.restarted = time.monotonic()
        self.seconds = None
        self.cleaning = []

    # What a case does.

    def start(self, *arguments, terminal=False, prefix=()):
        """Starts a kubectl-audit."""
        self.restarted = time.monotonic()
        command = Command(self.node, arguments, terminal, prefix)
        self.cleaning.append(lambda: kill_session(command.process.pid))
        return command

    def run(self, *arguments, limit=120):
        """Runs a kubectl-audit to its end and shows what it said."""
        command = self.start(*arguments)
        command.ended(limit)
        self.shows(command)
        return command

    def enable(self, *arguments, expect=DONE, says=None, limit=120):
        """Runs `enable --yes` and holds its exit code and words against what is expected."""
        command = self.run("enable", "--yes", *arguments, limit=limit)
        self.expects(command, expect, says)
        return command

    def expects(self, command, exit, says=None):
        """Holds exit code and words of a command that has ended against what is expected."""
        code = command.process.returncode
        if code != exit:
            raise Failed(f"exit {code}, not {exit}:\n{command.output[-2500:]}")
        if says and not re.search(says, command.output, re.S):
            raise Failed(f"it did not say /{says}/:\n{command.output[-2500:]}")

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
                raise Failed(f"what was waited for did not happen:\n{command.read()[-2500:]}")
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

    def must_be_healthy(self, when, limit=60):
        """The API server is healthy; counts the seconds."""
        if self.node.healthy_after(limit) is None:
            raise Failed(f"the API server is NOT healthy {when}: {self.describe()}")

    def describe(self):
        """What stands on the node, for a failure."""
        pods = self.node.state()["Pods"] or []
        shown = [f"{pod['Phase']}/{pod['Waiting'] or '-'}" for pod in pods]
        flags = [[flag for flag in line if flag.startswith("--audit")] for line in self.node.servers().values()]
        log = self.node.container_log().strip().split("\n")[-1][-300:]
        return f"pods {shown}, servers {flags}, ready {self.node.ready()}, last line: {log}"

    def ends(self):
        """Holds after every case: healthy, the old or the new manifest, no change open."""
        self.must_be_healthy("at the end")
        if self.seconds is None:
            self.seconds = time.monotonic() - self.restarted
        open_ones = [entry.name for entry in self.node.entries() if claim(entry) not in [*nodes.FINAL, None]]
        if open_ones:
            raise Failed(f"changes are open: {[(name, claim(self.node.path(f'{STATE}/entries/{name}'))) for name in open_ones]}")
        manifest = self.node.manifest()
        last = self.node.last_entry()
        stands = last and claim(last) in ["applied", "verified", "confirmed"]
        wanted = nodes.after(last, "manifest") if stands else None
        if manifest != self.before and not (stands and manifest == wanted):
            raise Failed("the manifest is neither the old nor the new one")
        named = re.search(rb'policy-sha256: "(\w+)"', manifest)
        policy = self.node.path("/etc/kubernetes/audit/policy.yaml")
        if named and hashlib.sha256(policy.read_bytes()).hexdigest() != named[1].decode():
            raise Failed("the policy is not the one that the manifest was made with")

    def clean(self):
        """Leaves the node as every case expects it: no auditing, no journal, nothing running of ours."""
        for act in reversed(self.cleaning):
            try:
                act()
            except (OSError, AssertionError):
                pass
        for entry in self.node.entries():
            end_dead_man(self.node, entry)
        leftovers = f"{STATE} /etc/kubernetes/audit /var/log/kubernetes /var/log/audit /run/systemctl.log /run/unit.log"
        self.node.run(["bash", "-c", f"rm -rf {leftovers} /run/systemd; find /etc/kubernetes -name '.kubectl-audit-*' -delete; : >/run/kubelet.journal"])
        for stray in self.node.path(nodes.MANIFESTS).iterdir():
            if stray.name != "kube-apiserver.yaml":
                stray.unlink()
        if self.node.manifest() != self.node.base:
            self.node.put(MANIFEST, self.node.base)
        if self.node.healthy_after(60) is None:
            raise nodes.NotUp(f"the node could not be cleaned: {self.describe()}")


def end_dead_man(node, entry):
    """Ends the dead man of an entry, if one runs."""
    try:
        pid, start = (entry / "deadman").read_text().split()[1:3]
    except (OSError, ValueError):
        return
    node.run(["bash", "-c", f'[ "$(sed "s/.*) //" /proc/{pid}/stat | cut -d" " -f20)" = {start} ] && kill -9 {pid}'])


COLOURS = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


def telling(output):
    """The lines of an output that say how it ended."""
    lines = [line.strip() for line in COLOURS.sub("", output).replace("\r", "\n").split("\n")]
    first = [line for line in lines if line.startswith(("error", "warning", "verified", "confirmed"))]
    cause = [line for line in lines if line.startswith("cause")]
    errors = [line for line in first if line.startswith("error")] or first
    return " / ".join([*errors[:1], *cause[:1]])
