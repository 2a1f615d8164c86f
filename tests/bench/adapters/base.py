"""What the harness asks of a contender. A new one is a module in this folder
with a subclass of Adapter that has a `name'; nothing else has to be edited."""

import importlib
import os
import shutil
import signal
import subprocess


class Adapter:
    """One contender, in one session."""

    name = None
    max_children = 5000        # it cannot have more, or takes minutes
    min_age = 0.0              # s that a child must have lived to be
                               # restarted at once
    stop_signal = signal.SIGTERM
    programs = ()              # executables that it needs
    captures_log = True        # can capture stdout to a file
    log_note = ""              # why not
    can_add = True             # can be given another child while it runs
    start_timeout = 120.0      # s for all children to start

    def __init__(self, directory):
        self.dir = directory   # its own: configuration, sockets, state
        self.session = None    # set before configure()

    @classmethod
    def missing(cls):
        """Why it cannot run here, or None."""
        lost = [p for p in cls.programs if not shutil.which(p)]
        return "not found: " + ", ".join(lost) if lost else None

    @classmethod
    def version(cls):
        return "?"

    # -- running it

    def configure(self, children):
        """Write the configuration for a list of core.Child."""
        raise NotImplementedError

    def command(self):
        """argv of the supervisor in the foreground; argv[0] is a path."""
        raise NotImplementedError

    def env(self):
        """Environment variables added for it."""
        return {}

    def stop(self):
        """Begin an orderly stop; False: the harness is to send stop_signal to
        the supervisor."""
        return False

    def cleanup(self):
        """After all its processes are gone; its directory is removed."""

    def victim(self, own):
        """The process whose death is the supervisor's (test 10)."""
        return self.session.main_pid

    # -- control: argv, or None where it has no such thing

    def status_cmd(self, name):
        return None

    def status_all_cmd(self):
        return None

    def reload_cmd(self):
        """Read a changed configuration again and act on it."""
        return None

    def add(self, child):
        """Write the configuration of one more child."""
        raise NotImplementedError

    def add_cmd(self, child):
        """What makes add() take effect; None: it is noticed."""
        return self.reload_cmd()

    # -- logs

    def log_files(self, child):
        """The files with the captured lines, oldest first."""
        return numbered(child.log)

    # -- for subclasses

    def path(self, *parts):
        return os.path.join(self.dir, *parts)

    def write(self, name, text, mode=0o644):
        path = self.path(name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w") as f:
            f.write(text)
        os.chmod(path, mode)
        return path


def which(name):
    """The path of a program, or its name."""
    return shutil.which(name) or name


def numbered(directory):
    """Files called X, X.1 (newest rotated), X.2 and so on, oldest first."""
    def age(path):
        ext = path.rpartition(".")[2]
        return -int(ext) if ext.isdigit() else 0

    return sorted((e.path for e in os.scandir(directory) if e.is_file()),
                  key=age)


def first_line(argv):
    """The first line that a command prints, for version()."""
    try:
        r = subprocess.run(argv, capture_output=True, text=True, timeout=20)
    except (OSError, subprocess.TimeoutExpired):
        return "?"
    text = (r.stdout or r.stderr).strip()
    return text.splitlines()[0] if text else "?"


def debian_version(package):
    """The version of the Debian package that a program came from."""
    return first_line(["dpkg-query", "-W", "-f", "${Version}", package])


def load():
    """{name: class} of every adapter in this folder."""
    found = {}

    def walk(cls):
        for sub in cls.__subclasses__():
            if sub.name:
                found[sub.name] = sub
            walk(sub)

    for name in sorted(os.listdir(os.path.dirname(os.path.abspath(__file__)))):
        if name.endswith(".py") and name != "base.py":
            importlib.import_module("adapters." + name[:-3])
    walk(Adapter)
    return found
