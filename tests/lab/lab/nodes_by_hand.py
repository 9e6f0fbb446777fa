"""Nodes that are left running for a person."""

import os

from . import build, machine
from . import node as nodes


def main(words, environment):
    """Does what the first word says."""
    act = {"up": up, "exec": execute, "status": status, "cut": cut, "down": down}[words[0]]
    lab = machine.Lab("by-hand", build.Release(environment.get("KUBERNETES", "1.37")))
    if words[1:2] == ["-n"]:
        return act(nodes.Node(lab, words[2]), words[3:])
    return act(nodes.Node(lab, "cp1"), words[1:])


def up(node, _words):
    build.check_machine()
    node.lab.release.build()
    node.up(int(os.environ.get("LAB_GRACE", "0")) or None)
    print(f"{node.name} is up: process 1 is {node.init}; its files are {node.root}")


def execute(node, words):
    node.install_program()
    return node.start(words, start_new_session=False).wait()


def status(node, _words):
    for one in node.lab.machines():
        seen = nodes.Node(node.lab, one.name)
        print(f"{one.name}: {'ready' if seen.ready() else 'not ready' if one.init else 'off'}")
        for pid, line in seen.servers().items() if one.init else []:
            print(f"  API server, process {pid}: {' '.join(flag for flag in line if 'audit' in flag) or 'no audit flags'}")


def cut(node, _words):
    node.power_off()
    node.power_on()


def down(node, _words):
    node.lab.down()
    print("down")
