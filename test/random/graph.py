"""What random models are drawn with: one source of chance, and a graph that remembers its values.

Chance is weighted towards the edges, where code generators go wrong: extents around multiples of a
vector, the lowest and highest codes, zero points at the ends of their range, scales far apart.
"""
import dataclasses
import pathlib
import sys

import numpy

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "models"))
from writer import Writer  # noqa: E402

RANGES = {"int8": (-128, 127), "uint8": (0, 255), "int16": (-32768, 32767), "int32": (-(2**31), 2**31 - 1),
          "int64": (-(2**63), 2**63 - 1), "bool": (0, 1)}
QUANTIZED = ("int8", "uint8", "int16")
MOST_ELEMENTS = 6000
ACTIVATIONS = {"NONE": 0, "RELU": 1, "RELU_N1_TO_1": 2, "RELU6": 3}


class Chance:
    """Everything random about model `index` of run `seed`, and about nothing else."""

    def __init__(self, seed, index):
        self.source = numpy.random.default_rng([seed & (2**63 - 1), index])

    def integer(self, low, high):
        return int(self.source.integers(low, high, endpoint=True))

    def real(self, low, high):
        return float(self.source.uniform(low, high))

    def happens(self, probability):
        return self.source.random() < probability

    def pick(self, values):
        return values[self.integer(0, len(values) - 1)]

    def extent(self, most):
        """A size of 1 to `most`, often just beside a vector's."""
        edge = self.pick([4, 8, 16, 32, 48, 64]) + self.integer(-1, 1)
        return edge if edge <= most and self.happens(0.4) else self.integer(1, most)

    def shape(self, rank=None):
        """A shape that is not too large; images at rank 4."""
        rank = rank or self.pick([1, 2, 2, 3, 4, 4, 4, 4, 5])
        batch = 1 if self.happens(0.7) else self.integer(1, 3)
        if rank == 1:
            return (self.extent(200),)
        if rank == 4:
            side = self.integer(1, 12)
            other = side if self.happens(0.5) else self.integer(1, 12)
            return batch, side, other, self.extent(70)
        return (batch, *(self.integer(1, 7) for _ in range(rank - 2)), self.extent(70))

    def scale(self):
        if self.happens(0.15):
            return 2.0 ** self.integer(-12, 4)
        if self.happens(0.1):
            return float(numpy.float32(10 ** self.real(-8, 4)))
        return float(numpy.float32(10 ** self.real(-3, 0.5)))

    def scale_near(self, real):
        """A scale for results of that size; at times one that saturates them, or makes all of them zero."""
        spread = 3.0 if self.happens(0.1) else 0.5
        return float(numpy.float32(min(max(real * 10 ** self.real(-spread, spread), 1e-12), 1e12)))

    def zero_point(self, type):
        if type == "int16":
            return 0
        low, high = RANGES[type]
        return self.pick([low, high, 0, self.integer(low, high), self.integer(low, high)])

    def codes(self, shape, type, low=None, high=None):
        """Integers of a type: uniform, or at the ends of the range, or one number throughout."""
        least, most = RANGES[type]
        low, high = least if low is None else low, most if high is None else high
        kind = self.integer(0, 9)
        if kind == 0:
            values = self.source.choice(numpy.array([low, high], dtype=numpy.int64), shape)
        elif kind == 1:
            values = numpy.full(shape, self.pick([low, high, min(max(0, low), high)]))
        else:
            values = self.source.integers(low, high, shape, endpoint=True)
            values = numpy.where(self.source.random(shape) < 0.05, self.pick([low, high]), values)
        return numpy.asarray(values).astype(type)

    def reals(self, shape, size=2.0):
        """Floats around zero, in quarters: sums of their products are exact, whatever the order of the
        additions, so that results differ only where code is wrong. A few are zero, tiny or large."""
        values = numpy.round(self.source.normal(0, size, shape) * 4) / 4
        special = numpy.array([0.0, -0.0, size * 8, -size * 8, 1e-30, 0.5, -0.5, 1.0])
        chosen = self.source.random(shape) < 0.05
        return numpy.where(chosen, self.source.choice(special, shape), values).astype(numpy.float32)


