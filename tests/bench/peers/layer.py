"""The layers of layers.txt."""
import dataclasses
import pathlib
import re

GRAMMAR = re.compile(r"n(\d+)c(\d+)i([\dx]+)k(\d+)f([\dx]+)s([\dx]+)p([\dx]+)d([\dx]+)g(\d+)")


@dataclasses.dataclass(frozen=True)
class Layer:
    kind: str
    text: str
    source: list  # extents, channels first
    filter: list
    destination: list
    stride: list  # one number for each axis
    padding: list  # the same on both sides
    dilation: list
    groups: int

    @property
    def problem(self):
        return f"fwd.f32.nchw_{self.text}_constw"


def read_layer(line):
    kind, text = line.split()
    n, c, image, k, taps, stride, padding, dilation, (groups,) = (
        [int(each) for each in part.split("x")] for part in GRAMMAR.fullmatch(text).groups())
    outputs = [(i + 2 * p - d * (f - 1) - 1) // s + 1
               for i, f, s, p, d in zip(image, taps, stride, padding, dilation)]
    return Layer(kind, text, n + c + image, k + [c[0] // groups] + taps, n + k + outputs, stride,
                 padding, dilation, groups)


def all_layers():
    lines = pathlib.Path(__file__).with_name("layers.txt").read_text(encoding="utf-8").splitlines()
    return [read_layer(line) for line in lines if not line.startswith("#")]
