"""The dead man as a service. No systemd runs here: a stand-in does with the unit what systemd would."""

import time

from lab import node as nodes
from lab.node import claim, wait
from lab.registry import case
from lab.trial import Failed, end_dead_man

UNITS = "/etc/systemd/system"
BOOT_ID = "/proc/sys/kernel/random/boot_id"


def booted(trial):
    """Lets the node look as if systemd had started it."""
    trial.node.sh("mkdir -p /run/systemd/system")
    trial.later(lambda: trial.node.sh(f"rm -rf /run/systemd {UNITS}/kubectl-audit-* {UNITS}/multi-user.target.wants/kubectl-audit-*"))


def calls(trial):
    """What systemctl was asked, without the id of the change."""
    entry = trial.node.last_entry()
    unit = f"kubectl-audit-rollback-{entry.name.rsplit('-', 1)[1]}.service"
    text = trial.node.path("/run/systemctl.log").read_text()
    return [line.replace(unit, "UNIT") for line in text.strip().split("\n")]


def no_unit_left(trial):
    left = [str(path) for path in trial.node.path(UNITS).rglob("kubectl-audit-*")]
    if left:
        raise Failed(f"units are left: {left}")


@case("systemd", "the service is made, started, and removed with the end", quick=True)
def verified(trial):
    booted(trial)
    trial.enable("--template", "minimal", says="service of systemd")
    if calls(trial)[:3] != ["daemon-reload", "enable UNIT", "start UNIT"]:
        raise Failed(f"systemctl was asked {calls(trial)}")
    if not wait(lambda: "disable UNIT" in calls(trial), 5):
        raise Failed(f"systemctl was asked {calls(trial)}")
    no_unit_left(trial)
    trial.figure("systemctl " + ", ".join(calls(trial)))


@case("systemd", "kill -9 of the whole session: the service puts everything back")
def killed(trial):
    booted(trial)
    happens = trial.renamed()
    command = trial.start("enable", "--yes", "--template", "minimal")
    trial.meanwhile(command, happens, command.hang_up)
    begin = time.monotonic()
    if not wait(lambda: claim(trial.node.last_entry()) == "rolled-back", 20):
        raise Failed(f"it is {claim(trial.node.last_entry())}")
    trial.must_be_healthy("after the kill")
    trial.seconds = time.monotonic() - begin
    wait(lambda: not list(trial.node.path(UNITS).rglob("kubectl-audit-*")), 5)
    no_unit_left(trial)


@case("systemd", "a reboot in the middle: everything is put back before the kubelet reads it")
def reboot(trial):
    booted(trial)
    node = trial.node
    happens = trial.renamed()
    command = trial.start("enable", "--yes", "--template", "minimal")

    def power_cut():
        node.stop_kubelet()
        command.hang_up()
        end_dead_man(node, node.last_entry())

    trial.meanwhile(command, happens, power_cut)
    node.sh("crictl stopp $(crictl pods -q)")
    node.sh(f"echo 11111111-2222-3333-4444-555555555555 >/run/lab/boot_id && mount --bind /run/lab/boot_id {BOOT_ID}")
    trial.later(lambda: node.sh(f"umount {BOOT_ID}"))
    entry = node.last_entry()
    if claim(entry) != "armed":
        raise Failed(f"it is {claim(entry)}")
    begin = time.monotonic()
    node.sh(f"for unit in {UNITS}/multi-user.target.wants/kubectl-audit-*; do systemctl start ${{unit##*/}}; done")
    if not wait(lambda: node.manifest() == trial.before and claim(entry) in nodes.FINAL, 10):
        raise Failed(f"not put back: {claim(entry)}")
    trial.figure(f"put back {time.monotonic() - begin:.1f} s after the service began")
    node.start_kubelet()
    trial.must_be_healthy("after the reboot")
    trial.seconds = time.monotonic() - begin
    wait(lambda: not list(node.path(UNITS).rglob("kubectl-audit-*")), 5)
    no_unit_left(trial)
