"""What is tried, one file a theme."""

from . import healthy, refused, spoiled, killed, confirmed, by_hand, full_disk, systemd, rescue, behind, foreign, kubelet, kubeadm, fleet  # noqa: F401
