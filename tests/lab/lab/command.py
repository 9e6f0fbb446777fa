"""A kubectl-audit that runs on a node, with or without a terminal."""

import fcntl
import os
import re
import select
import signal
import struct
import subprocess
import tempfile
import termios
import time

from .process import wait


class Failed(Exception):
    """What had to hold does not."""


class Command:
    """A kubectl-audit that runs on the node, with or without a terminal."""

    def __init__(self, node, arguments, terminal=False, prefix=()):
        self.begin = time.monotonic()
        line = [*prefix, "kubectl-audit", *arguments]
        self.output = ""
        self.terminal = None
        if terminal:
            self.terminal, theirs = terminal_of(node)
            # A shell between the terminal and the command, as a person has one.
            shell = ["bash", "-c", '"$@"; exit $?', "bash", *line]
            own = {"stdin": theirs, "stdout": theirs, "stderr": theirs}
            self.process = node.start(shell, before=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0), **own)
            os.close(theirs)
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

    def ended(self, limit=300):
        """Waits for the end; the exit code."""
        if wait(lambda: self.read() is None or self.process.poll() is not None, limit) is None:
            raise Failed(f"it did not end within {limit} s:\n{self.read()[-1500:]}")
        self.seconds = time.monotonic() - self.begin
        self.read()
        return self.process.returncode


# <asm-generic/ioctls.h>: TIOCSPTLCK, TIOCGPTN.
UNLOCK, NUMBER = 0x40045431, 0x80045430


def terminal_of(node):
    """A terminal among the node's own: both its ends."""
    devices = node.path("/dev/pts")
    master = os.open(devices / "ptmx", os.O_RDWR | os.O_NOCTTY)
    fcntl.ioctl(master, UNLOCK, struct.pack("i", 0))
    number = struct.unpack("i", fcntl.ioctl(master, NUMBER, struct.pack("i", 0)))[0]
    slave = os.open(devices / str(number), os.O_RDWR | os.O_NOCTTY)
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 160, 0, 0))
    return master, slave


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
