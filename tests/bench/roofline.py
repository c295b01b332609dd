#!/usr/bin/env python3
"""Draws what `kernels` printed as a roofline: roofline.py kernels.tsv > kernels.svg

Speed over arithmetic intensity, both logarithmic: GFLOP/s that the definition would need, over
operations a byte of the tensors, each moved once. The lines are what products in registers reach
and what the copy of the same bytes allows, as measured in the same rounds (their medians).
"""
import math
import statistics
import sys

WIDTH, HEIGHT, MARGIN = 760, 480, 60
COLOURS = {
    "cpu.winograd": "#1f77b4", "cpu.fft": "#d62728", "cpu.direct_blocked": "#2ca02c",
    "cpu.pointwise": "#9467bd", "cpu.depthwise": "#ff7f0e", "blas.im2col_gemm": "#7f7f7f",
    "fftw": "#e377c2",
}


def rows_of(lines):
    """The head line and one dictionary a row."""
    head = next(line for line in lines if line.startswith("#")).lstrip("# ").strip()
    table = [line.rstrip("\n").split("\t") for line in lines if not line.startswith("#")]
    return head, [dict(zip(table[0], row)) for row in table[1:] if len(row) == len(table[0])]


def scale(value, low, high, start, end):
    """Where a value stands on a logarithmic axis."""
    share = (math.log10(value) - math.log10(low)) / (math.log10(high) - math.log10(low))
    return start + share * (end - start)


def main():
    """Reads the table and prints the picture."""
    if len(sys.argv) != 2 or sys.argv[1].startswith("-"):
        sys.exit(__doc__)
    with open(sys.argv[1], encoding="utf-8") as file:
        head, rows = rows_of(file.readlines())
    if not rows:
        sys.exit(f"{sys.argv[1]} holds no rows")
    peak = statistics.median(float(r["GFLOP/s"]) / float(r["peak"]) for r in rows
                             if float(r["peak"]) > 0.5)
    # GB/s of the copy: operations a second, over operations a byte, times how much slower we are.
    copied = statistics.median(float(r["GFLOP/s"]) / float(r["FLOP/byte"]) * float(r["copy"])
                               for r in rows)
    xs, ys = (0.5, 4000), (5, 5000)

    def x(value):
        return scale(value, *xs, MARGIN, WIDTH - 10)

    def y(value):
        return scale(min(max(value, ys[0]), ys[1]), *ys, HEIGHT - MARGIN, 30)

    out = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" '
           'font-family="sans-serif" font-size="12">',
           f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
           f'<text x="{MARGIN}" y="18">{head}</text>']
    for tick in (1, 10, 100, 1000):
        out.append(f'<text x="{x(tick):.0f}" y="{HEIGHT - MARGIN + 18}" '
                   f'text-anchor="middle">{tick}</text>')
    for tick in (10, 100, 1000):
        out.append(f'<text x="{MARGIN - 6}" y="{y(tick) + 4:.0f}" text-anchor="end">{tick}</text>')
    out.append(f'<text x="{WIDTH / 2}" y="{HEIGHT - MARGIN + 36}" text-anchor="middle">'
               'operations a byte of the tensors</text>')
    out.append(f'<text x="16" y="{HEIGHT / 2}" transform="rotate(-90 16 {HEIGHT / 2})" '
               'text-anchor="middle">GFLOP/s of the definition</text>')
    ridge = peak / copied
    points = [(xs[0], copied * xs[0]), (ridge, peak), (xs[1], peak)]
    path = " ".join(f"{x(a):.1f},{y(b):.1f}" for a, b in points)
    out.append(f'<polyline points="{path}" fill="none" stroke="black"/>')
    out.append(f'<text x="{x(xs[1]) - 4:.0f}" y="{y(peak) + 16:.0f}" text-anchor="end">'
               f'products in registers {peak:.0f}, copy {copied:.0f} GB/s</text>')
    for row in rows:
        family = row["candidate"].split("/")[0]
        out.append(f'<circle cx="{x(float(row["FLOP/byte"])):.1f}" '
                   f'cy="{y(float(row["GFLOP/s"])):.1f}" r="4" fill="{COLOURS.get(family)}">'
                   f'<title>{row["shape"]} {row["candidate"]}</title></circle>')
    for i, (family, colour) in enumerate(COLOURS.items()):
        top = 40 + 16 * i
        out.append(f'<circle cx="{MARGIN + 14}" cy="{top - 4}" r="4" fill="{colour}"/>'
                   f'<text x="{MARGIN + 24}" y="{top}">{family}</text>')
    out.append("</svg>")
    print("\n".join(out))


if __name__ == "__main__":
    main()