@dataclasses.dataclass(frozen=True)
class Value:
    """A tensor of the graph. `scale` is None if it is not quantized."""
    index: int
    shape: tuple
    type: str
    scale: float = None
    zero_point: int = 0

    @property
    def size(self):
        return int(numpy.prod(self.shape, dtype=numpy.int64))

    @property
    def rank(self):
        return len(self.shape)

    @property
    def is_quantized(self):
        return self.scale is not None


class Graph:
    def __init__(self, seed, index):
        self.chance = Chance(seed, index)
        self.writer = Writer(f"random model {index} of seed {seed}")
        self.values, self.inputs, self.used, self.kinds = [], [], set(), []
        self.runs = 1

    def tensor(self, shape, type, scale=None, zero_point=0, **more):
        index = self.writer.tensor(f"t{len(self.writer.graph.tensors)}", list(shape), type, scale, zero_point, **more)
        return Value(index, tuple(int(extent) for extent in shape), type, scale, zero_point)

    def input(self, shape, type, scale=None, zero_point=0):
        value = self.tensor(shape, type, scale, zero_point)
        self.inputs.append(value)
        self.values.append(value)
        return value

    def constant(self, array, scale=None, zero_point=0, axis=0, **more):
        """A constant's index, for operands that are nothing but data."""
        name = f"c{len(self.writer.graph.tensors)}"
        return self.writer.tensor(name, numpy.ascontiguousarray(array), None, scale, zero_point, axis, **more)

    def integers(self, values, type="int32"):
        return self.constant(numpy.array(values, dtype=type))

    def constant_like(self, value, shape):
        """A constant of the value's type and quantization."""
        if value.type == "float32":
            array = self.chance.reals(shape)
        elif value.type in ("int32", "int64"):
            array = self.chance.codes(shape, value.type, -100, 100)
        else:
            array = self.chance.codes(shape, value.type)
        index = self.constant(array, value.scale, value.zero_point)
        return Value(index, tuple(shape), value.type, value.scale, value.zero_point)

    def operator(self, kind, inputs, outputs, options=None, **fields):
        """Adds an operator; `inputs` are values, tensor indices or None."""
        indices = [-1 if i is None else i if isinstance(i, int) else i.index for i in inputs]
        self.used.update(indices)
        self.kinds.append(kind)
        operator = self.writer.operator(kind, indices, [value.index for value in outputs], options, **fields)
        self.values.extend(outputs)
        return operator

    def result(self, kind, inputs, shape, like, options=None, scale=None, zero_point=None, type=None, **fields):
        """An operator with one result, of the type and quantization of `like` but for what is given."""
        type = type or like.type
        if type in QUANTIZED and like.is_quantized:
            scale = like.scale if scale is None else scale
            zero_point = like.zero_point if zero_point is None else zero_point
        value = self.tensor(shape, type, scale, zero_point or 0)
        self.operator(kind, inputs, [value], options, **fields)
        return value

    def operand(self, accepts):
        """One of the values that `accepts` holds for, the latest more often; None if there is none."""
        fitting = [value for value in self.values if accepts(value)]
        if not fitting:
            return None
        return fitting[-1] if self.chance.happens(0.6) else self.chance.pick(fitting)

    def activation(self, probability=0.4):
        return ACTIVATIONS[self.chance.pick(list(ACTIVATIONS)) if self.chance.happens(probability) else "NONE"]

    def finish(self):
        """The file's bytes; every value that nothing reads is an output, and sometimes one that is read."""
        computed = self.values[len(self.inputs):]
        outputs = [value for value in computed if value.index not in self.used]
        inner = [value for value in computed if value.index in self.used]
        if inner and self.chance.happens(0.2):
            outputs.append(self.chance.pick(inner))
        return self.writer.finish([value.index for value in self.inputs], [value.index for value in outputs])
