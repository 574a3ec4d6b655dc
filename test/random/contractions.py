"""Convolutions, dense layers, matrix products and layers with memory."""
import math

import numpy

from graph import QUANTIZED, MOST_ELEMENTS, Value

SAME, VALID = 0, 1
WEIGHT_TYPES = {"int8": "int8", "uint8": "uint8", "int16": "int8", "float32": "float32"}


def is_activation(value):
    return value.type == "float32" or (value.type in QUANTIZED and value.is_quantized)


def is_image(value):
    return value.rank == 4 and is_activation(value)


def weights(g, x, shape, axis, allow_nibbles=False, hybrid_scales=()):
    """(tensor, scales): float, or codes per tensor or per channel of `axis`, seldom of 4 bits.

    Float activations may have int8 weights with any of the numbers of scales in `hybrid_scales`."""
    chance, channels = g.chance, shape[axis]
    if x.type == "float32" and hybrid_scales and chance.happens(0.4):
        scales = [chance.scale() for _ in range(chance.pick(hybrid_scales))]
        codes = chance.codes(shape, "int8", -127)
        return g.writer.tensor(f"w{len(g.writer.graph.tensors)}", codes, scale=scales, zero_point=0, axis=axis), [1.0]
    if x.type == "float32":
        return g.constant(chance.reals(shape, 0.5)), [1.0]
    if x.type == "uint8":
        scale = chance.scale()
        zero_point = chance.zero_point("uint8")
        codes = chance.codes(shape, "uint8")
        if chance.happens(0.4):
            # As real ones are: few are further from the zero point than a signed byte reaches.
            zero_point = chance.integer(90, 165)
            codes = numpy.clip(numpy.round(chance.source.normal(zero_point, 34, shape)), 0, 255).astype(numpy.uint8)
        return g.constant(codes, scale, zero_point), [scale]
    is_nibble = allow_nibbles and x.type == "int8" and chance.happens(0.1)
    low = -8 if is_nibble else chance.pick([-127, -127, -128])
    codes = chance.codes(shape, "int8", low, 7 if is_nibble else 127)
    scales = [chance.scale()]
    if chance.happens(0.6):
        base = scales[0]
        scales = [float(numpy.float32(base * 10 ** chance.real(-2, 2))) for _ in range(channels)]
        if chance.happens(0.2):
            scales[chance.integer(0, channels - 1)] = base * 1e-6
    more = {}
    if is_nibble:
        flat = numpy.append(codes.ravel(), [0] * (codes.size % 2)).astype(numpy.uint8) & 15
        more = {"type": "int4", "data": (flat[0::2] | flat[1::2] << 4).tobytes()}
    name = f"w{len(g.writer.graph.tensors)}"
    return g.writer.tensor(name, codes, scale=scales, zero_point=0, axis=axis, **more), scales


def bias(g, x, scales, channels, depth, probability=0.8):
    if not g.chance.happens(probability):
        return None
    if x.type == "float32":
        return g.constant(g.chance.reals((channels,)))
    type = "int64" if x.type == "int16" else "int32"
    # About as large as the sums; at times as large as an accumulator takes.
    bound = 2**30 - depth * 2**16 if g.chance.happens(0.1) and x.type != "int16" else 128 * 40 * max(1, int(math.sqrt(depth)))
    codes = g.chance.codes((channels,), type, -bound, bound)
    return g.constant(codes, [x.scale * scale for scale in scales], 0)


def contraction(g, kind, inputs, x, shape, scales, depth, options, **fields):
    """The operator and its result, with a scale that fits the size of the sums."""
    if x.type == "float32":
        return g.result(kind, inputs, shape, x, options, **fields)
    spread = 70 if x.type != "int16" else 70 * 100
    real = x.scale * float(numpy.median(scales)) * spread * 70 * math.sqrt(depth)
    codes = 100 if x.type != "int16" else 30000
    return g.result(kind, inputs, shape, x, options, g.chance.scale_near(real / codes), g.chance.zero_point(x.type), **fields)


def activation(g, x):
    """Floats are compared by their range, and a narrow one would leave nothing but a large sum's rounding."""
    return g.chance.pick([0, 0, 1]) if x.type == "float32" else g.activation()


