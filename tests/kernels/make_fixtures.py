#!/usr/bin/python3
"""Writes fixtures.txt beside it: small convolutions and their gradients as SciPy and NumPy see them.

Needs python3-scipy. Shared convolutions are made of whole-array correlations: pad, fill strides and
dilations with zeros, correlate or convolve channel by channel, crop. That has nothing in common with
loops over the definition, which is what it is there to check. Unshared ones are einsums over windows.
All numbers are small integers, so that everything is exact.
"""
import itertools
import pathlib
import zlib

import numpy as np
from scipy import signal


class Layer:
    def __init__(self, n, c, i, k, f, s=None, p=None, d=None, g=1, flip=False, unshared=False):
        self.n, self.c, self.i, self.k, self.f, self.g = n, c, i, k, f, g
        self.s, self.d = s or (1,) * len(i), d or (1,) * len(i)
        self.p = p or ((0, 0),) * len(i)
        self.flip, self.unshared = flip, unshared
        self.o = tuple((a + l + r - (b - 1) * e - 1) // t + 1
                       for a, (l, r), b, e, t in zip(i, self.p, f, self.d, self.s))

    def text(self, direction):
        x = lambda values: "x".join(map(str, values))
        pads = x(str(l) if l == r else f"{l}:{r}" for l, r in self.p)
        return (f"{direction}.f64.nchw_n{self.n}c{self.c}i{x(self.i)}k{self.k}f{x(self.f)}s{x(self.s)}"
                f"p{pads}d{x(self.d)}g{self.g}" + "_flip" * self.flip + "_unshared" * self.unshared)

    def filter_shape(self):
        return (self.k, *(self.o if self.unshared else ()), self.c // self.g, *self.f)

    def pairs(self):
        """Filter, its group's channels as (k, channel of the filter, channel of the source)."""
        for k, c in itertools.product(range(self.k), range(self.c // self.g)):
            yield k, c, k // (self.k // self.g) * (self.c // self.g) + c


def every(steps):
    return tuple(slice(None, None, step) for step in steps)


def spaced(a, steps):
    """Zeros between neighbours, so that they lie `steps` apart."""
    out = np.zeros([(size - 1) * step + 1 for size, step in zip(a.shape, steps)])
    out[every(steps)] = a
    return out


def padded(layer, plane):
    """With its padding (a negative one cuts), less what no window reaches."""
    plane = np.pad(plane, [(l, max(r, 0)) for l, r in layer.p])
    reach = [(o - 1) * s + (f - 1) * d + 1 for o, s, f, d in zip(layer.o, layer.s, layer.f, layer.d)]
    return plane[tuple(slice(0, size) for size in reach)]


def forward(layer, x, w):
    y = np.zeros((layer.n, layer.k, *layer.o))
    for n in range(layer.n):
        for k, c, source in layer.pairs():
            window = spaced(w[k, c], layer.d)
            combine = signal.convolve if layer.flip else signal.correlate
            full = combine(padded(layer, x[n, source]), window, mode="valid", method="direct")
            y[n, k] += full[every(layer.s)]
    return y


def backward_data(layer, y, w):
    x = np.zeros((layer.n, layer.c, *layer.i))
    for n in range(layer.n):
        for k, c, source in layer.pairs():
            window = spaced(w[k, c], layer.d)
            if layer.flip:
                window = np.flip(window)
            full = signal.convolve(spaced(y[n, k], layer.s), window, mode="full", method="direct")
            room = np.zeros([max(i + l + max(r, 0), size)
                             for i, (l, r), size in zip(layer.i, layer.p, full.shape)])
            room[tuple(slice(0, size) for size in full.shape)] = full
            x[n, source] += room[tuple(slice(l, l + i) for i, (l, _) in zip(layer.i, layer.p))]
    return x


def backward_weights(layer, x, y):
    w = np.zeros(layer.filter_shape())
    for n in range(layer.n):
        for k, c, source in layer.pairs():
            taps = signal.correlate(padded(layer, x[n, source]), spaced(y[n, k], layer.s),
                                    mode="valid", method="direct")[every(layer.d)]
            w[k, c] += np.flip(taps) if layer.flip else taps
    return w


def windows(layer, x):
    """n, c, oh, ow, kh, kw: what each output position sees."""
    planes = np.array([[padded(layer, plane) for plane in image] for image in x])
    reach = [(f - 1) * d + 1 for f, d in zip(layer.f, layer.d)]
    seen = np.lib.stride_tricks.sliding_window_view(planes, reach, axis=(2, 3))
    seen = seen[:, :, ::layer.s[0], ::layer.s[1], ::layer.d[0], ::layer.d[1]]
    return seen[..., ::-1, ::-1] if layer.flip else seen


def unshared(layer, x, w, y):
    """The three results of a locally connected layer."""
    n, g = layer.n, layer.g
    seen = windows(layer, x).reshape(n, g, layer.c // g, *layer.o, *layer.f)
    ws = w.reshape(g, layer.k // g, *layer.o, layer.c // g, *layer.f)
    ys = y.reshape(n, g, layer.k // g, *layer.o)
    out = np.einsum("ngcpqrs,gkpqcrs->ngkpq", seen, ws).reshape(y.shape)
    dw = np.einsum("ngcpqrs,ngkpq->gkpqcrs", seen, ys).reshape(w.shape)
    # The gradient of the data by its own definition: one unit of each input at a time.
    dx = np.zeros_like(x)
    for index in np.ndindex(x.shape):
        unit = np.zeros_like(x)
        unit[index] = 1
        one = windows(layer, unit).reshape(seen.shape)
        dx[index] = np.einsum("ngcpqrs,gkpqcrs,ngkpq->", one, ws, ys)
    return out, dx, dw


def layers():
    for flip in (False, True):
        yield Layer(2, 3, (9,), 4, (3,), p=((1, 1),), flip=flip)
        yield Layer(1, 4, (12,), 6, (4,), s=(2,), p=((3, 0),), d=(2,), g=2, flip=flip)
        yield Layer(2, 2, (7, 6), 3, (3, 3), p=((1, 1), (1, 1)), flip=flip)
        yield Layer(2, 3, (8, 7), 2, (3, 2), s=(2, 3), p=((2, 1), (0, 1)), flip=flip)
        yield Layer(1, 2, (9, 10), 2, (3, 2), s=(1, 2), p=((2, 2), (1, 1)), d=(2, 3), flip=flip)
        yield Layer(1, 4, (6, 5), 6, (2, 3), s=(2, 1), p=((1, 0), (1, 1)), g=2, flip=flip)
        yield Layer(2, 4, (6, 6), 8, (3, 3), p=((1, 1), (1, 1)), g=4, flip=flip)
        yield Layer(1, 2, (5, 5), 2, (5, 4), p=((4, 4), (3, 3)), flip=flip)
        yield Layer(1, 2, (7, 8), 3, (3, 3), p=((0, -1), (1, -2)), flip=flip)
        yield Layer(1, 3, (2, 2), 2, (1, 1), p=((3, 3), (2, 2)), s=(2, 2), flip=flip)
        yield Layer(1, 2, (5, 6, 4), 2, (2, 3, 2), p=((1, 0), (1, 1), (0, 1)), flip=flip)
        yield Layer(2, 2, (5, 4, 6), 4, (2, 2, 3), s=(1, 2, 2), p=((1, 1), (0, 0), (2, 2)),
                    d=(2, 1, 2), g=2, flip=flip)
        yield Layer(2, 2, (5, 4), 3, (3, 2), p=((1, 1), (0, 1)), flip=flip, unshared=True)
        yield Layer(1, 4, (6, 5), 4, (2, 3), s=(2, 1), p=((1, 1), (2, 0)), d=(1, 2), g=2, flip=flip,
                    unshared=True)


def line(name, values):
    return name + " " + " ".join(str(int(v)) for v in values.ravel())


def main():
    lines = ["# Made by make_fixtures.py: problem, its two inputs and the result, in plain order."]
    for layer in layers():
        # The seed is the layer's own, so that adding one leaves the others as they are.
        random = np.random.default_rng(zlib.crc32(layer.text("fwd").encode()))
        draw = lambda shape: random.integers(-3, 4, shape).astype(float)
        x, w = draw((layer.n, layer.c, *layer.i)), draw(layer.filter_shape())
        y = draw((layer.n, layer.k, *layer.o))
        if layer.unshared:
            out, dx, dw = unshared(layer, x, w, y)
        else:
            out, dx, dw = forward(layer, x, w), backward_data(layer, y, w), backward_weights(layer, x, y)
        for direction, inputs, result in [
                ("fwd", [("source", x), ("filter", w)], ("destination", out)),
                ("bwdd", [("filter", w), ("destination", y)], ("source", dx)),
                ("bwdw", [("source", x), ("destination", y)], ("filter", dw))]:
            lines.append("problem " + layer.text(direction))
            lines += [line(name, values) for name, values in inputs]
            lines.append("expect " + line(*result))
    pathlib.Path(__file__).with_name("fixtures.txt").write_text("\n".join(lines) + "\n")


main()
