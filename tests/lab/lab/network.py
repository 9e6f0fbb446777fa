"""The network of one lab: a bridge in a namespace of its own, and a balancer before the API servers on it."""

import subprocess
import sys

from . import place, process

NET = "10.77.0"


def address(node):
    """The address of cp1 … cp9."""
    return f"{NET}.{10 + int(node[2:])}"


class Switch:
    """A bridge that nodes are plugged into."""

    def __init__(self, home):
        self.home = home
        self.pid = home / "switch.pid"
        self.balancer = home / "balance.pid"

    def inside(self, *arguments):
        """A command line that runs in its namespace."""
        return ["nsenter", "-t", str(process.recorded(self.pid)), "-n", "--", *arguments]

    def start(self):
        """Starts it, unless it runs."""
        if process.recorded(self.pid):
            return
        self.home.mkdir(parents=True, exist_ok=True)
        started = subprocess.Popen(["unshare", "--net", "sleep", "infinity"], **DETACHED)
        own = link("self")
        process.wait(lambda: link(started.pid) not in (own, None), 5)
        process.record(self.pid, started.pid)
        for words in ["link set lo up", "link add br0 type bridge", "link set br0 up", f"addr add {NET}.1/24 dev br0"]:
            subprocess.run(self.inside("ip", *words.split()), check=True)
        balance = [sys.executable, str(place.PARTS / "balance"), f"{NET}.1", "6443", str(self.home / "backends")]
        started = subprocess.Popen(self.inside("nice", *balance), **DETACHED)
        process.record(self.balancer, started.pid)

    def plug(self, node, pid):
        """Connects a node's namespace."""
        script = f"ip link del v-{node}; ip link add v-{node} type veth peer name eth0 netns {pid} && ip link set v-{node} master br0 up"
        subprocess.run(self.inside("sh", "-c", script), check=True, stderr=subprocess.DEVNULL)

    def serve(self, nodes):
        """Tells the balancer which nodes there are."""
        (self.home / "backends").write_text("".join(f"{address(node)}\n" for node in nodes))

    def stop(self):
        """Ends both."""
        process.end(self.balancer)
        process.end(self.pid)


DETACHED = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "start_new_session": True}


def link(pid):
    """The network namespace of a process."""
    try:
        return (process.Path(f"/proc/{pid}/ns/net")).readlink()
    except OSError:
        return None
