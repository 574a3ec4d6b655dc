#!/usr/bin/env python3
"""Random qnn modules whose operators round as ONNX Runtime's do, compiled and compared with the evaluator.

random_models.py draws from what TFLite has; this draws the roundings to even, as text, on every target
that this machine can run. `--seed S --index I` makes and checks one again.
"""
import argparse
import pathlib
import sys
import tempfile
import time

import numpy

from graph import RANGES, Chance
from random_models import TARGETS, Emulated, Octet

STORAGE = {"int8": "i8", "uint8": "u8", "int32": "i32"}
PLAIN = {"int32": "i32", "uint8": "ui8", "float32": "f32"}
EVEN, SHIFTED, WIDE = "float_even", "float_even_shifted", "float64_even_shifted"
SECOND_INPUT = 0.3


def exact(number):
    """A double as MLIR reads it back."""
    text = repr(float(number))
    return text if "." in text.split("e")[0] else text.replace("e", ".0e") if "e" in text else text + ".0"


class Value:
    def __init__(self, name, shape, type, scale=None, zero_point=0):
        self.name, self.shape, self.type, self.scale, self.zero_point = name, shape, type, scale, zero_point

    @property
    def text(self):
        element = PLAIN.get(self.type)
        if self.scale is not None:
            element = f"!quant.uniform<{STORAGE[self.type]}:f32, {exact(self.scale)}:{self.zero_point}>"
        return f"tensor<{''.join(f'{extent}x' for extent in self.shape)}{element}>"


class Module:
    """A function in the making, and the numbers that it is given."""

    def __init__(self, seed, index):
        self.chance = Chance(seed, index)
        self.lines, self.inputs, self.count = [], [], 0

    def value(self, shape, type, scale=None, zero_point=0):
        self.count += 1
        return Value(f"%input{self.count - 1}", shape, type, scale, zero_point)

    def codes(self, shape, type, near=None):
        """A quantized value, at times of the scale of another."""
        scale = near * self.chance.pick([1, 1, 2, 0.5, self.chance.real(0.3, 3)]) if near else self.chance.scale()
        scale = float(numpy.float32(min(max(scale, 1e-9), 1e9)))
        return self.value(shape, type, scale, self.chance.zero_point(type))

    def input(self, value):
        self.inputs.append(value)
        return value

    def emit(self, result, operator, operands, attributes=""):
        types = ", ".join(operand.text for operand in operands)
        names = ", ".join(operand.name for operand in operands)
        result.name = f"%v{len(self.lines)}"
        self.lines.append(f"  {result.name} = qnn.{operator} {names} {{{attributes}}} : ({types}) -> {result.text}")
        return result

    def constant(self, value, codes):
        value.name = f"%v{len(self.lines)}"
        stored = STORAGE[value.type].replace("u8", "i8") if value.scale is not None else PLAIN[value.type]
        storage = f"tensor<{'x'.join(map(str, value.shape))}x{stored}>"
        digits = codes.astype("<" + codes.dtype.str[1:]).tobytes().hex().upper()
        self.lines.append(f'  {value.name} = qnn.constant dense<"0x{digits}"> : {storage} : {value.text}')
        return value

    def text(self, result):
        arguments = ", ".join(f"{value.name}: {value.text}" for value in self.inputs)
        body = "\n".join(self.lines)
        return f"func.func @main({arguments}) -> {result.text} {{\n{body}\n  return {result.name} : {result.text}\n}}\n"


def numerics(rounding, recipe=None):
    return f"numerics = #qnn.numerics<{rounding}{f', recipe = {recipe}' if recipe else ''}>"


def requantized(m, accumulator, type):
    """Its multiplier is a float32, as the importer makes it."""
    multiplier = m.chance.real(0.5, 1) * 10 ** -m.chance.real(0, 3)
    scale = float(numpy.float32(accumulator.scale / multiplier))
    accumulator.scale = float(numpy.float32(accumulator.scale / scale)) * scale
    return m.value(accumulator.shape, type, scale, m.chance.zero_point(type))


def convolution(m, x):
    filters, side = m.chance.extent(40), m.chance.pick([1, 1, 3])
    if min(x.shape[1:3]) < side:
        return None
    weights = m.value((filters, side, side, x.shape[3]), "int8", m.chance.scale(), 0)
    m.constant(weights, m.chance.codes(weights.shape, "int8").astype(numpy.int8))
    sums = m.value((x.shape[0], x.shape[1] - side + 1, x.shape[2] - side + 1, filters), "int32", x.scale * weights.scale)
    result = requantized(m, sums, x.type)
    m.emit(sums, "conv2d", [x, weights])
    return m.emit(result, "requantize", [sums], numerics(m.chance.pick([EVEN, EVEN, SHIFTED, WIDE])))


