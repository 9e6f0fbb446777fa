"""Looks at an API server from outside while something is done to it."""

import threading
import time


class Watch:
    """Asks /readyz ten times a second, as a stranger; remembers when the answer changed."""

    def __init__(self, node):
        self.node = node
        self.changes = []
        self.over = threading.Event()

    def __enter__(self):
        self.begin = time.monotonic()
        self.thread = threading.Thread(target=self.ask)
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        self.thread.join()

    def ask(self):
        while not self.over.is_set():
            status = self.node.get("/readyz", stranger=True)[0]
            if not self.changes or self.changes[-1][1] != status:
                self.changes.append((time.monotonic() - self.begin, status))
            time.sleep(0.1)

    def answers(self):
        """The answers in their order; 0: nobody listens."""
        return [status for _, status in self.changes]

    def gone(self):
        """When it answered no more; None if it always did."""
        return next((second for second, status in self.changes if status != 200), None)

    def back(self):
        """When it was ready for good; None if it is not."""
        return self.changes[-1][0] if len(self.changes) > 1 and self.changes[-1][1] == 200 else None
