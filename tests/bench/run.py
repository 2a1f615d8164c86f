#!/usr/bin/env python3
"""Measure process supervisors side by side with the floor.

    make bench BENCH='--contenders floor,reeve,s6 --tests 1,2 --rounds 3'
    tests/bench/run.py --list
    tests/bench/run.py --report FILE... [--summary] [--markdown]

README.md beside this file says what the tests are, and how to add a contender.
"""

import argparse
import json
import os
import platform
import shutil
import sys
import tempfile
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from adapters import base                           # noqa: E402
from harness import core, report, tests             # noqa: E402


def numbers(text):
    """The set of numbers that "1,3-5" means."""
    out = set()
    for part in text.split(","):
        first, _, last = part.partition("-")
        out.update(range(int(first), int(last or first) + 1))
    return out


def arguments():
    """Read the command line."""
    p = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--contenders", default="all",
                   help="names with commas between them, or all")
    p.add_argument("--tests", type=numbers, default=numbers("1-5,9"),
                   help="1,2,5-7 for example (default: 1-5,9)")
    p.add_argument("--rounds", type=int, default=3)
    p.add_argument("--json", metavar="FILE",
                   help="write the raw figures here after every round")
    p.add_argument("--report", metavar="FILE", nargs="+",
                   help="print the tables of earlier runs, merged")
    p.add_argument("--summary", action="store_true",
                   help="print the key figures only")
    p.add_argument("--markdown", action="store_true")
    p.add_argument("--list", action="store_true",
                   help="list the contenders and their versions")
    p.add_argument("--kills", type=int, default=80,
                   help="kills of the one child in a round")
    p.add_argument("--sizes", default="0,100,1000,5000",
                   help="numbers of children")
    p.add_argument("--idle-n", type=int, default=1000,
                   help="the number for tests 1, 4, 7, 8 and 9")
    p.add_argument("--idle-seconds", type=int, default=20)
    p.add_argument("--big-rounds", type=int, default=1,
                   help="rounds that include 2000 children and more")
    p.add_argument("--log-mb", type=int, default=100,
                   help="MB written in a log test")
    p.add_argument("--line", type=int, default=100,
                   help="bytes of a line of a log")
    p.add_argument("--budget", type=float, default=60.0,
                   help="seconds for one contender's kills in a round")
    p.add_argument("--dir", help="where to work (default: in shared memory)")
    o = p.parse_args()
    o.sizes = [int(x) for x in o.sizes.split(",")]
    return o


def merged(names):
    """The figures of several runs as one; rounds are numbered apart."""
    data = None
    for i, name in enumerate(names):
        with open(name) as f:
            more = json.load(f)
        for x in more["figures"] + more["notes"]:
            x["round"] += 1000 * i
        if data is None:
            data = more
            continue
        for key in "figures", "notes":
            data[key] += more[key]
        known = data["meta"]["contenders"]
        known += [c for c in more["meta"]["contenders"] if c not in known]
    return data


def choose(options, known):
    """The classes of the contenders that are here."""
    names = list(known)
    if options.contenders != "all":
        names = options.contenders.split(",")
    unknown = [n for n in names if n not in known]
    if unknown:
        sys.exit("unknown contender: %s (known: %s)"
                 % (", ".join(unknown), ", ".join(known)))
    for n in names:
        if known[n].missing():
            print("%s left out: %s" % (n, known[n].missing()),
                  file=sys.stderr)
    return [known[n] for n in names if not known[n].missing()]


def about(options, chosen):
    """What is recorded of the run itself."""
    return dict(kernel=platform.release(), machine=platform.machine(),
                cpus=os.cpu_count(),
                started=time.strftime("%Y-%m-%dT%H:%M:%S"),
                contenders=[c.name for c in chosen],
                versions={c.name: c.version() for c in chosen},
                options={k: v for k, v in vars(options).items()
                         if k not in ("tests", "dir", "json")})


def save(path, data):
    """Write the raw figures."""
    if not path:
        return
    with open(path + ".new", "w") as f:
        json.dump(data, f)
    os.replace(path + ".new", path)


def measure(options, chosen):
    """Do all rounds; the figures, and whether they are all there."""
    start = time.monotonic()

    def log(text):
        sys.stderr.write("[%6.0f] %s\n" % (time.monotonic() - start, text))

    parent = options.dir
    if not parent and os.access("/dev/shm", os.W_OK):
        parent = "/dev/shm"
    work = tempfile.mkdtemp(prefix="bench-", dir=parent)
    os.chmod(work, 0o755)
    recorder = tests.Recorder()
    ctx = tests.Context(recorder, work, options, log)
    data = dict(meta=about(options, chosen), figures=recorder.figures,
                notes=recorder.notes)
    is_whole = True
    try:
        for rnd in range(options.rounds):
            shift = rnd % len(chosen)
            tests.run_round(ctx, chosen[shift:] + chosen[:shift],
                            options.tests, rnd)
            save(options.json, data)
    except KeyboardInterrupt:
        log("interrupted: these are the figures so far")
        is_whole = False
    finally:
        shutil.rmtree(work, ignore_errors=True)
    save(options.json, data)
    return data, is_whole


def main():
    options = arguments()
    show = report.summary if options.summary else report.tables
    if options.report:
        sys.stdout.write(show(merged(options.report), options.markdown))
        return 0
    known = base.load()
    if options.list:
        for name, cls in known.items():
            print("%-14s %s" % (name, cls.missing() or cls.version()))
        return 0
    if not os.path.exists(core.tool("child")):
        sys.exit("not built: `make bench' does it")
    chosen = choose(options, known)
    if not chosen:
        sys.exit("nobody to measure")
    core.raise_limits()
    core.unwind_at_signals()
    data, is_whole = measure(options, chosen)
    sys.stdout.write(show(data, options.markdown))
    return 0 if is_whole else 130


if __name__ == "__main__":
    sys.exit(main())
