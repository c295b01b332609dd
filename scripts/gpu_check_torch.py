"""Times convolutions by PyTorch and by convtune in one process, a JSON line a layer: PyTorch's
heuristic choice, that of torch.backends.cudnn.benchmark, and convtune's pick, interleaved; median
of rounds, events around CUDA graphs. Forward and both gradients; f32, tf32 and f16.

usage: torch_times.py FILE --pick LIBRARY [--db FILE] [--budget SECONDS] [--layers N] [--dry-run]

FILE has layers as lines of benchdnn's grammar; they are taken in an order of chance, so that what a
budget leaves out is not of one kind. LIBRARY is libconvtune_pick.so. --dry-run needs neither a GPU
nor PyTorch: convtune runs on the CPU, and what stands for PyTorch takes as long as it is told to.
"""

import argparse
import concurrent.futures
import ctypes
import json
import random
import re
import statistics
import sys
import time

ROUNDS = 15
NAMES = ("mb", "ic", "ih", "iw", "oc", "oh", "ow", "kh", "kw", "sh", "sw", "ph", "pw")
DIRECTIONS = ("fwd", "bwdd", "bwdw")
# Type of the tensors, layout, whether PyTorch may round to tf32, convtune's class.
KINDS = {"f32": ("f32", "nchw", False, "strict"),
         "tf32": ("f32", "nchw", True, "tf32"),
         "f16": ("f16", "nhwc", False, "strict")}


def layers(path):
    with open(path, encoding="utf-8") as file:
        for line in file:
            if line.strip() and not line.startswith("#"):
                found = {name: re.search(rf"(?<![a-z]){name}(\d+)", line) for name in NAMES}
                yield {name: int(each[1]) for name, each in found.items()}, line.strip()


def problem(layer, direction, kind):
    """The layer in convtune's grammar."""
    dtype, layout = KINDS[kind][:2]
    return (f"{direction}.{dtype}.{layout}_n{layer['mb']}c{layer['ic']}i{layer['ih']}x{layer['iw']}"
            f"k{layer['oc']}f{layer['kh']}x{layer['kw']}s{layer['sh']}x{layer['sw']}"
            f"p{layer['ph']}x{layer['pw']}d1x1g1")


def sizes(layer):
    """Of source, filter and destination, channels first."""
    return ((layer["mb"], layer["ic"], layer["ih"], layer["iw"]),
            (layer["oc"], layer["ic"], layer["kh"], layer["kw"]),
            (layer["mb"], layer["oc"], layer["oh"], layer["ow"]))


class Pick:
    """convtune's choices, run on memory given by address; one Convolution for each class."""

    def __init__(self, library, device, database, policy, stream):
        self.call = ctypes.CDLL(library)
        self.call.pick_open.restype = ctypes.c_void_p
        self.call.pick_open.argtypes = [ctypes.c_char_p] * 4 + [ctypes.c_void_p]
        self.call.pick_run.argtypes = ([ctypes.c_void_p, ctypes.c_char_p] + [ctypes.c_void_p] * 3)
        self.call.pick_close.argtypes = [ctypes.c_void_p]
        for name in ("pick_candidate", "pick_provenance", "pick_error"):
            getattr(self.call, name).restype = ctypes.c_char_p
        self.call.pick_candidate.argtypes = self.call.pick_provenance.argtypes = [ctypes.c_void_p]
        self.arguments = (device, database, policy)
        self.stream = stream
        self.opened = {}

    def failed(self):
        return RuntimeError(self.call.pick_error().decode())

    def convolution(self, precision):
        if precision not in self.opened:
            made = self.call.pick_open(*(each.encode() for each in self.arguments),
                                       precision.encode(), self.stream)
            if not made:
                raise self.failed()
            self.opened[precision] = made
        return self.opened[precision]

    def run(self, precision, text, addresses):
        if self.call.pick_run(self.convolution(precision), text.encode(), *addresses) != 0:
            raise self.failed()

    def choice(self, precision):
        convolution = self.convolution(precision)
        return {"candidate": self.call.pick_candidate(convolution).decode(),
                "provenance": self.call.pick_provenance(convolution).decode()}


