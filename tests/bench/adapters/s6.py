"""s6: s6-svscan, an s6-supervise for each child, s6-log for logs."""

import subprocess

from adapters.base import debian_version, which
from adapters.runit import Directories
from harness.core import LOG_KEEP, LOG_MAX_SIZE


class S6(Directories):
    """With `run' a script."""

    name = "s6"
    programs = ("s6-svscan", "s6-svscanctl", "s6-svstat", "s6-log")
    log_run = "exec s6-log n%d s%d %%s\n" % (LOG_KEEP, LOG_MAX_SIZE)

    @classmethod
    def version(cls):
        return debian_version("s6")

    def command(self):
        return [which("s6-svscan"), "-c", "6000", "-t", "0",
                self.path("services")]

    def stop(self):
        subprocess.run([which("s6-svscanctl"), "-t", self.path("services")],
                       check=True)
        return True

    def status_cmd(self, name):
        return [which("s6-svstat"), self.path("services", name)]

    def status_all_cmd(self):
        # s6-svstat takes one directory: this is what a user has to write
        return ["/bin/sh", "-c",
                'for d in "$1"/*; do s6-svstat "$d" || exit; done',
                "sh", self.path("services")]

    def reload_cmd(self):
        return [which("s6-svscanctl"), "-a", self.path("services")]


class S6Bin(S6):
    """With `run' the program."""

    name = "s6-bin"
    is_direct = True
