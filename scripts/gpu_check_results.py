"""Puts what the steps of gpu_check left in a folder into one JSON document on standard output.

usage: results.py FOLDER
"""

import json
import pathlib
import sys


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


def main():
    folder = pathlib.Path(sys.argv[1])
    steps = []
    for line in (folder / "steps.tsv").read_text(encoding="utf-8").splitlines():
        name, status, seconds, command = line.split("\t")
        steps.append({"name": name, "exit_status": int(status), "seconds": int(seconds),
                      "command": command, "output": content(folder / f"{name}.out"),
                      "errors": content(folder / f"{name}.err")})
    json.dump({"schema": "convtune.gpu_check/1", "steps": steps,
               "gpu_test": content(folder / "gpu_test.json")}, sys.stdout, indent=1)


if __name__ == "__main__":
    main()
