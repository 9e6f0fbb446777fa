"""Going into the namespaces of another process."""

import contextlib
import ctypes
import os

LIBC = ctypes.CDLL(None, use_errno=True)
# What a process of the node shares with it, beside the process ids that only a fork takes on.
OF_A_PROCESS = ["cgroup", "ipc", "uts", "net", "mnt"]


def enter(descriptor):
    """Joins the namespace that a file names."""
    if LIBC.setns(descriptor, 0) != 0:
        raise OSError(ctypes.get_errno(), "setns: " + os.strerror(ctypes.get_errno()))


def join(pid):
    """Takes a process that is about to become one of a node's there."""
    descriptors = [os.open(f"/proc/{pid}/ns/{kind}", os.O_RDONLY) for kind in OF_A_PROCESS]
    for descriptor in descriptors:
        enter(descriptor)
    os.chdir("/")


@contextlib.contextmanager
def inside(pid, kind):
    """Is in a namespace of another process for a while. With `pid`, its children are."""
    own = os.open(f"/proc/thread-self/ns/{kind}", os.O_RDONLY)
    theirs = os.open(f"/proc/{pid}/ns/{kind}", os.O_RDONLY)
    try:
        enter(theirs)
        yield
    finally:
        enter(own)
        os.close(own)
        os.close(theirs)
