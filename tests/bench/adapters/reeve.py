"""reeve: the reeved that has just been built."""

import os

from adapters.base import Adapter, first_line
from harness.core import BUILD

REEVED = os.path.join(BUILD, "reeved")

# The peers are set up to restart always, and to stop their children all at
# once; so is reeve, whose own way is to count restarts and to stop one by one.
HEAD = """\
[reeve]
run_dir = %s

[supervisor]
strategy = one_for_one
max_restarts = 1000000
max_seconds = 1s
shutdown_order = concurrent

[worker]
stdout = %s
stderr = %s
"""
CHILD = """
[worker:%s]
command = %s
"""


class Reeve(Adapter):
    """One supervisor with all children below it."""

    name = "reeve"
    captures_log = False
    log_note = "it rotates no logs yet"
    can_add = False
    output = "inherit"

    @classmethod
    def missing(cls):
        return None if os.access(REEVED, os.X_OK) else "not built: " + REEVED

    @classmethod
    def version(cls):
        return first_line([REEVED, "--version"])

    def configure(self, children):
        os.mkdir(self.path("run"), 0o755)
        self.write("reeve.conf",
                   HEAD % (self.path("run"), self.output, self.output)
                   + "".join(CHILD % (child.name, " ".join(child.argv))
                             for child in children))

    def command(self):
        return [REEVED, "-c", self.path("reeve.conf")]


class ReeveNull(Reeve):
    """The same, without any output of the children."""

    name = "reeve-null"
    output = "null"
