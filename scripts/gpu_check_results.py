"""Puts what the steps of gpu_check left in a folder into one JSON document on standard output, and
says whether convtune's picks reach what they should against PyTorch's.

usage: results.py FOLDER
"""

import json
import math
import pathlib
import sys

# By how much convtune's pick is to be faster, geometric means over the layers.
TARGETS = {"benchmark": 1.10, "heuristic": 1.25}


def content(path):
    """JSON as such, JSON lines as a list, anything else as text; nothing where there is nothing."""
    text = path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""
    try:
        return json.loads(text)
    except ValueError:
        pass
    try:
        return [json.loads(line) for line in text.splitlines()]
    except ValueError:
        return text[-20000:]


def geometric_mean(ratios):
    return math.exp(math.fsum(map(math.log, ratios)) / len(ratios)) if ratios else None


def speedups(rows):
    """How much longer PyTorch takes than the pick."""
    return {name: geometric_mean([row[name] / row["pick"] for row in rows]) for name in TARGETS}


def lines_of(path):
    """JSON lines, less a last one that was cut off."""
    found = []
    for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else []:
        try:
            found.append(json.loads(line))
        except ValueError:
            break
    return found


def comparison(lines):
    """Of the lines that torch_times.py wrote; None where it wrote none."""
    if not lines:
        return None
    timed = [row for row in lines[1:] if "pick" in row]
    groups = {}
    for row in timed:
        groups.setdefault(f"{row['type']} {row['direction']}", []).append(row)
    reached = speedups(timed)
    return {"with": lines[0], "asked": lines[0]["questions"], "timed": len(timed),
            "failed": sum("error" in row for row in lines[1:]),
            "targets": {name: {"target": target, "reached": reached[name],
                               "met": None if reached[name] is None else reached[name] >= target}
                        for name, target in TARGETS.items()},
            "by": {name: {"timed": len(rows)} | speedups(rows)
                   for name, rows in sorted(groups.items())}}


def main():
    folder = pathlib.Path(sys.argv[1])
    steps = []
    for line in (folder / "steps.tsv").read_text(encoding="utf-8").splitlines():
        name, status, seconds, command = line.split("\t")
        steps.append({"name": name, "exit_status": int(status), "seconds": int(seconds),
                      "command": command, "output": content(folder / f"{name}.out"),
                      "errors": content(folder / f"{name}.err")})
    json.dump({"schema": "convtune.gpu_check/2",
               "pytorch": comparison(lines_of(folder / "torch.out")), "steps": steps,
               "gpu_test": content(folder / "gpu_test.json")}, sys.stdout, indent=1)


if __name__ == "__main__":
    main()
