"""Long runs that end with a table, one file a run."""

from . import chain, cuts, enables, kills  # noqa: F401
