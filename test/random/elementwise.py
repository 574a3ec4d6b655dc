"""Operators of one and two tensors element by element, reductions, and conversions between types."""
import math

import numpy

from contractions import is_activation, is_image, image_fields, window
from graph import QUANTIZED

POINTED = {"int8": (1 / 256, -128), "uint8": (1 / 256, 0), "int16": (1 / 32768, 0)}
CENTERED = {"int8": (1 / 128, 0), "uint8": (1 / 128, 128)}


def broadcast_shape(g, shape):
    """A shape that broadcasts to this one: of one element, of the last dimension, or with extents of 1."""
    kind = g.chance.integer(0, 4)
    if kind == 0:
        return (1,)
    if kind == 1:
        return shape[-1:]
    if kind == 2:
        return tuple(1 if g.chance.happens(0.4) else extent for extent in shape)
    return shape


def second_operand(g, x):
    """Something to combine with x: another value, x itself, a constant, or a new input; may be the larger."""
    same = [v for v in g.values if v.type == x.type and v.shape == x.shape and v.is_quantized == x.is_quantized]
    if g.chance.happens(0.5):
        return g.chance.pick(same)
    shape = broadcast_shape(g, x.shape)
    if g.chance.happens(0.5) and len(g.inputs) < 3:
        if not x.is_quantized:
            return g.input(shape, x.type)
        return g.input(shape, x.type, g.chance.scale_near(x.scale), g.chance.zero_point(x.type))
    other = g.constant_like(x, shape)
    return other


def sized(value):
    """About the size of the reals that a quantized value holds."""
    return value.scale * (100 if value.type != "int16" else 20000)


def scale_for(g, x, real):
    return g.chance.scale_near(real / (100 if x.type != "int16" else 20000))


def arithmetic(g):
    x = g.operand(lambda v: is_activation(v) or v.type == "int32")
    if not x or x.rank == 0:
        return False
    y = second_operand(g, x)
    kind = g.chance.pick(["ADD", "ADD", "ADD", "SUB", "MUL", "MUL"])
    a, b = (y, x) if g.chance.happens(0.3) else (x, y)
    options = {"fusedActivationFunction": g.activation()} if x.type != "int32" else {}
    if kind != "MUL":
        options["potScaleInt16"] = False
    if not x.is_quantized:
        g.result(kind, [a, b], x.shape, x, kind.capitalize() + "Options", **options)
        return True
    real = sized(x) * sized(y) if kind == "MUL" else max(sized(x), sized(y))
    g.result(kind, [a, b], x.shape, x, kind.capitalize() + "Options", scale_for(g, x, real), g.chance.zero_point(x.type), **options)
    return True


def choice(g):
    """Minimum, maximum and comparisons, of equal scales."""
    x = g.operand(lambda v: v.type != "bool" and v.rank > 0 and v.type != "int64")
    if not x:
        return False
    same = [v for v in g.values if (v.type, v.scale, v.zero_point, v.shape) == (x.type, x.scale, x.zero_point, x.shape)]
    y = g.chance.pick(same) if g.chance.happens(0.4) else g.constant_like(x, broadcast_shape(g, x.shape))
    kind = g.chance.pick(["MINIMUM", "MAXIMUM", "MINIMUM", "MAXIMUM", "LESS", "GREATER_EQUAL", "EQUAL", "NOT_EQUAL", "GREATER", "LESS_EQUAL"])
    if kind in ("MINIMUM", "MAXIMUM"):
        g.result(kind, [x, y], x.shape, x, "MaximumMinimumOptions")
    else:
        g.result(kind, [x, y], x.shape, x, type="bool", scale=None)
    return True


def logic(g):
    x = g.operand(lambda v: v.type == "bool" and v.rank > 0)
    if not x:
        return False
    kind = g.chance.pick(["LOGICAL_NOT", "LOGICAL_AND", "LOGICAL_OR", "SELECT_V2", "REDUCE_ANY", "REDUCE_ALL"])
    if kind == "LOGICAL_NOT":
        g.result(kind, [x], x.shape, x)
    elif kind == "SELECT_V2":
        sides = [v for v in g.values if v.shape == x.shape and v.type != "bool"]
        if not sides:
            return False
        a = g.chance.pick(sides)
        b = g.chance.pick([v for v in sides if (v.type, v.scale, v.zero_point) == (a.type, a.scale, a.zero_point)] +
                          [g.constant_like(a, a.shape)])
        g.result(kind, [x, a, b], a.shape, a)
    elif kind.startswith("REDUCE"):
        g.result(kind, [x, g.integers([x.rank - 1])], x.shape[:-1], x, "ReducerOptions", keepDims=False)
    else:
        other = g.chance.pick([v for v in g.values if v.type == "bool" and v.shape == x.shape])
        g.result(kind, [x, other], x.shape, x)
    return True


