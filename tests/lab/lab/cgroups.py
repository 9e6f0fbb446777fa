"""Cgroups of a lab's own, in each of the machine's hierarchies."""

import contextlib
import hashlib
import os
from pathlib import Path

from .process import wait

CONTROLLERS = ["cpu", "cpuacct", "cpuset", "memory", "devices", "freezer", "blkio", "pids", "systemd", "unified"]
ROOT = Path("/sys/fs/cgroup")


def group(home):
    """The name of a lab's groups: no two labs share one."""
    return f"kubectl-audit-lab-{hashlib.sha256(str(home).encode()).hexdigest()[:8]}"


def of(name, node):
    """The groups of a node."""
    return [ROOT / controller / name / node for controller in CONTROLLERS if (ROOT / controller).is_dir()]


def make(name, node):
    """Makes the groups of a node."""
    for directory in of(name, node):
        directory.mkdir(parents=True, exist_ok=True)
    top = ROOT / "cpuset"
    for directory in [top / name, top / name / node]:
        for file in ["cpuset.cpus", "cpuset.mems"]:
            (directory / file).write_text((top / file).read_text())
        (directory / "cgroup.clone_children").write_text("1")


def join(name, node):
    """Moves this process into the groups of a node."""
    for directory in of(name, node):
        (directory / "cgroup.procs").write_text(str(os.getpid()))


def remove(name, node):
    """Removes the groups of a node, whose processes may still be on their way out, and the lab's with the last."""
    directories = of(name, node)
    # A command of ours that nobody has asked for its end keeps them; they are made again anyway.
    wait(lambda: all([gone(directory) for directory in directories]), 10)
    for directory in directories:
        with contextlib.suppress(OSError):
            directory.parent.rmdir()


def gone(directory):
    """Removes what is empty below a group, and it; whether it is gone."""
    for path, _, _ in os.walk(directory, topdown=False):
        with contextlib.suppress(OSError):
            os.rmdir(path)
    return not directory.exists()
