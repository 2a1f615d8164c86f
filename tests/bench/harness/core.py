"""Sessions: a supervisor in a cage, the ring that its children report to, and
what is read from /proc while it runs."""

import collections
import itertools
import mmap
import os
import resource
import select
import shutil
import signal
import struct
import subprocess
import tempfile
import time

HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
BUILD = os.environ.get("BUILDDIR") or os.path.join(HERE, "..", "..", "build")
BUILD = os.path.abspath(BUILD)

# As in src/ring.h.
RING_MAGIC = 0x52494E47
RING_CAPACITY = 1 << 18
RECORD = struct.Struct("<QQQiiII16sQ")
HEAD_SIZE = RECORD.size
Record = collections.namedtuple(
    "Record", "start_ns end_ns count pid parent ready unused name begin_ns")

LOG_MAX_SIZE = 16_000_000
LOG_KEEP = 20


def tool(name):
    """Where a program of the harness is."""
    return os.path.join(BUILD, "bench", name)


def now_ns():
    """The clock that the children use."""
    return time.clock_gettime_ns(time.CLOCK_MONOTONIC)


class Child:
    """One child to be supervised: restarted at once, always."""

    def __init__(self, name, argv, log=None):
        self.name = name
        self.argv = argv      # the whole command
        self.log = log        # a directory for its output, or None


class Ring:
    """What the children write a record to when they start."""

    def __init__(self, path):
        self.path = path
        size = HEAD_SIZE + RING_CAPACITY * RECORD.size
        with open(path, "wb") as f:
            f.truncate(size)
        with open(path, "r+b") as f:
            self.map = mmap.mmap(f.fileno(), size)
        struct.pack_into("<IIII", self.map, 0, 0, 0, RING_CAPACITY, RING_MAGIC)

    def head(self):
        """How many records there are."""
        return min(struct.unpack_from("<I", self.map, 0)[0], RING_CAPACITY)

    def records(self, first=0):
        """The records from one on that are whole."""
        end = self.head()
        raw = self.map[HEAD_SIZE + first * RECORD.size:
                       HEAD_SIZE + end * RECORD.size]
        for fields in RECORD.iter_unpack(raw):
            r = Record._make(fields)
            if r.ready:
                yield r._replace(name=r.name.rstrip(b"\0").decode())

    def wait_names(self, names, first=0, timeout=120.0, poll=0.01):
        """Wait until each of the names has a record from `first` on. Returns
        {name: when the first one started}, which may lack some."""
        want = set(names)
        seen = {}
        deadline = time.monotonic() + timeout
        at = first
        while True:
            head = self.head()
            if head > at:
                seen.clear()
                for r in self.records(first):
                    if r.name in want:
                        seen.setdefault(r.name, r.start_ns)
                at = head
            if len(seen) == len(want) or time.monotonic() > deadline:
                return seen
            time.sleep(poll)

    def close(self):
        """Unmap it."""
        self.map.close()


class LineProcess:
    """A program that talks in lines."""

    def __init__(self, argv, **more):
        self.p = subprocess.Popen(argv, stdin=subprocess.PIPE,
                                  stdout=subprocess.PIPE, bufsize=0,
                                  start_new_session=True, **more)
        self.buffer = b""

    def send(self, text):
        """Say a line."""
        self.p.stdin.write(text.encode() + b"\n")

    def line(self, timeout):
        """The words of the next line; None: it does not come."""
        deadline = time.monotonic() + timeout
        while b"\n" not in self.buffer:
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([self.p.stdout], [], [],
                                              left)[0]:
                return None
            chunk = os.read(self.p.stdout.fileno(), 65536)
            if not chunk:
                raise RuntimeError("%s has ended" % self.p.args[0])
            self.buffer += chunk
        text, self.buffer = self.buffer.split(b"\n", 1)
        return text.decode().split()

    def close(self, timeout=30):
        """End it."""
        try:
            self.p.stdin.close()
        except OSError:
            pass
        try:
            self.p.wait(timeout)
        except subprocess.TimeoutExpired:
            self.p.kill()
            self.p.wait()
        self.p.stdout.close()


# ---------------------------------------------------------------- /proc

def process_table():
    """{pid: (parent, name)} of all that live."""
    table = {}
    for name in os.listdir("/proc"):
        if not name.isdigit():
            continue
        try:
            with open("/proc/%s/stat" % name, "rb") as f:
                text = f.read()
        except OSError:
            continue
        end = text.rindex(b")")
        state, parent, _ = text[end + 2:].split(None, 2)
        if state != b"Z":
            table[int(name)] = (int(parent),
                                text[text.index(b"(") + 1:end].decode(
                                    "utf-8", "replace"))
    return table


