"""The ten tests. Each takes a recorder and adds figures to it; README.md says
what each figure means."""

import os
import subprocess
import time

from harness.core import (LOG_MAX_SIZE, Session, count_calls, cpu_ns,
                          kernel_memory, memory, now_ns, time_command)


class Recorder:
    """Figures by test, contender and round; a figure is a list of samples."""

    def __init__(self):
        self.figures = []
        self.notes = []

    def add(self, test, metric, unit, contender, rnd, values, better="less"):
        if not isinstance(values, list):
            values = [values]
        self.figures.append(dict(
            test=test, metric=metric, unit=unit, contender=contender,
            round=rnd, values=[v for v in values if v is not None],
            better=better))

    def note(self, test, contender, rnd, text):
        self.notes.append(dict(test=test, contender=contender, round=rnd,
                               text=text))


class Context:
    """What a test gets: the recorder, where to work, options, and a log."""

    def __init__(self, recorder, work_dir, options, log):
        self.rec = recorder
        self.work_dir = work_dir
        self.opts = options
        self.log = log


def us(ns):
    """Make microseconds of what may be None."""
    return None if ns is None else ns / 1000.0


# ------------------------------------------------- 1, one child

def open_all(ctx, adapters, rnd):
    """Start every contender with one child; a list of (name, session, [])."""
    sessions = []
    for cls in adapters:
        s = Session(cls, ctx.work_dir, 1)
        _, started = s.__enter__().run(30)
        if started == 1:
            sessions.append((cls.name, s, []))
            continue
        ctx.rec.note(1, cls.name, rnd,
                     "the child did not start: " + s.output(300))
        s.__exit__()
    return sessions


def restart_single(ctx, adapters, rnd):
    """Time restarts of one child. All contenders are up at once, and the kills
    go round them, so that each sees the same noise."""
    sessions = []
    try:
        sessions = open_all(ctx, adapters, rnd)
        time.sleep(1.5)
        deadline = time.monotonic() + ctx.opts.budget * len(sessions)
        for i in range(ctx.opts.kills):
            shift = i % len(sessions)
            for name, s, got in sessions[shift:] + sessions[:shift]:
                # who waits for a second shows nothing more by more kills
                if len(got) > 2 and got[-1] > 300000 and i % 8:
                    continue
                time.sleep(0.02)
                ns = s.kill_child(s.children[0].name)
                if ns is None:
                    ctx.rec.note(1, name, rnd, "a kill without a restart")
                else:
                    got.append(us(ns))
            if time.monotonic() > deadline:
                ctx.log("restart: out of time after %d kills" % (i + 1))
                break
        for name, s, got in sessions:
            ctx.rec.add(1, "restart, 1 child", "us", name, rnd, got)
    finally:
        for _, s, _ in reversed(sessions):
            s.__exit__()


# ------------------------------------------------- 1-4 and 7-9, n children

def population(ctx, cls, rnd, n, tests):
    """Run one session with n children: start, whatever of the other tests was
    asked for, stop."""
    rec, name = ctx.rec, cls.name
    base = kernel_memory()
    with Session(cls, ctx.work_dir, n) as s:
        seconds, started = s.run(s.adapter.start_timeout)
        if started < n:
            rec.note(2, name, rnd, "started %d of %d in %.0f s; %s"
                     % (started, n, s.adapter.start_timeout, s.output(200)))
            return
        if 2 in tests and n:
            rec.add(2, "start %d" % n, "ms", name, rnd, seconds * 1000)
        time.sleep(3.0 if n else 1.0)    # let it settle
        own = s.own_pids()
        if 3 in tests:
            sizes(ctx, name, rnd, n, own, base)
        if n == ctx.opts.idle_n:
            if 4 in tests:
                idle(ctx, name, rnd, own)
            if 1 in tests:
                restart_many(ctx, s, name, rnd, n)
            if 7 in tests:
                control(ctx, s, name, rnd, n)
            if 8 in tests:
                reload(ctx, s, name, rnd, n)
            if 9 in tests:
                mass_death(ctx, s, name, rnd)
        if 2 in tests and n:
            stop_all(ctx, s, name, rnd, n)


