"""One layer: all contenders on the same tensors, in turns, after their results were compared."""
import contextlib
import math
import pathlib
import random
import statistics
import subprocess
import tempfile
import time

import frameworks
import numpy

OURS = "convtune"
SETTLING = 2  # rounds before those that count
PAUSE = 5e-3  # seconds before each turn: threads of the last one stop spinning, all start alike
TURN = 2e-3  # seconds of calls
TOLERANCE = 1e-3  # of the root mean square: bfloat16 misses it tenfold, Winograd keeps it


class Failed(Exception):
    """Why a layer could not be timed."""


def started_pick(stack, command, tensors):
    """The process of convtune's part, which ends with `stack`, its candidate and its result."""
    folder = pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory()))
    for name, tensor in tensors.items():
        tensor.tofile(folder / name)
    process = stack.enter_context(subprocess.Popen(
        [*map(str, command), folder], text=True, bufsize=1, stdin=subprocess.PIPE,
        stdout=subprocess.PIPE))
    candidate = process.stdout.readline().strip()
    if not candidate:
        raise Failed("convtune's pick does not run")
    return process, candidate, numpy.fromfile(folder / "destination", numpy.float32)


def disagreeing(results):
    """Whose results are not those of the others, and by how much of their root mean square."""
    clean = [numpy.nan_to_num(each, nan=1e30) for each in results.values()]
    usual = numpy.median(clean, axis=0)
    scale = math.sqrt(numpy.mean(numpy.square(usual, dtype=numpy.float64)))
    errors = {name: numpy.abs(each - usual).max() / scale for name, each in zip(results, clean)}
    return {name: error for name, error in errors.items() if not error <= TOLERANCE}


def seconds_here(run, calls, clock):
    """Of calls in this process, after one that is not timed."""
    run()
    start = clock()
    for _ in range(calls):
        run()
    return clock() - start


def seconds_there(process, calls):
    process.stdin.write(f"{calls}\n")
    return float(process.stdout.readline())


def timed(contenders, rounds):
    """Seconds a call by name, a list of rounds each, in which all had their turn in any order."""
    calls = {name: max(1, math.ceil(TURN / min(seconds(1), seconds(1))))
             for name, seconds in contenders.items()}
    taken = {name: [] for name in contenders}
    order, chance = list(contenders), random.Random(1)
    for _ in range(SETTLING + rounds):
        chance.shuffle(order)
        for name in order:
            time.sleep(PAUSE)
            taken[name].append(contenders[name](calls[name]) / calls[name])
    return {name: each[SETTLING:] for name, each in taken.items()}


def contest(layer, peers, threads, rounds, command):
    """Median seconds of all by name, ratios of the peers to convtune by name, convtune's candidate,
    and sentences on who was left out. `command` starts convtune's part."""
    generator = numpy.random.default_rng(1)
    source, weights = (generator.uniform(-0.5, 0.5, size).astype(numpy.float32)
                       for size in (layer.source, layer.filter))
    destinations = {name: numpy.full(layer.destination, numpy.nan, numpy.float32) for name in peers}
    notes = []
    clock = time.process_time if threads == 1 else time.perf_counter
    with contextlib.ExitStack() as stack:
        process, candidate, result = started_pick(stack, command,
                                                  {"source": source, "filter": weights})
        contenders = {OURS: lambda calls: seconds_there(process, calls)}
        results = {OURS: result.reshape(layer.destination)}
        for name, destination in destinations.items():
            try:
                run, result = frameworks.PEERS[name][1](layer, source, weights, destination, threads)
                run()
                results[name] = result().copy()
                contenders[name] = lambda calls, run=run: seconds_here(run, calls, clock)
            except Exception as error:  # whatever a framework throws
                notes.append(f"{name} does not run {layer.text}: {error}")
        for name, error in disagreeing(results).items():
            notes.append(f"{name} is not counted for {layer.text}: its result differs from those "
                         f"of the others by {error:.1e} of their root mean square")
            del contenders[name]
        if OURS not in contenders or len(contenders) == 1:
            raise Failed("; ".join(notes))
        seconds = timed(contenders, rounds)
    ratios = {name: statistics.median(theirs / ours for theirs, ours in zip(each, seconds[OURS]))
              for name, each in seconds.items() if name != OURS}
    medians = {name: statistics.median(each) for name, each in seconds.items()}
    return medians, ratios, candidate, notes
