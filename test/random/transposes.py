#!/usr/bin/env python3
"""Random graphs of movement around transposes: raised, they have no more transposes, and compute the same.

transposes.py OCTET OCTET_OPT [--seed N] [--count N] [--target NAME --runner COMMAND]
"""
import argparse
import math
import pathlib
import re
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from graph import Chance  # noqa: E402
from random_models import Emulated, Octet  # noqa: E402

FLOAT, CODES = "f32", "!quant.uniform<u8:f32, 0.5:100>"
ORDERS = [[0, 3, 1, 2], [0, 2, 3, 1]]


class Text:
    """A module as text. A value is (name, shape, element type)."""

    def __init__(self, chance):
        self.chance, self.lines, self.values, self.count = chance, [], [], 0

    def type(self, value):
        return f"tensor<{''.join(f'{extent}x' for extent in value[1])}{value[2]}>"

    def add(self, operator, operands, attributes, shape, element):
        value = (f"%{self.count}", tuple(shape), element)
        self.count += 1
        names, types = ", ".join(v[0] for v in operands), ", ".join(self.type(v) for v in operands)
        self.lines.append(f"  {value[0]} = qnn.{operator} {names} {{{attributes}}} : ({types}) -> {self.type(value)}")
        self.values.append(value)
        return value

    def pick(self, accepts=lambda value: True):
        fitting = [value for value in self.values if accepts(value)]
        if not fitting:
            return None
        return fitting[-1] if self.chance.happens(0.5) else self.chance.pick(fitting)


def integers(values):
    return f"array<i64{': ' if values else ''}{', '.join(str(value) for value in values)}>"


def transpose(g, x=None, order=None):
    x = x or g.pick()
    if not order:
        usual = len(x[1]) == 4 and g.chance.happens(0.8)
        order = g.chance.pick(ORDERS) if usual else [int(d) for d in g.chance.source.permutation(len(x[1]))]
    g.add("transpose", [x], f"permutation = {integers(order)}", [x[1][d] for d in order], x[2])


def elementwise(g):
    x = g.pick()
    if x[2] == CODES:
        kind = g.chance.pick(["dequantize", "clamp"])
        attributes = "lowest = 90.0 : f64, highest = 200.0 : f64" if kind == "clamp" else ""
        g.add(kind, [x], attributes, x[1], FLOAT if kind == "dequantize" else CODES)
    else:
        kind = g.chance.pick(["quantize", "unary abs", "unary negate"])
        g.add(kind, [x], "", x[1], CODES if kind == "quantize" else FLOAT)


def binary(g):
    x = g.pick(lambda v: v[2] == FLOAT)
    if not x:
        return
    # Equal shapes, or one that is broadcast: of extents 1, of fewer dimensions, a constant.
    shape = [1 if g.chance.happens(0.5) else extent for extent in x[1]][g.chance.integer(0, len(x[1])):]
    y = g.pick(lambda v: v[1:] == x[1:])
    if g.chance.happens(0.3):
        y = g.constant(shape)
    elif g.chance.happens(0.2):
        y = g.pick(lambda v: v[2] == FLOAT and len(v[1]) <= len(x[1]) and
                   all(a in (1, b) for a, b in zip(v[1][::-1], x[1][::-1]))) or y
    operands = [x, y] if g.chance.happens(0.5) else [y, x]
    g.add(g.chance.pick(["add", "sub", "mul", "binary maximum"]), operands, "", x[1], FLOAT)


def constant(g, shape):
    value = (f"%{g.count}", tuple(shape), FLOAT)
    g.count += 1
    count = math.prod(shape)
    bits = g.chance.reals((count,)).tobytes().hex().upper()
    body = f'dense<"0x{bits}">' if count > 1 else f"dense<{g.chance.integer(-9, 9)}.0>"
    g.lines.append(f"  {value[0]} = qnn.constant {body} : {g.type(value)} : {g.type(value)}")
    return value


def concat(g):
    x = g.pick(lambda v: v[1])
    axis = g.chance.integer(0, len(x[1]) - 1)
    fits = lambda v: v[2] == x[2] and len(v[1]) == len(x[1]) and all(d == axis or a == b for d, (a, b) in enumerate(zip(v[1], x[1])))  # noqa: E731
    parts = [x, g.pick(fits)]
    shape = [sum(p[1][d] for p in parts) if d == axis else extent for d, extent in enumerate(x[1])]
    if math.prod(shape) < 4000:
        g.add("concat", parts, f"axis = {axis} : i64", shape, x[2])


def slices(g):
    x = g.pick()
    begin = [g.chance.integer(0, extent - 1) for extent in x[1]]
    sizes = [g.chance.integer(1, extent - b) for b, extent in zip(begin, x[1])]
    g.add("slice", [x], f"begin = {integers(begin)}, sizes = {integers(sizes)}, strides = {integers([1] * len(sizes))}", sizes, x[2])


def pad(g):
    x = g.pick()
    low, high = ([g.chance.pick([0, 0, 1, 2]) for _ in x[1]] for _ in range(2))
    shape = [a + extent + b for a, extent, b in zip(low, x[1], high)]
    if math.prod(shape) < 4000:
        g.add("pad", [x], f"low = {integers(low)}, high = {integers(high)}, value = {g.chance.integer(0, 255)}.0 : f64", shape, x[2])


