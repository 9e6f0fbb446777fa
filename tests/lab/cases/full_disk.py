"""A disk that fills while a change waits for proof: the way back needs no free block."""

import time

from lab.process import wait
from lab.registry import case
from lab.trial import ROLLED_BACK

from .confirmed import time_is_over
from .policies import HEAD

DISK = "/run/lab/disk"
EVERYTHING = HEAD + "- level: RequestResponse\n"
# One small file system below everything that a change writes, as on a node with one disk.
LOGS = "/var/log/kubernetes/audit"
PLACES = ["/etc/kubernetes", "/var/lib/kubectl-audit", "/var/log/kubernetes"]


def small_disk(trial, size="48M"):
    """Puts everything a change touches on an ext4 of its own."""
    node = trial.node
    image = "/var/tmp/disk.img"
    node.sh(f"rm -f {image} && truncate -s {size} {image} && mkfs.ext4 -q -m 0 {image}")
    node.sh(f"mkdir -p {DISK} && mount -o loop {image} {DISK}")
    trial.later(lambda: node.sh(f"umount -l {DISK}; rm -f {image}"))
    for number, place in enumerate(PLACES):
        node.sh(f"mkdir -p {place} && cp -a {place} {DISK}/{number} && mount --bind {DISK}/{number} {place}")
        trial.later(lambda place=place: node.sh(f"umount -l {place}"))
    # It watches the directory that it had found.
    node.sh("systemctl restart kubelet")
    trial.must_be_healthy("on the small disk")


def fill(node):
    """Leaves not one free block."""
    node.run(["bash", "-c", f"dd if=/dev/zero of={DISK}/fill bs=64k; dd if=/dev/zero of={DISK}/fill2 bs=1; true"])


@case("full disk", "filled at once, and the server cannot write its log", spends=True)
def at_once(trial):
    small_disk(trial)
    node = trial.node
    happens = trial.renamed()
    rotation = ["--log-maxsize", "1", "--log-maxbackup", "1"]
    command = trial.start("enable", "--yes", "-f", trial.file("all.yaml", EVERYTHING), "--patience", "60s", *rotation)

    def spoil():
        node.sh(f"mount --bind {LOGS} {LOGS} && mount -o remount,bind,ro {LOGS}")
        fill(node)

    trial.later(lambda: node.sh(f"umount -l {LOGS}"))
    trial.meanwhile(command, happens, spoil)
    command.ended(240)
    trial.shows(command)
    trial.expects(command, ROLLED_BACK, "read-only")


@case("full disk", "filled by the log itself while nobody confirms", spends=True)
def by_the_log(trial):
    small_disk(trial, "16M")
    node = trial.node
    command = trial.start(
        "enable", "--yes", "-f", trial.file("all.yaml", EVERYTHING), "--confirm-within=2m", "--log-maxsize", "100", "--force", terminal=True,
    )  # fmt: skip
    command.says("unless you confirm", 150)
    free = lambda: int(node.sh(f"stat -f -c %a {DISK}"))  # noqa: E731
    body = "apiVersion: v1\nkind: ConfigMap\nmetadata: {generateName: big-}\ndata: {text: " + "x" * 900_000 + "}\n"
    node.put("/run/lab/big.yaml", body)
    for _ in range(60):
        if free() < 16:
            break
        node.run(["bash", "-c", post("/api/v1/namespaces/default/configmaps", "/run/lab/big.yaml")])
    fill(node)
    trial.figure(f"{free()} blocks free")
    node.sh(f"rm -f {DISK}/fill2")
    time_is_over(trial)
    fill(node)
    over = time.monotonic()
    wait(lambda: command.read() is None or command.process.poll() is not None, 40)
    command.ended(5)
    trial.shows(command)
    trial.expects(command, ROLLED_BACK)
    trial.must_be_healthy("after the time was over")
    trial.seconds = time.monotonic() - over


def post(path, file):
    """A command that sends a file as one of the cluster's administrators."""
    pki = "/etc/kubernetes/pki/apiserver-kubelet-client"
    return (
        f"curl -sk --cert {pki}.crt --key {pki}.key -X POST -H 'Content-Type: application/yaml' "
        f"--data-binary @{file} https://127.0.0.1:6443{path} -o /dev/null"
    )
