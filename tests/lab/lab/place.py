"""Where things lie: the sources beside this file, everything made below LAB_HOME."""

import os
from pathlib import Path

SOURCES = Path(__file__).resolve().parent.parent
REPOSITORY = SOURCES.parent.parent
PARTS = SOURCES / "parts"


def home():
    """The directory for everything the lab makes: LAB_HOME, else the user's cache."""
    named = os.environ.get("LAB_HOME")
    if named:
        return Path(named).absolute()
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(cache) / "kubectl-audit-lab"


def program():
    """The kubectl-audit that is tried: KUBECTL_AUDIT, else the debug build."""
    named = os.environ.get("KUBECTL_AUDIT")
    return Path(named).absolute() if named else REPOSITORY / "target/debug/kubectl-audit"
