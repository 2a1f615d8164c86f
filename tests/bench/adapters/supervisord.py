"""supervisor: supervisord and supervisorctl."""

import os
import resource

from adapters.base import Adapter, first_line, which
from harness.core import LOG_KEEP, LOG_MAX_SIZE

HEAD = """\
[supervisord]
nodaemon=true
logfile=%(dir)s/supervisord.log
logfile_maxbytes=0
pidfile=%(dir)s/supervisord.pid
childlogdir=%(dir)s
minfds=%(fds)d
minprocs=200
[unix_http_server]
file=%(dir)s/ctl
[rpcinterface:supervisor]
supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface
[supervisorctl]
serverurl=unix://%(dir)s/ctl
[include]
files=%(dir)s/conf.d/*.conf
"""
CHILD = """\
[program:%s]
command=%s
autorestart=true
startsecs=0
startretries=1000000000
stopwaitsecs=10
redirect_stderr=true
stdout_logfile=%s
stdout_logfile_maxbytes=%d
stdout_logfile_backups=%d
"""


def fds_for(n):
    """Not more than it needs: it closes all of them, one by one, at each
    start."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    return min(max(1024, 3 * n + 100), hard)


class Supervisord(Adapter):
    """In the foreground."""

    name = "supervisord"
    programs = ("supervisord", "supervisorctl")
    start_timeout = 240.0

    @classmethod
    def version(cls):
        return first_line([which("supervisord"), "--version"])

    def configure(self, children):
        self.write("supervisord.conf",
                   HEAD % {"dir": self.dir, "fds": fds_for(len(children))})
        self.write("conf.d/all.conf", "".join(map(self.section, children)))

    def section(self, child):
        log = os.path.join(child.log, "current") if child.log else "NONE"
        return CHILD % (child.name, " ".join(child.argv), log, LOG_MAX_SIZE,
                        LOG_KEEP)

    def command(self):
        return [which("supervisord"), "-c", self.path("supervisord.conf")]

    def ask(self, *words):
        return [which("supervisorctl"), "-c", self.path("supervisord.conf"),
                *words]

    def status_cmd(self, name):
        return self.ask("status", name)

    def status_all_cmd(self):
        return self.ask("status")

    def reload_cmd(self):
        return self.ask("update")

    def add(self, child):
        self.write("conf.d/%s.conf" % child.name, self.section(child))
