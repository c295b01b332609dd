#!/usr/bin/env python3
"""Where each implementation wins, of what `pick --layers` printed: wins.py LOG... > table.md

A line for each kind of layer: how often each implementation wins, and the geometric mean of how much
faster the winners are than oneDNN's own choice.
"""
import argparse
import collections
import math
import re
import sys

LINE = re.compile(r"\s+([\d.]+)\s+(fwd\S+)\s+([^\s/]+)\S* \(\w+\)")


def kind(problem):
    """What makes a layer easy or hard, in a word or two."""
    def sizes(pattern):
        return re.search(pattern, problem)[1].split("x")

    filters, strides, dilations = sizes(r"f([\dx]+)s"), sizes(r"s([\dx]+)p"), sizes(r"d([\dx]+)g")
    groups, channels = int(sizes(r"g(\d+)")[0]), int(sizes(r"c(\d+)i")[0])
    if groups == channels > 1:
        return "depthwise"
    if set(dilations) != {"1"}:
        return "dilated"
    if len(filters) != 2:
        return f"{len(filters)}-D"
    if groups > 1:
        return "grouped"
    if channels <= 4:
        return "first"
    if set(filters) == {"1"}:
        return "1x1" if set(strides) == {"1"} else "1x1, strided"
    if set(strides) != {"1"}:
        return "strided"
    return "3x3" if filters == ["3", "3"] else "larger"


def mean(ratios):
    return math.exp(sum(map(math.log, ratios)) / len(ratios))


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("logs", metavar="LOG", nargs="+", help="what pick --layers printed")
    rows = []
    for name in parser.parse_args().logs:
        with open(name, encoding="utf-8") as log:
            rows += [(kind(found[2]), found[3], float(found[1]))
                     for found in map(LINE.match, log) if found]
    if not rows:
        sys.exit("No line of pick --layers is in what was named.")
    wins = collections.Counter(winner for _, winner, _ in rows)
    winners = [winner for winner, _ in wins.most_common()]
    print("| layers | " + " | ".join(winners) + " | mean |")
    print("|---|" + "---|" * (len(winners) + 1))
    for name, count in collections.Counter(kind for kind, _, _ in rows).most_common():
        here = [row for row in rows if row[0] == name]
        cells = [str(sum(row[1] == winner for row in here) or "") for winner in winners]
        print(f"| {name}: {count} | " + " | ".join(cells) +
              f" | {mean([row[2] for row in here]):.2f} |")
    cells = [str(wins[winner]) for winner in winners]
    print(f"| all: {len(rows)} | " + " | ".join(cells) + f" | {mean([row[2] for row in rows]):.2f} |")


if __name__ == "__main__":
    main()
