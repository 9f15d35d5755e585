#!/usr/bin/env python3
"""The Markdown table of a result file that has columns of its own, and which targets it meets.

usage: columns.py CSV [--show 'HEAD=VALUE']... [--target 'CLIENT[@CASE] VALUE <=|>= NUMBER']...

The result file has at least the columns round, case, client and outcome; # lines before them are facts.
A VALUE is a column, COLUMN/COLUMN within a run, or COLUMN//CLIENT: over that client's of the same round and case.
Shown is the median over the rounds (min-max). A client with one run of a case that is not ok gets no numbers there.
A target without a case is for every case there is. Exit code: 0 when every target is met, 1 otherwise."""
import argparse, csv, re, statistics, sys

TARGET = re.compile(r"([^\s@]+)(?:@(\S+))? (\S+) (<=|>=) ([\d.]+)$")


def read(path):
    lines = open(path, encoding="utf-8").read().splitlines()
    facts = [line[2:] for line in lines if line.startswith("# ")]
    return facts, list(csv.DictReader(line for line in lines if not line.startswith("#")))


def number(row, column):
    if column not in row:
        sys.exit(f"no column {column}")
    return float(row[column]) if row[column] else None


def is_sound(rows):
    return all(row["outcome"] == "ok" for row in rows)


def values(runs, case, client, value):
    """The value of every run of the client in that case; empty where it cannot be told."""
    mine = runs.get((case, client), [])
    column, _, other = value.partition("//")
    column, _, below = column.partition("/")
    found = []
    for row in mine:
        over = number(row, below) if below else 1.0
        if other:
            theirs = [r for r in runs.get((case, other), []) if r["round"] == row["round"]]
            over = number(theirs[0], column) if theirs and is_sound(runs[case, other]) else None
        top = number(row, column)
        if top is not None and over:
            found.append(top / over)
    return found if is_sound(mine) else []


def spread(found):
    digits = lambda v: f"{v:.3f}" if v < 1 else f"{v:.2f}" if v < 100 else f"{v:.0f}"
    if not found:
        return "-"
    middle, least, most = (digits(v) for v in (statistics.median(found), min(found), max(found)))
    return middle if least == most else f"{middle} ({least}–{most})"


def table(runs, shown):
    yield "| case | client | " + " | ".join(head for head, _ in shown) + " | runs |"
    yield "|---" * (len(shown) + 3) + "|"
    for (case, client), rows in runs.items():
        cells = [spread(values(runs, case, client, value)) for _, value in shown]
        if not is_sound(rows):
            cells[0] = "**" + " and ".join(sorted({row["outcome"] for row in rows})) + "**"
        yield f"| {case} | {client} | " + " | ".join(cells) + f" | {len(rows)} |"


def judge(runs, text):
    """For each case the target is for: its name, what was measured, whether that is enough (None: not measured)."""
    client, only, value, sign, limit = (TARGET.match(text) or sys.exit(f"not a target: {text}")).groups()
    cases = [case for case, who in runs if who == client and only in (None, case)]
    for case in cases or [only or "-"]:
        found = values(runs, case, client, value)
        if not found:
            yield case, "-", False if (case, client) in runs and not is_sound(runs[case, client]) else None
            continue
        middle = statistics.median(found)
        yield case, spread(found), middle <= float(limit) if sign == "<=" else middle >= float(limit)


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("csv")
    arguments.add_argument("--show", action="append", default=[])
    arguments.add_argument("--target", action="append", default=[])
    given = arguments.parse_args()
    facts, rows = read(given.csv)
    runs = {}
    for row in rows:
        runs.setdefault((row["case"], row["client"]), []).append(row)

    print(f"## {facts[0].removeprefix('bench: ')}\n")
    print("\n".join(f"- {fact}" for fact in facts[1:]) + "\n")
    print("\n".join(table(runs, [tuple(show.rsplit("=", 1)) for show in given.show])) + "\n")
    if not given.target:
        return 0
    print("| target | case | measured | verdict |\n|---|---|---|---|")
    verdicts = []
    for text in given.target:
        for case, measured, met in judge(runs, text):
            verdicts.append(met)
            shown = text.replace("//", " ÷ ").replace("/", " ÷ ").replace("<=", "≤").replace(">=", "≥")
            print(f"| {shown} | {case} | {measured} | {'not measured' if met is None else 'pass' if met else '**FAIL**'} |")
    print()
    return 0 if all(verdicts) else 1


sys.exit(main())
