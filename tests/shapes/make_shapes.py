#!/usr/bin/env python3
"""Writes the shape files beside it that the agreement suite walks: canonical problem text, a line each.

theano_*.txt hold the cases of Theano's own convolution tests (some with fewer images); edges.txt sizes around every tile;
variants.txt layouts, constant weights and epilogues. All are forward f32 unless the variant is about
that: the suite makes directions and types itself.
"""
import itertools
import math
import pathlib

HERE = pathlib.Path(__file__).parent


def pads(border, reach):
    """(left, right) for each axis of one of Theano's border modes."""
    if border == "valid":
        return [(0, 0)] * len(reach)
    if border == "full":
        return [(r - 1, r - 1) for r in reach]
    if border == "half":
        return [(r // 2, r // 2) for r in reach]
    return [p if isinstance(p, tuple) else (p, p) for p in border]


def text(n, c, i, k, f, s=None, border="valid", d=None, g=1, tail="", head="fwd.f32.nchw"):
    """Canonical text, or None where the filter does not fit or the groups do not divide."""
    rank = len(i)
    s, d = s or (1,) * rank, d or (1,) * rank
    reach = [(b - 1) * e + 1 for b, e in zip(f, d)]
    p = pads(border, reach)
    if any(a + l + r < e for a, (l, r), e in zip(i, p, reach)) or c % g or k % g:
        return None
    x = lambda values: "x".join(str(v) for v in values)
    pad = x(l if l == r else f"{l}:{r}" for l, r in p)
    return f"{head}_n{n}c{c}i{x(i)}k{k}f{x(f)}s{x(s)}p{pad}d{x(d)}g{g}{tail}"


def write(name, title, lines):
    lines = list(dict.fromkeys(line for line in lines if line))
    (HERE / f"{name}.txt").write_text(f"# {title}\n" + "\n".join(lines) + "\n")


def theano_2d():
    pairs = [(8, 1, (6, 6), 5, (2, 2)), (8, 1, (8, 8), 4, (3, 3)), (2, 1, (7, 7), 2, (3, 3)),
             (6, 1, (10, 11), 1, (2, 3)), (2, 1, (6, 5), 4, (1, 3)), (1, 5, (9, 9), 4, (3, 2)),
             (0, 1, (6, 6), 1, (2, 2)), (1, 0, (6, 6), 1, (2, 2)), (1, 1, (6, 6), 0, (2, 2))]
    for (n, c, i, k, f), s, border, d, flip in itertools.product(
            pairs, [(1, 1), (2, 2), (2, 4)],
            ["valid", "half", "full", (0, 0), (1, 1), (5, 5), (5, 2)],
            [(1, 1), (1, 2), (2, 1)], ["", "_flip"]):
        yield text(n, c, i, k, f, s, border, d, tail=flip)


def theano_3d():
    pairs = [(2, 1, (5, 5, 5), 2, (2, 2, 2)), (1, 2, (7, 5, 6), 2, (1, 3, 2)),
             (1, 2, (7, 5, 6), 2, (2, 1, 3)), (0, 1, (5, 5, 5), 1, (2, 2, 2)),
             (1, 0, (5, 5, 5), 1, (2, 2, 2)), (1, 1, (5, 5, 5), 0, (2, 2, 2))]
    for (n, c, i, k, f), s, border, d, flip in itertools.product(
            pairs, [(1, 1, 1), (2, 2, 2), (1, 2, 3)], ["valid", "half", "full", (2, 2, 3)],
            [(1, 1, 1), (1, 2, 1), (2, 1, 2)], ["", "_flip"]):
        yield text(n, c, i, k, f, s, border, d, tail=flip)


def theano_groups():
    for n, c, i, k, f, g in [
            (5, 6, (5, 5), 6, (3, 3), 3), (4, 4, (7, 5), 6, (5, 3), 2), (3, 8, (5, 3), 4, (3, 3), 4),
            (2, 4, (7, 7), 4, (3, 5), 4), (2, 6, (5, 5, 5), 3, (3, 3, 3), 3),
            (1, 4, (7, 5, 7), 6, (5, 3, 5), 2), (1, 8, (5, 3, 5), 4, (3, 3, 3), 4),
            (2, 4, (7, 7, 7), 4, (5, 3, 5), 4), (2, 6, (5, 5), 3, (3, 3), 3), (2, 4, (5, 5), 2, (3, 3), 2)]:
        for s, border, flip in itertools.product([1, 2], ["valid", "half", "full"], ["", "_flip"]):
            yield text(n, c, i, k, f, (s,) * len(i), border, g=g, tail=flip)
    for n, c, i, k, f, border, s, g in [
            (2, 2, (4, 4), 2, (3, 3), "valid", (1, 1), 1), (3, 2, (4, 2), 2, (4, 2), "full", (2, 2), 1),
            (3, 3, (5, 3), 3, (3, 3), "valid", (2, 1), 3), (3, 4, (4, 4), 4, (4, 2), "full", (3, 2), 2),
            (2, 3, (9, 8), 8, (3, 3), "half", (1, 1), 1), (3, 1, (20, 12), 4, (6, 12), "valid", (1, 1), 1)]:
        for flip in ["", "_flip"]:
            yield text(n, c, i, k, f, s, border, g=g, tail=flip + "_unshared")
    for n, c, i, k, f, p in [(2, 2, (4, 4), 4, (2, 2), ((1, 2), (2, 1))),
                             (3, 2, (4, 2), 2, (4, 2), ((1, 1), (0, 3))),
                             (3, 3, (5, 3), 2, (3, 3), ((2, 1), (0, 0)))]:
        for s, flip in itertools.product([(1, 1), (2, 1)], ["", "_flip"]):
            yield text(n, c, i, k, f, s, p, tail=flip)
    # A causal 1-D convolution: everything it reads lies before.
    yield text(1, 2, (5,), 2, (3,), border=((4, 0),), d=(2,), tail="_flip")


def theano_gemm():
    corr = [(2, 2, (3, 3), 2, (2, 2)), (3, 2, (8, 8), 4, (5, 5)), (3, 2, (7, 5), 5, (2, 3)),
            (3, 2, (7, 5), 5, (3, 2)), (3, 2, (3, 3), 4, (3, 3))]
    borders = ["valid", "full", "half", (1, 1), (2, 1), (1, 2), (3, 3)]
    for (n, c, i, k, f), border in itertools.product(corr, borders):
        yield text(n, c, i, k, f, border=border)
    for border in borders:
        for s in [(2, 2), (2, 1)]:
            yield text(3, 2, (7, 5), 5, (2, 3), s, border)
        yield text(1, 1, (6, 6), 1, (3, 3), (3, 3), border)
        yield text(3, 2, (7, 5), 5, (2, 3), border=border, d=(2, 2))
        yield text(3, 2, (14, 10), 5, (2, 3), border=border, d=(3, 1))
        yield text(1, 1, (14, 14), 1, (3, 3), border=border, d=(2, 3))
        yield text(3, 2, (14, 10), 5, (2, 3), (3, 3), border, (2, 2))
        yield text(3, 2, (5, 5), 4, (8, 8), border=border)
    for n, c, i, k, f in [(1, 5, (6, 3), 7, (3, 1)), (8, 2, (7, 3), 4, (5, 3)), (1, 6, (9, 4), 12, (3, 2)),
                          (9, 6, (8, 5), 5, (1, 3)), (9, 1, (6, 8), 11, (3, 3))]:
        yield text(n, c, i, k, f)
    for n, c, i, k, f in [(2, 2, (3, 3, 3), 2, (2, 2, 2)), (3, 2, (8, 8, 8), 1, (5, 5, 5)),
                          (3, 2, (7, 5, 5), 2, (2, 3, 2)), (3, 2, (7, 5, 5), 2, (2, 2, 3))]:
        for border in ["valid", "full", "half", (1, 1, 1), (2, 1, 1), (1, 2, 1)]:
            yield text(n, c, i, k, f, border=border)
            yield text(n, c, i, k, f, (2, 2, 2), border)
    for s, border in itertools.product([(1, 1), (2, 2), (3, 3), (3, 2), (1, 2)],
                                       ["valid", "half", "full", (1, 2), (3, 2)]):
        yield text(3, 1, (20, 12), 10, (6, 12), s, border)
    for d in [(2, 1), (1, 2)]:
        yield text(4, 1, (20, 12), 10, (6, 5), d=d)
    yield text(4, 1, (20, 10), 10, (6, 4), (2, 2))
    yield text(4, 1, (20, 10), 10, (6, 3), (3, 3))
    for s, border in itertools.product([(1, 1, 1), (2, 2, 2), (3, 3, 3), (3, 2, 1), (1, 2, 3)],
                                       ["valid", (1, 2, 3)]):
        yield text(1, 1, (20, 12, 15), 3, (6, 12, 4), s, border)


def edges():
    sizes = [1, 2, 3, 5, 7, 8, 9, 13, 15, 16, 17, 31, 33]
    lengths = [1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 13, 16, 17]
    kernels = [1, 2, 3, 5]
    # A walk with strides that share no factor with the lists' lengths meets every neighbourhood
    # without the whole product.
    for step in range(104):
        c, k = sizes[step % 13], sizes[(5 * step + 3) % 13]
        h, w = lengths[(3 * step + 1) % 13], lengths[(7 * step + 6) % 13]
        f = (kernels[step % 4], kernels[(step // 4) % 4])
        s = (1 + step // 3 % 2, 1 + step // 5 % 3)
        d = (1 + step // 7 % 2, 1 + step // 11 % 2)
        border = ["half", "valid", "full", ((1, 0), (0, 2)), ((0, 1), (2, 1))][step % 5]
        yield text(1 + step % 3, c, (h, w), k, f, s, border, d, tail="_flip" if step % 4 == 1 else "")
    for size in [7, 8, 9, 15, 16, 17]:
        yield text(2, size, (size, size), size, (3, 3), border="half")
        yield text(1, size, (14, size), 16, (1, 1))
        yield text(1, 16, (size, 9), size, (1, 1), (2, 2))
        yield text(1, size, (11, 10), size, (3, 3), border="half", g=size)
        yield text(1, size, (11, 10), size, (3, 3), (2, 2), border="half", g=size, tail="_flip")
        yield text(1, size, (9, 8), 2 * size, (5, 5), border="half", g=size)
        yield text(2, size, (size + 2,), 8, (3,), border="half")
        yield text(1, 8, (4 * size + 1,), size, (5,), (2,), border=((4, 0),), tail="_flip")
        yield text(1, size, (3, 7, size), 9, (3, 3, 3), border="half")
    for g in [2, 4, 8]:
        for channels in [8, 16, 32]:
            yield text(2, channels, (9, 7), 2 * channels, (3, 3), border="half", g=g)
            yield text(1, 2 * channels, (9, 7), channels, (1, 1), g=g)
    # The last inputs are never read: what is left of a right padding is negative.
    yield text(2, 3, (8, 8), 5, (3, 3), border=((0, -1), (1, -2)))
    yield text(2, 3, (8, 9), 5, (1, 1), border=((0, -2), (0, 0)))
    yield text(1, 4, (12,), 3, (2,), (1,), border=((1, -3),), tail="_flip")
    # Padding wider than the filter, an input of one element, one long axis.
    yield text(1, 3, (1, 1), 4, (3, 3), border=(5, 6))
    yield text(2, 1, (1, 1), 1, (1, 1))
    yield text(1, 3, (1, 257), 4, (1, 3), border="half")
    yield text(1, 3, (257, 1), 4, (3, 1), (2, 1), border="half")
    yield text(1, 2, (2051,), 3, (4,), (3,), border="half", d=(5,))
    yield text(0, 4, (5,), 4, (3,))
    yield text(2, 0, (4, 4, 4), 2, (3, 3, 3), border="half")
    yield text(2, 4, (4, 4), 0, (3, 3), g=2)


def variants():
    shapes = [(2, 16, (9, 10), 24, (3, 3), (1, 1), "half", (1, 1), 1),
              (1, 5, (7, 6), 7, (3, 2), (2, 1), ((1, 0), (0, 2)), (1, 2), 1),
              (3, 8, (6, 6), 16, (1, 1), (1, 1), "valid", (1, 1), 1),
              (2, 8, (8, 7), 8, (3, 3), (1, 1), "half", (1, 1), 8),
              (2, 12, (5, 6), 8, (3, 3), (1, 1), "half", (1, 1), 4),
              (2, 6, (21,), 10, (3,), (2,), "half", (1,), 2),
              (1, 4, (4, 5, 6), 6, (2, 3, 3), (1, 1, 1), "half", (1, 1, 1), 1)]
    tails = ["_bias", "_relu", "_acc", "_bias_relu", "_bias_relu_acc", "_flip_bias_relu"]
    for (n, c, i, k, f, s, border, d, g), layout in itertools.product(
            shapes, ["nchw", "nhwc", "any", "nchw:krsc:nhwc"]):
        make = lambda tail, direction="fwd": text(n, c, i, k, f, s, border, d, g, tail,
                                                  f"{direction}.f32.{layout}")
        for tail in [""] + tails:
            yield make(tail)
            if not tail.startswith("_flip"):
                yield make("_constw" + tail)
        yield make("_flip_constw")
        for direction in ["bwdd", "bwdw"]:
            yield make("", direction)
            yield make("_acc", direction)
            yield make("_flip_acc", direction)
        yield make("_constw", "bwdd")
    unshared = (2, 4, (5, 6), 6, (3, 2))
    for layout in ["nchw", "any"]:  # channels last has no unshared filters
        for tail in ["_unshared", "_unshared_bias_relu_acc", "_flip_unshared_constw_relu"]:
            yield text(*unshared, border="half", tail=tail, g=2, head=f"fwd.f32.{layout}")
        for direction in ["bwdd", "bwdw"]:
            yield text(*unshared, border="half", tail="_unshared_acc", head=f"{direction}.f32.{layout}")
    # Nothing is summed, but the epilogue still holds.
    for tail in ["_bias", "_bias_relu_acc"]:
        yield text(2, 0, (4, 4), 3, (3, 3), border="half", tail=tail)
        yield text(0, 2, (4, 4), 3, (3, 3), border="half", tail=tail)
    for types in ["s8:s8:s32", "u8:s8:s32", "u8:s8:u8", "f16", "bf16:bf16:f32", "f32:f32:f64"]:
        acc = "_accf64" if types.endswith("f64") else ""
        yield text(2, 6, (5, 7), 4, (3, 3), border="half", head=f"fwd.{types}.nchw", tail=acc)
        yield text(2, 6, (5, 7), 4, (3, 3), border="half", head=f"fwd.{types}.nhwc", tail=acc + "_relu")


def main():
    write("theano_2d", "Theano's 2-D table: sizes x strides x borders x dilations x flip.", theano_2d())
    write("theano_3d", "Theano's 3-D table, cut to what differs.", theano_3d())
    write("theano_groups", "Theano's groups, locally connected, asymmetric and causal cases.", theano_groups())
    write("theano_gemm", "The cases of Theano's gemm convolutions, CPU and GPU.", theano_gemm())
    write("edges", "Sizes around every tile, groups, depthwise, odd paddings, empty tensors.", edges())
    write("variants", "Layouts, constant weights, epilogues and types.", variants())


main()