def window(g, x, most=5):
    """Window, stride and dilation of one image dimension, padding for both, and the extents that come out."""
    chance = g.chance
    padding = chance.pick([SAME, VALID])
    plan = []
    for extent in x.shape[1:3]:
        size = chance.pick([1, 3, chance.integer(1, most)])
        stride = chance.pick([1, 1, 2, chance.integer(1, 4)])
        dilation = chance.pick([1, 1, 1, chance.integer(1, 3)]) if most <= 5 else 1
        if padding == VALID:
            size = min(size, extent)
            if (size - 1) * dilation + 1 > extent:
                dilation = 1
        reach = (size - 1) * dilation + 1
        out = -(-extent // stride) if padding == SAME else (extent - reach) // stride + 1
        plan.append((size, stride, dilation, out))
    return padding, plan[0], plan[1]


def image_fields(padding, vertical, horizontal):
    return {"padding": padding, "strideH": vertical[1], "strideW": horizontal[1]}


def conv2d(g):
    x = g.operand(is_image)
    if not x:
        return False
    padding, vertical, horizontal = window(g, x)
    channels, groups = x.shape[3], 1
    if g.chance.happens(0.15):
        groups = g.chance.pick([d for d in range(1, channels + 1) if channels % d == 0])
    filters = groups * max(1, g.chance.extent(70) // groups)
    if filters * vertical[0] * horizontal[0] * channels // groups > 40000:
        return False
    shape = (filters, vertical[0], horizontal[0], channels // groups)
    w, scales = weights(g, x, shape, 0, allow_nibbles=True, hybrid_scales=(1, filters) if groups == 1 else (filters,) if filters > 1 else ())
    depth = shape[1] * shape[2] * shape[3]
    b = bias(g, x, scales, filters, depth)
    out = (x.shape[0], vertical[3], horizontal[3], filters)
    contraction(g, "CONV_2D", [x, w, b], x, out, scales, depth, "Conv2DOptions", **image_fields(padding, vertical, horizontal),
                dilationHFactor=vertical[2], dilationWFactor=horizontal[2], fusedActivationFunction=activation(g, x))
    return True


def depthwise(g):
    x = g.operand(is_image)
    if not x:
        return False
    padding, vertical, horizontal = window(g, x)
    multiplier = g.chance.pick([1, 1, 1, 2, 3, 4])
    channels = x.shape[3] * multiplier
    w, scales = weights(g, x, (1, vertical[0], horizontal[0], channels), 3, hybrid_scales=(channels,))
    depth = vertical[0] * horizontal[0]
    b = bias(g, x, scales, channels, depth)
    out = (x.shape[0], vertical[3], horizontal[3], channels)
    contraction(g, "DEPTHWISE_CONV_2D", [x, w, b], x, out, scales, depth, "DepthwiseConv2DOptions",
                **image_fields(padding, vertical, horizontal), depthMultiplier=multiplier, dilationHFactor=vertical[2],
                dilationWFactor=horizontal[2], fusedActivationFunction=activation(g, x))
    return True


def transposed(g):
    x = g.operand(lambda v: is_image(v) and v.size <= 2000)
    if not x:
        return False
    chance = g.chance
    padding, filters = chance.pick([SAME, VALID]), chance.extent(24)
    sizes = [chance.integer(1, 4), chance.integer(1, 4)]
    strides = [chance.integer(1, 3), chance.integer(1, 3)]
    extents = []
    for extent, size, stride in zip(x.shape[1:3], sizes, strides):
        # The extents of which a convolution would make x's.
        if padding == SAME:
            extents.append(chance.integer(max(1, extent * stride - stride + 1), extent * stride))
        else:
            extents.append((extent - 1) * stride + size)
    w, scales = weights(g, x, (filters, *sizes, x.shape[3]), 0)
    out = (x.shape[0], *extents, filters)
    if math.prod(out) > 4 * MOST_ELEMENTS:
        return False
    depth = x.shape[3] * max(1, sizes[0] * sizes[1] // (strides[0] * strides[1]))
    inputs = [g.integers(out), w, x]
    b = bias(g, x, scales, filters, depth, 0.4)
    contraction(g, "TRANSPOSE_CONV", inputs if b is None else inputs + [b], x, out, scales, depth, "TransposeConvOptions",
                padding=padding, strideH=strides[0], strideW=strides[1], fusedActivationFunction=activation(g, x))
    return True


def dense(g):
    x = g.operand(lambda v: is_activation(v) and v.rank >= 1 and v.shape[-1] <= 2000)
    if not x:
        return False
    chance, keeps = g.chance, g.chance.happens(0.4)
    depth = x.shape[-1]
    if not keeps and chance.happens(0.5) and x.size <= 600:
        depth = x.size // x.shape[0]
    units = chance.extent(70)
    w, scales = weights(g, x, (units, depth), 0, allow_nibbles=True, hybrid_scales=(1,))
    b = bias(g, x, scales, units, depth)
    shape = (*x.shape[:-1], units) if keeps else (x.size // depth, units)
    contraction(g, "FULLY_CONNECTED", [x, w, b], x, shape, scales, depth, "FullyConnectedOptions", keepNumDims=keeps,
                asymmetricQuantizeInputs=x.type == "float32" and chance.happens(0.5), fusedActivationFunction=activation(g, x))
    return True


def matmul(g):
    x = g.operand(lambda v: is_activation(v) and 2 <= v.rank <= 5)
    if not x:
        return False
    chance = g.chance
    transposes = chance.happens(0.3), chance.happens(0.3)
    rows, depth = (x.shape[-1], x.shape[-2]) if transposes[0] else x.shape[-2:]
    columns = chance.extent(40)
    batch = [1 if chance.happens(0.3) else extent for extent in x.shape[:-2]]
    shape = (*batch, columns, depth) if transposes[1] else (*batch, depth, columns)
    same = [v for v in g.values if v.type == x.type and v.shape == shape and v.index != x.index]
    asymmetric = False
    if x.type == "float32" and chance.happens(0.3):
        y, _ = weights(g, x, shape[-2:], 0, hybrid_scales=(1,))
        y = y if isinstance(y, Value) else Value(y, shape[-2:], "int8")
        asymmetric = chance.happens(0.5)
    elif same and chance.happens(0.7):
        y = chance.pick(same)
    elif chance.happens(0.5) and len(g.inputs) < 3:
        y = g.input(shape, x.type, chance.scale() if x.is_quantized else None, chance.zero_point(x.type) if x.is_quantized else 0)
    else:
        y = g.constant_like(x, shape)
    contraction(g, "BATCH_MATMUL", [x, y], x, (*x.shape[:-2], rows, columns), [y.scale or 1.0], depth, "BatchMatMulOptions",
                asymmetricQuantizeInputs=asymmetric, adjX=transposes[0], adjY=transposes[1])
    return True


def variable(g, shape, type, scale=None, zero_point=0):
    return g.tensor(shape, type, scale, zero_point, variable=True)


def svdf(g):
    x = g.operand(lambda v: v.rank == 2 and v.type in ("int8", "float32") and is_activation(v))
    if not x:
        return False
    chance = g.chance
    rank, units, memory = chance.pick([1, 1, 2]), chance.extent(20), chance.integer(1, 9)
    batch, inputs = x.shape
    filters = rank * units
    g.runs = 3
    out = (batch, units)
    if x.type == "float32":
        feature, time = g.constant(chance.reals((filters, inputs), 0.5)), g.constant(chance.reals((filters, memory), 0.5))
        b = g.constant(chance.reals((units,))) if chance.happens(0.6) else None
        state = variable(g, (batch, filters * memory), "float32")
        g.result("SVDF", [x, feature, time, b, state], out, x, "SVDFOptions", rank=rank,
                 fusedActivationFunction=chance.pick([0, 1]))
        return True
    scales = [chance.scale() for _ in range(3)]
    feature = g.constant(chance.codes((filters, inputs), "int8", -127), scales[0], 0)
    time = g.constant(chance.codes((filters, memory), "int16", -32767), scales[1], 0)
    b = g.constant(chance.codes((units,), "int32", -10**6, 10**6), scales[1] * scales[2], 0) if chance.happens(0.6) else None
    state = variable(g, (batch, filters * memory), "int16", scales[2])
    g.result("SVDF", [x, feature, time, b, state], out, x, "SVDFOptions", chance.scale_near(scales[1] * scales[2] * 1e5),
             chance.zero_point("int8"), rank=rank, fusedActivationFunction=1)
    return True


def lstm(g):
    x = g.operand(lambda v: v.rank == 3 and v.type in ("int8", "float32") and is_activation(v) and v.size < 1500)
    if not x:
        return False
    chance, is_float = g.chance, x.type == "float32"
    time_major = chance.happens(0.5)
    batch = x.shape[1 if time_major else 0]
    cells = chance.extent(20)
    operands = [x] + [None] * 23
    hidden_scale, hidden_zero = chance.scale(), chance.zero_point("int8")
    for slot in (1, 2, 3, 4, 5, 6, 7, 8):
        shape = (cells, x.shape[2] if slot < 5 else cells)
        operands[slot] = g.constant(chance.reals(shape, 0.5)) if is_float else \
            g.constant(chance.codes(shape, "int8", -127), chance.scale() * 0.1, 0)
    for slot in (12, 13, 14, 15):
        operands[slot] = g.constant(chance.reals((cells,))) if is_float else \
            g.constant(chance.codes((cells,), "int32", -20000, 20000), chance.scale(), 0)
    operands[18] = variable(g, (batch, cells), x.type, *(() if is_float else (hidden_scale, hidden_zero)))
    operands[19] = variable(g, (batch, cells), *(("float32",) if is_float else ("int16", 2.0 ** chance.integer(-15, -9))))
    g.runs = 2
    clip = chance.pick([0.0, 0.0, chance.real(0.1, 5)])
    shape = (*x.shape[:2], cells)
    out = g.tensor(shape, x.type, *(() if is_float else (hidden_scale, hidden_zero)))
    operator = g.operator("UNIDIRECTIONAL_SEQUENCE_LSTM", operands, [out], "UnidirectionalSequenceLSTMOptions",
                          fusedActivationFunction=4, cellClip=clip, timeMajor=time_major)
    if not is_float:
        inner = [g.tensor((), "int16", 2.0**-12) for _ in range(4)] + [g.tensor((), "int8", hidden_scale, hidden_zero)]
        operator.intermediates = [v.index for v in inner]
    return True


OPERATORS = [(10, conv2d), (7, depthwise), (3, transposed), (6, dense), (4, matmul), (1, svdf), (1, lstm)]
