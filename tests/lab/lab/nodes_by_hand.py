"""One node that is left running for a person."""


from . import build, pki, place
from . import node as nodes


def main(words, environment):
    """Does what the first word says."""
    act = {"up": up, "exec": run, "status": status, "down": down}[words[0]]
    return act(nodes.Node("by-hand", int(environment.get("LAB_PORT", "7443"))), words[1:], environment)


def up(node, _words, environment):
    build.check_machine()
    build.build()
    pki.make(place.home() / "pki")
    node.up([] if environment.get("LAB_TIMES") == "real" else nodes.FAST)
    print(f"up: process 1 is {node.init}, the API server listens on 127.0.0.1:{node.port}")


def attached(node):
    if not node.attach():
        raise SystemExit("the node is not up")
    node.enter()


def run(node, words, _environment):
    attached(node)
    command = node.start([str(place.program()) if word == "kubectl-audit" else word for word in words], start_new_session=False)
    try:
        return command.wait()
    except KeyboardInterrupt:
        return command.wait()


def status(node, _words, _environment):
    attached(node)
    state = node.state()
    for pod in state["Pods"] or []:
        print(f"pod {pod['Name']} {pod['Phase']} {pod['Waiting'] or ''} restarts {pod['Restarts']}, log {pod['LogPath']}")
    for file, error in state["Errors"].items():
        print(f"{file}: {error}")
    for pid, line in node.servers().items():
        print(f"process {pid}: {' '.join(flag for flag in line if 'audit' in flag) or 'no audit flags'}")
    print("ready" if node.ready() else "not ready")


def down(node, _words, _environment):
    node.down()
    print("down")
