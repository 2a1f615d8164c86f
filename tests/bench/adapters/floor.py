"""The floor: src/floor.c in its variants."""

import os

from adapters.base import Adapter
from harness.core import LOG_KEEP, LOG_MAX_SIZE, tool


class Floor(Adapter):
    """Clone with CLONE_VFORK, a pidfd for each child in epoll."""

    name = "floor"
    options = ()

    @classmethod
    def version(cls):
        return "this harness"

    def line(self, child):
        log = os.path.join(child.log, "current") if child.log else "-"
        return "\t".join([child.name, log] + child.argv) + "\n"

    def configure(self, children):
        self.write("list", "".join(map(self.line, children)))

    def command(self):
        return [tool("floor"), *self.options, "-s", str(LOG_MAX_SIZE),
                "-k", str(LOG_KEEP), self.path("list"), self.path("ctl")]

    def ask(self, *words):
        return [tool("ask"), self.path("ctl"), *words]

    def status_cmd(self, name):
        return self.ask("status", name)

    def status_all_cmd(self):
        return self.ask("status")

    def reload_cmd(self):
        return self.ask("reload")

    def add(self, child):
        with open(self.path("list"), "a") as f:
            f.write(self.line(child))


class FloorSession(Floor):
    """The same with a session for each child."""

    name = "floor-session"
    options = ("-d",)


class FloorFork(Floor):
    """A real fork, and SIGCHLD."""

    name = "floor-fork"
    options = ("-m", "fork", "-r", "sigchld")


class FloorVm(Floor):
    """Clone without waiting for the exec."""

    name = "floor-vm"
    options = ("-m", "vm")


class FloorLate(Floor):
    """The replacement is started before the reaping."""

    name = "floor-late"
    options = ("-r", "late")


class FloorVmLate(Floor):
    """Both."""

    name = "floor-vm-late"
    options = ("-m", "vm", "-r", "late")