class OnTheGpu:
    """The three of them on one GPU and one stream."""

    def __init__(self, arguments):
        import torch  # before our library, whose copies of what it needs then stay out
        self.torch = torch
        torch.manual_seed(1)
        torch.backends.cuda.matmul.allow_tf32 = False
        self.stream = torch.cuda.Stream()
        self.pick = Pick(arguments.pick, "cuda", arguments.db, "time_on_shape_change",
                         self.stream.cuda_stream)
        # PyTorch keeps its plans by shape, whichever of the two modes found them, but for each
        # thread apart: so each mode has one. Where a version does not, the one that is asked first
        # answers for both.
        self.threads = {name: concurrent.futures.ThreadPoolExecutor(1)
                        for name in ("benchmark", "heuristic")}

    def facts(self):
        torch = self.torch
        return {"torch": torch.__version__, "cudnn": torch.backends.cudnn.version(),
                "device": torch.cuda.get_device_name()}

    def tensors(self, layer, kind):
        torch = self.torch
        layout = torch.channels_last if KINDS[kind][1] == "nhwc" else torch.contiguous_format
        dtype = torch.float16 if KINDS[kind][0] == "f16" else torch.float32
        return [torch.rand(*size, device="cuda").to(dtype).contiguous(memory_format=layout)
                for size in sizes(layer)]

    def graph(self, call):
        """A CUDA graph of one call, captured after a warm-up in which whoever is called chose."""
        torch = self.torch
        with torch.cuda.stream(self.stream):
            for _ in range(3):
                call()
        self.stream.synchronize()
        graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(graph, stream=self.stream):
            call()
        return graph

    def contenders(self, layer, direction, kind):
        """What to time, by name: functions that answer seconds. And convtune's choice."""
        torch = self.torch
        source, weight, destination = self.tensors(layer, kind)
        stride, padding = [layer["sh"], layer["sw"]], [layer["ph"], layer["pw"]]

        def theirs():
            if direction == "fwd":
                return torch.nn.functional.conv2d(source, weight, stride=stride, padding=padding)
            return torch.ops.aten.convolution_backward(
                destination, source, weight, None, stride, padding, [1, 1], False, [0, 0], 1,
                [direction == "bwdd", direction == "bwdw", False])

        def captured(benchmark):
            torch.backends.cudnn.allow_tf32 = KINDS[kind][2]
            torch.backends.cudnn.benchmark = benchmark
            return self.graph(theirs)

        text, precision = problem(layer, direction, kind), KINDS[kind][3]
        addresses = [each.data_ptr() for each in (source, weight, destination)]
        graphs = {name: thread.submit(captured, name == "benchmark").result()
                  for name, thread in self.threads.items()}
        graphs["pick"] = self.graph(lambda: self.pick.run(precision, text, addresses))
        kept = (source, weight, destination)  # for as long as the graphs
        return ({name: lambda graph=graph, kept=kept: self.seconds(graph)
                 for name, graph in graphs.items()}, self.pick.choice(precision))

    def seconds(self, graph):
        start, end = (self.torch.cuda.Event(enable_timing=True) for _ in range(2))
        with self.torch.cuda.stream(self.stream):
            graph.replay()
            calls = 1
            while True:
                start.record()
                for _ in range(calls):
                    graph.replay()
                end.record()
                end.synchronize()
                elapsed = start.elapsed_time(end) * 1e-3
                if elapsed > 2e-4 or calls > 1000:
                    return elapsed / calls
                calls *= 4


class Dry:
    """convtune on the CPU, and what is no PyTorch: the same calls, and times that mean nothing."""

    def __init__(self, arguments):
        self.pick = Pick(arguments.pick, "cpu", ":memory:", "guess_on_shape_change", None)

    def facts(self):
        return {"torch": None, "cudnn": None, "device": "dry run"}

    def contenders(self, layer, direction, kind):
        width = 2 if KINDS[kind][0] == "f16" else 4
        memory = []
        for size in sizes(layer):
            count = width
            for each in size:
                count *= each
            memory.append(ctypes.create_string_buffer(count + 64))
        addresses = [ctypes.addressof(each) + -ctypes.addressof(each) % 64 for each in memory]
        text, precision = problem(layer, direction, kind), KINDS[kind][3]

        def ours():
            start = time.perf_counter()
            self.pick.run(precision, text, addresses)
            return time.perf_counter() - start

        ours()
        return ({"benchmark": lambda memory=memory: 1.1 * ours(), "heuristic": lambda: 1.3 * ours(),
                 "pick": ours}, self.pick.choice(precision))


def compare(machine, layer, direction, kind):
    """Seconds by name: medians of rounds in which each has its turn."""
    functions, choice = machine.contenders(layer, direction, kind)
    times = {name: [] for name in functions}
    for _ in range(ROUNDS):
        for name, seconds in functions.items():
            times[name].append(seconds())
    return {name: statistics.median(each) for name, each in times.items()} | choice


def main():
    parser = argparse.ArgumentParser(usage=__doc__.split("usage: ")[1].split("\n")[0])
    parser.add_argument("file")
    parser.add_argument("--pick", required=True)
    parser.add_argument("--db", default="")
    parser.add_argument("--budget", type=float, default=float("inf"))
    parser.add_argument("--layers", type=int)
    parser.add_argument("--dry-run", action="store_true")
    arguments = parser.parse_args()
    until = time.monotonic() + arguments.budget
    machine = Dry(arguments) if arguments.dry_run else OnTheGpu(arguments)
    chosen = list(layers(arguments.file))
    random.Random(1).shuffle(chosen)
    chosen = chosen[:arguments.layers]
    print(json.dumps(machine.facts() | {"questions": len(chosen) * len(DIRECTIONS) * len(KINDS)}),
          flush=True)
    for layer, line in chosen:
        for direction in DIRECTIONS:
            for kind in KINDS:
                if time.monotonic() > until:
                    return
                row = {"layer": line, "direction": direction, "type": kind}
                try:
                    row |= compare(machine, layer, direction, kind)
                except RuntimeError as error:
                    row["error"] = str(error)
                print(json.dumps(row), flush=True)


if __name__ == "__main__":
    sys.exit(main())