def descendants(root):
    """{pid: name} of all below a process."""
    table = process_table()
    children = {}
    for pid, (parent, _) in table.items():
        children.setdefault(parent, []).append(pid)
    found, todo = {}, [root]
    while todo:
        for pid in children.get(todo.pop(), ()):
            found[pid] = table[pid][1]
            todo.append(pid)
    return found


def memory(pids):
    """(PSS, USS, anonymous) in bytes, of all the processes."""
    total = collections.Counter()
    for pid in pids:
        try:
            with open("/proc/%d/smaps_rollup" % pid) as f:
                for line in f:
                    key, _, value = line.partition(":")
                    if value.endswith("kB\n"):
                        total[key] += int(value.split()[0]) * 1024
        except OSError:
            pass
    return (total["Pss"], total["Private_Clean"] + total["Private_Dirty"],
            total["Anonymous"])


def cpu_ns(pids):
    """CPU time that all threads of the processes have used."""
    total = 0
    for pid in pids:
        try:
            for tid in os.listdir("/proc/%d/task" % pid):
                with open("/proc/%d/task/%s/schedstat" % (pid, tid)) as f:
                    total += int(f.read().split()[0])
        except OSError:
            pass
    return total


def kernel_memory():
    """Bytes that the machine spends on what processes are made of."""
    keys = ("AnonPages", "Slab", "KernelStack", "PageTables", "Shmem",
            "Percpu")
    total = 0
    with open("/proc/meminfo") as f:
        for line in f:
            key, _, value = line.partition(":")
            if key in keys:
                total += int(value.split()[0]) * 1024
    return total


def count_by_perf(pids, seconds):
    """System calls as perf counts them, at next to no cost; None: it does not
    work here."""
    r = subprocess.run(["perf", "stat", "-x", ";",
                        "-e", "raw_syscalls:sys_enter",
                        "-p", ",".join(map(str, pids)),
                        "--", "sleep", str(seconds)],
                       stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                       text=True)
    for line in r.stderr.splitlines():
        words = line.split(";")
        if len(words) < 3 or not words[2].startswith("raw_syscalls"):
            continue
        if words[0].isdigit():
            return int(words[0])
        if words[0] == "<not counted>":      # it never ran at all
            return 0
    return None


def count_by_strace(pids, seconds):
    """System calls as strace counts them; None: it does not work here."""
    argv = ["timeout", "-s", "INT", str(seconds),
            "strace", "-f", "-c", "-U", "calls,name"]
    for pid in pids:
        argv += ["-p", str(pid)]
    r = subprocess.run(argv, stdout=subprocess.DEVNULL,
                       stderr=subprocess.PIPE, text=True)
    for line in r.stderr.splitlines():
        words = line.split()
        if len(words) == 2 and words[1] == "total" and words[0].isdigit():
            return int(words[0])
    # with nothing to count it prints no table
    return 0 if "attached" in r.stderr else None


def count_calls(pids, seconds):
    """System calls of the processes in some seconds, or None."""
    calls = None
    if shutil.which("perf"):
        calls = count_by_perf(pids, seconds)
    if calls is None and shutil.which("strace"):
        calls = count_by_strace(pids, seconds)
    return calls


# ---------------------------------------------------------------- sessions

