"""The dead man as a service of systemd, and power cuts."""

import time

from lab import node as nodes
from lab.node import claim
from lab.process import wait
from lab.registry import case
from lab.trial import DONE, Failed

from .confirmed import is_now, waiting

MINIMAL = ["enable", "--yes", "--template", "minimal"]


def unit(trial):
    """The name of the last change's service."""
    return f"kubectl-audit-rollback-{trial.node.last_entry().name.rsplit('-', 1)[1]}.service"


def active(trial):
    """What systemd says of it."""
    return trial.node.run(["systemctl", "is-active", unit(trial)]).stdout.strip()


def gone(trial):
    """Waits until neither the service nor its file is there."""
    if not wait(lambda: not trial.node.units() and active(trial) != "active", 10, 0.2):
        raise Failed(f"left: {trial.node.units()}, {active(trial)}")


@case("systemd", "the service watches until the end, and is gone after it", quick=True)
def watches(trial):
    command = waiting(trial)
    if active(trial) != "active":
        raise Failed(f"the service is {active(trial)}")
    trial.expects(trial.run("confirm"), DONE)
    command.ended(15)
    gone(trial)


@case("systemd", "kill -9 of the whole session: the service puts everything back", quick=True)
def killed(trial):
    happens = trial.renamed()
    command = trial.start(*MINIMAL)
    trial.meanwhile(command, happens, command.hang_up)
    begin = time.monotonic()
    if not wait(lambda: claim(trial.node.last_entry()) == "rolled-back", 20):
        raise Failed(f"it is {claim(trial.node.last_entry())}")
    trial.must_be_healthy("after the kill")
    trial.seconds = time.monotonic() - begin
    gone(trial)


def power_cut(trial, seconds_off=1):
    """Cuts the power and switches on again; the seconds until the API server is ready."""
    node = trial.node
    node.power_off()
    time.sleep(seconds_off)
    begin = time.monotonic()
    node.power_on()
    node.sh("mkdir -p /run/lab")
    trial.must_be_healthy("after the power cut")
    return time.monotonic() - begin


@case("power cut", "right after the manifest was renamed: the boot puts everything back", quick=True)
def renamed(trial):
    happens = trial.renamed()
    command = trial.start(*MINIMAL)
    trial.meanwhile(command, happens, trial.node.power_off)
    trial.figure(f"ready {power_cut(trial):.1f} s after the boot began")
    is_now(trial, "rolled-back")
    spared(trial)
    gone(trial)


@case("power cut", "while a change waits to be confirmed: the boot puts everything back")
def unconfirmed(trial):
    waiting(trial)
    trial.figure(f"ready {power_cut(trial):.1f} s after the boot began")
    is_now(trial, "rolled-back")
    spared(trial)
    gone(trial)


@case("power cut", "after a change was verified: it stays")
def verified(trial):
    trial.enable("--template", "minimal")
    manifest = trial.node.manifest()
    trial.figure(f"ready {power_cut(trial):.1f} s after the boot began")
    if trial.node.manifest() != manifest:
        raise Failed("the verified change was undone")
    is_now(trial, "verified")


@case("power cut", "while it rolls back: the boot goes on with it")
def rolling_back(trial):
    happens = trial.renamed()
    command = trial.start(*MINIMAL)
    trial.meanwhile(command, happens, command.hang_up)
    entry = trial.node.last_entry()
    if not wait(lambda: (claim(entry) or "").startswith("claimed-by") or claim(entry) in nodes.FINAL, 20, 0.002):
        raise Failed(f"it is {claim(entry)}")
    trial.figure(f"cut when {claim(entry)}; ready {power_cut(trial):.1f} s after the boot began")
    is_now(trial, "rolled-back")
    spared(trial)
    gone(trial)


def spared(trial):
    """The manifest is the old one."""
    if trial.node.manifest() != trial.before:
        raise Failed("the manifest is not the old one")
