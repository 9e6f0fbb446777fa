"""Cgroups of a lab's own, in each of the machine's hierarchies."""

import hashlib
import os
from pathlib import Path

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
    """Removes the groups of a node in which nothing runs any more, and the lab's with the last."""
    for directory in of(name, node):
        below = sorted(directory.rglob("*"), key=lambda path: len(path.parts), reverse=True)
        for path in [*[path for path in below if path.is_dir()], directory, directory.parent]:
            try:
                path.rmdir()
            except OSError:
                continue