class Session:
    """One contender with n children in a cage, in a directory of its own.

    Used with `with': however the block ends, the cage kills all that is below
    it, and the directory is removed."""

    serial = itertools.count(1)

    def __init__(self, adapter_class, work_dir, n, specs=(), log=False):
        self.tag = "b%x" % next(Session.serial)
        self.dir = tempfile.mkdtemp(prefix="%s-" % self.tag, dir=work_dir)
        os.chmod(self.dir, 0o755)
        self.ring = Ring(os.path.join(self.dir, "ring"))
        self.adapter = adapter_class(os.path.join(self.dir, "conf"))
        os.mkdir(self.adapter.dir)
        self.children = [self.child(i) for i in range(n)]
        self.named = {}
        for label, mode in specs:      # children that do not just sleep
            child = self.child(len(self.children), mode, log)
            self.children.append(child)
            self.named[label] = child
        self.main_pid = None
        self.cage = None
        self.kicks = None

    def child(self, i, mode=("sleep",), log=False):
        """Make the i-th child."""
        name = "%s-%05d" % (self.tag, i)
        argv = [tool("child"), self.ring.path, name] + [str(m) for m in mode]
        return Child(name, argv,
                     os.path.join(self.dir, "log", name) if log else None)

    def __enter__(self):
        try:
            for child in self.children:
                if child.log:
                    os.makedirs(child.log)
            self.adapter.session = self
            self.adapter.configure(self.children)
            self.cage = LineProcess(
                [tool("cage"), os.path.join(self.dir, "output")]
                + self.adapter.command(),
                env=dict(os.environ, **self.adapter.env()),
                cwd=self.adapter.dir)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *exc):
        if self.kicks:
            self.kicks.close()
        if self.cage:
            self.cage.close()
        self.adapter.cleanup()
        self.ring.close()
        shutil.rmtree(self.dir, ignore_errors=True)

    def names(self):
        """The names of all children."""
        return [child.name for child in self.children]

    def expect(self, word, timeout):
        """What the cage next says of a kind; None: it does not come."""
        deadline = time.monotonic() + timeout
        while True:
            words = self.cage.line(max(0.0, deadline - time.monotonic()))
            if words is None or words[0] == word:
                return words

    def run(self, timeout=120.0):
        """Start the supervisor. Returns the seconds until the last child's
        first instruction, and how many have started."""
        first = self.ring.head()
        self.cage.send("run")
        self.main_pid, start = map(int, self.expect("started", 10)[1:3])
        if not self.children:
            time.sleep(1.5)
            return 0.0, 0
        seen = self.ring.wait_names(self.names(), first, timeout)
        last = max(seen.values(), default=start)
        return (last - start) / 1e9, len(seen)

    def stop(self, timeout=120.0):
        """Stop all in order. Returns seconds, or None."""
        start = now_ns()
        if not self.adapter.stop():
            self.cage.send("sig %d" % self.adapter.stop_signal)
            start = int(self.expect("signalled", 10)[1])
        end = self.expect("empty", timeout)
        return (int(end[1]) - start) / 1e9 if end else None

    def tree(self):
        """({pid: name} of the supervisor's own processes, {name: [pid]} of
        children)."""
        own, children = {}, {}
        for pid, name in descendants(self.cage.p.pid).items():
            if name.startswith(self.tag + "-"):
                children.setdefault(name, []).append(pid)
            elif name != "child":
                own[pid] = name
        return own, children

    def own_pids(self):
        """The supervisor's processes, without those that are there only for a
        moment, between fork and exec."""
        before = self.tree()[0]
        time.sleep(0.05)
        after = self.tree()[0]
        return sorted(set(before) & set(after))

    def kick(self, command, timeout=60.0):
        """Have `kick' do something; the words of its answer."""
        if not self.kicks:
            self.kicks = LineProcess([tool("kick"), self.ring.path])
        self.kicks.send(command)
        return self.kicks.line(timeout)

    def kill_child(self, name, timeout=30.0):
        """Kill a child; ns until the first instruction of its replacement, or
        None."""
        age = self.adapter.min_age
        words = self.kick("kill %s %d %d" % (name, age * 1000, timeout * 1000),
                          timeout + age + 5)
        return int(words[1]) if words and words[0] == "ns" else None

    def output(self, size=2000):
        """The end of what it has printed."""
        try:
            with open(os.path.join(self.dir, "output"), "rb") as f:
                return f.read()[-size:].decode("utf-8", "replace")
        except OSError:
            return ""


def time_command(argv, count=1, timeout=120):
    """The ns of each run of a command, and whether all have succeeded."""
    r = subprocess.run([tool("timecmd"), str(count)] + argv,
                       stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                       text=True, timeout=timeout)
    runs = [tuple(map(int, line.split())) for line in r.stdout.splitlines()]
    return ([ns for ns, _ in runs],
            bool(runs) and all(status == 0 for _, status in runs))


def raise_limits(want=200000):
    """Allow as many descriptors as some contenders need for thousands."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (want, max(hard, want)))
    except (ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def unwind_at_signals():
    """Have SIGTERM and SIGHUP end like Ctrl-C, so that sessions clean up; and
    SIGINT, with which a background process begins ignored."""
    def handler(number, frame):
        raise KeyboardInterrupt

    for number in signal.SIGINT, signal.SIGTERM, signal.SIGHUP:
        signal.signal(number, handler)