def reduce(g):
    x = g.pick(lambda v: v[1])
    first = g.chance.integer(0, len(x[1]) - 1)
    axes = list(range(first, g.chance.integer(first, len(x[1]) - 1) + 1))
    if g.chance.happens(0.5):
        axes.reverse()
    keep = g.chance.happens(0.5)
    kind = g.chance.pick(["maximum", "sum", "mean"] if x[2] == FLOAT else ["maximum", "minimum"])
    shape = [1 if d in axes else extent for d, extent in enumerate(x[1]) if keep or d not in axes]
    g.add(f"reduce {kind}", [x], f"axes = {integers(axes)}{', keep_dims' if keep else ''}", shape, x[2])


def reshape(g):
    """Splits a dimension, joins two, adds one of extent 1 or takes one away."""
    x = g.pick(lambda v: v[1])
    shape, at = list(x[1]), g.chance.integer(0, len(x[1]) - 1)
    kind = g.chance.integer(0, 3)
    if kind == 0 and len(shape) < 6:
        divisor = g.chance.pick([d for d in range(1, shape[at] + 1) if shape[at] % d == 0])
        shape[at:at + 1] = [divisor, shape[at] // divisor]
    elif kind == 1 and at + 1 < len(shape):
        shape[at:at + 2] = [shape[at] * shape[at + 1]]
    elif kind == 2 and len(shape) < 6:
        shape.insert(at, 1)
    elif 1 in shape:
        shape.remove(1)
    g.add("reshape", [x], f"shape = {integers(shape)}", shape, x[2])


def broadcast(g):
    x = g.pick(lambda v: 1 in v[1])
    if x:
        shape = [g.chance.integer(1, 3) if extent == 1 else extent for extent in x[1]]
        if math.prod(shape) < 4000:
            g.add("broadcast", [x], f"shape = {integers(shape)}", shape, x[2])


def spatial(g):
    """What knows one order, with transposes around it."""
    x = g.pick(lambda v: len(v[1]) == 4)
    if x:
        transpose(g, x, ORDERS[1])
        x = g.values[-1]
        transpose(g, g.add("max_pool2d", [x], "window = array<i64: 1, 1>", x[1], x[2]), ORDERS[0])


def arg_max(g):
    x = g.pick(lambda v: v[1] and v[2] == FLOAT)
    axis = g.chance.integer(0, len(x[1]) - 1) if x else 0
    if x and g.chance.happens(0.3):
        g.add("arg_max", [x], f"axis = {axis} : i64", x[1][:axis] + x[1][axis + 1:], "i64")
        g.values.pop()


KINDS = [transpose, transpose, elementwise, elementwise, binary, binary, concat, slices, pad, reduce, reshape, reshape,
         broadcast, spatial, spatial, arg_max]


def make(chance):
    g = Text(chance)
    g.constant = lambda shape: constant(g, shape)
    inputs = [(f"%x{i}", (chance.integer(1, 2), chance.integer(1, 6), chance.integer(1, 5), chance.integer(1, 5)),
               chance.pick([FLOAT, CODES])) for i in range(chance.integer(1, 2))]
    g.values = list(inputs)
    for _ in range(chance.integer(3, 25)):
        chance.pick(KINDS)(g)
    text = "\n".join(g.lines)
    outputs = [v for v in g.values[len(inputs):] if not re.search(re.escape(v[0]) + r"\b(?! =)", text)] or g.values[-1:]
    arguments = ", ".join(f"{v[0]}: {g.type(v)}" for v in inputs)
    types = ", ".join(g.type(v) for v in outputs)
    return (f"func.func @main({arguments}) -> ({types}) {{\n{text}\n"
            f"  return {', '.join(v[0] for v in outputs)} : {types}\n}}\n")


def transposes(text):
    """The number of those that move something."""
    count = 0
    for order, shape in re.findall(r"qnn\.transpose .*?array<i64: ([\d, ]+)>\} : \(tensor<([\dx]+)x", text):
        extents = shape.split("x")
        large = [int(d) for d in order.split(", ") if extents[int(d)] != "1"]
        count += large != sorted(large)
    return count


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("octet")
    parser.add_argument("opt")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=40)
    parser.add_argument("--target", help="compare code for it, instead of this machine's")
    parser.add_argument("--runner", help="the octet that runs it, in an emulator")
    options = parser.parse_args()
    if bool(options.target) != bool(options.runner):
        parser.error("--target and --runner go together")
    before = after = failures = 0
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "model.mlir"
        for index in range(options.count):
            path.write_text(make(Chance(options.seed, index)))
            run = lambda *command: subprocess.run([*command], capture_output=True, text=True, timeout=120)  # noqa: E731
            raised = run(options.opt, str(path), "--cancel-transposes")
            if options.target:
                status, message, _ = Emulated(options).compare_runs(path, ["--seed", index], options.target, "tflite")
            else:
                compared = run(options.octet, "compare", str(path), "--seed", str(index))
                status, message = compared.returncode, compared.stdout[-600:] + compared.stderr
            counts = transposes(path.read_text()), transposes(raised.stdout)
            before, after = before + counts[0], after + counts[1]
            if raised.returncode or status != Octet.OK or counts[1] > counts[0]:
                failures += 1
                print(f"model {index} of seed {options.seed}: {counts[0]} transposes, then {counts[1]}")
                print(path.read_text(), raised.stderr, message, sep="\n")
    print(f"{options.count} models of seed {options.seed}: {before} transposes, {after} left; {failures} failed")
    return failures > 0


if __name__ == "__main__":
    sys.exit(main())
