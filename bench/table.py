#!/usr/bin/env python3
"""The Markdown table of a result file, and which targets it meets.

usage: table.py CSV [--base CLIENT] [--unit s|ms] [--target TARGET]...

A target is 'CLIENT wall|cpu|rss [/ CLIENT] <=|>= NUMBER': with a second client a ratio of the two, without
one seconds (wall, cpu) or MiB (rss). Ratios are taken inside a round, between the medians of the two
clients' runs there, and shown as their median over the rounds (min-max); a loaded minute then weighs on
both sides. For rss the highest run counts. A client with one failed run or one wrong file gets no numbers.
Exit code: 0 when every target is met, 1 otherwise."""
import argparse, csv, re, statistics, sys

TARGET = re.compile(r"(\S+) (wall|cpu|rss)(?: / (\S+))? (<=|>=) ([\d.]+)$")


def read(path):
    lines = open(path, encoding="utf-8").read().splitlines()
    facts = [line[2:] for line in lines if line.startswith("# ")]
    runs = {}  # client -> round -> rows
    for row in csv.DictReader(line for line in lines if not line.startswith("#")):
        runs.setdefault(row["client"], {}).setdefault(int(row["round"]), []).append(row)
    return facts, runs


def number(row, metric):
    """The metric in seconds or MiB; None where the bench did not take it."""
    if metric == "cpu":
        return float(row["user"]) + float(row["sys"]) if row["user"] else None
    if metric == "rss":
        return int(row["rss_kib"]) / 1024 if row["rss_kib"] else None
    return float(row["wall"]) if row["wall"] else None


def is_sound(rounds):
    return all(row["outcome"] == "ok" for rows in rounds.values() for row in rows)


def outcomes(rounds):
    return " and ".join(sorted({row["outcome"] for rows in rounds.values() for row in rows}))


def by_round(rounds, metric):
    values = {n: [number(row, metric) for row in rows] for n, rows in rounds.items()}
    return {n: statistics.median(v) for n, v in values.items() if None not in v}


def spread(values, scale=1.0):
    values = sorted(v * scale for v in values)
    digits = lambda v: f"{v:.4f}" if v < 0.1 else f"{v:.3f}" if v < 1 else f"{v:.2f}" if v < 100 else f"{v:.0f}"
    if not values:
        return "-"
    return f"{digits(statistics.median(values))} ({digits(values[0])}–{digits(values[-1])})"


def all_runs(rounds, metric):
    values = [number(row, metric) for rows in rounds.values() for row in rows]
    return [v for v in values if v is not None]


def ratios(of, to, metric):
    a, b = by_round(of, metric), by_round(to, metric)
    return [a[n] / b[n] for n in a if n in b and b[n] > 0]


def table(runs, base, unit):
    against = runs.get(base, {})
    compared = against and is_sound(against)
    heads = ["client", f"wall {unit}", "CPU s", "peak RSS MiB", "runs"]
    if base:
        heads[2:2] = [f"wall ÷ {base}"]
        heads[4:4] = [f"CPU ÷ {base}"]
    yield "| " + " | ".join(heads) + " |"
    yield "|---" * len(heads) + "|"
    for client, rounds in runs.items():
        sound = is_sound(rounds)
        rss = all_runs(rounds, "rss") if sound else []
        cells = [
            client,
            spread(all_runs(rounds, "wall"), 1000 if unit == "ms" else 1) if sound else f"**{outcomes(rounds)}**",
            spread(all_runs(rounds, "cpu")) if sound else "-",
            f"{max(rss):.0f}" if rss else "-",
            str(sum(len(rows) for rows in rounds.values()))]
        if base:
            cells[2:2] = [spread(ratios(rounds, against, "wall")) if sound and compared else "-"]
            cells[4:4] = [spread(ratios(rounds, against, "cpu")) if sound and compared else "-"]
        yield "| " + " | ".join(cells) + " |"


def judge(runs, text):
    """The measured value as text, and whether it meets the target (None: not measured)."""
    parts = TARGET.match(text) or sys.exit(f"not a target: {text}")
    client, metric, other, sign, limit = parts.groups()
    needed = [name for name in (client, other) if name]
    if any(name not in runs for name in needed):
        return "-", None
    if not all(is_sound(runs[name]) for name in needed):
        return "no sound run", False
    values = ratios(runs[client], runs[other], metric) if other else all_runs(runs[client], metric)
    if not values:
        return "-", None
    value = max(values) if metric == "rss" and not other else statistics.median(values)
    unit = "" if other else " MiB" if metric == "rss" else " s"
    return spread(values) + unit, value <= float(limit) if sign == "<=" else value >= float(limit)


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("csv")
    arguments.add_argument("--base")
    arguments.add_argument("--unit", choices=["s", "ms"], default="s")
    arguments.add_argument("--target", action="append", default=[])
    given = arguments.parse_args()
    facts, runs = read(given.csv)

    print(f"## {facts[0].removeprefix('bench: ')}\n")
    print("\n".join(f"- {fact}" for fact in facts[1:]) + "\n")
    print("\n".join(table(runs, given.base, given.unit)))
    if not given.target:
        return 0
    print("\n| target | measured | verdict |\n|---|---|---|")
    verdicts = []
    for text in given.target:
        measured, met = judge(runs, text)
        verdicts.append(met)
        print(f"| {text.replace('/', '÷').replace('<=', '≤').replace('>=', '≥')} | {measured} | "
              f"{'not measured' if met is None else 'pass' if met else '**FAIL**'} |")
    print()
    return 0 if all(verdicts) else 1


sys.exit(main())
