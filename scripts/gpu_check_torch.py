"""Times PyTorch's convolutions on a GPU, a JSON line a layer: its heuristic choice, and that of
torch.backends.cudnn.benchmark, interleaved; forward, median of rounds, events around CUDA graphs.

usage: torch_times.py FILE    (layers as lines of benchdnn's grammar)
"""

import json
import re
import statistics
import sys

import torch

ROUNDS = 15
NAMES = ("mb", "ic", "ih", "iw", "oc", "kh", "kw", "sh", "sw", "ph", "pw")


def layers(path):
    with open(path, encoding="utf-8") as file:
        for line in file:
            if not line.startswith("#"):
                yield {name: int(re.search(rf"{name}(\d+)", line)[1]) for name in NAMES}, line.strip()


def graph_of(layer, dtype, channels_last):
    """A CUDA graph of one call, captured after a warm-up in which PyTorch chose."""
    layout = torch.channels_last if channels_last else torch.contiguous_format
    source = torch.rand(layer["mb"], layer["ic"], layer["ih"], layer["iw"], device="cuda")
    weight = torch.rand(layer["oc"], layer["ic"], layer["kh"], layer["kw"], device="cuda")
    source = source.to(dtype).contiguous(memory_format=layout)
    weight = weight.to(dtype).contiguous(memory_format=layout)

    def call():
        return torch.nn.functional.conv2d(
            source, weight, stride=(layer["sh"], layer["sw"]), padding=(layer["ph"], layer["pw"])
        )

    for _ in range(3):
        call()
    torch.cuda.synchronize()
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        call()
    return graph


def seconds(graph):
    start, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))
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


def main():
    torch.manual_seed(1)
    torch.backends.cuda.matmul.allow_tf32 = False
    print(json.dumps({"torch": torch.__version__, "cudnn": torch.backends.cudnn.version(),
                      "device": torch.cuda.get_device_name()}))
    for layer, line in layers(sys.argv[1]):
        for dtype, tf32 in ((torch.float32, False), (torch.float32, True), (torch.float16, False)):
            torch.backends.cudnn.allow_tf32 = tf32
            channels_last = dtype == torch.float16
            graphs = {}
            for benchmark in (False, True):
                torch.backends.cudnn.benchmark = benchmark
                graphs["benchmark" if benchmark else "heuristic"] = graph_of(layer, dtype, channels_last)
            times = {name: [] for name in graphs}
            for _ in range(ROUNDS):
                for name, graph in graphs.items():
                    times[name].append(seconds(graph))
            kind = "f16" if channels_last else "tf32" if tf32 else "f32"
            print(json.dumps({"layer": line, "type": kind,
                              **{name: statistics.median(all_) for name, all_ in times.items()}}),
                  flush=True)


if __name__ == "__main__":
    main()