def sizes(ctx, name, rnd, n, own, base):
    """Read how much memory it has."""
    pss, uss, anonymous = memory(own)
    for what, size in ("PSS", pss), ("USS", uss), ("anonymous", anonymous):
        ctx.rec.add(3, "%s, %d children" % (what, n), "KiB", name, rnd,
                    size / 1024)
    ctx.rec.add(3, "processes, %d children" % n, "", name, rnd, len(own))
    if n:
        ctx.rec.add(3, "system memory per child, %d" % n, "KiB", name, rnd,
                    (kernel_memory() - base) / 1024 / n)


def stop_all(ctx, s, name, rnd, n):
    """Time the orderly stop."""
    seconds = s.stop(120)
    if seconds is None:
        own, children = s.tree()
        ctx.rec.note(2, name, rnd, "stop: after 120 s %d children and %s left"
                     % (sum(map(len, children.values())),
                        sorted(set(own.values()))))
    else:
        ctx.rec.add(2, "stop %d" % n, "ms", name, rnd, seconds * 1000)


def idle(ctx, name, rnd, own):
    """Count what it does while nothing happens."""
    cpu, start = cpu_ns(own), time.monotonic()
    calls = count_calls(own, ctx.opts.idle_seconds)
    seconds = time.monotonic() - start
    cpu = cpu_ns(own) - cpu
    if calls is not None:
        ctx.rec.add(4, "idle system calls", "/s", name, rnd,
                    calls / ctx.opts.idle_seconds)
    else:
        ctx.rec.note(4, name, rnd, "could not count system calls")
    ctx.rec.add(4, "idle CPU", "us/s", name, rnd, cpu / 1000 / seconds)


