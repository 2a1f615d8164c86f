"""dinit, run as an ordinary user's."""

import os

from adapters.base import Adapter, first_line, which

CHILD = """\
type = process
command = %s
restart = true
smooth-recovery = true
restart-delay = 0
restart-limit-interval = 0
restart-limit-count = 0
"""


class Dinit(Adapter):
    """All children below one target."""

    name = "dinit"
    programs = ("dinit", "dinitctl")
    log_note = "its logfile is not rotated: the child writes to the file"

    @classmethod
    def version(cls):
        return first_line([which("dinit"), "--version"])

    def configure(self, children):
        os.mkdir(self.path("boot.d"))
        for child in children:
            self.add(child)
            os.symlink("../" + child.name, self.path("boot.d", child.name))
        self.write("boot", "type = internal\nwaits-for.d = boot.d\n")

    def add(self, child):
        text = CHILD % " ".join(child.argv)
        if child.log:
            text += "logfile = %s/current\n" % child.log
        self.write(child.name, text)

    def command(self):
        return [which("dinit"), "-u", "-q", "-d", self.dir,
                "-p", self.path("ctl"), "boot"]

    def ask(self, *words):
        return [which("dinitctl"), "-p", self.path("ctl"), *words]

    def status_cmd(self, name):
        return self.ask("status", name)

    def status_all_cmd(self):
        return self.ask("list")

    def add_cmd(self, child):
        return self.ask("start", child.name)
