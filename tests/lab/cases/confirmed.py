"""Changes that wait for a person, and signals."""

import signal
import time

from lab import node as nodes
from lab.node import claim
from lab.process import wait
from lab.registry import case
from lab.trial import DONE, REFUSED, ROLLED_BACK, UNVERIFIED, Failed

MINIMAL = ["enable", "--yes", "--template", "minimal"]
WATCHED = [*MINIMAL, "--confirm-within=2m"]
LATE = 20


def waiting(trial, terminal=True):
    """A change that is healthy and waits to be confirmed."""
    command = trial.start(*WATCHED, terminal=terminal)
    command.says("unless you confirm", 150)
    return command


def is_now(trial, state):
    last = claim(trial.node.last_entry())
    if last != state:
        raise Failed(f"the change is {last}, not {state}")


def time_is_over(trial):
    """Lets the deadline be in two seconds: nobody waits two minutes for a test."""
    entry = trial.node.last_entry()
    now = int(float(trial.node.path("/proc/uptime").read_text().split()[0]))
    temporary = entry / ".deadline"
    temporary.write_text(f"{now + 2}\n")
    temporary.rename(entry / "deadline")


@case("confirmed", "from another shell", quick=True)
def elsewhere(trial):
    command = waiting(trial)
    confirm = trial.run("confirm")
    trial.expects(confirm, DONE)
    command.ended(15)
    trial.expects(command, DONE)
    is_now(trial, "confirmed")


@case("confirmed", "on its own terminal")
def typed(trial):
    command = waiting(trial)
    command.type("\n")
    time.sleep(1)
    if command.process.poll() is not None:
        raise Failed("Enter alone ended it")
    command.type("confirm\n")
    command.ended(15)
    trial.shows(command)
    trial.expects(command, DONE)
    is_now(trial, "confirmed")


@case("confirmed", "after more time was asked for")
def extended(trial):
    command = waiting(trial)
    entry = trial.node.last_entry()
    before = int((entry / "deadline").read_text())
    trial.expects(trial.run("confirm", "--extend=1h"), UNVERIFIED)
    gained = int((entry / "deadline").read_text()) - before
    if not 3400 < gained < 3600:
        raise Failed(f"the deadline moved by {gained} s")
    trial.expects(trial.run("confirm"), DONE)
    trial.expects(command, command.ended(15) and REFUSED or DONE)
    is_now(trial, "confirmed")


@case("confirmed", "by nobody: it is put back, and the waiting command says so", quick=True)
def nobody(trial):
    command = waiting(trial)
    time_is_over(trial)
    over = time.monotonic()
    command.ended(30)
    trial.shows(command)
    trial.expects(command, ROLLED_BACK)
    is_now(trial, "rolled-back")
    trial.must_be_healthy("after the time was over")
    trial.seconds = time.monotonic() - over


@case("confirmed", "without a terminal it ends and stays armed, and can be confirmed")
def no_terminal(trial):
    command = waiting(trial, terminal=False)
    command.ended(10)
    trial.shows(command)
    trial.expects(command, UNVERIFIED)
    is_now(trial, "armed")
    time.sleep(LATE)
    is_now(trial, "armed")
    trial.expects(trial.run("confirm"), DONE)
    is_now(trial, "confirmed")


@case("confirmed", "without a terminal and by nobody it is put back")
def no_terminal_nobody(trial):
    command = waiting(trial, terminal=False)
    command.ended(10)
    time_is_over(trial)
    if not wait(lambda: claim(trial.node.last_entry()) == "rolled-back", 20):
        raise Failed(f"it is {claim(trial.node.last_entry())}")
    trial.shows(command)


@case("confirmed", "another change meanwhile is refused")
def meanwhile(trial):
    command = waiting(trial)
    trial.enable("--template", "gce", expect=REFUSED, says="confirm")
    trial.expects(trial.run("confirm"), DONE)
    command.ended(15)


@case("confirmed", "not while the server is ill")
def ill(trial):
    command = waiting(trial)
    trial.node.sh("mv /etc/kubernetes/manifests/kube-apiserver.yaml /run/lab/away.yaml")
    wait(lambda: not trial.node.servers(), 60)
    confirm = trial.run("confirm")
    trial.node.sh("cp -p /run/lab/away.yaml /etc/kubernetes/.away && mv /etc/kubernetes/.away /etc/kubernetes/manifests/kube-apiserver.yaml")
    trial.must_be_healthy("after the manifest came back")
    trial.expects(confirm, REFUSED)
    trial.expects(trial.run("confirm"), DONE)
    command.ended(15)


@case("signals", "Ctrl-C at the question changes nothing")
def at_question(trial):
    command = trial.start("enable", "--template", "minimal", terminal=True)
    command.says("Apply this change", 20)
    command.type("\x03")
    command.ended(10)
    trial.shows(command)
    trial.expects(command, REFUSED)


@case("signals", "Ctrl-C while it waits for a confirm leaves the dead man")
def at_confirm(trial):
    command = waiting(trial)
    command.type("\x03")
    command.ended(10)
    trial.shows(command)
    trial.expects(command, UNVERIFIED)
    is_now(trial, "armed")
    time_is_over(trial)
    if not wait(lambda: claim(trial.node.last_entry()) == "rolled-back", 20):
        raise Failed(f"it is {claim(trial.node.last_entry())}")


for name in ["SIGINT", "SIGTERM", "SIGHUP"]:

    @case("signals", f"{name} before the manifest is renamed changes nothing", quick=name == "SIGTERM")
    def early(trial, name=name):
        calls = "rename,renameat,renameat2"
        prefix = ["strace", "-o", "/dev/null", "-e", f"trace={calls}", "-e", f"inject={calls}:signal={name}:when=2"]
        command = trial.start(*MINIMAL, prefix=prefix)
        command.ended()
        trial.shows(command)
        trial.expects(command, REFUSED, "interrupted")

    @case("signals", f"{name} after the manifest was renamed: the dead man puts it back", quick=name == "SIGHUP")
    def late(trial, name=name):
        happens = trial.renamed()
        command = trial.start(*MINIMAL)
        trial.meanwhile(command, happens, lambda: command.process.send_signal(getattr(signal, name)))
        command.ended(20)
        sent = time.monotonic()
        trial.shows(command)
        trial.expects(command, UNVERIFIED, "15 s")
        if not wait(lambda: claim(trial.node.last_entry()) in nodes.FINAL, LATE):
            raise Failed(f"it is {claim(trial.node.last_entry())}")
        is_now(trial, "rolled-back")
        trial.must_be_healthy("after the signal")
        trial.seconds = time.monotonic() - sent
