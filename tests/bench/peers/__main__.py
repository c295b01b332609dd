"""Times convtune's pick for single layers in nchw against ONNX Runtime, OpenVINO and PyTorch.

float32, forward, batch 1, constant weights. Each layer of layers.txt is tuned; then all run it in
turns. A ratio is a peer's time over convtune's, the median over rounds: above 1 convtune is faster.
The target of a class is a geometric mean over its layers, of the ratio to the best peer of each.
One thread is timed by the processor time that it takes, so that other programs on a busy machine
do not decide; several by the clock. Peers whose packages are missing are left out.

    cmake --preset release -DCONVTUNE_BENCHMARKS=ON && cmake --build --preset release
    pip install numpy onnx onnxruntime openvino torch
    python3 tests/bench/peers
"""
import argparse
import math
import pathlib
import subprocess
import sys
import tempfile

import frameworks
from layer import all_layers

TARGET = 1.4
TARGETS = {"depthwise": 2.0, "3d": 2.0, "depthwise3d": 2.0}


class Parser(argparse.ArgumentParser):
    def error(self, message):
        self.exit(2, f"{message[0].upper()}{message[1:]}; --help tells the options.\n")


def number(text):
    if not text.isdecimal() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"'{text}' is no whole number above 0")
    return int(text)


def folder(text):
    for program in ("convtune", "tests/bench/peers_pick"):
        if not pathlib.Path(text, program).exists():
            raise argparse.ArgumentTypeError(f"there is no {program} in {text}: build it first")
    return pathlib.Path(text)


def options(kinds):
    def classes(text):
        for kind in text.split(","):
            if kind not in kinds:
                raise argparse.ArgumentTypeError(f"'{kind}' is none of {', '.join(kinds)}")
        return text.split(",")

    parser = Parser("peers", description=__doc__, allow_abbrev=False,
                    formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--threads", type=number, default=1, metavar="N", help="of each (1)")
    parser.add_argument("--rounds", type=number, default=25, metavar="N", help="that count (25)")
    parser.add_argument("--classes", type=classes, default=kinds, metavar="NAME,...",
                        help=f"of {', '.join(kinds)}; all unless said")
    parser.add_argument("--budget", type=number, default=10, metavar="SECONDS",
                        help="for tuning a layer (10)")
    parser.add_argument("--db", metavar="FILE", help="convtune's database, kept; otherwise a new one")
    parser.add_argument("--tsv", type=argparse.FileType("w", encoding="utf-8"), metavar="FILE",
                        help="the table of layers once more, separated by tabs")
    parser.add_argument("--build", type=folder, metavar="FOLDER", default="build/release",
                        help="where convtune was built (build/release)")
    return parser.parse_args()


def available():
    """The peers that can be had; says which cannot."""
    missing = {name: frameworks.missing(name) for name in frameworks.PEERS}
    for name, packages in missing.items():
        if packages:
            print(f"{name} is left out: pip install {' '.join(packages)}", file=sys.stderr)
    return [name for name, packages in missing.items() if not packages]


def environment(asked, peers):
    models = [line.split(": ")[1].strip() for line in open("/proc/cpuinfo", encoding="utf-8")
              if line.startswith("model name")]
    version = subprocess.run([asked.build / "convtune", "--version"], check=True, text=True,
                             capture_output=True).stdout.splitlines()[0]
    return ", ".join([*models[:1], f"{asked.threads} thread{'s' * (asked.threads > 1)}", version]
                     + [f"{name} {frameworks.version(name)}" for name in peers]
                     + [f"medians of {asked.rounds} rounds"])


def compared(asked, peers, layers, database, tell):
    """For each layer that could be timed its class and the ratios; tells the table's rows."""
    from contest import OURS, Failed, contest  # needs NumPy, which is there by now
    tell("class", "layer", OURS, "best peer", "us", "ratio", *peers, "pick")
    for layer in layers:
        tuning = [asked.build / "convtune", "tune", layer.problem, "--db", database, "--quiet",
                  "--threads", str(asked.threads), "--budget", str(asked.budget)]
        pick = [asked.build / "tests/bench/peers_pick", layer.problem, database, asked.threads]
        try:
            subprocess.run(tuning, check=True, stdout=subprocess.DEVNULL)
            seconds, ratios, candidate, notes = contest(layer, peers, asked.threads, asked.rounds,
                                                        pick)
        except (Failed, subprocess.CalledProcessError) as why:
            print(f"{layer.text} is left out: {why}", file=sys.stderr)
            continue
        for note in notes:
            print(note, file=sys.stderr)
        best = min(ratios, key=ratios.get)
        tell(layer.kind, layer.text, f"{1e6 * seconds[OURS]:.1f}", best,
             f"{1e6 * seconds[best]:.1f}", f"{ratios[best]:.2f}",
             *(f"{ratios[name]:.2f}" if name in ratios else "-" for name in peers), candidate)
        yield layer.kind, ratios


def geomean(values):
    return math.exp(sum(map(math.log, values)) / len(values)) if values else math.nan


def summary(results, peers):
    shape = "{:<11} {:>6} {:>6} {:>6}" + " {:>12}" * len(peers) + "  {}"
    print("\n" + shape.format("class", "layers", "ratio", "target", *peers, "").rstrip())
    for kind in [*dict.fromkeys(kind for kind, _ in results), "all"]:
        part = [ratios for each, ratios in results if kind in (each, "all")]
        reached, target = geomean([min(each.values()) for each in part]), TARGETS.get(kind, TARGET)
        means = (geomean([each[name] for each in part if name in each]) for name in peers)
        verdict = "" if reached >= target else f"misses {target / reached:.2f} times"
        print(shape.format(kind, len(part), f"{reached:.2f}", target,
                           *(f"{mean:.2f}" for mean in means), verdict).rstrip())


def main():
    layers = all_layers()
    asked = options(list(dict.fromkeys(layer.kind for layer in layers)))
    peers = available()
    if not peers:
        print("There is nobody to compare with.", file=sys.stderr)
        return 2
    shape = "{:<11} {:<48} {:>8} {:<12} {:>8} {:>6}" + " {:>12}" * len(peers) + "  {}"

    def tell(*row):
        print(shape.format(*row), flush=True)
        if asked.tsv:
            print(*row, sep="\t", file=asked.tsv, flush=True)

    print(environment(asked, peers))
    chosen = [layer for layer in layers if layer.kind in asked.classes]
    with tempfile.TemporaryDirectory() as kept:
        database = asked.db or str(pathlib.Path(kept, "peers.db"))
        results = list(compared(asked, peers, chosen, database, tell))
    summary(results, peers)
    return 0 if results else 1


if __name__ == "__main__":
    sys.exit(main())
