#!/usr/bin/env python3
"""What a contender does for one restart: its system calls, as strace sees them.

    tests/bench/trace.py [--kills 20] [--children 1] CONTENDER...

Follows the supervisor's processes and what they fork. The child's own calls
after its exec, ten or so, are counted too: compare with the floor."""

import argparse
import os
import re
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from adapters import base       # noqa: E402
from harness import core        # noqa: E402


def trace(cls, work, children, kills):
    """{system call: times in a restart}"""
    out = os.path.join(work, "strace")
    done = 0
    with core.Session(cls, work, children) as s:
        s.run(60)
        time.sleep(2.5)
        argv = ["strace", "-f", "-c", "-U", "calls,name", "-o", out]
        for pid in s.own_pids():
            argv += ["-p", str(pid)]
        p = subprocess.Popen(argv, stderr=subprocess.DEVNULL)
        time.sleep(1.5)
        for i in range(kills):
            name = s.children[i % children].name
            done += s.kill_child(name) is not None
            time.sleep(0.05)
        p.terminate()
        p.wait()
    with open(out) as f:
        rows = re.findall(r"^\s*(\d+)\s+(\w+)\s*$", f.read(), re.M)
    return {name: int(n) / max(1, done) for n, name in rows
            if name != "total"}


def main():
    p = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("contenders", nargs="+", metavar="CONTENDER")
    p.add_argument("--kills", type=int, default=20)
    p.add_argument("--children", type=int, default=1)
    o = p.parse_args()
    known = base.load()
    core.raise_limits()
    core.unwind_at_signals()
    with tempfile.TemporaryDirectory(prefix="bench-") as work:
        for name in o.contenders:
            calls = trace(known[name], work, o.children, o.kills)
            top = sorted(calls.items(), key=lambda c: -c[1])
            print("%-12s %6.1f a restart: %s" % (
                name, sum(calls.values()),
                ", ".join("%s %.1f" % c for c in top if c[1] >= 0.3)))
            sys.stdout.flush()


if __name__ == "__main__":
    main()
