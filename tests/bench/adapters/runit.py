"""runit: runsvdir, a runsv for each child, svlogd for logs."""

import os
import signal
import time

from adapters.base import Adapter, debian_version, which
from harness.core import LOG_KEEP, LOG_MAX_SIZE


class Directories(Adapter):
    """What the family of daemontools has in common: a directory of
    directories, each with an executable `run', watched by a scanner."""

    min_age = 1.1              # a `run' is started once a second at most
    settle = 0.0
    is_direct = False          # `run' is the program itself, not a script
    log_run = None

    def make(self, child):
        """Make a child's directory: aside first, so that the scanner never
        sees half of it."""
        base = "new/" + child.name
        if self.is_direct:
            os.makedirs(self.path(base))
            os.symlink(child.argv[0], self.path(base, "run"))
            self.write(base + "/benchargs", " ".join(child.argv[1:]) + "\n")
        else:
            self.write(base + "/run",
                       "#!/bin/sh\nexec %s\n" % " ".join(child.argv), 0o755)
        if child.log:
            self.write(base + "/log/run",
                       "#!/bin/sh\n" + self.log_run % child.log, 0o755)
            self.set_up_log(child)
        os.rename(self.path(base), self.path("services", child.name))

    def set_up_log(self, child):
        pass

    def configure(self, children):
        os.mkdir(self.path("services"))
        os.mkdir(self.path("new"))
        for child in children:
            self.make(child)
        time.sleep(self.settle)

    def directories(self):
        return [e.path for e in os.scandir(self.path("services"))
                if not e.name.startswith(".")]

    def log_files(self, child):
        """Files that were rotated are called @TIME: they come first."""
        names = sorted(n for n in os.listdir(child.log) if n.startswith("@"))
        return [os.path.join(child.log, n) for n in names + ["current"]]

    def add(self, child):
        self.make(child)


class Runit(Directories):
    """With `run' a script."""

    name = "runit"
    programs = ("runsvdir", "runsv", "sv", "svlogd")
    max_children = 1000        # MAXSERVICES in runsvdir.c
    settle = 1.2               # a directory changed this second is not read
    stop_signal = signal.SIGHUP     # runsvdir: SIGTERM to all runsv, then exit
    log_run = "exec svlogd %s\n"

    @classmethod
    def version(cls):
        return debian_version("runit")

    def set_up_log(self, child):
        with open(os.path.join(child.log, "config"), "w") as f:
            f.write("s%d\nn%d\n" % (LOG_MAX_SIZE, LOG_KEEP))

    def command(self):
        return [which("runsvdir"), self.path("services")]

    def status_cmd(self, name):
        return [which("sv"), "status", self.path("services", name)]

    def status_all_cmd(self):
        return [which("sv"), "status"] + self.directories()


class RunitBin(Runit):
    """With `run' the program."""

    name = "runit-bin"
    is_direct = True
