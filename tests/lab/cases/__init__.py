"""What is tried, one file a theme."""

from . import healthy, refused, spoiled, killed, confirmed, by_hand, full_disk, systemd  # noqa: F401
