"""daemontools: svscan, a supervise for each child, multilog for logs."""

import os
import signal
import subprocess

from adapters.base import debian_version, which
from adapters.runit import Directories
from harness.core import LOG_KEEP, LOG_MAX_SIZE


class Daemontools(Directories):
    """With `run' a script."""

    name = "daemontools"
    programs = ("svscan", "supervise", "svc", "svstat", "multilog")
    max_children = 1000        # SERVICES in svscan.c
    log_run = "exec multilog n%d s%d %%s\n" % (LOG_KEEP, LOG_MAX_SIZE)

    @classmethod
    def version(cls):
        return debian_version("daemontools")

    def command(self):
        return [which("svscan"), self.path("services")]

    def stop(self):
        # as its documentation has it: end the scanner, then tell each
        # supervise to end its child and itself
        os.kill(self.session.main_pid, signal.SIGTERM)
        paths = self.directories()
        paths += [p + "/log" for p in paths if os.path.isdir(p + "/log")]
        subprocess.run([which("svc"), "-dx"] + paths, check=True)
        return True

    def status_cmd(self, name):
        return [which("svstat"), self.path("services", name)]

    def status_all_cmd(self):
        return [which("svstat")] + self.directories()