def float_arithmetic(g):
    x = g.operand(lambda v: v.type in ("float32", "int32") and v.rank > 0)
    if not x:
        return False
    y = second_operand(g, x)
    if x.type == "float32":
        kind = g.chance.pick(["DIV", "SQUARED_DIFFERENCE", "FLOOR_DIV", "ADD_N"])
    else:
        kind = g.chance.pick(["SQUARED_DIFFERENCE", "FLOOR_DIV", "FLOOR_MOD", "ADD_N"])
    if kind in ("DIV", "FLOOR_DIV", "FLOOR_MOD"):
        # Not by zero, and in floats not by what is near it: quotients there have no accuracy to compare.
        divisors = g.chance.codes(broadcast_shape(g, x.shape), "int32", 1, 90)
        signs = g.chance.source.choice([-1, 1], divisors.shape)
        divisors = (divisors * signs).astype(x.type)
        y = g.constant(divisors)
    elif kind == "ADD_N":
        y = g.constant_like(x, x.shape)
    g.result(kind, [x, y], x.shape, x, "DivOptions" if kind == "DIV" else None)
    return True


# Functions of one argument; those that tables compute for codes, and the options some have.
CODED = ["LOGISTIC", "TANH", "HARD_SWISH", "ELU", "GELU", "LEAKY_RELU", "ABS", "EXP", "LOG", "SIN", "COS", "SQRT", "RSQRT",
         "RELU", "RELU6", "RELU_N1_TO_1", "PRELU"]
REAL = CODED + ["NEG", "SQUARE", "FLOOR", "CEIL", "ROUND", "SIGN"]


def unary(g):
    x = g.operand(lambda v: (is_activation(v) or v.type == "int32") and v.rank > 0)
    if not x:
        return False
    chance = g.chance
    if x.type == "int32":
        g.result(chance.pick(["ABS", "NEG", "SQUARE", "SIGN"]), [x], x.shape, x)
        return True
    kind = chance.pick({"float32": REAL, "int16": ["LEAKY_RELU", "ABS", "RELU", "RELU6", "PRELU"]}.get(x.type, CODED))
    inputs, options, fields = [x], None, {}
    scale, zero_point = x.scale, x.zero_point
    if x.is_quantized:
        real = 1.0 if kind in ("SIN", "COS", "LOGISTIC", "TANH", "RSQRT") else math.sqrt(sized(x)) if kind == "SQRT" else sized(x)
        scale, zero_point = scale_for(g, x, real), chance.zero_point(x.type)
        if chance.happens(0.2):
            scale, zero_point = x.scale, x.zero_point
    if kind == "LOGISTIC" and x.is_quantized:
        scale, zero_point = POINTED[x.type]
    elif kind == "TANH" and x.is_quantized:
        scale, zero_point = CENTERED[x.type]
    elif kind == "LEAKY_RELU":
        options, fields = "LeakyReluOptions", {"alpha": chance.pick([0.1, 0.01, 0.5, -0.3, 1.5, 0.0, chance.real(0, 1)])}
    elif kind == "GELU":
        options, fields = "GeluOptions", {"approximate": chance.happens(0.5)}
    elif kind == "PRELU":
        inputs.append(g.constant_like(x, (1,) * (x.rank - 2) + x.shape[-1:] if x.rank > 1 and chance.happens(0.7) else x.shape[-1:]))
    g.result(kind, inputs, x.shape, x, options, scale, zero_point, **fields)
    return True


def pool(g):
    x = g.operand(is_image)
    if not x:
        return False
    padding, vertical, horizontal = window(g, x, most=7)
    out = (x.shape[0], vertical[3], horizontal[3], x.shape[3])
    g.result(g.chance.pick(["AVERAGE_POOL_2D", "MAX_POOL_2D"]), [x], out, x, "Pool2DOptions", **image_fields(padding, vertical, horizontal),
             filterHeight=vertical[0], filterWidth=horizontal[0], fusedActivationFunction=g.activation(0.3))
    return True


