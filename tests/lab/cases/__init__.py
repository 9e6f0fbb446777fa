"""What is tried, one file a theme."""

from . import healthy  # noqa: F401
