"""kill -9 at every step and at random moments: the server ends healthy on the old or the new files."""

import os
import random
import signal
import time

from lab import node as nodes
from lab.node import claim
from lab.process import wait
from lab.registry import case
from lab.trial import DONE, Failed

# More than any change makes; a run that never comes so far says so.
RENAMES = 7
FLUSHES = 36
# What makes a step: the number is counted by kind.
CALLS = {"rename": "rename,renameat,renameat2", "flush": "fsync,fdatasync"}
RANDOM_MOMENTS = 20
# How long the dead man may take until he notices, and then until everything is put back.
SETTLED = 25


def settle(trial, killed):
    """Waits for the dead man where he watches; else the next command has to settle it."""
    node = trial.node
    entry = node.last_entry()
    stood = claim(entry) if entry else None
    if stood is None or stood in nodes.FINAL:
        trial.seen = f"killed when {stood or 'nothing was written yet'}"
        return
    by_itself = wait(lambda: claim(entry) in nodes.FINAL, SETTLED) if (entry / "deadman").exists() else None
    if by_itself:
        trial.seen = f"killed when {stood}; the dead man made it {claim(entry)} after {time.monotonic() - killed:.1f} s"
        return
    command = trial.run("enable", "--yes", *trial.change)
    trial.expects(command, DONE)
    trial.seen = f"killed when {stood}; the next command made it {claim(entry)}"
    if claim(entry) not in nodes.FINAL:
        raise Failed(f"the killed change is still {claim(entry)}")


def at_call(trial, kind, number):
    """Kills our process right before its N-th call of a kind."""
    calls = CALLS[kind]
    log = "/run/lab/strace"
    prefix = ["strace", "-o", log, "-e", f"trace={calls}", "-e", f"inject={calls}:signal=SIGKILL:when={number}"]
    command = trial.start("enable", "--yes", *trial.change, prefix=prefix)
    code = command.ended()
    killed = time.monotonic()
    lines = trial.node.path(log).read_text().strip().split("\n")
    trial.exit = code
    if code == 0:
        trial.figure(f"a change has fewer than {number} calls of this kind")
        return
    if code not in (-signal.SIGKILL, 128 + signal.SIGKILL):
        raise Failed(f"it was not killed but ended with {code}:\n{command.output[-2000:]}")
    settle(trial, killed)
    trial.must_be_healthy("after the kill")
    trial.seconds = time.monotonic() - killed
    calls_made = [line for line in lines if "(" in line]
    trial.figure(f"before `{calls_made[-1].split(' = ')[0][-110:].strip()}`")


def with_terminal(trial, moment):
    """Kills the whole session at a moment, and its terminal with it."""
    command = trial.start("enable", "--yes", *trial.change, terminal=True)
    wait(lambda: command.read() is None or command.process.poll() is not None, moment)
    command.hang_up()
    killed = time.monotonic()
    wait(lambda: command.process.poll() is not None, 5)
    trial.exit = command.process.returncode
    settle(trial, killed)
    trial.must_be_healthy("after the kill")
    trial.seconds = time.monotonic() - killed
    trial.figure(f"killed after {moment:.2f} s")


def first(trial):
    """Turns auditing on for the first time."""
    trial.change = ["--template", "minimal"]


def policy_only(trial):
    """Changes the policy of a server that audits."""
    trial.enable("--template", "minimal")
    trial.before = trial.node.manifest()
    trial.change = ["--template", "cks"]


def register():
    for kind, count in (("rename", RENAMES), ("flush", FLUSHES)):
        for number in range(1, count + 1):

            def act(trial, kind=kind, number=number, begin=first):
                begin(trial)
                at_call(trial, kind, number)

            case("killed", f"before {kind} {number:02}", quick=kind == "rename" and number in (3, 5, 6))(act)
            if kind == "rename":
                case("killed", f"before {kind} {number:02}, another policy")(lambda trial, act=act: act(trial, begin=policy_only))
    seed = int(os.environ.get("LAB_SEED", "1"))
    for number in range(RANDOM_MOMENTS):
        # Most of them in the first second, when files are written.
        moment = 30 * random.Random(seed * 1000 + number).random() ** 3
        begin = policy_only if number % 4 == 3 else first

        def at(trial, moment=moment, begin=begin):
            begin(trial)
            with_terminal(trial, moment)

        case("killed", f"with its terminal, {number:02}", quick=number in (0, 1))(at)


register()


def once_more(trial, at):
    """The same change again right after a kill: the first one's dead man must leave it alone."""
    first(trial)
    node = trial.node
    command = trial.start("enable", "--yes", *trial.change)
    wait(lambda: node.last_entry() and at(node.last_entry()), 10, 0.001)
    command.hang_up()
    command.process.wait(5)
    first_entry = node.last_entry()
    stood = claim(first_entry)
    trial.enable(*trial.change)
    trial.must_be_healthy("after the second change")
    trial.seen = f"killed when {stood}, then {claim(first_entry)}; the second one {claim(node.last_entry())}"
    trial.seconds = time.monotonic() - trial.restarted
    time.sleep(SETTLED)
    if claim(node.last_entry()) != "verified" or b"--audit-policy-file" not in node.manifest():
        raise Failed(f"the second change was undone: {claim(node.last_entry())}")


@case("killed", "the same change again when the dead man has just begun")
def again_early(trial):
    once_more(trial, lambda entry: (entry / "deadman").exists())


@case("killed", "the same change again when the manifest was renamed", quick=True)
def again_late(trial):
    once_more(trial, lambda entry: trial.node.manifest() not in (None, trial.before))
