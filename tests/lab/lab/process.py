"""Processes that outlive the one that started them: recorded by id and start time, ended by nothing else."""

import os
import signal
import time
from pathlib import Path


def start_time(pid):
    """When a process started, in ticks; None if it has ended."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(") ", 1)[1].split()
    except OSError:
        return None
    return None if fields[0] in "ZX" else fields[19]


def record(file, pid):
    """Writes down a process that runs."""
    file.write_text(f"{pid} {start_time(pid)}\n")


def recorded(file):
    """The id of a recorded process that still runs; None otherwise."""
    try:
        pid, start = file.read_text().split()
    except (OSError, ValueError):
        return None
    return int(pid) if start_time(int(pid)) == start else None


def end(file, limit=30):
    """Kills a recorded process and forgets it."""
    pid = recorded(file)
    if pid is not None:
        os.kill(pid, signal.SIGKILL)
        wait(lambda: start_time(pid) is None, limit)
    file.unlink(missing_ok=True)


def wait(condition, limit, pause=0.05):
    """Waits until a condition holds; what it returned, or None."""
    end = time.monotonic() + limit
    while True:
        held = condition()
        if held:
            return held
        if time.monotonic() >= end:
            return None
        time.sleep(pause)