def restart_many(ctx, s, name, rnd, n):
    """Time restarts spread over the children, so that nobody has to restart
    one that has only just been started."""
    got = []
    deadline = time.monotonic() + ctx.opts.budget
    for i in range(max(1, ctx.opts.kills // 4)):
        time.sleep(0.01)
        ns = s.kill_child(s.children[(i * 37) % n].name)
        if ns is None:
            ctx.rec.note(1, name, rnd,
                         "%d children: a kill without a restart" % n)
        else:
            got.append(us(ns))
        if time.monotonic() > deadline:
            break
    ctx.rec.add(1, "restart, %d children" % n, "us", name, rnd, got)


def control(ctx, s, name, rnd, n):
    """Time the status commands."""
    one = s.adapter.status_cmd(s.children[n // 2].name)
    for what, argv, count in (
            ("status of one of %d" % n, one, 20),
            ("status of all %d" % n, s.adapter.status_all_cmd(), 5)):
        if argv is None:
            ctx.rec.note(7, name, rnd, "%s: no such command" % what)
            continue
        ns, ok = time_command(argv, count)
        if not ok:
            ctx.rec.note(7, name, rnd, "%s: failed" % what)
        ctx.rec.add(7, what, "ms", name, rnd, [v / 1e6 for v in ns])


def reload(ctx, s, name, rnd, n):
    """Time a reload of what has not changed, and the addition of a child."""
    rec = ctx.rec
    argv = s.adapter.reload_cmd()
    if argv:
        before = s.ring.head()
        ns, ok = time_command(argv)
        rec.add(8, "reload, unchanged, %d" % n, "ms", name, rnd,
                [v / 1e6 for v in ns])
        if not ok:
            rec.note(8, name, rnd, "the reload command failed")
        time.sleep(2)
        rec.add(8, "children restarted by it", "", name, rnd,
                s.ring.head() - before)
    else:
        rec.note(8, name, rnd, "no reload command")
    if not s.adapter.can_add:
        rec.note(8, name, rnd, "cannot add a child")
    elif n + 1 > s.adapter.max_children:
        rec.note(8, name, rnd, "%d children are its limit"
                 % s.adapter.max_children)
    else:
        add_one(ctx, s, name, rnd, n)


def add_one(ctx, s, name, rnd, n):
    """Time the addition of a child."""
    extra = s.child(len(s.children))
    before = s.ring.head()
    start = now_ns()
    s.adapter.add(extra)
    argv = s.adapter.add_cmd(extra)
    ok = not argv or time_command(argv)[1]
    seen = s.ring.wait_names([extra.name], before, 60, poll=0.002)
    if extra.name in seen:
        ctx.rec.add(8, "add one to %d" % n, "ms", name, rnd,
                    (seen[extra.name] - start) / 1e6)
        s.children.append(extra)
    else:
        ctx.rec.note(8, name, rnd, "add one: did not start%s"
                     % ("" if ok else " (command failed)"))
    ctx.rec.add(8, "others restarted by adding", "", name, rnd,
                s.ring.head() - before - (extra.name in seen))


def mass_death(ctx, s, name, rnd):
    """Kill all children at once, and time until all are back."""
    names = s.names()
    before = s.ring.head()
    words = s.kick("massacre %s-" % s.tag)
    start, killed = int(words[1]), int(words[2])
    seen = s.ring.wait_names(names, before, 60)
    if len(seen) == len(names):
        ctx.rec.add(9, "all %d back" % ctx.opts.idle_n, "ms", name, rnd,
                    (max(seen.values()) - start) / 1e6)
    time.sleep(2.5)
    found = s.tree()[1]
    ctx.rec.add(9, "lost", "", name, rnd,
                sum(1 for x in names if x not in found))
    ctx.rec.add(9, "duplicated", "", name, rnd,
                sum(1 for v in found.values() if len(v) > 1))
    ctx.rec.add(9, "starts beyond one each", "", name, rnd,
                s.ring.head() - before - killed)


# ------------------------------------------------- 5, crash storm

def storm(ctx, cls, rnd, seconds=6.0):
    """Run one child that exits at once beside twenty that do not, some of
    which are killed while the storm goes on."""
    rec, name = ctx.rec, cls.name
    with Session(cls, ctx.work_dir, 20, specs=[("storm", ("exit", 1))]) as s:
        _, started = s.run(30)
        if started < 21:
            rec.note(5, name, rnd, "started %d of 21" % started)
            return
        time.sleep(1.5)
        own = s.own_pids()
        first, cpu, start = s.ring.head(), cpu_ns(own), now_ns()
        got = []
        while now_ns() - start < seconds * 1e9:
            time.sleep(0.05)
            got.append(us(s.kill_child(s.children[len(got) % 20].name, 10)))
        passed, cpu = (now_ns() - start) / 1e9, cpu_ns(own) - cpu
        restarts = sum(1 for r in s.ring.records(first)
                       if r.name == s.named["storm"].name)
        rec.add(5, "storm restarts", "/s", name, rnd, restarts / passed,
                better="more")
        rec.add(5, "supervisor CPU in the storm", "%", name, rnd,
                cpu / 1e7 / passed)
        if restarts / passed >= 1:
            rec.add(5, "supervisor CPU per restart", "us", name, rnd,
                    cpu / 1000 / (restarts + len(got)))
        rec.add(5, "restart of others in the storm", "us", name, rnd, got)


# ------------------------------------------------- 6, logs

class Lines:
    """Reads back what was captured, and counts what is wrong with it."""

    def __init__(self, s, child, size):
        self.of_pid = {}       # {pid: lines}
        self.bad = 0           # gaps, or lines in another order
        self.torn = 0
        self.prefix = child.name.encode()
        self.size = size
        self.next = {}         # {pid: the number that comes next}
        rest = b""
        for path in s.adapter.log_files(child):
            with open(path, "rb") as f:
                while chunk := f.read(1 << 22):
                    lines = (rest + chunk).split(b"\n")
                    rest = lines.pop()
                    for line in lines:
                        self.take(line)
        self.torn += bool(rest)

    def take(self, line):
        at = line.find(self.prefix)      # some put a stamp before it
        words = line[at:].split(b" ", 3) if at >= 0 else ()
        if len(words) < 4 or len(line) - at != self.size - 1:
            self.torn += 1
            return
        pid, number = words[1], int(words[2])
        self.bad += number != self.next.get(pid, 0)
        self.next[pid] = number + 1
        self.of_pid[pid] = self.of_pid.get(pid, 0) + 1


def logs(ctx, cls, rnd):
    """Measure the capture of output."""
    if not cls.captures_log:
        ctx.rec.note(6, cls.name, rnd, cls.log_note or "captures no output")
        return
    size = ctx.opts.log_mb * 1000000
    throughput(ctx, cls, rnd, "4 KiB writes", size,
               max(1, 4096 // ctx.opts.line))
    throughput(ctx, cls, rnd, "a write per line", size // 4, 1)
    across_restarts(ctx, cls, rnd)


def throughput(ctx, cls, rnd, label, size, batch):
    """Time one child that writes as fast as it can, and count the lines."""
    rec, name, line = ctx.rec, cls.name, ctx.opts.line
    count = size // line
    # it waits before it writes: the supervisor's own start is not measured
    spec = [("log", ("log", line, count, batch, 2000))]
    with Session(cls, ctx.work_dir, 0, specs=spec, log=True) as s:
        s.run(30)
        child = s.named["log"]
        time.sleep(1.2)
        own = s.own_pids()
        cpu = cpu_ns(own)
        done = await_written(s, 1, 120)
        if not done:
            rec.note(6, name, rnd, "%s: not written after 120 s" % label)
            return
        await_quiet(s, child)
        cpu = cpu_ns(own) - cpu
        seconds = (done[0].end_ns - done[0].begin_ns) / 1e9
        rec.add(6, "log throughput, %s" % label, "MB/s", name, rnd,
                count * line / 1e6 / seconds, better="more")
        rec.add(6, "capture CPU, %s" % label, "ms/MB", name, rnd,
                cpu / 1e6 / (count * line / 1e6))
        s.stop(20)                   # what it still holds is written now
        lines = Lines(s, child, line)
        rec.add(6, "lines lost in rotation, %s" % label, "", name, rnd,
                count - sum(lines.of_pid.values()))
        if lines.bad or lines.torn:
            rec.note(6, name, rnd, "%s: %d gaps, %d torn lines"
                     % (label, lines.bad, lines.torn))
        files = len(s.adapter.log_files(child))
        if files * LOG_MAX_SIZE < count * line:
            rec.note(6, name, rnd, "%s: %d files: no rotation"
                     % (label, files))


def across_restarts(ctx, cls, rnd, count=20000):
    """Have a child write and exit: no line of the first four may be lost."""
    rec, name, line = ctx.rec, cls.name, ctx.opts.line
    # it waits a little: who is fast would rotate the first ones away
    spec = [("log", ("log", line, count, 40, 100, "exit"))]
    with Session(cls, ctx.work_dir, 0, specs=spec, log=True) as s:
        s.run(30)
        done = await_written(s, 4, 20)[:4]
        time.sleep(1.5)
        s.stop(20)
        lines = Lines(s, s.named["log"], line)
        rec.add(6, "lines lost across restarts", "of 80000", name, rnd,
                sum(count - lines.of_pid.get(b"%010d" % r.pid, 0)
                    for r in done))
        if len(done) < 4:
            rec.note(6, name, rnd, "only %d processes in 20 s" % len(done))
        if lines.torn:
            rec.note(6, name, rnd, "across restarts: %d torn lines"
                     % lines.torn)


def await_written(s, count, timeout):
    """Wait for children to have written all; their records, may be fewer."""
    end = time.monotonic() + timeout
    while True:
        done = [r for r in s.ring.records() if r.end_ns]
        if len(done) >= count or time.monotonic() > end:
            return done
        time.sleep(0.01)


def await_quiet(s, child, timeout=30):
    """Wait for the captured files to grow no more."""
    def size():
        try:
            return sum(os.stat(p).st_size for p in s.adapter.log_files(child))
        except OSError:
            return -1

    end = time.monotonic() + timeout
    last = size()
    while time.monotonic() < end:
        time.sleep(0.5)
        now = size()
        if now == last and now >= 0:
            return
        last = now


# ------------------------------------------------- 10, its own death

def own_death(ctx, cls, rnd, n=20):
    """Kill the supervisor, look what becomes of the children, start it again
    and look whether any are missing or there twice."""
    rec, name = ctx.rec, cls.name
    with Session(cls, ctx.work_dir, n) as s:
        _, started = s.run(60)
        if started < n:
            rec.note(10, name, rnd, "started %d of %d" % (started, n))
            return
        time.sleep(1.5)
        os.kill(s.adapter.victim(s.own_pids()), 9)
        time.sleep(1.5)
        helpers, children = s.tree()
        alive = sum(map(len, children.values()))
        rec.add(10, "children alive after kill -9 of it", "of %d" % n, name,
                rnd, alive, better="more")
        rec.add(10, "helpers left", "", name, rnd, len(helpers))
        is_held = alive and s.kill_child(s.children[0].name, 4) is not None
        rec.add(10, "still restarted without it", "", name, rnd, int(is_held),
                better="more")
        before = s.ring.head()
        s.cage.send("run")
        s.expect("started", 10)
        time.sleep(8)
        children = s.tree()[1]
        rec.add(10, "missing 8 s after it is back", "", name, rnd,
                n - len(children))
        rec.add(10, "duplicated 8 s after it is back", "", name, rnd,
                sum(1 for v in children.values() if len(v) > 1))
        rec.add(10, "starts after it is back", "", name, rnd,
                s.ring.head() - before)


# ------------------------------------------------- the plan

WITH_N = {1, 2, 3, 4, 7, 8, 9}     # tests that a session with n children does


def each(ctx, adapters, rnd, label, body):
    """Do one thing with each contender; the failure of one is noted."""
    for cls in adapters:
        ctx.log("round %d  %-12s %s" % (rnd, cls.name, label))
        try:
            body(cls)
        except (OSError, RuntimeError, subprocess.SubprocessError,
                AssertionError) as e:
            text = "%s: %s: %s" % (label, type(e).__name__, e)
            ctx.rec.note(0, cls.name, rnd, text)
            ctx.log("    " + text)


def populations(ctx, adapters, rnd, tests):
    """Do the tests of all sizes."""
    for n in ctx.opts.sizes:
        wanted = tests & (WITH_N if n == ctx.opts.idle_n else {2, 3})
        if n == 0:
            wanted &= {3}
        if not wanted or (n >= 2000 and rnd >= ctx.opts.big_rounds):
            continue
        able = [c for c in adapters if n <= c.max_children]
        for cls in adapters:
            if cls not in able:
                ctx.rec.note(2, cls.name, rnd, "its limit is %d children"
                             % cls.max_children)
        each(ctx, able, rnd, "%d children" % n,
             lambda cls: population(ctx, cls, rnd, n, wanted))


def run_round(ctx, adapters, tests, rnd):
    """Do one round: each test, and in it the contenders one by one."""
    if 1 in tests:
        ctx.log("round %d  all          restart, 1 child" % rnd)
        restart_single(ctx, adapters, rnd)
    populations(ctx, adapters, rnd, tests)
    if 5 in tests:
        each(ctx, adapters, rnd, "storm", lambda cls: storm(ctx, cls, rnd))
    if 10 in tests:
        each(ctx, adapters, rnd, "kill -9 of the supervisor",
             lambda cls: own_death(ctx, cls, rnd))
    if 6 in tests:
        each(ctx, adapters, rnd, "logs", lambda cls: logs(ctx, cls, rnd))
