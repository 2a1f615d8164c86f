"""Tables of the recorded figures."""

import statistics


def quantile(values, q):
    """A quantile; None: there are no values."""
    v = sorted(values)
    if not v:
        return None
    if q == .5:
        return statistics.median(v)
    return v[min(len(v) - 1, int(q * len(v)))]


def fmt(v):
    """A figure as text."""
    if v is None:
        return "-"
    if v == int(v) and abs(v) < 1e6:
        return str(int(v))
    a = abs(v)
    return "%.0f" % v if a >= 1000 else "%.1f" % v if a >= 10 else "%.2f" % v


def ratio_to_floor(figures, floor="floor"):
    """{contender: median over the rounds of its median / the floor's}."""
    rounds = {}
    for f in figures:
        if f["values"]:
            rounds.setdefault(f["round"], {})[f["contender"]] = \
                statistics.median(f["values"])
    ratios = {}
    for medians in rounds.values():
        base = medians.get(floor)
        for contender, v in medians.items():
            if base:
                ratios.setdefault(contender, []).append(v / base)
    return {c: statistics.median(v) for c, v in ratios.items()}


def values_of(figures, contender):
    """All samples of a contender."""
    return [v for f in figures if f["contender"] == contender
            for v in f["values"]]


def metric_rows(figures, contenders):
    """The head and the rows of one metric's table."""
    is_sampled = any(len(f["values"]) > 1 for f in figures)
    ratios = ratio_to_floor(figures)
    rows = []
    for c in contenders:
        v = values_of(figures, c)
        if not v:
            continue
        if is_sampled:
            columns = [quantile(v, q) for q in (.5, .9, .99)] + [max(v)]
        else:
            columns = [statistics.median(v), min(v), max(v)]
        rows.append([c] + [fmt(x) for x in columns]
                    + [str(len(v)), "%.2f" % ratios[c] if c in ratios
                       else "-"])
    if is_sampled:
        head = ["contender", "p50", "p90", "p99", "max", "n", "x floor"]
    else:
        head = ["contender", "median", "min", "max", "rounds", "x floor"]
    return head, rows


def tables(data, markdown=False):
    """The text of a table for each metric, in the order of the tests."""
    groups = {}
    for f in data["figures"]:
        key = f["test"], f["metric"], f["unit"], f["better"]
        groups.setdefault(key, []).append(f)
    lines = []
    for (test, metric, unit, better), figures in sorted(
            groups.items(), key=lambda g: g[0][0]):
        head, rows = metric_rows(figures, data["meta"]["contenders"])
        title = "%d. %s%s%s" % (test, metric, " [%s]" % unit if unit else "",
                                ", more is better" if better == "more"
                                else "")
        lines += table(title, head, rows, markdown)
    return "\n".join(lines + notes(data, markdown)) + "\n"


def notes(data, markdown):
    """Lines of what was remarkable."""
    seen = {}
    for n in data["notes"]:
        key = n["test"], n["contender"], " ".join(n["text"].split())
        seen[key] = seen.get(key, 0) + 1
    if not seen:
        return []
    return ["", "### Notes" if markdown else "Notes", ""] + [
        "- test %s, %s: %s (%d times)" % (test or "?", contender, text, times)
        for (test, contender, text), times in sorted(seen.items())]


def table(title, head, rows, markdown):
    """Lines of a table."""
    if markdown:
        return (["", "### " + title, "", "| " + " | ".join(head) + " |",
                 "|---" + "|--:" * (len(head) - 1) + "|"]
                + ["| " + " | ".join(r) + " |" for r in rows])
    width = [max(len(r[i]) for r in [head] + rows) for i in range(len(head))]

    def line(r):
        return "  " + r[0].ljust(width[0]) + "".join(
            "  " + x.rjust(w) for x, w in zip(r[1:], width[1:]))

    return ["", title, line(head)] + [line(r) for r in rows]


# The key table: heading, name of the metric, quantile, divisor, unit.
SUMMARY = (
    ("restart p50", "restart, 1 child", .5, 1, "us"),
    ("p99", "restart, 1 child", .99, 1, "us"),
    ("at 1000 p50", "restart, 1000 children", .5, 1, "us"),
    ("start 1000", "start 1000", .5, 1, "ms"),
    ("stop 1000", "stop 1000", .5, 1, "ms"),
    ("mass death", "all 1000 back", .5, 1, "ms"),
    ("PSS, 1000", "PSS, 1000 children", .5, 1024, "MiB"),
    ("anonymous, 1000", "anonymous, 1000 children", .5, 1024, "MiB"),
    ("idle calls", "idle system calls", .5, 1, "/s"),
    ("idle CPU", "idle CPU", .5, 1, "us/s"),
    ("storm", "storm restarts", .5, 1, "/s"),
    ("log 4K", "log throughput, 4 KiB writes", .5, 1, "MB/s"),
    ("log CPU", "capture CPU, 4 KiB writes", .5, 1, "ms/MB"),
    ("status 1", "status of one of 1000", .5, 1, "ms"),
    ("status all", "status of all 1000", .5, 1, "ms"),
    ("reload", "reload, unchanged, 1000", .5, 1, "ms"),
    ("add 1", "add one to 1000", .5, 1, "ms"),
)


def summary(data, markdown=False):
    """Two tables with a line for each contender: the most telling figures, and
    their ratios to the floor."""
    figures = {}
    for f in data["figures"]:
        figures.setdefault(f["metric"], []).append(f)
    shown = [s for s in SUMMARY if s[1] in figures]
    rows, ratios = [], []
    for c in data["meta"]["contenders"]:
        row, relative = [c], [c]
        for _, metric, q, divisor, _ in shown:
            v = values_of(figures[metric], c)
            row.append(fmt(quantile(v, q) / divisor) if v else "-")
            r = ratio_to_floor(figures[metric]).get(c)
            if q == .5:
                relative.append("%.2f" % r if r is not None else "-")
        rows.append(row)
        ratios.append(relative)
    return "\n".join(
        table("Key figures",
              ["contender"] + ["%s [%s]" % (s[0], s[4]) for s in shown],
              rows, markdown)
        + table("The same as ratios to the floor, of medians",
                ["contender"] + [s[0] for s in shown if s[2] == .5],
                ratios, markdown)) + "\n"