def reduction(g):
    x = g.operand(lambda v: (is_activation(v) or v.type == "int32") and 1 <= v.rank <= 5)
    if not x:
        return False
    chance = g.chance
    kinds = ["MEAN", "MEAN", "SUM", "REDUCE_MAX", "REDUCE_MIN"] + ([] if x.is_quantized else ["REDUCE_PROD"])
    kind = chance.pick(kinds if x.type != "int32" else kinds[2:])
    axes = [d for d in range(x.rank) if chance.happens(0.4)] or [chance.integer(0, x.rank - 1)]
    if x.rank == 4 and chance.happens(0.4):
        axes = [1, 2]
    keeps = chance.happens(0.5)
    shape = tuple(1 if d in axes else extent for d, extent in enumerate(x.shape) if keeps or d not in axes)
    count = math.prod(x.shape[d] for d in axes)
    given = [d - x.rank if chance.happens(0.2) else d for d in axes]
    scale = zero_point = None
    if x.is_quantized and kind in ("MEAN", "SUM"):
        same = kind == "MEAN" and chance.happens(0.3)
        scale = x.scale if same else scale_for(g, x, sized(x) * (math.sqrt(count) if kind == "SUM" else 1))
        zero_point = x.zero_point if same else chance.zero_point(x.type)
    g.result(kind, [x, g.integers(given)], shape, x, "ReducerOptions", scale, zero_point, keepDims=keeps)
    return True


def rows(g):
    """Softmax, normalization, the largest of a row."""
    x = g.operand(lambda v: is_activation(v) and 1 <= v.rank <= 4)
    if not x:
        return False
    kind = g.chance.pick(["SOFTMAX", "SOFTMAX", "L2_NORMALIZATION", "LOG_SOFTMAX", "ARG_MAX", "ARG_MIN", "TOPK_V2"])
    if kind == "SOFTMAX":
        scale, zero_point = POINTED.get(x.type, (None, 0))
        beta = 1.0 if g.chance.happens(0.7) else g.chance.real(0.05, 3)
        g.result(kind, [x], x.shape, x, "SoftmaxOptions", scale, zero_point, beta=beta)
    elif kind == "L2_NORMALIZATION" and x.type != "int16":
        scale, zero_point = CENTERED.get(x.type, (None, 0))
        g.result(kind, [x], x.shape, x, "L2NormOptions", scale, zero_point)
    elif kind == "LOG_SOFTMAX" and x.type == "float32":
        g.result(kind, [x], x.shape, x)
    elif kind.startswith("ARG"):
        axis = g.chance.integer(0, x.rank - 1)
        type = g.chance.pick(["int32", "int64"])
        value = g.tensor(x.shape[:axis] + x.shape[axis + 1:], type)
        g.operator(kind, [x, g.integers([axis])], [value])
    elif kind == "TOPK_V2" and x.type != "int16":
        k = g.chance.integer(1, x.shape[-1])
        shape = (*x.shape[:-1], k)
        g.operator(kind, [x, g.constant(numpy.array(k, dtype=numpy.int32))],
                   [g.tensor(shape, x.type, x.scale, x.zero_point), g.tensor(shape, "int32")])
    else:
        return False
    return True


def conversion(g):
    """Into, out of and between quantized types; casts of plain ones."""
    x = g.operand(lambda v: v.type != "int64")
    if not x:
        return False
    chance = g.chance
    if x.is_quantized:
        if chance.happens(0.3):
            g.result("DEQUANTIZE", [x], x.shape, x, type="float32")
            return True
        type = chance.pick(["int16"] if x.type == "int16" and chance.happens(0.3) else ["int8", "uint8", "int16"])
        if {x.type, type} == {"uint8", "int16"}:
            type = "int8" if x.type == "int16" else "uint8"
        factor = {"int16": 1 / 200}.get(type, 1) / {"int16": 1 / 200}.get(x.type, 1)
        scale = x.scale if type != "int16" and x.type != "int16" and chance.happens(0.3) else chance.scale_near(x.scale * factor)
        g.result("QUANTIZE", [x], x.shape, x, None, scale, chance.zero_point(type), type)
    elif x.type == "float32" and chance.happens(0.7):
        type = chance.pick(QUANTIZED)
        value = g.tensor(x.shape, type, chance.scale_near(0.02 if type != "int16" else 1e-4), chance.zero_point(type))
        g.operator("QUANTIZE", [x], [value])
    else:
        # Floats beyond the integers' range convert to nothing defined.
        if x.type == "float32":
            return False
        type = chance.pick(["float32", "int32", "bool"])
        g.result("CAST", [x], x.shape, x, "CastOptions", type=type)
    return True


OPERATORS = [(8, arithmetic), (2, choice), (2, logic), (2, float_arithmetic), (8, unary), (5, pool), (5, reduction), (4, rows), (4, conversion)]