def addition(m, x):
    other = m.codes(x.shape if m.chance.happens(0.8) else x.shape[-1:], x.type, x.scale)
    if m.chance.happens(SECOND_INPUT) and len(m.inputs) < 3:
        y = m.input(other)
    else:
        y = m.constant(other, m.chance.codes(other.shape, x.type).astype(x.type))
    operands = [x, y] if m.chance.happens(0.5) else [y, x]
    if m.chance.happens(0.2):
        operands = [x, x]
    return m.emit(m.codes(x.shape, x.type, max(x.scale, y.scale)), "add", operands, numerics(SHIFTED))


def product(m, x):
    products = m.value(x.shape, "int32", x.scale * x.scale)
    result = requantized(m, products, x.type)
    m.emit(products, "mul", [x, x])
    return m.emit(result, "requantize", [products], numerics(m.chance.pick([SHIFTED, SHIFTED, WIDE, EVEN])))


def function(m, x):
    kind = m.chance.pick(["logistic", "tanh", "leaky_relu", "hard_swish", "elu"])
    result = m.codes(x.shape, x.type, x.scale)
    return m.emit(result, f"unary {kind}", [x], f"alpha = 1.5e-01 : f32, {numerics(EVEN, 'float_table')}")


def pool(m, x):
    window = m.chance.integer(1, min(3, *x.shape[1:3]))
    reals = m.emit(m.value(x.shape, "float32"), "dequantize", [x])
    means = m.value((x.shape[0], x.shape[1] - window + 1, x.shape[2] - window + 1, x.shape[3]), "float32")
    m.emit(means, "avg_pool2d", [reals], f"window = array<i64: {window}, {window}>")
    return m.emit(m.codes(means.shape, x.type, x.scale), "quantize", [means], numerics(m.chance.pick([SHIFTED, EVEN])))


def mean(m, x):
    result = m.codes((x.shape[0], 1, 1, x.shape[3]), x.type, x.scale)
    return m.emit(result, "reduce mean", [x], f"axes = array<i64: 1, 2>, keep_dims, {numerics(EVEN, 'fold_count')}")


def softmax(m, x):
    result = m.value(x.shape, x.type, m.chance.pick([1 / 256, 1 / 255]), RANGES[x.type][0])
    return m.emit(result, "softmax", [x], numerics(EVEN, "float_table"))


def dynamic(m, x):
    """A matrix product whose left operand gets the scale of its own range, and codes of the result again."""
    def value(shape, type="float32"):
        return m.value(shape, type)

    reals = m.emit(value(x.shape), "dequantize", [x])
    scale, zero_point = value((), "float32"), value((), "uint8")
    scale.name, zero_point.name = f"%v{len(m.lines)}#0", f"%v{len(m.lines)}#1"
    m.lines.append(f"  %v{len(m.lines)}:2 = qnn.dynamic_range {reals.name} : ({reals.text}) -> ({scale.text}, {zero_point.text})")
    steps = m.emit(value(x.shape), "binary divide", [reals, scale])
    steps = m.emit(value(x.shape), "unary round", [steps])
    steps = m.emit(value(x.shape), "add", [steps, m.emit(value(()), "cast", [zero_point])])
    codes = m.emit(m.value(x.shape, "uint8", 1.0), "quantize", [steps], numerics(EVEN))
    rows, depth, units = int(numpy.prod(x.shape[:-1])), x.shape[-1], m.chance.extent(40)
    flat = m.emit(m.value((rows, depth), "uint8", 1.0), "reshape", [codes], f"shape = array<i64: {rows}, {depth}>")
    weights = m.chance.codes((units, depth), "int8").astype(numpy.int8)
    sums = m.emit(value((rows, units), "int32"), "dense", [flat, m.constant(m.value(weights.shape, "int8", 1.0, 0), weights)])
    shape, leading = (*x.shape[:-1], units), m.chance.pick([(), (1, 1, 1)])
    stack = m.emit(value(shape, "int32"), "reshape", [sums], f"shape = array<i64: {', '.join(map(str, shape))}>")
    row = (*leading, units)
    per_unit = m.constant(value(row, "int32"), weights.sum(1, numpy.int32).reshape(row))
    excess = m.emit(value(row, "int32"), "mul", [m.emit(value((), "int32"), "cast", [zero_point]), per_unit])
    distances = m.emit(value(shape, "int32"), "sub", [stack, excess])
    scales = m.constant(value(row), m.chance.reals(row).astype(numpy.float32))
    scales = m.emit(value(row), "mul", [scale, scales])
    reals = m.emit(value(shape), "mul", [m.emit(value(shape), "cast", [distances]), scales])
    return m.emit(m.codes(shape, x.type, x.scale), "quantize", [reals], numerics(m.chance.pick([EVEN, SHIFTED])))


def blocks(m, x):
    """A matrix product by weights of few bits with a scale for each block."""
    rows, depth, units = int(numpy.prod(x.shape[:-1])), x.shape[-1], m.chance.extent(40)
    bits, size, zero_point = m.chance.pick([4, 8]), 16 * m.chance.integer(1, 3), m.chance.integer(0, 15)
    count = -(-depth // size)
    reals = m.emit(m.value(x.shape, "float32"), "dequantize", [x])
    flat = m.emit(m.value((rows, depth), "float32"), "reshape", [reals], f"shape = array<i64: {rows}, {depth}>")
    stored = (units, (depth * bits + 7) // 8)
    operands = [flat, m.constant(m.value(stored, "uint8"), m.chance.codes(stored, "uint8").astype(numpy.uint8)),
                m.constant(m.value((units, count), "float32"), m.chance.reals((units, count)).astype(numpy.float32))]
    if m.chance.happens(0.5):
        operands.append(m.constant(m.value((units, count), "uint8"), m.chance.codes((units, count), "uint8").astype(numpy.uint8)))
    sums = m.emit(m.value((rows, units), "float32"), "block_dense", operands,
                  f"bits = {bits} : i64, block_size = {size} : i64, zero_point = {zero_point} : i64")
    shape = (*x.shape[:-1], units)
    result = m.emit(m.value(shape, "float32"), "reshape", [sums], f"shape = array<i64: {', '.join(map(str, shape))}>")
    return m.emit(m.codes(shape, x.type, x.scale), "quantize", [result], numerics(EVEN))


OPERATORS = [convolution, convolution, addition, addition, addition, product, function, pool, mean, softmax, dynamic, dynamic, blocks]


def make(seed, index):
    m = Module(seed, index)
    chance, type = m.chance, m.chance.pick(["int8", "uint8"])
    shape = (1, chance.integer(1, 9), chance.integer(1, 9), chance.extent(70))
    if chance.happens(0.3):
        reals = m.input(m.value(shape, "float32"))
        x = m.emit(m.codes(shape, type), "quantize", [reals], numerics(chance.pick([EVEN, SHIFTED])))
    else:
        x = m.input(m.codes(shape, type))
    kinds = []
    for _ in range(chance.integer(1, 5)):
        operator = chance.pick(OPERATORS)
        if y := operator(m, x):
            x = y
            kinds.append(operator.__name__)
    arrays = []
    for value in m.inputs:
        array = chance.reals(value.shape) if value.type == "float32" else chance.codes(value.shape, value.type)
        arrays.append(numpy.ascontiguousarray(array.astype(value.type)))
    return m.text(x), arrays, kinds


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--octet-lib", type=pathlib.Path, help="liboctet.so; not needed with --runner")
    parser.add_argument("--runner", default="", help="an octet that runs artifacts for the target, in an emulator")
    parser.add_argument("--octet", type=pathlib.Path, help="the octet that compiles them")
    parser.add_argument("--target", action="append", help="may be repeated; default: all of this machine's family")
    parser.add_argument("--count", type=int, default=150)
    parser.add_argument("--seed", type=int, default=time.time_ns() // 1000 % 10**9)
    parser.add_argument("--index", type=int, help="check this module alone")
    arguments = parser.parse_args()
    print(f"seed {arguments.seed}", flush=True)
    octet = Emulated(arguments) if arguments.runner else Octet(arguments.octet_lib)
    targets = arguments.target or TARGETS
    failures = 0
    with tempfile.TemporaryDirectory() as folder:
        for index in range(arguments.count) if arguments.index is None else [arguments.index]:
            text, arrays, kinds = make(arguments.seed, index)
            path = pathlib.Path(folder) / "model.mlir"
            path.write_text(text)
            target, variant = targets[index % len(targets)], index * 7919 % 1009 if index % 2 else 0
            status, message, table = octet.compare(path, arrays, 1, target, "", variant)
            if status not in (Octet.OK, Octet.INCOMPATIBLE):
                failures += 1
                print(f"FAILED --seed {arguments.seed} --index {index} ({target}, variant {variant}): {' '.join(kinds)}\n"
                      f"{message}\n{table}", flush=True)
    print(f"{failures} failed")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
